"""``rules/cadence.toml``: when rounds are held, from when a danger is told and what a county owes, by the season."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, time
from enum import StrEnum
from typing import Any, TypeVar

from flows.errors import ConfigurationError
from flows.rules import RuleBook
from models.fire_calendar.cadence import Cadence, DayPlan
from models.fire_calendar.calendar import FireCalendar
from models.fire_calendar.watch_tier import WatchTier, by_tier, closest_tier, county_tier
from notify.alert import IncidentLevel, WarningColour
from notify.rules import DangerAlertRules, IncidentAlertRules

PREFIX = "cadence"
_E = TypeVar("_E", bound=StrEnum)


class Duty(StrEnum):
    """What a county owes each day. A closed list."""

    DAILY_REPORT = "daily_report"
    ZERO_REPORT = "zero_report"

    @property
    def name_zh(self) -> str:
        """As offices call it."""
        return {"daily_report": "每日报告", "zero_report": "零报告"}[self.value]


@dataclass(frozen=True, slots=True)
class SeasonRules:
    """What follows the fire calendar."""

    cadences: Mapping[str, Cadence]
    """By name of the flow."""
    min_told_colour: Mapping[WatchTier, WarningColour]
    min_told_level: Mapping[WatchTier, IncidentLevel]
    duties: Mapping[WatchTier, tuple[Duty, ...]]

    def danger_alert(self, rules: DangerAlertRules, tier: WatchTier) -> DangerAlertRules:
        """``rules`` with the colour from which a danger is told in this tier."""
        return replace(rules, min_told_colour=_or(self.min_told_colour, tier, rules.min_told_colour))

    def incident_alert(self, rules: IncidentAlertRules, tier: WatchTier) -> IncidentAlertRules:
        """``rules`` with the ring from which an incident is told in this tier."""
        return replace(rules, min_told_level=_or(self.min_told_level, tier, rules.min_told_level))

    def duties_of(self, calendar: FireCalendar, county_gb: int, local_date: date) -> tuple[Duty, ...]:
        """What a county owes on a day."""
        return by_tier(self.duties, county_tier(calendar, county_gb, local_date))

    def owing(self, calendar: FireCalendar, counties: Iterable[int], local_date: date, duty: Duty) -> tuple[int, ...]:
        """Those of ``counties`` that owe a duty on a day."""
        return tuple(gb for gb in counties if duty in self.duties_of(calendar, gb, local_date))

    def tier(self, calendar: FireCalendar, counties: Iterable[int], local_date: date) -> WatchTier:
        """The closest watch that any of ``counties`` asks for on a day."""
        return closest_tier(calendar, counties, local_date)


def season_rules(book: RuleBook) -> SeasonRules:
    """The season's rules.

    Raises:
        ConfigurationError: a table that is wrong; the message names the rule.
    """
    overdue = book.section(f"{PREFIX}.overdue")
    plans = book.section(f"{PREFIX}.cadence")
    if overdue.keys() != plans.keys():
        raise ConfigurationError(
            f"rules: {PREFIX}: cadence and overdue name different flows: {plans.keys() ^ overdue.keys()}"
        )
    return SeasonRules(
        cadences={flow: _cadence(flow, table, overdue[flow]) for flow, table in plans.items()},
        min_told_colour=_by_tier(book, "told.min_told_colour", WarningColour),
        min_told_level=_by_tier(book, "told.min_told_level", IncidentLevel),
        duties=_duties(book),
    )


def _or(table: Mapping[WatchTier, _E], tier: WatchTier, otherwise: _E) -> _E:
    try:
        return by_tier(table, tier)
    except KeyError:
        return otherwise


def _cadence(flow: str, table: Any, overdue_after_min: Any) -> Cadence:
    name = f"{PREFIX}.cadence.{flow}"
    try:
        plans = {WatchTier(tier): _plan(told) for tier, told in _mapping(name, table).items()}
        return Cadence(plans, float(overdue_after_min))
    except (ValueError, TypeError, KeyError) as error:
        raise ConfigurationError(f"rules: {name}: {error}") from error


def _plan(told: Mapping[str, Any]) -> DayPlan:
    if told.keys() == {"at"}:
        return DayPlan(tuple(time.fromisoformat(at) for at in told["at"]))
    if told.keys() == {"every_min", "from_min"}:
        return DayPlan.every(told["every_min"], from_minute=told["from_min"])
    raise ValueError(f"a plan is {{ at = […] }} or {{ every_min, from_min }}, got {dict(told)}")


def _duties(book: RuleBook) -> dict[WatchTier, tuple[Duty, ...]]:
    name = f"{PREFIX}.duties.owed"
    try:
        found = {
            WatchTier(tier): tuple(Duty(each) for each in told)
            for tier, told in _mapping(name, book.value(name)).items()
        }
    except (ValueError, TypeError) as error:
        raise ConfigurationError(f"rules: {name}: {error}") from error
    if WatchTier.OFF_SEASON not in found:
        raise ConfigurationError(f"rules: {name}: off_season is missing; write off_season = []")
    return found


def _by_tier(book: RuleBook, rest: str, members: type[_E]) -> dict[WatchTier, _E]:
    name = f"{PREFIX}.{rest}"
    try:
        return {WatchTier(tier): members(told) for tier, told in _mapping(name, book.value(name)).items()}
    except ValueError as error:
        raise ConfigurationError(f"rules: {name}: {error}") from error


def _mapping(name: str, value: Any) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise ConfigurationError(f"rules: {name} must be a table by tier, got {value!r}")
    return value
