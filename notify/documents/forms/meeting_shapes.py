"""The forms of a meeting (domain.md §3.6): 会商材料 and 会商纪要."""

from __future__ import annotations

from notify.documents.forms.shape import Section, Shape

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
