"""The forms of occasions: the month, the season to come, a key date, an exercise."""

from __future__ import annotations

from notify.documents.forms.shape import Section, Shape

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
