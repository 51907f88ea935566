"""The forms of a fire (domain.md §3.4–3.5): 核查通知单 with its 反馈单, and 火情通报 with its 回执."""

from __future__ import annotations

from notify.documents.forms.shape import Section, Shape

FIELD_CHECK = Shape(
    "field_check",
    "卫星林火监测热点核查通知单",
    (
        Section("通知", {"upstream_no": "上级编号", "round": "第几次通知", "asked": "要求"}),
        Section(
            "热点",
            {
                "received": "接收时间",
                "observed": "过境（观测）时间",
                "satellites": "卫星（传感器）",
                "continuous": "连续",
                "pixels": "像素数",
                "frp": "亮温（FRP）",
                "confidence": "置信度",
                "smoke": "有无烟",
                "error": "定位误差",
                "daylight": "夜（昼）",
            },
        ),
        Section(
            "位置",
            {
                "place": "行政地名",
                "coordinates": "经纬度",
                "elevation": "高程",
                "aspect": "坡向",
                "land": "地类",
                "border": "距省界",
                "across": "相邻",
                "village": "距最近村庄",
                "power_line": "高压线",
                "graves": "坟地",
                "scenic": "景区",
            },
        ),
        Section(
            "背景",
            {
                "heat": "常年热源",
                "solar": "光伏电站",
                "permit": "用火审批",
                "danger": "当日火险",
                "warning": "预警",
            },
        ),
        Section(
            "气象",
            {
                "station": "站名时次",
                "wind": "风、阵风、风向",
                "temperature": "气温",
                "humidity": "湿度",
                "rain": "24小时降水",
            },
        ),
        Section("系统初判", {"judgement": "初判", "reason": "理由"}),
    ),
    (
        Section(
            "卫星林火监测热点反馈单（回执）",
            {
                "receiver": "接收人",
                "receiving": "接收时间",
                "checker": "核查人",
                "arriving": "到场时间",
                "way": "方式（护林员、无人机、视频、瞭望、电话）",
                "result": "结论",
                "found_place": "地点名",
                "measured": "实测坐标",
                "area": "面积（亩）",
                "flames": "明火（有、无）",
                "photos": "现场照片（张）",
                "handling": "处置",
                "people": "人员",
                "to_fire": "是否转火情（火情编号）",
                "to_heat": "是否入常年热源库（审核人）",
                "remark": "备注",
                "county_review": "县级审核",
                "city_review": "市级审核",
                "province_review": "省级审核",
            },
        ),
    ),
)

NOTICE = Shape(
    "notice",
    "火情通报（跨界）",
    (
        Section(
            "一、基本情况",
            {"state": "状态", "started": "起火", "discovered": "发现", "reported": "接报", "source": "来源"},
        ),
        Section(
            "二、位置",
            {
                "place": "行政地名",
                "coordinates": "坐标",
                "land": "地类",
                "trees": "林种",
                "border": "距界",
                "map": "附图",
            },
        ),
        Section(
            "三、火势",
            {
                "fire_line": "火线",
                "burned_area": "过火面积（估算）",
                "damaged_area": "受害森林面积",
                "spread": "蔓延方向",
                "rate": "速度",
                "over": "烧入、烧出",
            },
        ),
        Section("四、气象", {"weather": "实况（站、时次）", "forecast": "未来3、6、12小时"}),
        Section(
            "五、威胁",
            {"villages": "村庄", "people": "人口", "facilities": "重要设施", "power_lines": "输电线"},
        ),
        Section(
            "六、处置",
            {"forces": "力量", "commander": "指挥员", "measures": "措施", "response": "预案响应"},
        ),
        Section("七、需要贵方", {"asks": "商请事项"}),
        Section(
            "八、联络",
            {"contact": "姓名（职务）", "phone": "电话", "meeting_no": "会议号", "next": "约定下次续报"},
        ),
    ),
    (
        Section(
            "回执",
            {
                "got": "已收到（单位、姓名、时分）",
                "our_side": "我方（□核查中　□无火　□有火　□力量到位）",
                "our_contact": "对口联系人",
                "our_phone": "对口电话",
            },
        ),
    ),
)
