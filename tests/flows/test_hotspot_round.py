"""The hotspot round from recorded rows to numbered incidents and committed alerts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from flows.following import follow
from flows.order import FlowName
from flows.recorded_feeds import NoHotspots, NoWeather
from flows.wiring import House
from models.incidents.incident import IncidentState
from notify.alert import LIVE
from store.run_rows import RunOutcome, Trigger
from store.zone_levels import LevelRecord, ZoneLevels
from tests.flows import world
from tests.flows.world import DAY, HOUR, MORNING, elsewhere, fire, hotspots

FIRST = "YL-PG-JZ-2024-001"


def burning(house: House, *rows: dict[str, Any], at=MORNING, name: str = world.DRILL) -> House:
    """A world in which a satellite has looked just now and seen ``rows``."""
    return world.recorded(house, world=name, hotspots=world.recorded_hotspots(house, [*rows, elsewhere(at=at)]), at=at)


def quiet(house: House, at) -> House:
    """A world in which a satellite has looked just now and seen nothing near."""
    return burning(house, at=at)


def silent(house: House) -> House:
    """A world in which no feed says anything."""
    return world.recorded(house, hotspots=NoHotspots())


def drill_of(house: House) -> House:
    """The exercise's world, to look into."""
    return house.within(world.DRILL)


def test_a_hotspot_on_the_line_becomes_a_numbered_incident_and_one_alert(house) -> None:
    drill = burning(house, fire())
    report = hotspots(drill)
    assert report.outcome.outcome is RunOutcome.DONE
    (incident,) = drill.incidents.all_incidents(world=drill.world)
    assert incident.incident_id == FIRST
    (alert,) = world.alerts(drill).to_dicts()
    assert (alert["event_id"], alert["level"], alert["reason"]) == (FIRST, "critical", "incident_near_border")
    assert report.outcome.alerts == (alert["code"],) == ("演平0410-01",)
    assert not alert["degraded"]
    assert alert["text_short"].startswith("【演练】")
    assert alert["text_long"].startswith("【演练】")
    assert FIRST in alert["text_long"]


def test_both_sides_and_all_three_regions_get_one_delivery_each(house) -> None:
    drill = burning(house, fire())
    hotspots(drill)
    told = world.told_at_once(drill)
    zone = drill.catalogue.zone(world.ZONE)
    assert {str(county.gb) for county in zone.counties} <= set(told["office"])
    duty = told.filter(told["recipient_role"] == "province_duty")
    assert sorted(duty["region"]) == ["beijing", "hebei", "tianjin"]
    assert told["office"].n_unique() == told.height
    world.dispatch(drill)
    assert sorted(office for office, _ in world.messages(drill)) == sorted(told["office"])


def test_in_the_live_world_the_number_is_a_real_one_and_no_text_says_exercise(house) -> None:
    live = burning(house, fire(), name=LIVE)
    hotspots(live, trigger=Trigger.MANUAL)
    (alert,) = world.alerts(live).to_dicts()
    assert alert["event_id"] == "JJJ-PG-JZ-2024-001"
    assert alert["code"] == "平0410-01"
    assert not alert["exercise"]
    assert "演练" not in alert["text_short"] + alert["text_long"]


def test_the_wind_of_the_nearest_point_is_in_the_text_and_its_absence_is_named(house) -> None:
    drill = burning(house, fire())
    hotspots(drill)
    assert "西南风" in world.alerts(drill)["text_long"][0]
    still = world.recorded(
        house,
        world="exercise-still",
        weather=NoWeather(),
        hotspots=world.recorded_hotspots(house, [fire(), elsewhere()]),
    )
    hotspots(still)
    assert "缺测：风" in world.alerts(still)["text_long"][0]


def test_a_quiet_look_is_done_with_no_alert(drill) -> None:
    report = hotspots(drill)
    assert report.outcome.outcome is RunOutcome.DONE
    assert (report.outcome.alerts, report.outcome.table) == ((), ())
    assert report.outcome.counts["incidents_open"] == 0
    assert report.outcome.counts["outside_watch_area"] == 1


