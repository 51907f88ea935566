from __future__ import annotations

import shutil
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from boundary_zones.catalogue import SHIPPED
from boundary_zones.contacts import load_contacts
from desk.errors import InputError
from desk.scenario import BUNDLED, Scenario, bundled_scenarios, load_scenario
from flows.wiring import catalogue_of
from notify.alert import AlertKind, IncidentLevel

NAME = "jizhou-sanhe-2017-05-11"
FILE = "scenario.toml"


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return load_scenario(NAME)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(BUNDLED / NAME, tmp_path / "mine"))


def changed(folder: Path, old: str, new: str) -> Path:
    text = (folder / FILE).read_text(encoding="utf-8")
    assert text.count(old) >= 1
    (folder / FILE).write_text(text.replace(old, new, 1), encoding="utf-8")
    return folder


def test_the_bundled_scenarios_are_found_by_name_and_load() -> None:
    assert NAME in bundled_scenarios()
    assert [load_scenario(name).name for name in bundled_scenarios()] == list(bundled_scenarios())


def test_a_scenario_says_that_it_was_made_and_what_is_documented(scenario) -> None:
    assert scenario.constructed
    assert scenario.documented
    assert scenario.invented
    assert scenario.sources


def test_a_folder_and_the_file_in_it_are_the_same_scenario(copy) -> None:
    assert load_scenario(copy) == load_scenario(copy / FILE)
    assert load_scenario(copy).name == "mine"


def test_tables_are_paths_beside_the_scenario(scenario) -> None:
    assert scenario.files.weather == BUNDLED / NAME / "weather.csv"
    assert scenario.files.weather.is_file()


def test_danger_rounds_run_at_their_local_times_on_every_day_of_the_exercise(scenario) -> None:
    rounds = scenario.danger_rounds()
    assert [f"{instant + timedelta(hours=8):%d %H:%M}" for instant in rounds] == [
        "10 07:07",
        "10 15:07",
        "11 07:07",
        "11 15:07",
        "12 07:07",
    ]
    assert all(instant.tzinfo is UTC for instant in rounds)


def test_hotspot_rounds_come_every_ten_minutes_while_it_burns(scenario) -> None:
    rounds = scenario.hotspot_rounds()
    burning = [
        each
        for each in rounds
        if datetime(2017, 5, 11, 7, 30, tzinfo=UTC) <= each <= datetime(2017, 5, 11, 11, tzinfo=UTC)
    ]
    assert len(burning) == 21
    assert {later - earlier for earlier, later in pairwise(burning)} == {timedelta(minutes=10)}
    assert rounds == tuple(sorted(set(rounds)))
    assert len(rounds) < 80


def test_some_offices_answer_and_some_do_not(scenario) -> None:
    answer = scenario.answer(AlertKind.INCIDENT, "120119")
    assert (answer.after_min, answer.via) == (4, "phone")
    assert scenario.answer(AlertKind.INCIDENT, "130822") is None
    assert scenario.answer(AlertKind.SYSTEM, "120119") is None


def test_what_is_expected_names_zones_days_and_levels(scenario) -> None:
    (incident,) = scenario.expected.incidents
    assert incident.level is IncidentLevel.CRITICAL
    assert {
        (each.zone, each.least_grade) for each in scenario.expected.danger if each.local_date == date(2017, 5, 11)
    } == {
        ("PG-JZ", 5),
        ("YQ-HL", 4),
        ("HR-CD", 3),
    }


def test_every_zone_region_and_office_of_the_bundled_scenario_exists(scenario) -> None:
    catalogue = catalogue_of(None)
    offices = {recipient.office for recipient in load_contacts(SHIPPED / "contacts.example.toml").recipients}
    assert set(scenario.zones) <= {zone.id for zone in catalogue.zones}
    assert set(scenario.expected.told_regions) <= set(catalogue.regions)
    assert {answer.office for answer in scenario.answers} <= offices
    assert {office for each in scenario.expected.incidents for office in each.told_offices} <= offices


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("title_en = ", "title = ", "title_en: Field required"),
        ("constructed = true", 'constructed = "yes"', "constructed: Input should be a valid boolean"),
        ("step_min = 180", "step = 180", r"rounds.hotspots\[0\].step_min: Field required"),
        ("step_min = 180", "step_min = 180\nsteps = 2", r"rounds.hotspots\[0\].steps: Extra inputs are not permitted"),
        ("step_min = 180", "step_min = 0", r"rounds.hotspots\[0\].step_min: Input should be greater than 0"),
        ("ffmc = 87.0", "ffmc = 107.0", "start.ffmc: Input should be less than or equal to 101"),
        ("dc = 170.0", 'dc = "170"', "start.dc: Input should be a valid number"),
        ('kind = "danger"', 'kind = "weather"', r"answers\[0\].kind: Input should be 'danger'"),
        ('via = "phone"', 'via = "pigeon"', r"answers\[0\].via: Input should be 'phone' or 'page'"),
        ("T00:00:00+08:00", "T00:00:00", "from: Input should have timezone info"),
        ('title_zh = "', 'name = "x"\ntitle_zh = "', "name: is the name of the folder"),
        ("title_zh = ", "title_zh ", "is not TOML"),
        ('weather = "weather.csv"', 'weather = "wether.csv"', "files.weather: there is no wether.csv"),
        ("to = 2017-05-12T12", "to = 2017-05-09T12", "to: .* is not after from"),
        ("local_date = 2017-05-08", "local_date = 2017-05-09", "start.local_date: 2017-05-09 is later than 2017-05-08"),
        ("from = 2017-05-11T15:33", "from = 2017-05-11T15:03", r"rounds.hotspots\[1\]: begins before the one above"),
        ("to = 2017-05-11T19:00", "to = 2017-05-11T15:00", r"rounds.hotspots\[1\].to: .* is not after from"),
        ('office = "120119"', 'office = "110117"', r"answers\[1\]: office 110117 answers danger alerts twice"),
        ('zone = "YQ-HL"', 'zone = "FS-BD"', r"expected.danger\[2\].zone: FS-BD is not one of zones"),
    ],
)
def test_what_is_wrong_is_named_with_its_field(copy, old, new, message) -> None:
    with pytest.raises(InputError, match=message) as caught:
        load_scenario(changed(copy, old, new))
    assert caught.value.source.endswith(FILE)


def test_a_scenario_that_is_not_there_names_those_that_are() -> None:
    with pytest.raises(InputError, match=f"bundled scenarios: .*{NAME}"):
        load_scenario("no-such-fire")
