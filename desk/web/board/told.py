"""Who was told and who answered, event by event and office by office."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from desk.three_regions_view import STATE_ZH
from desk.web.permissions import sees
from flows.wiring import House
from notify.alert import Alert
from notify.ledger import ObligationState
from notify.three_regions import OfficeFacts
from store.accounts import Account


@dataclass(frozen=True, slots=True)
class Office:
    """One office and one alert."""

    region: str
    office: str
    office_zh: str
    state: ObligationState
    state_zh: str
    sent_utc: datetime | None
    delivered: bool
    acknowledged_utc: datetime | None
    minutes: float | None
    late: bool


@dataclass(frozen=True, slots=True)
class Told:
    """The newest alert of an event, and its offices."""

    alert: Alert
    link: str
    offices: tuple[Office, ...]

    @property
    def answered(self) -> int:
        """Offices that answered."""
        return sum(one.acknowledged_utc is not None for one in self.offices)

    @property
    def silent(self) -> tuple[Office, ...]:
        """Offices that have not answered."""
        return tuple(one for one in self.offices if one.acknowledged_utc is None)


def told_of(house: House, account: Account, owed: Sequence[OfficeFacts], *, now: datetime) -> list[Told]:
    """Newest alerts of the account's joint units, newest first."""
    zones = {zone.id for zone in house.catalogue.zones if sees(account, zone)}
    grouped: dict[str, list[OfficeFacts]] = {}
    for one in owed:
        if one.newest:
            grouped.setdefault(one.alert_id, []).append(one)
    since = min((one.decided_utc for one in owed), default=now)
    alerts = {alert.alert_id: alert for alert in house.alerts.since(since, world=house.world)}
    found = []
    for alert_id, facts in grouped.items():
        alert = alerts[alert_id]
        if alert.zone is None or alert.zone in zones:
            found.append(Told(alert, link_of(alert), _offices(facts, now)))
    return sorted(found, key=lambda one: one.alert.decided_utc, reverse=True)


def link_of(alert: Alert) -> str:
    """Page of what an alert is about."""
    numbered = alert.event_id.startswith(("JJJ-", "YL-"))
    return f"/incident/{alert.event_id}" if numbered else f"/alert/{alert.code}"


def _offices(facts: Iterable[OfficeFacts], now: datetime) -> tuple[Office, ...]:
    return tuple(
        Office(
            one.region,
            one.office,
            one.office_zh,
            one.state,
            STATE_ZH[one.state],
            one.sent_utc,
            one.delivered,
            one.acknowledged_utc,
            one.minutes,
            one.is_late(now),
        )
        for one in facts
    )