def test_a_round_held_twice_tells_once(house) -> None:
    drill = burning(house, fire())
    told = [hotspots(drill, MORNING + number * HOUR / 6).outcome.alerts for number in (0, 0, 1, 2)]
    assert [len(codes) for codes in told] == [1, 0, 0, 0]
    world.dispatch(drill)
    world.dispatch(drill)
    received = world.messages(drill)
    assert len(received) == len(set(received)) == 9


def test_more_hotspots_of_the_same_fire_are_told_as_growth_of_the_same_incident(house) -> None:
    hotspots(burning(house, fire()))
    later = MORNING + HOUR
    more = [fire(hours, at=later, north_km=km) for hours, km in ((2.0, 0.5), (2.0, 1.0), (2.0, 1.5))]
    drill = burning(house, fire(), *more, at=later)
    hotspots(drill, later)
    first, second = world.alerts(drill).to_dicts()
    assert first["event_id"] == second["event_id"] == FIRST
    assert (second["revision"], second["reason"]) == (2, "incident_grew")
    assert "热点增至4个" in second["text_long"]


def test_a_round_that_only_looks_tells_nobody_and_keeps_no_incident(house) -> None:
    drill = burning(house, fire())
    report = hotspots(drill, send=False)
    assert report.outcome.alerts == ("预览",)
    assert report.outcome.table[0]["event"] == FIRST
    assert world.alerts(drill).is_empty()
    assert drill.incidents.all_incidents(world=drill.world) == []
    assert drill.levels.newest(FIRST, world=drill.world) is None
    assert drill.levels.silences(since=MORNING - DAY, world=drill.world) == []
    assert hotspots(drill).outcome.alerts == ("演平0410-01",)


def test_a_look_at_the_past_sees_no_later_hotspot_and_wakes_no_incident(house) -> None:
    at = MORNING + DAY
    drill = burning(house, fire(20, at=at), at=at)
    hotspots(drill, at)
    (dormant,) = drill.incidents.all_incidents(world=drill.world)
    assert dormant.state is IncidentState.DORMANT
    report = hotspots(drill, MORNING, send=False)
    assert report.outcome.counts["incidents_open"] == 1
    assert drill.incidents.all_incidents(world=drill.world) == [dormant]
    fresh = burning(house, fire(20, at=at), at=at, name="exercise-fresh")
    fresh.hotspots.save(world.hotspot_frame([fire(20, at=at)]), world=fresh.world)
    asked = world.order(FlowName.HOTSPOT_WATCH, MORNING - HOUR, world=fresh.world)
    assert follow(fresh, asked, None).result.tracked == ()


def test_only_the_unit_that_was_asked_for_is_decided(house) -> None:
    north = fire(lat_deg=41.0, lon_deg=116.65)
    drill = burning(house, fire(), north)
    hotspots(drill)
    units = {each.zone for each in drill.incidents.all_incidents(world=drill.world)}
    assert units == {"PG-JZ", "HR-CD"}
    report = hotspots(drill, MORNING + HOUR, zones=("PG-JZ",))
    assert {row["zone"] for row in report.outcome.table} == {"PG-JZ"}


def test_without_any_feed_the_round_says_no_data_and_never_no_fire(house) -> None:
    report = hotspots(silent(house))
    assert report.outcome.outcome is RunOutcome.FEED_OUT
    assert report.outcome.missing == ("热点表",)
    first, *problems = house.runs.load(report.run_id).end.note.splitlines()
    assert first == "缺测：热点表"
    assert problems == list(report.outcome.problems) != []


def test_a_table_that_ends_two_days_ago_is_no_quiet_day(house) -> None:
    stale = world.recorded(house, hotspots=world.recorded_hotspots(house, [elsewhere(hours_ago=48)]))
    report = hotspots(stale)
    assert report.outcome.outcome is RunOutcome.FEED_OUT
    assert "热点表" in report.outcome.missing


