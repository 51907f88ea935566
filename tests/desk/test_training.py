"""Exercises: what they must come to is held against what came, and nothing of them is live."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from desk.errors import InputError
from desk.exits import Exit
from desk.replay import into_inbox
from desk.scenario import Expected, ExpectedDanger, ExpectedIncident, Scenario, load_scenario
from desk.training import DEFAULT
from desk.training_review import reached_grades, review
from desk.training_world import joined, title_of
from flows.embedded import NOTHING_LEAVES, embedded_environment, prefect_is_set
from flows.exercising import Exercised
from flows.replaying import DrivenClock
from notify.alert import IncidentLevel
from notify.drill_gate import DrillWindow
from tests.conftest import CHECKOUT
from tests.desk.test_replay import ELSEWHERE, FIRE, HOTSPOTS
from tests.flows import world
from tests.flows.world import DAY, HOUR, MORNING, TODAY, ZONE

REGIONS = ("beijing", "tianjin", "hebei")
FIRE_EXPECTED: dict[str, Any] = {
    "zone": ZONE,
    "level": IncidentLevel.CRITICAL,
    "greatest_distance_km": 1.0,
    "hotspots": 1,
    "told_by": MORNING + HOUR,
    "told_offices": ("110117", "120119", "131082"),
}


def expecting(
    *, regions: tuple[str, ...] = REGIONS, danger: tuple[ExpectedDanger, ...] = (), **incident: Any
) -> Scenario:
    """The bundled scenario with other expectations."""
    fires = (ExpectedIncident(**(FIRE_EXPECTED | incident)),) if incident else ()
    expected = Expected(told_regions=regions, danger=danger, incidents=fires)
    return load_scenario(DEFAULT).model_copy(update={"expected": expected})


def test_an_exercise_that_came_to_what_was_expected_has_nothing_unmet(told) -> None:
    danger = (ExpectedDanger(zone=ZONE, local_date=TODAY, least_grade=5),)
    assert review(told, expecting(danger=danger, zone=ZONE)) == []
    assert reached_grades(told) == {(ZONE, TODAY): 5}


@pytest.mark.parametrize(
    ("zone", "day", "says"),
    [
        ("YQ-HL", TODAY, "YQ-HL 2024-04-10: grade None, at least 5 expected"),
        (ZONE, TODAY + DAY, "PG-JZ 2024-04-11: grade None, at least 5 expected"),
    ],
    ids=["a unit without a grade", "a forecast of the day is not the day"],
)
def test_danger_that_was_not_reached_is_unmet(told, zone: str, day: date, says: str) -> None:
    assert review(told, expecting(danger=(ExpectedDanger(zone=zone, local_date=day, least_grade=5),))) == [says]


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"hotspots": 7}, "1 hotspots, 7 expected"),
        ({"greatest_distance_km": 0.0}, "km from the line, at most 0.0 expected"),
        ({"told_by": MORNING - HOUR}, "not told by"),
        ({"told_offices": ("110117", "130732")}, "not told by 2024-04-10 00:07:00+00:00: 130732"),
        ({"zone": "YQ-HL"}, "YQ-HL: no incident was told"),
    ],
    ids=["too few hotspots", "too far", "too late", "an office left out", "no fire there"],
)
def test_an_incident_that_fell_short_is_unmet_and_says_why(told, changes, says) -> None:
    (unmet,) = review(told, expecting(**{"zone": ZONE, **changes}))
    assert says in unmet


def test_a_region_that_nobody_told_is_unmet(house) -> None:
    drill = world.recorded(house, hotspots=world.recorded_hotspots(house, [world.fire(), world.elsewhere()]))
    world.hotspots(drill)
    assert review(drill, expecting()) == [f"nobody in {region} was told" for region in REGIONS]
    world.dispatch(drill)
    assert review(drill, expecting()) == []


def test_every_office_of_an_exercise_is_reached_in_the_inbox_only(house, tmp_path) -> None:
    both = house.contacts.recipients + tuple(
        type(one)(one.region, one.office, one.office_zh, one.role, "mail", "mailto://duty:secret@example.org")
        for one in house.contacts.recipients[:3]
    )
    local = into_inbox(type(house.contacts)(both, "contacts"))
    assert {(one.channel, one.address.split(":")[0]) for one in local.recipients} == {("inbox", "inbox")}
    assert [one.office for one in local.recipients] == [one.office for one in house.contacts.recipients]


def test_the_offices_of_a_drill_window_keep_their_own_channels_beside_the_inbox(house) -> None:
    first, *others = house.contacts.recipients
    mail = replace(first, channel="mail", address="mailto://duty:secret@example.org")
    both = type(house.contacts)((first, mail, *others), "contacts")
    inside = into_inbox(both, but=(f"{first.region}/{first.office}",))
    assert [one.channel for one in inside.recipients if one.office == first.office] == ["inbox", "mail"]
    assert {one.channel for one in inside.recipients if one.office != first.office} == {"inbox"}


def test_an_exercise_goes_out_through_a_window_that_is_open_now_only(firewatch, house, small, monkeypatch) -> None:
    monkeypatch.setattr(os, "environ", os.environ.copy())
    now = house.clock()
    window = DrillWindow("YL-1", "*", ("beijing/110117",), now, now + HOUR, "演练", "平谷值班长")
    house.releases.ask_window(window, at=now, most=HOUR)
    done = firewatch("exercise", small, "--window", "YL-1")
    assert done.code == Exit.BAD_INPUT
    assert "YL-1 is not open now" in done.err
    assert firewatch("exercise", small, "--window", "YL-none").code == Exit.BAD_INPUT


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--tabletop", "--window", "YL-1"), "a tabletop leaves through no window"),
        (("--answers", "answers.toml"), "are those of a tabletop"),
    ],
)
def test_an_option_that_would_be_passed_over_is_refused(firewatch, options, said) -> None:
    done = firewatch("exercise", *options)
    assert (done.code, said in done.err) == (Exit.BAD_INPUT, True)


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("exercise-jizhou-sanhe-2017-05-11-20261126T085536Z", "2017年5月11日蓟州—三河交界森林火灾（平谷毗邻）演练"),
        ("exercise-our-own-20261126T085536Z", "2026年11月26日演练"),
        ("replay", "replay"),
    ],
)
def test_an_exercise_is_called_by_its_title_else_by_its_day(house, name, title) -> None:
    assert title_of(house.within(name)) == title


def test_the_bundled_exercises_are_listed(firewatch) -> None:
    assert DEFAULT in firewatch("exercise", "--list").out
    listed = firewatch("exercise", "--list", "--json").document
    assert listed[DEFAULT].startswith("2017年5月11日")


def test_an_exercise_never_uses_a_server_that_somebody_set(tmp_path) -> None:
    environment = embedded_environment(tmp_path, None)
    assert "PREFECT_API_URL" not in environment
    assert environment["PREFECT_SERVER_EPHEMERAL_ENABLED"] == "true"
    assert set(NOTHING_LEAVES) <= set(environment)
    assert prefect_is_set(embedded_environment(tmp_path, "http://127.0.0.1:4200/api"))
    assert not prefect_is_set(environment)


SCENARIO = """
title_zh = "小演练"
title_en = "A small exercise"
constructed = true
summary_zh = "早晨界上起火。"
summary_en = "A fire on the line in the morning."
documented = ["nothing"]
invented = ["everything"]
sources = ["ours"]
from = 2024-04-10T06:00:00+08:00
to = 2024-04-10T10:00:00+08:00
zones = ["PG-JZ"]
[files]
weather = "weather.csv"
hotspots = "hotspots.csv"
elevation = "elevation.csv"
[start]
local_date = 2024-04-07
ffmc = 90.0
dmc = 60.0
dc = 300.0
spin_up_days = 60
[rounds]
danger_local_times = [07:07:00]
[[rounds.hotspots]]
from = 2024-04-10T09:10:00+08:00
to = 2024-04-10T09:40:00+08:00
step_min = 15
[[answers]]
kind = "incident"
office = "120119"
after_min = 4
by = "值班员"
via = "phone"
[expected]
told_regions = ["beijing", "tianjin", "hebei"]
[[expected.danger]]
zone = "PG-JZ"
local_date = 2024-04-10
least_grade = 5
[[expected.incidents]]
zone = "PG-JZ"
level = "critical"
greatest_distance_km = 1.0
hotspots = 1
told_by = 2024-04-10T09:20:00+08:00
told_offices = ["110117", "120119", "131082", "110000", "120000", "130000"]
"""


@pytest.fixture
def small(tmp_path) -> Path:
    """A scenario of our own: one danger round, two looks at a fire, one answer."""
    folder = tmp_path / "small"
    folder.mkdir()
    dawn = world.on_the_hour(MORNING)
    seen = world.weather_rows(world.noon(TODAY - 3 * DAY) + HOUR, dawn + 3 * HOUR)
    ahead = world.weather_rows(dawn, dawn + 40 * HOUR, issued=dawn - HOUR)
    pl.concat([seen, ahead]).write_csv(folder / "weather.csv", datetime_format="%Y-%m-%dT%H:%M:%SZ")
    (folder / "hotspots.csv").write_text("\n".join([HOTSPOTS, FIRE, ELSEWHERE, ""]), encoding="utf-8")
    lattice = [(39.8 + lat / 10, 116.7 + lon / 10, 200.0) for lat in range(9) for lon in range(11)]
    heights = pl.DataFrame(lattice, schema=["lat_deg", "lon_deg", "elevation_m"], orient="row")
    heights.write_csv(folder / "elevation.csv")
    (folder / "scenario.toml").write_text(SCENARIO, encoding="utf-8")
    return folder


def played(folder: Path, home: Path) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PREFECT_", "FIREWATCH_"))}
    return subprocess.run(
        (sys.executable, "-m", "desk.cli", "exercise", str(folder), "--json"),
        cwd=CHECKOUT,
        env=clean | {"FIREWATCH_HOME": str(home), "PREFECT_API_URL": "http://127.0.0.1:9/api"},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )


@pytest.mark.long
@pytest.mark.flow
def test_an_exercise_of_ones_own_runs_through_prefect_and_tells_all_three_regions(small, home) -> None:
    done = played(small, home)
    assert done.returncode == Exit.DONE, done.stderr[-3000:]
    document = json.loads(done.stdout)
    assert document["rounds"] == 3
    assert [code[:2] for code in document["alerts"]] == ["演平", "演平"]
    (zone,) = document["zones"]
    assert zone["danger"] == ["04-10 5级"]
    assert {office["region"] for office in document["offices"]} == set(REGIONS)
    answered = {office["office"]: office for office in document["offices"] if office["answered"]}
    assert set(answered) == {"120119"}
    assert answered["120119"]["minutes"] == pytest.approx(4.0)
    texts = [path.read_text(encoding="utf-8") for path in home.glob("inbox/*/*.jsonl")]
    lines = [json.loads(line) for text in texts for line in text.splitlines()]
    assert lines
    assert all(line["exercise"] and line["text_short"].startswith("【演练】") for line in lines)


def test_an_exercise_that_came_to_less_says_what_was_unmet_and_ends_with_one(firewatch, small, monkeypatch) -> None:
    monkeypatch.setattr(os, "environ", os.environ.copy())
    monkeypatch.setattr("desk.training.play", lambda *_, **__: Exercised())
    done = firewatch("exercise", small, "--json")
    assert done.code == Exit.FAILED
    assert "未达到预期：PG-JZ 2024-04-10: grade None, at least 5 expected" in done.err
    assert "未达到预期：nobody in tianjin was told" in done.err
    assert done.document["alerts"] == []
    assert done.document["zones"][0]["danger"] == ["无数据"]


def test_a_scenario_whose_table_is_broken_is_refused_before_anything_runs(firewatch, small, monkeypatch) -> None:
    monkeypatch.setattr(os, "environ", os.environ.copy())
    (small / "hotspots.csv").write_text("latitude,longitude\n40,117\n", encoding="utf-8")
    done = firewatch("exercise", small)
    assert done.code == Exit.BAD_INPUT
    assert "hotspots.csv: column acq_date" in done.err


def test_an_exercise_with_a_hotspot_that_cannot_be_read_is_refused_by_file_and_row(house, tmp_path) -> None:
    scenario = load_scenario(DEFAULT)
    header, first, *rest = scenario.files.hotspots.read_text(encoding="utf-8").splitlines()
    latitude = header.split(",").index("latitude")
    fields = first.split(",")
    broken = tmp_path / "hotspots.csv"
    broken.write_text(
        "\n".join([header, ",".join([*fields[:latitude], "91.0", *fields[latitude + 1 :]]), *rest]), encoding="utf-8"
    )
    files = scenario.files.model_copy(update={"hotspots": broken})
    with pytest.raises(InputError, match=r"hotspots\.csv: rows that cannot be read: .* 1 \("):
        joined(house, scenario.model_copy(update={"files": files}), DrivenClock(MORNING), name="exercise-broken")
