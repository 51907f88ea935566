"""Which fire report (火情快报) is due next, and when.

首报 from the verification, 续报 from the report before, 终报 from the flames out (domain.md 2.7).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from models.field_check.fire_report import FireReport, ReportClocks, ReportKind
from models.field_check.stage import Stage

_OVER = frozenset({Stage.FLAMES_OUT, Stage.MOPPING_UP, Stage.CLOSED})


class Staged(Protocol):
    """A stage that a fire came to, and when."""

    @property
    def stage(self) -> Stage:
        """Which."""

    @property
    def at_utc(self) -> datetime:
        """When."""


@dataclass(frozen=True, slots=True)
class ReportDue:
    """A report that an office owes."""

    kind: ReportKind
    due_utc: datetime


def next_report(last: FireReport | None, course: Sequence[Staged], clocks: ReportClocks) -> ReportDue | None:
    """The report that is due next; None where no fire was verified, where it was none after all, or its 终报 is there.

    Args:
        last: the newest report; None where there is none.
        course: the stages of the fire, oldest first. A fire that broke out again owes 续报 anew. One that was closed
            right after it was verified was judged anew to be none (改判): a fire that burnt is closed after 清理看守.
        clocks: section ``fire_report`` of ``rules/verification.toml``.
    """
    verified = next((one.at_utc for one in course if one.stage is Stage.VERIFIED), None)
    if verified is None or (last is not None and last.kind is ReportKind.FINAL):
        return None
    if [one.stage for one in course[-2:]] == [Stage.VERIFIED, Stage.CLOSED]:
        return None
    if last is None:
        return ReportDue(ReportKind.FIRST, clocks.due(ReportKind.FIRST, verified))
    if course[-1].stage in _OVER:
        out = next((one.at_utc for one in reversed(course) if one.stage is Stage.FLAMES_OUT), course[-1].at_utc)
        return ReportDue(ReportKind.FINAL, clocks.due(ReportKind.FINAL, out))
    return ReportDue(ReportKind.FOLLOW_UP, clocks.due(ReportKind.FOLLOW_UP, last.drafted_utc))
