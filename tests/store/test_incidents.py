from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import MISSING, fields, replace
from threading import Barrier

import pytest

from models.incidents.incident import Incident, IncidentState
from models.incidents.numbering import Numbering
from store.database import Database
from store.errors import NotInStore, StoreConflict
from store.incidents import Incidents
from tests.store.examples import an_incident, minutes


@pytest.fixture
def kept(database: Database) -> Incidents:
    return Incidents(database)


def test_every_field_of_an_incident_comes_back(kept: Incidents) -> None:
    item = an_incident()
    at_default = {field.name for field in fields(Incident) if getattr(item, field.name) in (field.default, MISSING)}
    assert at_default == set()
    kept.save([item])
    assert kept.load(item.incident_id) == item


def test_what_is_not_known_stays_unknown(kept: Incidents) -> None:
    item = an_incident(frp_mw=None, region=None, county_gb=None, neighbour_regions=(), satellites=())
    kept.save([item])
    assert kept.load(item.incident_id) == item


def test_an_incident_that_changed_is_kept_as_it_is_now(kept: Incidents) -> None:
    kept.save([an_incident()])
    later = an_incident(
        state=IncidentState.DORMANT, hotspot_ids=frozenset({"h2", "h9"}), last_seen_utc=minutes(90), frp_mw=None
    )
    kept.save([later])
    assert kept.load(later.incident_id) == later


def test_an_incident_may_lose_all_its_hotspots_to_another(kept: Incidents) -> None:
    kept.save([an_incident(1), an_incident(2, hotspot_ids=frozenset())])
    moved = [an_incident(1, hotspot_ids=frozenset()), an_incident(2, hotspot_ids=frozenset({"h1", "h2", "h3"}))]
    kept.save(moved)
    assert kept.open_incidents() == moved


def test_open_incidents_are_those_that_have_not_ended(kept: Incidents) -> None:
    states = [IncidentState.ACTIVE, IncidentState.DORMANT, IncidentState.ENDED]
    kept.save(an_incident(number, state=state) for number, state in enumerate(states, start=1))
    assert [item.state for item in kept.open_incidents()] == states[:2]
    assert [item.state for item in kept.all_incidents()] == states


def test_an_ended_incident_never_lives_again(kept: Incidents) -> None:
    ended = an_incident(state=IncidentState.ENDED)
    kept.save([ended])
    kept.save([replace(ended, reason="已核查")])
    with pytest.raises(StoreConflict, match="JJJ-PG-JZ-2017-001 has ended"):
        kept.save([an_incident(2), an_incident(state=IncidentState.ACTIVE)])
    assert [item.incident_id for item in kept.all_incidents()] == [ended.incident_id]


def test_worlds_do_not_mix(kept: Incidents) -> None:
    drill = an_incident(hotspot_ids=frozenset({"drill"}))
    kept.save([drill], world="exercise-1")
    assert kept.open_incidents() == []
    with pytest.raises(NotInStore, match="'live'"):
        kept.load(drill.incident_id)
    kept.save([an_incident()])
    assert kept.load(drill.incident_id, world="exercise-1") == drill


def test_numbers_count_by_zone_year_and_world(kept: Incidents) -> None:
    assert [kept.next_number("PG-JZ", 2017) for _ in range(3)] == [1, 2, 3]
    assert kept.next_number("HR-CD", 2017) == 1
    assert kept.next_number("PG-JZ", 2018) == 1
    assert kept.next_number("PG-JZ", 2017, world="exercise-1") == 1


def test_a_number_and_its_incident_are_written_together_without_a_gap(kept: Incidents) -> None:
    def open_one(number: int) -> None:
        with kept.database.begin():
            item = an_incident(kept.next_number("PG-JZ", 2017))
            kept.save([item])
            if number % 3 == 0:
                raise ZeroDivisionError

    with ThreadPoolExecutor(4) as pool:
        failed = [future.exception() for future in [pool.submit(open_one, number) for number in range(12)]]
    assert sum(isinstance(error, ZeroDivisionError) for error in failed) == 4
    assert [error for error in failed if error is not None and not isinstance(error, ZeroDivisionError)] == []
    assert [item.incident_id[-3:] for item in kept.all_incidents()] == [f"{number:03d}" for number in range(1, 9)]


def test_of_two_who_number_at_once_the_second_sees_what_the_first_numbered(kept: Incidents) -> None:
    """On PostgreSQL too, where two writers may read before either has written."""
    together = Barrier(4)

    def start_one(number: int) -> None:
        together.wait(60)
        with kept.alone():
            taken = [item.incident_id for item in kept.all_incidents()]
            time.sleep(0.02)
            new = Numbering.after(taken, exercise=False).incident_id("PG-JZ", 2017)
            kept.save([an_incident(incident_id=new, hotspot_ids=frozenset({f"h{number}"}))])

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(start_one, range(4)))
    found = kept.all_incidents()
    assert [item.incident_id[-3:] for item in found] == ["001", "002", "003", "004"]
    assert {hotspot for item in found for hotspot in item.hotspot_ids} == {"h0", "h1", "h2", "h3"}


def test_a_fire_on_the_divide_of_two_units_is_counted_and_listed_for_each(kept: Incidents) -> None:
    kept.save([an_incident(1), an_incident(2, other_zones=())])
    assert (kept.count(["PG-JZ"]), kept.count(["HR-CD"]), kept.count(["YQ-HL"]), kept.count([])) == (2, 1, 0, 0)
    assert [item.incident_id[-3:] for item in kept.newest(["HR-CD"], limit=9)] == ["001"]
    assert kept.zones_of_event("JJJ-PG-JZ-2017-001") == ("PG-JZ", "HR-CD")
    assert kept.zones_of_event("danger:PG-JZ:2017-05-11") == ()


def test_what_stands_is_what_burns_was_seen_lately_or_is_named(kept: Incidents) -> None:
    old, new = minutes(0), minutes(600)
    ended = {"state": IncidentState.ENDED}
    kept.save(
        [
            an_incident(1, last_seen_utc=old),
            an_incident(2, last_seen_utc=old, **ended),
            an_incident(3, last_seen_utc=new, **ended),
            an_incident(4, last_seen_utc=old, **ended),
        ]
    )
    every = [item.incident_id for item in kept.all_incidents()]
    found = kept.standing(seen_since=minutes(300), and_of=[every[3]])
    assert [item.incident_id for item in found] == [every[0], every[2], every[3]]


def test_all_are_read_page_by_page_the_last_seen_first(kept: Incidents) -> None:
    kept.save(an_incident(number, last_seen_utc=minutes(number)) for number in range(1, 6))
    zone = kept.all_incidents()[0].zone
    read = [item.incident_id for after in (0, 2, 4) for item in kept.newest([zone], limit=2, after=after)]
    assert read == [item.incident_id for item in reversed(kept.all_incidents())]
    assert kept.count([zone]) == 5
    assert kept.count([]) == 0
