"""The words of the auditor's alerts to operations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from notify.alert import Reason
from notify.auditor import Problem, ProblemKind
from notify.phrases import clock_zh, hour_minute_zh
from notify.texts import Envelope, Texts, texts_of

_DAYS_AGO = timedelta(days=2)
"""From here on the time of a planned round is told with its day."""


@dataclass(frozen=True, slots=True)
class AuditFacts:
    """What the auditor found."""

    reason: Reason
    problems: Sequence[Problem]
    since_utc: datetime | None = None
    """When operations were first told; None where this is the first word."""
    lapsed_zh: Sequence[str] = ()
    """What was never made good, and is no longer looked at."""
    told: int = 0
    """Problems that operations were told of before."""
    clocks: bool = False
    """Whether it is about clocks only, that others keep."""

    @property
    def bad(self) -> bool:
        """Whether something is wrong."""
        return self.reason is Reason.OFFICES_UNREACHED

    @property
    def unreached(self) -> bool:
        """Whether an office has not had what it is owed, or could not be told."""
        return any(problem.kind is ProblemKind.DELIVERY for problem in self.problems)

    @property
    def unwatched(self) -> bool:
        """Whether the service does not do what it should."""
        return any(problem.kind is ProblemKind.WATCH for problem in self.problems)

    @property
    def urgent(self) -> bool:
        """Whether the heartbeat waits for any of it."""
        return any(problem.urgent for problem in self.problems)

    @property
    def overdue(self) -> bool:
        """Whether somebody is waited for past a clock."""
        return any(problem.kind is ProblemKind.CLOCK for problem in self.problems)

    @property
    def title_zh(self) -> str:
        """What is wrong, in four words or six."""
        named = [zh for zh, holds in (("送达", self.unreached), ("运行", self.unwatched)) if holds]
        if named:
            return f"{'和'.join(named)}异常"
        return "环节超时" if self.overdue else "运行异常"

    @property
    def over_zh(self) -> str:
        """What is over."""
        return "超时环节办结" if self.clocks else "送达和运行恢复"

    @property
    def problems_zh(self) -> list[str]:
        """Each problem in a few words."""
        return [problem.said_zh for problem in self.problems]

    @property
    def meant_zh(self) -> list[str]:
        """Each problem with what it means for the products."""
        return [f"{one.said_zh}（{one.means_zh}）" if one.means_zh else one.said_zh for one in self.problems]


def overdue_problem(
    flow: str, *, flow_zh: str, planned_utc: datetime, held_utc: datetime | None, effect_zh: str
) -> Problem:
    """A planned round that was not held, as a problem that lasts until one is."""
    last = f"上次{clock_zh(held_utc)}" if held_utc is not None else "从未运行"
    days_ago = held_utc is not None and planned_utc - held_utc >= _DAYS_AGO
    planned = clock_zh(planned_utc) if days_ago else hour_minute_zh(planned_utc)
    return Problem(
        f"overdue:{flow}",
        f"{planned}{flow_zh}未运行",
        f"{last}，{effect_zh}",
        ProblemKind.WATCH,
    )


def audit_texts(facts: AuditFacts, envelope: Envelope) -> Texts:
    """What the auditor found, or that all is in order again, for operations."""
    words = {
        "issued_short": hour_minute_zh(envelope.issued_utc),
        "issued_long": clock_zh(envelope.issued_utc, year=True),
        "since": None if facts.since_utc is None else clock_zh(facts.since_utc),
    }
    return texts_of("audit", facts, envelope, words=words)
