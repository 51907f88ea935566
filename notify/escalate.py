"""The ladder (升级叫应): who is called when an office does not answer, and when. Pure.

The steps are rows of the ledger, written with the alert and due later: they outlive any restart. The office's answer
ends those that have not begun, in its own transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum

from boundary_zones.contacts import Recipient
from boundary_zones.required import OfficeLevel, RequiredOffice
from notify.alert import NEVER_QUIET, Alert, AlertKind, rank_of
from notify.channel_rules import kind_of
from notify.ledger import EVERY_SILENT, Delivery, Obligation
from notify.obligations import row_for
from notify.phrases import BEIJING
from notify.rules import OTHER

_LADDERED = {AlertKind.DANGER, AlertKind.INCIDENT, AlertKind.VERIFICATION, AlertKind.REPORT}
_VOICE = "voice"


class CallTo(StrEnum):
    """Whom a step of the ladder calls."""

    NEXT_ENDPOINT = "next_endpoint"
    """The office itself, on its endpoints of rank 2."""
    VOICE = "voice"
    """The office itself, by telephone."""
    OWN = "own"
    """The office itself again, as at first: a reminder (催办)."""
    CITY = "city"
    PROVINCE = "province"
    OPERATIONS = "operations"


@dataclass(frozen=True, slots=True)
class Step:
    """So many minutes after the decision, this is called."""

    after_min: float
    to: CallTo


@dataclass(frozen=True, slots=True)
class EscalationRules:
    """Ladders and clocks by level (``rules/escalation.toml``), with ``other`` for the rest.

    Raises:
        ValueError: a level that does not exist, a step that cannot be read or comes before the one above it, a clock
            that is not positive, a day that ends before it begins, or one for which the gravest levels wait.
    """

    ladder: Mapping[str, tuple[str, ...]]
    """Steps as ``minutes whom``."""
    daytime_levels: tuple[str, ...]
    """Levels whose steps wait for the day."""
    day_begins_h: float
    day_ends_h: float
    """Beijing time."""
    sent_within_min: Mapping[str, float]
    """By when an alert must at least have been sent to every required office."""
    acknowledged_within_min: Mapping[str, float]

    def __post_init__(self) -> None:
        if OTHER not in self.ladder or not 0 <= self.day_begins_h < self.day_ends_h <= 24:
            raise ValueError(f"ladder needs an entry '{OTHER}', and the day must end after it begins")
        hurried = [level for level in self.daytime_levels if level in NEVER_QUIET]
        if hurried:
            raise ValueError(f"daytime_levels: the ladder of {'、'.join(hurried)} must not wait for the day")
        for level in {*self.ladder, *self.daytime_levels} - {OTHER}:
            rank_of(level)
            steps = self.steps(level)
            if [step.after_min for step in steps] != sorted(step.after_min for step in steps):
                raise ValueError(f"ladder of {level}: steps must be in the order of their minutes")
        for name, table in (
            ("sent_within_min", self.sent_within_min),
            ("acknowledged_within_min", self.acknowledged_within_min),
        ):
            if OTHER not in table or min(table.values()) <= 0:
                raise ValueError(f"{name} needs positive minutes and an entry '{OTHER}', got {dict(table)}")

    def steps(self, level: str) -> tuple[Step, ...]:
        """The ladder of a level."""
        return tuple(_step(text) for text in self.ladder.get(level, self.ladder[OTHER]))


def ladder_rows(
    alert: Alert,
    required: Sequence[RequiredOffice],
    *,
    operations: Sequence[Recipient],
    rules: EscalationRules,
    reaches_office: Callable[[str], bool] = lambda _: True,
) -> tuple[Delivery, ...]:
    """Every step for every office that is owed the alert; due when its minutes are over.

    An office to which no way is known makes its steps due that call somebody who can reach it otherwise; operations
    are called at once. Operations hear of all others, and a province of all under it, in one call, which names who is
    silent when it begins.

    Args:
        alert: that was decided.
        required: offices that must hear of it, with their endpoints.
        operations: those who keep the system running.
        rules: ladders by level.
        reaches_office: whether a channel reaches an office, and not a group.
    """
    if alert.kind not in _LADDERED:
        return ()
    found: dict[str, Delivery] = {}
    told = [office for office in required if office.region in alert.regions]
    for office in told:
        for number, step in enumerate(rules.steps(alert.level), start=1):
            due = _due(alert, step, rules)
            if not office.endpoints and step.to is CallTo.OPERATIONS:
                due = alert.decided_utc
            for way, behalf in _called(office, step.to, told, operations):
                row = row_for(alert, way, step=number, due=due, on_behalf=behalf, reaches_office=reaches_office)
                found.setdefault(row.delivery_id, row)
    return tuple(found.values())


def owed(
    alert: Alert, required: Sequence[RequiredOffice], recipients: Sequence[Recipient], *, rules: EscalationRules
) -> tuple[Obligation, ...]:
    """Who is owed an alert, and by when it must be sent: the required offices, else whoever is told.

    Args:
        alert: that was decided.
        required: from the list of offices; empty for alerts to operations.
        recipients: everybody who is told.
        rules: clocks by level.
    """
    within = timedelta(minutes=rules.sent_within_min.get(alert.level, rules.sent_within_min[OTHER]))
    named: dict[tuple[str, str], tuple[str, str]] = {
        (one.region, one.office): (one.office_zh, one.role.value) for one in recipients if not required
    }
    named |= {
        (one.region, one.office): (one.office_zh, one.level.value) for one in required if one.region in alert.regions
    }
    return tuple(
        Obligation(alert.alert_id, region, office, name, level, alert.decided_utc + within, alert.world)
        for (region, office), (name, level) in named.items()
    )


def _step(text: str) -> Step:
    minutes, _, whom = text.partition(" ")
    try:
        step = Step(float(minutes), CallTo(whom.strip()))
    except ValueError as error:
        raise ValueError(f"ladder: {text!r} is no step; write for example '8 city'") from error
    if step.after_min <= 0:
        raise ValueError(f"ladder: {text!r}: a step comes after the alert")
    return step


def _due(alert: Alert, step: Step, rules: EscalationRules) -> datetime:
    due = alert.decided_utc + timedelta(minutes=step.after_min)
    if alert.level not in rules.daytime_levels:
        return due
    local = due.astimezone(BEIJING)
    midnight = datetime.combine(local.date(), time(), BEIJING)
    begins, ends = midnight + timedelta(hours=rules.day_begins_h), midnight + timedelta(hours=rules.day_ends_h)
    waits = begins if local < begins else begins + timedelta(days=1) if local >= ends else local
    return waits.astimezone(due.tzinfo)


def _called(
    office: RequiredOffice, to: CallTo, told: Sequence[RequiredOffice], operations: Sequence[Recipient]
) -> Iterator[tuple[Recipient, tuple[str, str, str] | None]]:
    behalf = (office.region, office.office, office.office_zh)
    first = [way for way in office.endpoints if way.rank == 1]
    own: dict[CallTo, Sequence[Recipient]] = {
        CallTo.OWN: first,
        CallTo.NEXT_ENDPOINT: [way for way in office.endpoints if way.rank == 2],
        CallTo.VOICE: [way for way in office.endpoints if kind_of(way.channel).startswith(_VOICE)],
    }
    if to in own:
        yield from ((way, None) for way in own[to])
    elif to is CallTo.OPERATIONS:
        whom = behalf if not office.endpoints else (EVERY_SILENT, EVERY_SILENT, "")
        yield from ((way, whom) for way in operations if way.rank == 1)
    else:
        whom = behalf if to is CallTo.CITY else (office.region, EVERY_SILENT, "")
        yield from (
            (way, whom) for above in told if _is_above(above, office, to) for way in above.endpoints if way.rank == 1
        )


def _is_above(above: RequiredOffice, office: RequiredOffice, to: CallTo) -> bool:
    if above.region != office.region or above.gb == office.gb:
        return False
    if to is CallTo.CITY:
        return office.level is OfficeLevel.COUNTY and above.gb == office.city
    return above.level is OfficeLevel.PROVINCE
