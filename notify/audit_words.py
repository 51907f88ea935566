"""The words of the auditor's alerts to operations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from notify.alert import Reason
from notify.auditor import Problem, ProblemKind
from notify.phrases import clock_zh, hour_minute_zh
from notify.texts import Envelope, Texts, texts_of


@dataclass(frozen=True, slots=True)
class AuditFacts:
    """What the auditor found."""

    reason: Reason
    problems: Sequence[Problem]

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
    def title_zh(self) -> str:
        """What is wrong, in four words or six."""
        named = [zh for zh, holds in (("送达", self.unreached), ("运行", self.unwatched)) if holds]
        return f"{'和'.join(named) or '运行'}异常"

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
    return Problem(
        f"overdue:{flow}",
        f"{hour_minute_zh(planned_utc)}{flow_zh}未运行",
        f"{last}，{effect_zh}",
        ProblemKind.WATCH,
    )


def audit_texts(facts: AuditFacts, envelope: Envelope) -> Texts:
    """What the auditor found, or that all is in order again, for operations."""
    words = {
        "issued_short": hour_minute_zh(envelope.issued_utc),
        "issued_long": clock_zh(envelope.issued_utc, year=True),
    }
    return texts_of("audit", facts, envelope, words=words)
