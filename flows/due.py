"""Whether a round is due, by the season and by what was held: asked by each tick, and by the auditor."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from flows.order import FlowName
from flows.wiring import House
from models.fire_calendar.cadence import Cadence, due, overdue
from models.fire_calendar.watch_tier import WatchTier, warned
from notify.phrases import BEIJING
from store.run_rows import GOOD, RunOutcome
from store.warning_documents import WARNING

HELD = (*GOOD, RunOutcome.FEED_OUT)
"""A round whose feeds were all out took place, and told of it. It served nothing: the next tick tries again."""
TRAINING_DAY, TRAINING_TIME = 2, time(3, 41)
"""Day of the month and Beijing time of the training: the schedule of ``prefect.yaml``."""
TRAINING_OVERDUE_AFTER = timedelta(days=1)
"""Nothing waits for a training: the champion stands. A day leaves time to hold it by hand."""
TICKING = frozenset({FlowName.DANGER_WATCH, FlowName.HOTSPOT_WATCH})
"""Flows whose schedule ticks more often than any season asks."""


@dataclass(frozen=True, slots=True)
class Lateness:
    """How a flow stands against its plan."""

    flow: FlowName
    held_utc: datetime | None
    """When the last round took place; None where none ever did."""
    overdue: datetime | None
    """The planned round that should have been held; None where all is in time."""


def members(house: House) -> tuple[int, ...]:
    """Codes of all member counties of all joint units."""
    return tuple(county.gb for zone in house.catalogue.zones for county in zone.counties)


def tier_of(house: House) -> Callable[[date], WatchTier]:
    """How closely a day is watched, by the calendar alone."""
    season, calendar, counties = house.rules.season, house.rules.calendar, members(house)
    return lambda day: season.tier(calendar, counties, day)


def zone_tier(house: House, zone: str, now: datetime) -> WatchTier:
    """How closely a joint unit is watched now."""
    counties = [county.gb for county in house.catalogue.zone(zone).counties]
    return house.rules.season.tier(house.rules.calendar, counties, now.astimezone(BEIJING).date())


def waits(house: House, flow: FlowName, *, now: datetime) -> datetime | None:
    """The planned round of a flow that no good round has served yet; None where nothing waits.

    While a signed warning stands, today's plan is that of the warning.
    """
    served = house.runs.last_round(flow, GOOD, units=_units(house, flow), world=house.world)
    return due(_cadence(house, flow), _with_warnings(house, now), served=served, now=now)


def next_planned(house: House, flow: FlowName, *, now: datetime) -> datetime | None:
    """The first planned round after ``now``."""
    return _cadence(house, flow).next_planned(_with_warnings(house, now), now)


def lateness(house: House, *, now: datetime) -> list[Lateness]:
    """How each planned flow stands. By the calendar alone: a warning of an hour ago makes no earlier round late."""
    expected_since = house.runs.first_started(world=house.world) or now
    watches = [_lateness(house, FlowName(flow), expected_since, now) for flow in house.rules.season.cadences]
    return [*watches, _training(house, expected_since, now)]


def _lateness(house: House, flow: FlowName, expected_since: datetime, now: datetime) -> Lateness:
    held = house.runs.last_round(flow, HELD, units=_units(house, flow), world=house.world)
    late = overdue(_cadence(house, flow), tier_of(house), held=held or expected_since, now=now)
    return Lateness(flow, held, late)


def _training(house: House, expected_since: datetime, now: datetime) -> Lateness:
    held = house.runs.last_round(FlowName.MONTHLY_TRAINING, HELD, units=(), world=house.world)
    planned = training_planned(now - TRAINING_OVERDUE_AFTER)
    return Lateness(FlowName.MONTHLY_TRAINING, held, planned if (held or expected_since) < planned else None)


def training_planned(now: datetime) -> datetime:
    """The newest planned training at or before ``now``."""
    today = now.astimezone(BEIJING).date()
    this_month = datetime.combine(today.replace(day=TRAINING_DAY), TRAINING_TIME, BEIJING)
    if this_month <= now:
        return this_month
    return datetime.combine(
        (today.replace(day=1) - timedelta(days=1)).replace(day=TRAINING_DAY), TRAINING_TIME, BEIJING
    )


def _units(house: House, flow: FlowName) -> tuple[str, ...]:
    """Joint units that rounds may cover one by one; a hotspot round is always of all."""
    return house.zone_ids if flow is FlowName.DANGER_WATCH else ()


def _cadence(house: House, flow: FlowName) -> Cadence:
    return house.rules.season.cadences[flow]


def _with_warnings(house: House, now: datetime) -> Callable[[date], WatchTier]:
    by_calendar, today, standing = tier_of(house), now.astimezone(BEIJING).date(), _warning_stands(house, now)
    return lambda day: warned(by_calendar(day), standing=standing and day == today)


def _warning_stands(house: House, now: datetime) -> bool:
    asked = house.warning_documents
    found = (asked.standing(WARNING, gb, at=now, world=house.world) for gb in members(house))
    return any(row is not None and row.begins_utc <= now for row in found)
