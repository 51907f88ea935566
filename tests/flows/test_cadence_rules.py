"""rules/cadence.toml: an office changes cadence, thresholds and duties without code, and a wrong row is named."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from flows.cadence_rules import Duty, SeasonRules, season_rules
from flows.errors import ConfigurationError
from flows.rules import load_rules, shipped_rules
from flows.signed import load_signed
from models.fire_calendar.watch_tier import WatchTier
from notify.alert import IncidentLevel, WarningColour
from tests.models.fire_calendar.shipped import CALENDAR, FENGNING, HUAIROU, JIZHOU

TABLE = (shipped_rules() / "cadence.toml").read_text(encoding="utf-8")
MEMBERS = (HUAIROU, JIZHOU, FENGNING)
SIGNED = load_signed(shipped_rules())


def read(folder: Path, text: str = TABLE) -> SeasonRules:
    (folder / "cadence.toml").write_text(text, encoding="utf-8")
    return season_rules(load_rules(folder))


def with_value(name: str, value: str) -> str:
    head, _, rest = TABLE.partition(f"[{name}]\nvalue = ")
    assert rest, name
    return f"{head}[{name}]\nvalue = {value}\n{rest.partition(chr(10))[2]}"


def test_another_cadence_needs_no_code(tmp_path) -> None:
    rules = read(tmp_path, with_value("cadence.danger_watch", '{ off_season = { at = ["09:09"] } }'))
    planned = rules.cadences["danger_watch"].planned(lambda _: WatchTier.WARNING, date(2027, 4, 5))
    assert [f"{at:%H:%M}" for at in planned] == ["09:09"]


def test_on_a_key_date_a_danger_is_told_from_yellow_and_on_other_days_from_orange(tmp_path) -> None:
    rules = read(tmp_path)
    told = [rules.danger_alert(SIGNED.danger_alert, tier).min_told_colour for tier in WatchTier]
    assert told == [WarningColour.ORANGE] * 3 + [WarningColour.YELLOW] * 2


def test_other_thresholds_need_no_code(tmp_path) -> None:
    rules = read(tmp_path, with_value("told.min_told_level", '{ high_danger = "watch" }'))
    told = [rules.incident_alert(SIGNED.incident_alert, tier).min_told_level for tier in WatchTier]
    assert told == [IncidentLevel.NOTIFY] * 2 + [IncidentLevel.WATCH] * 3


@pytest.mark.parametrize(
    ("day", "owing"),
    [
        (date(2027, 7, 1), ()),
        (date(2027, 10, 15), (JIZHOU, FENGNING)),
        (date(2027, 10, 1), MEMBERS),
        (date(2027, 11, 10), MEMBERS),
    ],
    ids=["summer", "october", "national day", "november"],
)
def test_each_county_owes_its_reports_in_its_own_season_and_on_key_dates(tmp_path, day, owing) -> None:
    rules = read(tmp_path)
    for duty in Duty:
        assert rules.owing(CALENDAR, MEMBERS, day, duty) == owing
    assert [duty.name_zh for duty in Duty] == ["每日报告", "零报告"]


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("cadence.danger_watch", '{ summer = { at = ["09:09"] } }', "summer"),
        ("cadence.danger_watch", '{ off_season = { at = ["09:30"] } }', "half hour"),
        ("cadence.danger_watch", "{ off_season = { hourly = 1 } }", "every_min"),
        ("cadence.danger_watch", '{ fire_period = { at = ["09:09"] } }', "off_season"),
        ("cadence.danger_watch", "7", "table by tier"),
        ("overdue.danger_watch", "0", "overdue_after_min"),
        ("told.min_told_colour", '{ key_date = "mauve" }', "mauve"),
        ("duties.owed", '{ off_season = ["tea"] }', "tea"),
        ("duties.owed", '{ fire_period = ["zero_report"] }', "off_season is missing"),
    ],
)
def test_a_wrong_row_stops_the_start_and_is_named(tmp_path, name: str, value: str, said: str) -> None:
    with pytest.raises(ConfigurationError, match=said) as refused:
        read(tmp_path, with_value(name, value))
    assert name.split(".", 1)[1] in str(refused.value)


def test_a_flow_with_a_plan_and_no_grace_is_refused(tmp_path) -> None:
    with pytest.raises(ConfigurationError, match="danger_watch"):
        read(tmp_path, TABLE.replace("[overdue.danger_watch]", "[overdue.other]"))
