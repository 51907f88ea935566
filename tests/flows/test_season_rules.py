from __future__ import annotations

from pathlib import Path

import pytest

from flows.errors import ConfigurationError
from flows.rules import load_rules, shipped_rules
from flows.season_rules import fire_calendar
from models.fire_calendar.calendar import FireCalendar


def changed(tmp_path: Path, old: str, new: str) -> FireCalendar:
    text = (shipped_rules() / "seasons.toml").read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "seasons.toml").write_text(text.replace(old, new, 1), encoding="utf-8")
    return fire_calendar(load_rules(tmp_path))


def test_the_shipped_calendar_knows_all_three_regions() -> None:
    calendar = fire_calendar(load_rules(shipped_rules()))
    assert {period.gb // 10000 for period in calendar.periods} == {11, 12, 13}


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('begin = "11-01"', 'begin = "11-31"', r"seasons.period.beijing_fire_period: .*day"),
        ('kind = "fire_period"', 'kind = "fire"', r"seasons.period.beijing_fire_period: kind: .*got 'fire'"),
        ("gb = 110000", "region = 110000", r"seasons.period.beijing_fire_period: gb: Field required"),
        ("valid_to = 2025-12-31", "valid_to = 2024-12-31", r"seasons.period.yanqing_high_danger_2025: .*valid_to"),
        ("[window.qingming]", "[window.qingmin]", r"seasons.window.qingmin: qingmin is no key date"),
        ("before_d = 3, after_d = 3", "before_d = -3, after_d = 3", r"rules: seasons: a window reaches 0 or more days"),
        ("begin = 2024-03-04", "begin = 2024-03-14", r"seasons.typed.two_sessions: .*ends before it begins"),
        ("value = []", 'value = "none"', r"seasons.typed.major_event must be a list"),
        ('value = "01-01"', 'value = "1 January"', r"seasons.year.statistics_start: '1 January' is no day of the year"),
    ],
)
def test_a_row_that_is_wrong_stops_the_start_and_is_named(tmp_path, old, new, message) -> None:
    with pytest.raises(ConfigurationError, match=message):
        changed(tmp_path, old, new)
