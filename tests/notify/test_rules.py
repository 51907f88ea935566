"""The signed numbers: what the shipped file says, and what is refused at the start."""

from __future__ import annotations

import tomllib
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest

from notify.alert import IncidentLevel, WarningColour
from notify.circuit import CircuitRules
from notify.incident_level import IncidentLevelRules
from notify.rules import (
    DangerAlertRules,
    DispatchRules,
    FeedAlertRules,
    IncidentAlertRules,
    WordingRules,
    by_channel,
)
from tests.notify.samples import DANGER, DISPATCH, FEED, INCIDENT

SHIPPED = Path(__file__).parent.parent.parent / "rules" / "alerting.toml"
GROUPS = {
    "danger": DangerAlertRules,
    "incident": IncidentAlertRules,
    "incident_level": IncidentLevelRules,
    "feed": FeedAlertRules,
    "wording": WordingRules,
    "dispatch": DispatchRules,
    "circuit": CircuitRules,
}
WORDING = WordingRules("京津冀森防", "森防通报", "森防核查", "值班", "火险管线", "更正")


def shipped(section: str) -> dict[str, Any]:
    return {name: rule["value"] for name, rule in tomllib.loads(SHIPPED.read_text("utf-8"))[section].items()}


def test_the_shipped_file_has_exactly_the_sections_and_fields_that_are_used() -> None:
    tree = tomllib.loads(SHIPPED.read_text("utf-8"))
    assert set(tree) == set(GROUPS)
    for section, group in GROUPS.items():
        assert set(tree[section]) == {item.name for item in fields(group)} - set(GROUPS)


def test_the_shipped_numbers_are_those_of_the_domain() -> None:
    danger, incident, dispatch = shipped("danger"), shipped("incident"), shipped("dispatch")
    assert danger["colour_by_grade"] == ["none", "blue", "yellow", "orange", "red"]
    assert (danger["min_told_colour"], danger["lower_after_runs"], danger["min_hold_h"]) == ("orange", 2, 6.0)
    assert (incident["watch_km"], incident["notify_km"], incident["critical_km"]) == (10.0, 5.0, 2.0)
    assert incident["growth_hotspots"] == 3
    assert dispatch["lease_s"] >= 3 * dispatch["send_deadline_s"]
    assert set(dispatch["keyed_channels"]) == {"inbox", "mqtt", "webhook"}


@pytest.mark.parametrize("section", ["incident", "feed", "wording", "dispatch", "circuit"])
def test_the_shipped_sections_make_their_groups(section: str) -> None:
    values: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in shipped(section).items()
    }
    if section == "incident":
        values["min_told_level"] = IncidentLevel(values["min_told_level"])
    assert GROUPS[section](**values)


@pytest.mark.parametrize(
    ("rules", "wrong", "named"),
    [
        (DANGER, {"colour_by_grade": tuple(WarningColour)[:4]}, "colour_by_grade needs five"),
        (DANGER, {"colour_by_grade": tuple(WarningColour)[::-1]}, "never fall"),
        (DANGER, {"min_told_colour": WarningColour.NONE}, "min_told_colour"),
        (DANGER, {"window_d": 0}, "window_d"),
        (DANGER, {"repeat_after_h": (6.0,)}, "repeat_after_h"),
        (DANGER, {"lower_after_runs": 0}, "lower_after_runs"),
        (INCIDENT, {"critical_km": 6.0}, "rings must be"),
        (INCIDENT, {"critical_km": 0.0}, "rings must be"),
        (INCIDENT, {"min_told_level": IncidentLevel.NONE}, "min_told_level"),
        (INCIDENT, {"growth_hotspots": 0}, "growth_hotspots"),
        (INCIDENT, {"growth_interval_min": -1.0}, "growth_interval_min"),
        (FEED, {"out_after_rounds": 0}, "out_after_rounds"),
        (FEED, {"asked_within_h": 0.0}, "asked_within_h"),
        (WORDING, {"danger_signature": "北京市森林防灭火指挥部"}, "danger_signature must be 1-6"),
        (DISPATCH, {"batch": 0}, "batch"),
        (DISPATCH, {"lease_s": 44.0}, "lease_s 44.0 is shorter"),
        (DISPATCH, {"workers": {"inbox": 1}}, "workers needs positive numbers and an entry 'other'"),
        (DISPATCH, {"max_attempts": {"other": 0}}, "max_attempts"),
        (DISPATCH, {"backoff_cap_s": {}}, "backoff_cap_s"),
        (DISPATCH, {"doubtful_resends": -1}, "the rest not negative"),
    ],
)
def test_rules_that_make_no_sense_are_refused_by_name(rules: Any, wrong: dict[str, Any], named: str) -> None:
    with pytest.raises(ValueError, match=named):
        replace(rules, **wrong)


def test_a_channel_without_a_number_of_its_own_has_that_of_the_rest() -> None:
    assert by_channel(DISPATCH.workers, "webhook") == 8
    assert by_channel(DISPATCH.workers, "mail") == 2
