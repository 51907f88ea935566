"""The words of the auditor's alerts to operations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from notify.alert import Reason
from notify.phrases import clock_zh, hour_minute_zh
from notify.texts import Envelope, Texts, texts_of


@dataclass(frozen=True, slots=True)
class AuditFacts:
    """What the auditor found."""

    reason: Reason
    problems_zh: Sequence[str]

    @property
    def bad(self) -> bool:
        """Whether something is wrong."""
        return self.reason is Reason.OFFICES_UNREACHED


def audit_texts(facts: AuditFacts, envelope: Envelope) -> Texts:
    """Offices that were not reached, or that all is in order again, for operations."""
    words = {
        "issued_short": hour_minute_zh(envelope.issued_utc),
        "issued_long": clock_zh(envelope.issued_utc, year=True),
    }
    return texts_of("audit", facts, envelope, words=words)
