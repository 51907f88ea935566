"""The shipped rules of fire danger: each group binds, says what the code says, and waits for a signature."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import Any

import pytest

from flows.rules import RuleBook, load_rules, shipped_rules
from models.danger import DangerParameters
from models.danger_grade import DayGradeBounds, GradeBounds
from models.fire_weather.parameters import FireWeatherParameters
from models.fire_weather.restart import RestartRules
from models.fire_weather.snow import SnowRules
from models.weather.daily import DailyParameters
from models.weather.doubt import PlausibilityRules
from models.weather.interpolate import InterpolationParameters

GROUPS: dict[str, type[Any]] = {
    "danger.fire_weather": FireWeatherParameters,
    "danger.snow": SnowRules,
    "danger.restart": RestartRules,
    "danger.interpolation": InterpolationParameters,
    "danger.plausibility": PlausibilityRules,
    "danger.daily": DailyParameters,
    "danger.grade": GradeBounds,
    "danger.day_grade": DayGradeBounds,
    "danger.danger": DangerParameters,
}


@pytest.fixture(scope="module")
def book() -> RuleBook:
    return load_rules(shipped_rules())


@pytest.mark.parametrize(("section", "group"), GROUPS.items())
def test_a_group_binds_whole_and_agrees_with_the_defaults_of_the_code(
    book: RuleBook, section: str, group: type[Any]
) -> None:
    assert book.bind(section, group) == group()
    own = {field.name for field in fields(group) if not is_dataclass(getattr(group(), field.name))}
    assert set(book.section(section)) == own


def test_no_rule_of_fire_danger_stands_outside_the_groups(book: RuleBook) -> None:
    sections = {rule.name.rsplit(".", 1)[0] for rule in book if rule.name.startswith("danger.")}
    assert sections == set(GROUPS)


def test_no_office_has_confirmed_a_number_of_fire_danger_yet(book: RuleBook) -> None:
    assert not any(rule.confirmed for rule in book if rule.name.startswith("danger."))
