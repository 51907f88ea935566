"""Where a fire stands in people's eyes (疑似 → 已核实 → 已控制 → 明火已扑灭 → 清理看守 → 已销号).

The words are not each other's: 火情得到控制 is not 明火扑灭, and that is not 验收合格.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from models.field_check.feedback import FeedbackType


class Stage(StrEnum):
    """A closed list."""

    SUSPECTED = "suspected"
    VERIFIED = "verified"
    CONTROLLED = "controlled"
    FLAMES_OUT = "flames_out"
    MOPPING_UP = "mopping_up"
    CLOSED = "closed"

    @property
    def name_zh(self) -> str:
        """疑似, 已核实, 已控制, 明火已扑灭, 清理看守, 已销号."""
        return _STAGES_ZH[self]


_STAGES_ZH = {
    Stage.SUSPECTED: "疑似",
    Stage.VERIFIED: "已核实",
    Stage.CONTROLLED: "已控制",
    Stage.FLAMES_OUT: "明火已扑灭",
    Stage.MOPPING_UP: "清理看守",
    Stage.CLOSED: "已销号",
}
NEXT_STAGES: Mapping[Stage, frozenset[Stage]] = {
    Stage.SUSPECTED: frozenset({Stage.VERIFIED, Stage.CLOSED}),
    Stage.VERIFIED: frozenset({Stage.CONTROLLED, Stage.FLAMES_OUT, Stage.CLOSED}),
    # Fire breaks out again: back to where it is not under control.
    Stage.CONTROLLED: frozenset({Stage.VERIFIED, Stage.FLAMES_OUT}),
    Stage.FLAMES_OUT: frozenset({Stage.VERIFIED, Stage.MOPPING_UP}),
    Stage.MOPPING_UP: frozenset({Stage.VERIFIED, Stage.CLOSED}),
    # Closed as no fire, and found to be one (改判): that word is always taken.
    Stage.CLOSED: frozenset({Stage.VERIFIED}),
}


def next_stage(stage: Stage, wanted: Stage) -> Stage:
    """``wanted`` if it may follow ``stage``.

    Raises:
        ValueError: it may not; the message says what may.
    """
    if wanted not in NEXT_STAGES[stage]:
        may = "、".join(each.name_zh for each in Stage if each in NEXT_STAGES[stage]) or "nothing"
        raise ValueError(f"what is {stage.name_zh} cannot become {wanted.name_zh}; {may} may follow")
    return wanted


def stage_after(stage: Stage, result: FeedbackType) -> Stage:
    """The stage after a verification result. A fire makes 疑似 to 已核实; no fire closes; the rest leaves it.

    Raises:
        ValueError: a fire that was verified, controlled … would be closed as none: that needs a correction first.
    """
    if result.opens_fire_report:
        return next_stage(stage, Stage.VERIFIED) if stage is not Stage.VERIFIED else stage
    if not result.closes:
        return stage
    return next_stage(stage, Stage.CLOSED)
