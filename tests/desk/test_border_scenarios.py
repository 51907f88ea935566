"""The exercises at the lines: tables made by their script, and the history that each must come to, round by round."""

from __future__ import annotations

from datetime import UTC

import pytest

from boundary_zones.catalogue import Catalogue
from desk.scenario import Scenario, load_scenario
from desk.scenarios.borders import EXERCISES, Exercise
from feeds.tables import TableFile, parse_hotspot_table
from flows.rules import shipped_rules
from flows.signed import SignedRules, load_signed
from flows.wiring import catalogue_of
from models.frames import JudgementFrame
from models.incidents.event import Change
from models.incidents.incident import Incident
from models.incidents.judge import with_judgements
from models.incidents.match import located
from models.incidents.numbering import Numbering
from models.incidents.track import track


@pytest.fixture(scope="module")
def rules() -> SignedRules:
    return load_signed(shipped_rules())


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return catalogue_of(None)


@pytest.fixture(params=EXERCISES, ids=[each.name for each in EXERCISES])
def exercise(request) -> Exercise:
    return request.param


@pytest.fixture
def scenario(exercise) -> Scenario:
    return load_scenario(exercise.folder)


def histories(
    scenario: Scenario, rules: SignedRules, catalogue: Catalogue
) -> list[tuple[str, int, tuple[Change, ...]]]:
    """Zone, hotspots and events of each incident, as the rounds of the exercise would follow them."""
    file = TableFile("hotspots.csv", scenario.files.hotspots.read_bytes(), scenario.end)
    rows = parse_hotspot_table(file, rules=rules.hotspots, bounds=rules.rejects).frame
    matched = with_judgements(located(rows, catalogue).hotspots, JudgementFrame.create_empty())
    incidents: tuple[Incident, ...] = ()
    seen: dict[str, dict[Change, None]] = {}
    for at in scenario.hotspot_rounds():
        window = matched.filter(matched["available_utc"] <= at)
        heard = rows.filter(rows["available_utc"] <= at)["acquired_utc"].max()
        numbers = [each.incident_id for each in incidents]
        nos = [each.hotspot_no for each in incidents]
        result = track(
            incidents,
            window,
            now=min(at, heard or at).astimezone(UTC),
            rules=rules.track,
            next_number=Numbering.after(numbers, exercise=True, hotspot_nos=nos),
        )
        for each in result.tracked:
            seen.setdefault(each.incident.incident_id, {}).update(dict.fromkeys(each.changes))
        incidents = result.incidents
    return [(each.zone, each.hotspot_count, tuple(seen[each.incident_id])) for each in incidents]


def test_the_script_makes_the_tables_to_the_byte(exercise) -> None:
    for name, content in exercise.tables().items():
        assert (exercise.folder / name).read_bytes() == content, name


def test_an_exercise_is_small_and_says_what_is_invented(exercise, scenario) -> None:
    assert sum(map(len, exercise.tables().values())) < 300_000
    assert scenario.constructed
    assert any("hotspots.csv" in line for line in scenario.invented)
    assert scenario.documented


def test_each_fire_has_one_number_and_the_expected_history(scenario, rules, catalogue) -> None:
    wanted = [(one.zone, one.hotspots, one.events) for one in scenario.expected.histories]
    assert sorted(histories(scenario, rules, catalogue)) == sorted(wanted)


def test_the_fire_of_2019_begins_24_km_from_the_line_and_is_followed_from_the_first_row(rules, catalogue) -> None:
    scenario = load_scenario("miyun-pinggu-2019-03-30")
    file = TableFile("hotspots.csv", scenario.files.hotspots.read_bytes(), scenario.end)
    rows = located(parse_hotspot_table(file, rules=rules.hotspots, bounds=rules.rejects).frame, catalogue).hotspots
    first = rows.sort("acquired_utc").row(0, named=True)
    assert first["distance_to_border_km"] == pytest.approx(24, abs=0.5)
    assert rows["distance_to_border_km"].min() > 10
