"""The three-region check (三地核对): per event, region and office: owed, sent, delivered, acknowledged. Pure.

An event is COMPLETE only when every required office in every region was at least sent its alert within its clock.
Delivered is not read, and read is not acknowledged: three columns in every report.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from notify.ledger import ObligationState

_S = ObligationState
REACHED = {_S.SENT, _S.DELIVERED, _S.ACKNOWLEDGED}
LOST = {_S.UNREACHED, _S.EXPIRED}
FINISHED = REACHED | LOST | {_S.SUPERSEDED}


class Completeness(StrEnum):
    """What the check says of an event."""

    COMPLETE = "complete"
    WAITING = "waiting"
    """Somebody is not reached yet, and has time left."""
    INCOMPLETE = "incomplete"


@dataclass(frozen=True, slots=True)
class OfficeFacts:
    """What the ledger holds of one office that is owed one alert. Group messages do not count."""

    alert_id: str
    event_id: str
    code: str
    revision: int
    newest: bool
    """Whether this revision still speaks for its event."""
    level: str
    regions: tuple[str, ...]
    decided_utc: datetime
    region: str
    office: str
    office_zh: str
    office_level: str
    deadline_utc: datetime
    ways: int
    """Rows that reach the office itself."""
    open_ways: int
    """Of these, rows that may still be sent."""
    superseded_ways: int
    sent_utc: datetime | None
    delivered: bool
    acknowledged_utc: datetime | None
    expired_ways: int = 0
    """Rows that ran out of their time of validity before anything was sent."""

    @property
    def state(self) -> ObligationState:
        """Where the office stands."""
        if self.acknowledged_utc is not None:
            return _S.ACKNOWLEDGED
        if self.sent_utc is not None:
            return _S.DELIVERED if self.delivered else _S.SENT
        if self.open_ways:
            return _S.OPEN
        if self.superseded_ways or not self.newest:
            return _S.SUPERSEDED
        return _S.EXPIRED if self.expired_ways else _S.UNREACHED

    @property
    def first_word_utc(self) -> datetime | None:
        """When it is first known to have had the alert: sent, or answered by telephone."""
        known = [at for at in (self.sent_utc, self.acknowledged_utc) if at is not None]
        return min(known) if known else None

    @property
    def minutes(self) -> float | None:
        """From the decision to the first word; None when there was none."""
        first = self.first_word_utc
        return None if first is None else (first - self.decided_utc) / timedelta(minutes=1)

    def is_late(self, now: datetime) -> bool:
        """Whether its clock ran out before it was reached. A revision that was replaced owes nothing any more."""
        if self.state is _S.SUPERSEDED:
            return False
        return (self.first_word_utc or now) > self.deadline_utc

    def is_missing(self, now: datetime) -> bool:
        """Whether it is not reached, and cannot be or has no time left."""
        return self.state in LOST or (self.state is _S.OPEN and self.is_late(now))


@dataclass(frozen=True, slots=True)
class EventReport:
    """One alert, office by office."""

    offices: tuple[OfficeFacts, ...]
    empty_regions: tuple[str, ...]
    """Regions of the alert in which nobody is owed it: an error."""
    at_utc: datetime

    @property
    def missing(self) -> tuple[OfficeFacts, ...]:
        """Offices that are not reached, and cannot be or have no time left."""
        return tuple(office for office in self.offices if office.is_missing(self.at_utc))

    @property
    def late(self) -> tuple[OfficeFacts, ...]:
        """Offices that were reached after their clock."""
        return tuple(o for o in self.offices if o.state in REACHED and o.is_late(self.at_utc))

    @property
    def verdict(self) -> Completeness:
        """COMPLETE, WAITING or INCOMPLETE."""
        if self.missing or self.late or self.empty_regions:
            return Completeness.INCOMPLETE
        waiting = any(office.state is _S.OPEN for office in self.offices)
        return Completeness.WAITING if waiting else Completeness.COMPLETE


def event_reports(facts: Iterable[OfficeFacts], *, now: datetime) -> tuple[EventReport, ...]:
    """A report for each alert, in the order of their decisions.

    Args:
        facts: of all offices of those alerts.
        now: time of the check.
    """
    by_alert: dict[str, list[OfficeFacts]] = {}
    for one in facts:
        by_alert.setdefault(one.alert_id, []).append(one)
    found = [EventReport(tuple(offices), _empty(offices), now) for offices in by_alert.values()]
    return tuple(sorted(found, key=lambda report: (report.offices[0].decided_utc, report.offices[0].code)))


def _empty(offices: Sequence[OfficeFacts]) -> tuple[str, ...]:
    owed = {office.region for office in offices}
    return tuple(region for region in offices[0].regions if region not in owed)
