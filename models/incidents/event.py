"""What happened to an incident: the records that its history is made of (事件经过)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Change(StrEnum):
    """What a round, or a person, did to an incident."""

    START = "start"
    GROW = "grow"
    MERGE = "merge"
    """Of the survivor: ``others`` became a part of it. Of the others: they became a part of ``others``."""
    SPLIT = "split"
    """Of the new one: it was a part of ``others``. Of the old one: ``others`` left it."""
    DORMANT = "dormant"
    RE_IGNITE = "re_ignite"
    END = "end"
    SUPPRESS = "suppress"
    LIFT = "lift"
    """No longer held back: by growth, a second look, or a person."""


CHANGE_ZH = {
    Change.START: "发现",
    Change.GROW: "增长",
    Change.MERGE: "合并",
    Change.SPLIT: "分出",
    Change.DORMANT: "转静",
    Change.RE_IGNITE: "复燃",
    Change.END: "结束",
    Change.SUPPRESS: "抑制",
    Change.LIFT: "解除抑制",
}


@dataclass(frozen=True, slots=True)
class IncidentEvent:
    """One line of an incident's history."""

    incident_id: str
    change: Change
    at_utc: datetime
    """Of the round, or of what the person did."""
    others: tuple[str, ...] = ()
    """Numbers of the other incidents of a merge or split."""
    hotspots_added: int = 0
    note: str = ""
    """Why, in Chinese, or who."""
