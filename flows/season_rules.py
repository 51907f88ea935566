"""``rules/seasons.toml`` as the fire calendar: each row checked, and named by its rule when it is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from flows.errors import ConfigurationError
from flows.rules import Rule, RuleBook
from models.fire_calendar.calendar import FireCalendar
from models.fire_calendar.holidays import Stretch
from models.fire_calendar.key_dates import KeyDate, KeyDateRules, Window, YearlyStretch
from models.fire_calendar.month_day import MonthDay, month_day
from models.fire_calendar.season import SeasonKind, SeasonPeriod

PREFIX = "seasons"


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _PeriodRow(_Row):
    gb: int
    kind: SeasonKind
    begin: str
    end: str
    name_zh: str
    valid_to: date | None = None


class _WindowRow(_Row):
    before_d: int
    after_d: int


class _YearlyRow(_Row):
    begin: str
    end: str


class _DatesRow(_Row):
    begin: date
    end: date


_RowT = TypeVar("_RowT", bound=_Row)


def fire_calendar(book: RuleBook) -> FireCalendar:
    """The calendar that the rules describe.

    Raises:
        ConfigurationError: a row that is wrong, or a key date without what it needs; the message names the rule.
    """
    try:
        return FireCalendar(
            periods=tuple(_period(rule) for rule in book.rules(f"{PREFIX}.period")),
            key_date_rules=_key_dates(book),
            statistics_start=_month_day(f"{PREFIX}.year.statistics_start", book),
            season_start=_month_day(f"{PREFIX}.year.season_start", book),
        )
    except ValueError as error:
        raise ConfigurationError(f"rules: {PREFIX}: {error}") from error


def _period(rule: Rule) -> SeasonPeriod:
    row = _row(rule.name, rule.value, _PeriodRow)
    try:
        return SeasonPeriod(
            gb=row.gb,
            kind=row.kind,
            begin=month_day(row.begin),
            end=month_day(row.end),
            name_zh=row.name_zh,
            source=rule.source,
            article=rule.article,
            valid_from=rule.valid_from,
            valid_to=row.valid_to,
            confirmed_by=rule.confirmed_by,
        )
    except ValueError as error:
        raise ConfigurationError(f"rules: {rule.name}: {error}") from error


def _key_dates(book: RuleBook) -> KeyDateRules:
    return KeyDateRules(
        windows={kind: Window(**row.model_dump()) for kind, row in _by_kind(book, "window", _WindowRow).items()},
        stand_ins={
            kind: YearlyStretch(month_day(row.begin), month_day(row.end))
            for kind, row in _by_kind(book, "stand_in", _YearlyRow).items()
        },
        typed={_kind(rule): _typed(rule) for rule in book.rules(f"{PREFIX}.typed")},
    )


def _by_kind(book: RuleBook, section: str, row: type[_RowT]) -> Mapping[KeyDate, _RowT]:
    return {_kind(rule): _row(rule.name, rule.value, row) for rule in book.rules(f"{PREFIX}.{section}")}


def _typed(rule: Rule) -> tuple[Stretch, ...]:
    if not isinstance(rule.value, list):
        raise ConfigurationError(f"rules: {rule.name} must be a list of {{ begin, end }}, got {rule.value!r}")
    rows = [_row(f"{rule.name}[{index}]", value, _DatesRow) for index, value in enumerate(rule.value)]
    try:
        return tuple(Stretch(row.begin, row.end) for row in rows)
    except ValueError as error:
        raise ConfigurationError(f"rules: {rule.name}: {error}") from error


def _kind(rule: Rule) -> KeyDate:
    name = rule.name.rpartition(".")[2]
    try:
        return KeyDate(name)
    except ValueError as error:
        known = ", ".join(KeyDate)
        raise ConfigurationError(f"rules: {rule.name}: {name} is no key date; there are {known}") from error


def _row(name: str, value: Any, kind: type[_RowT]) -> _RowT:
    try:
        return kind.model_validate(value)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        raise ConfigurationError(f"rules: {name}: {field}: {first['msg']}, got {first['input']!r}") from error


def _month_day(name: str, book: RuleBook) -> MonthDay:
    value = book.value(name)
    try:
        return month_day(str(value))
    except ValueError as error:
        raise ConfigurationError(f"rules: {name}: {error}") from error