def test_a_fire_that_is_told_while_the_feed_is_out_says_that_input_is_missing(house) -> None:
    drill = world.recorded(house, hotspots=world.recorded_hotspots(house, [fire(hours_ago=30)]))
    assert hotspots(drill).outcome.outcome is RunOutcome.FEED_OUT
    (alert,) = [row for row in world.alerts(drill).to_dicts() if row["kind"] == "incident"]
    assert alert["degraded"]
    assert "热点表" in alert["text_long"]


def test_a_hotspot_that_came_too_late_to_be_followed_is_counted_once(house) -> None:
    drill = burning(house, fire(hours_ago=80))
    assert [hotspots(drill).outcome.counts["too_late_to_follow"] for _ in range(2)] == [1, 0]
    assert not drill.incidents.all_incidents(world=drill.world)


def test_an_incident_does_not_end_while_nobody_is_heard(house) -> None:
    drill = burning(house, fire())
    hotspots(drill)
    for days in range(1, 8):
        report = hotspots(silent(house), MORNING + days * DAY)
        assert report.outcome.outcome is RunOutcome.FEED_OUT
    (incident,) = drill.incidents.all_incidents(world=drill.world)
    assert incident.state is IncidentState.ACTIVE


def test_an_incident_that_was_dormant_when_the_feeds_went_out_stays_dormant(house) -> None:
    hotspots(burning(house, fire()))
    heard = MORNING + DAY
    hotspots(quiet(house, heard), heard)
    states = []
    for days in (2, 5):
        hotspots(silent(house), MORNING + days * DAY)
        states += [each.state for each in house.incidents.all_incidents(world=world.DRILL)]
    assert states == [IncidentState.DORMANT] * 2


def test_an_incident_ends_when_satellites_have_looked_for_days_and_seen_nothing(house) -> None:
    hotspots(burning(house, fire()))
    for days in (1, 2, 3, 4):
        at = MORNING + days * DAY
        report = hotspots(quiet(house, at), at)
    (incident,) = house.incidents.all_incidents(world=world.DRILL)
    assert incident.state is IncidentState.ENDED
    assert report.outcome.counts["incidents_open"] == 0
    assert world.alerts(drill_of(house)).height == 1


def test_a_table_that_falls_behind_stops_the_time_of_its_incidents(house) -> None:
    """Its last row tells how far anybody has looked."""
    hotspots(burning(house, fire()))
    late = world.recorded(house, hotspots=world.recorded_hotspots(house, [fire(), elsewhere()]))
    report = hotspots(late, MORNING + 5 * DAY)
    assert report.outcome.outcome is RunOutcome.FEED_OUT
    assert [each.state for each in house.incidents.all_incidents(world=world.DRILL)] == [IncidentState.ACTIVE]


def test_operations_hear_once_that_a_feed_is_out_and_once_that_it_is_back(house) -> None:
    told = []
    for number in range(6):
        told += hotspots(silent(house), MORNING + number * HOUR / 6).outcome.alerts
    back = MORNING + HOUR
    told += hotspots(quiet(house, back), back).outcome.alerts
    told += hotspots(quiet(house, back), back + HOUR / 6).outcome.alerts
    rows = world.alerts(drill_of(house)).to_dicts()
    assert [row["code"] for row in rows] == told
    assert [(row["kind"], row["reason"]) for row in rows] == [("system", "feed_out"), ("system", "feed_back")]
    assert rows[0]["decided_utc"] == MORNING + 2 * HOUR / 6
    assert "热点表" in rows[0]["text_short"]
    roles = house.ledger_frames.deliveries(world=world.DRILL)["recipient_role"]
    assert set(roles) == {"operations"}


def test_two_silent_rounds_are_no_outage_yet(house) -> None:
    for number in range(2):
        hotspots(silent(house), MORNING + number * HOUR / 6)
    assert world.alerts(drill_of(house)).is_empty()


