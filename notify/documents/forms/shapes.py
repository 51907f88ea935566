"""The forms of an office's papers (domain.md §3.3–3.8), field by field, in the order and words of their templates."""

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

PACK = Shape(
    "pack",
    "森林火险形势会商材料",
    (
        Section(
            "一、会商安排",
            {
                "subject": "议题",
                "begins": "时间",
                "host": "主持（牵头方）",
                "offices": "参加单位",
                "meeting_no": "会议号",
                "agenda": "议程",
            },
        ),
        Section(
            "二、当前形势",
            {"season": "防火期", "danger": "火险等级", "warnings": "现行预警", "weather": "气温降水大风"},
        ),
        Section("三、热点与核查", {"hotspots": "热点", "confirmed": "查实", "rate": "查实率", "fires": "火情"}),
        Section("四、跨界通报与签收", {"notices": "跨界通报", "answers": "签收"}),
        Section(
            "五、研判要点", {"segments": "高风险区段", "hours": "高风险时段", "sources": "主要火源", "outlook": "趋势"}
        ),
        Section("六、未办结事项"),
        Section("七、针对性措施"),
    ),
)

MINUTES = Shape(
    "minutes",
    "京津冀森林火险形势联合会商纪要",
    (
        Section(
            "会商情况",
            {
                "subject": "议题",
                "begins": "时间、方式",
                "host": "主持（牵头方）",
                "present": "参加",
                "absent": "缺席",
            },
        ),
        Section("一、当前形势（各方分别）"),
        Section("二、会商认为"),
        Section("三、分歧与不确定性"),
        Section("四、议定事项"),
        Section("五、下次会商", {"next": "时间"}),
    ),
)

DAILY = Shape(
    "daily",
    "值班日报",
    (
        Section(
            "一、值班",
            {
                "period": "值班期间",
                "leader": "带班领导",
                "officer": "值班员",
                "season": "防火期、重要节点",
                "kind": "报告类别",
            },
        ),
        Section(
            "二、情况",
            {
                "hotspots": "热点",
                "fires": "火情",
                "notices": "跨界通报",
                "answers": "签收",
                "danger": "火险等级",
                "warnings": "现行预警",
                "missing": "缺测",
            },
        ),
        Section("三、移交事项"),
        Section("四、报告语"),
    ),
)

BULLETIN = Shape(
    "bulletin",
    "京津冀边界卫星热点与火情核查情况通报",
    (
        Section("一、总体情况"),
        Section("二、存在问题"),
        Section("附表1　各县区明细"),
        Section("附表2　超时清单"),
        Section("附表3　新增、撤销常年热源"),
    ),
)

MONTHLY = Shape(
    "monthly",
    "京津冀边界森林防灭火月度会商材料",
    (
        Section(
            "一、本月概况",
            {
                "period": "统计期间",
                "hotspots": "疑似热点事件",
                "fed_back": "已反馈",
                "confirmed": "查实",
                "rate": "查实率",
                "fires": "火情",
                "notices": "跨界通报",
                "answers": "平均签收",
                "exercises": "演练",
                "missing": "缺测",
            },
        ),
        Section("二、各省市热点与核查"),
        Section("三、跨界通报与各单位签收用时"),
        Section("四、演练"),
        Section("五、存在问题"),
        Section("六、未办结任务"),
        Section("七、针对性措施"),
        Section("八、下月形势", {"season": "防火期", "key_dates": "重要节点", "outlook": "趋势研判"}),
    ),
)

PRE_SEASON = Shape(
    "pre_season",
    "防火期前联合会商材料",
    (
        Section("一、各县区防火期", {"earliest": "各方最早开始"}),
        Section("二、五年历史", {"incidents": "系统记录的事件", "verified": "核实火情", "history": "五年火灾统计"}),
        Section("三、可燃物与干旱"),
        Section("四、通讯录核对"),
        Section("五、通道测试", {"tested": "已测试通道", "untested": "未测试通道"}),
        Section("六、演练计划", {"last": "最近演练", "plan": "本季计划"}),
        Section("七、建议会商事项"),
    ),
)

KEY_DATE = Shape(
    "key_date",
    "重要节点森林防灭火专题材料",
    (
        Section(
            "一、节点",
            {
                "name": "节点",
                "days": "期间",
                "rest": "休息日",
                "season": "防火期",
                "reports": "每日报告（零报告）",
                "cadence": "系统运行",
            },
        ),
        Section("二、往年同期", {"hotspots": "往年同期热点", "sources": "主要火源"}),
        Section("三、各县区管控"),
        Section("四、火险与预警", {"danger": "火险等级", "warnings": "现行预警"}),
        Section("五、值守与联络", {"duty": "联合值守", "contacts": "对口联系人"}),
        Section("六、针对性措施"),
    ),
)

EXERCISE = Shape(
    "exercise",
    "联合演练评估报告",
    (
        Section(
            "一、演练概况",
            {
                "name": "科目",
                "world": "演练编号",
                "period": "演练时间",
                "units": "参演联防单元",
                "offices": "参演单位",
                "data": "数据",
                "lead": "牵头方",
            },
        ),
        Section("二、三项流程评价", {"notice": "火情通报", "consultation": "会商研判", "response": "联动响应"}),
        Section("三、逐单位评价"),
        Section("四、发现问题"),
        Section("五、综合评价", {"verdict": "评价", "evaluators": "评估人"}),
    ),
)

SHAPES = (FIELD_CHECK, NOTICE, PACK, MINUTES, DAILY, BULLETIN, MONTHLY, PRE_SEASON, KEY_DATE, EXERCISE)
