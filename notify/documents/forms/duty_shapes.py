"""The forms of a day on duty (domain.md §3.7–3.8): 值班日报 and 热点核查情况通报."""

from __future__ import annotations

from notify.documents.forms.shape import Section, Shape

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