class Crash(BaseException):
    """The process dies here."""


@pytest.fixture
def crash_before_memory(monkeypatch) -> Callable[[str], None]:
    """Let the process die where it would next save the memory of an event, once the alert is committed."""
    save = ZoneLevels.save

    def arm(event: str) -> None:
        def die(self: ZoneLevels, record: LevelRecord, *, world: str = LIVE) -> None:
            if record.event_key == event:
                monkeypatch.setattr(ZoneLevels, "save", save)
                raise Crash("power")
            save(self, record, world=world)

        monkeypatch.setattr(ZoneLevels, "save", die)

    return arm


def test_a_crash_between_alert_and_memory_is_mended_and_tells_nobody_twice(house, crash_before_memory) -> None:
    drill = burning(house, fire())
    crash_before_memory(FIRST)
    with pytest.raises(Crash):
        hotspots(drill)
    assert world.alerts(drill).height == 1
    assert drill.levels.newest(FIRST, world=drill.world) is None
    for number in range(1, 4):
        assert hotspots(drill, MORNING + number * HOUR / 6).outcome.alerts == ()
    assert world.alerts(drill).height == 1
    newest = drill.levels.newest(FIRST, world=drill.world)
    assert newest is not None
    assert newest.level == "critical"


def test_after_such_a_crash_a_fire_that_reached_the_line_is_told_still(house, crash_before_memory) -> None:
    crash_before_memory(FIRST)
    with pytest.raises(Crash):
        hotspots(burning(house, fire(north_km=3.0)))
    later = MORNING + HOUR
    nearer = burning(house, fire(north_km=3.0), fire(1.1, at=later, north_km=1.5), at=later)
    hotspots(nearer, later)
    told = world.alerts(nearer)
    assert told["reason"].to_list() == ["incident_near_border", "incident_closer"]
    assert told["level"].to_list() == ["critical", "critical"]


def test_a_crashed_run_is_recorded_as_failed_with_its_reason(house, crash_before_memory) -> None:
    drill = burning(house, fire())
    crash_before_memory(FIRST)
    with pytest.raises(Crash):
        hotspots(drill)
    (run,) = drill.runs.last_runs(world=drill.world)
    assert run.outcome is RunOutcome.FAILED
    assert run.end is not None
    assert run.end.note == "Crash: power"


def test_a_crash_in_the_round_that_told_of_an_outage_loses_neither_outage_nor_its_end(
    house, crash_before_memory
) -> None:
    for number in range(2):
        hotspots(silent(house), MORNING + number * HOUR / 6)
    crash_before_memory("feeds")
    with pytest.raises(Crash):
        hotspots(silent(house), MORNING + 2 * HOUR / 6)
    back = MORNING + HOUR
    hotspots(quiet(house, back), back)
    reasons = world.alerts(drill_of(house))["reason"].to_list()
    assert reasons == ["feed_out", "feed_back"]


def test_a_crash_in_the_round_that_told_of_the_end_of_an_outage_does_not_tell_it_again(
    house, crash_before_memory
) -> None:
    for number in range(3):
        hotspots(silent(house), MORNING + number * HOUR / 6)
    back = MORNING + HOUR
    crash_before_memory("feeds")
    with pytest.raises(Crash):
        hotspots(quiet(house, back), back)
    for minutes in (10, 20):
        hotspots(quiet(house, back), back + timedelta(minutes=minutes))
    assert world.alerts(drill_of(house))["reason"].to_list() == ["feed_out", "feed_back"]


def test_a_crash_after_the_danger_alert_does_not_tell_it_again(dry, crash_before_memory) -> None:
    crash_before_memory("danger:PG-JZ")
    with pytest.raises(Crash):
        world.danger(dry)
    assert world.alerts(dry).height == 1
    assert world.danger(dry, MORNING + HOUR).outcome.alerts == ()
    assert world.alerts(dry).height == 1
