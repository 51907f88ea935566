"""Kinds, levels and reasons of decisions as people say them."""

from __future__ import annotations

from collections.abc import Mapping

from notify.alert import AlertKind, IncidentLevel, Reason, WarningColour
from notify.course import WHAT_ZH
from notify.warning.texts import COLOUR_ZH

LEVEL_ZH: Mapping[str, str] = {
    **{colour.value: COLOUR_ZH[colour] for colour in WarningColour},
    IncidentLevel.WATCH.value: "关注",
    IncidentLevel.NOTIFY.value: "通报",
    IncidentLevel.CRITICAL.value: "紧急",
}
"""A colour or a ring."""
REASON_ZH: Mapping[str, str] = {
    **{reason.value: words for reason, words in WHAT_ZH.items()},
    Reason.INCIDENT_ENDED.value: "已结束",
    Reason.FEED_OUT.value: "数据中断",
    Reason.FEED_BACK.value: "数据恢复",
    Reason.RUN_FAILED.value: "运行失败",
    Reason.RUN_RECOVERED.value: "运行恢复",
    Reason.OFFICES_UNREACHED.value: "未通知到",
    Reason.OFFICES_REACHED.value: "已通知到",
    Reason.DAY_REPORT.value: "每日报告",
    Reason.NOTICE.value: "系统提示",
    Reason.UNCHANGED.value: "无变化",
    Reason.BELOW_LEVEL.value: "未到级别",
    Reason.HELD.value: "降级待稳",
    Reason.NO_DATA.value: "无数据",
    Reason.SUPPRESSED.value: "已抑制",
}
KIND_ZH: Mapping[str, str] = {
    AlertKind.DANGER.value: "火险",
    AlertKind.INCIDENT.value: "火情",
    AlertKind.VERIFICATION.value: "核查",
    AlertKind.CANCEL.value: "撤销",
    AlertKind.CORRECT.value: "更正",
    AlertKind.REPORT.value: "报告",
    AlertKind.SYSTEM.value: "运行",
}
