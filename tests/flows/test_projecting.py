"""Projections in the round: what they rest on, what they say, and that they never stop an alert."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from boundary_zones.places import locate
from flows import conditions, projecting
from flows.dryness import NO_CODES_ZH
from flows.elevation import FlatCells
from flows.ground import DEFAULT_FUEL_ZH, FLAT_ZH, surroundings
from flows.projecting import (
    NO_WIND_ZH,
    PROJECTION_ZH,
    WAITING_ZH,
    ProjectedRound,
    arrival_facts,
    project,
    project_incidents,
)
from flows.recorded_feeds import NoWeather
from flows.weather_ahead import weather_ahead
from flows.wiring import House
from models.incidents.incident import Incident
from tests.flows import world
from tests.flows.world import HOUR, LINE, MORNING, elsewhere, fire, hotspots

SOUTH_KM = 2.5
BESIDE_THE_LINE = (fire(lat_deg=40.05, lon_deg=117.5),)
"""In Jizhou, 16 km south-east of the line of Pinggu."""
GALE = world.Air(wind_ms=14.0)
_OBSERVED = world.weather_rows(MORNING - 24 * HOUR, MORNING, air=GALE)
_FORETOLD = world.weather_rows(MORNING, MORNING + 48 * HOUR, air=GALE, issued=MORNING - HOUR)
GALE_TOWARD_THE_LINE = world.weather_frame(
    *(rows.with_columns(wind_direction_deg=pl.lit(127.0)) for rows in (_OBSERVED, _FORETOLD))
)


def burning(house: House, *rows: dict, **parts: object) -> House:
    at = MORNING
    seen = world.recorded_hotspots(house, [*(rows or (fire(north_km=-SOUTH_KM),)), elsewhere(at=at)])
    return world.recorded(house, hotspots=seen, at=at, **parts)


def the_incident(drill: House) -> Incident:
    (incident,) = drill.incidents.all_incidents(world=drill.world)
    return incident


def test_a_round_keeps_the_projection_with_the_incident(house) -> None:
    drill = burning(house)
    report = hotspots(drill)
    assert report.outcome.counts["projected"] == 1
    projection = the_incident(drill).projection
    assert projection is not None
    assert 0 <= projection.bearing_deg < 360
    assert projection.arrival_probability is not None
    if projection.arrival_h_early is not None:
        assert projection.crossing_lat_deg == pytest.approx(LINE[0], abs=0.2)
        assert projection.crossing_lon_deg == pytest.approx(LINE[1], abs=0.2)
        at = locate(drill.catalogue, projection.crossing_lat_deg, projection.crossing_lon_deg)
        assert at["distance_to_border_km"][0] < 0.001


def test_the_same_incident_at_the_same_time_has_the_same_projection(house) -> None:
    drill = burning(house)
    hotspots(drill)
    first, again = (project(drill, the_incident(drill), as_of=MORNING, rings=True) for _ in range(2))
    assert first is not None
    assert again is not None
    assert first.incident == again.incident
    np.testing.assert_array_equal(first.outlook.rings_m[0][1], again.outlook.rings_m[0][1])


def test_what_a_projection_lacks_is_said(house) -> None:
    drill = burning(house, elevation=FlatCells())
    hotspots(drill)
    found = project(drill, the_incident(drill), as_of=MORNING)
    assert found is not None
    assert {FLAT_ZH, DEFAULT_FUEL_ZH, NO_CODES_ZH} <= set(found.facts.notes)
    assert found.surroundings.ground.height_m is None
    assert "飞火" in found.facts.limits_zh
    assert found.facts.out_of_zh


def test_the_codes_of_the_day_are_taken_where_they_are_known(house) -> None:
    drill = burning(house)
    drill.moisture.save(world.moisture(drill, day=world.TODAY - world.DAY), made_by_run="R", world=drill.world)
    hotspots(drill)
    found = project(drill, the_incident(drill), as_of=MORNING)
    assert found is not None
    assert NO_CODES_ZH not in found.facts.notes


def test_the_codes_of_a_unit_that_was_computed_days_ago_are_taken_and_their_age_is_said(house) -> None:
    """The newest day that is kept may hold the cells of other units only."""
    drill = burning(house)
    old, other = (
        world.moisture(drill, day=world.TODAY - 3 * world.DAY),
        world.moisture(drill, zones=["HR-CD"], day=world.TODAY),
    )
    for state in (old, other):
        drill.moisture.save(state, made_by_run="R", world=drill.world)
    hotspots(drill)
    found = project(drill, the_incident(drill), as_of=MORNING)
    assert found is not None
    assert "推演用3天前的可燃物湿度" in found.facts.notes
    assert NO_CODES_ZH not in found.facts.notes


def test_the_first_alert_has_the_arrival_and_its_level_counts_it(house) -> None:
    """16 km from the line no ring asks for an alert: what is projected does."""
    drill = burning(house, *BESIDE_THE_LINE, weather=world.recorded_weather(house, GALE_TOWARD_THE_LINE))
    report = hotspots(drill)
    (alert,) = world.alerts(drill).filter(world.alerts(drill)["kind"] == "incident").to_dicts()
    incident = the_incident(drill)
    assert incident.least_distance_km > 10
    assert alert["level"] == incident.level != "none"
    assert incident.level_reasons[-1].startswith("推演")
    assert report.outcome.counts["projected"] == 1
    assert "可能" in alert["text_short"]


def test_hours_in_the_store_and_in_the_text_count_from_the_same_decision(house) -> None:
    drill = burning(house)
    hotspots(drill)
    kept = the_incident(drill).projection
    found = project(drill, the_incident(drill), as_of=MORNING)
    assert kept is not None
    assert found is not None
    assert kept == found.incident.projection
    assert kept.projected_utc == MORNING
    assert (kept.arrival_h_early, kept.arrival_h_late) == (found.facts.early_h, found.facts.late_h)
    later = project(drill, the_incident(drill), as_of=MORNING + HOUR)
    assert later is not None
    assert later.facts.early_h == pytest.approx(max(0.0, kept.arrival_h_early - 1.0), abs=0.02)


def test_a_fire_of_several_fronts_runs_from_all_of_them(house) -> None:
    drill = burning(house, *(fire(north_km=km) for km in (-6.0, -7.5, -9.0)))
    hotspots(drill)
    found = project(drill, the_incident(drill), as_of=MORNING, rings=True)
    assert found is not None
    assert the_incident(drill).hotspot_count == 3
    hours, rings = found.outlook.rings_m[0]
    assert hours == 1.0
    assert np.ptp(rings[..., 1], axis=1).min() > 3000


def test_what_lies_beyond_the_ground_is_said(house, monkeypatch) -> None:
    drill = burning(house, *BESIDE_THE_LINE, weather=world.recorded_weather(house, GALE_TOWARD_THE_LINE))
    hotspots(drill)
    monkeypatch.setattr("flows.ground.LEAST_HALF_KM", 4.0)
    monkeypatch.setattr("flows.ground.MOST_HALF_KM", 4.0)
    found = project(drill, the_incident(drill), as_of=MORNING)
    assert found is not None
    assert "推演止于周边4公里，更远处未计算" in found.facts.notes


def test_without_wind_there_is_no_projection_and_the_message_says_so(house) -> None:
    drill = burning(house, weather=NoWeather())
    report = hotspots(drill)
    assert report.outcome.counts["not_projected"] == 1
    assert the_incident(drill).projection is None
    assert report.outcome.alerts
    (alert,) = world.alerts(drill).filter(world.alerts(drill)["kind"] == "incident").to_dicts()
    assert NO_WIND_ZH in alert["text_long"]


def test_a_projection_that_fails_stops_no_alert(house, monkeypatch, caplog) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("no ground")

    monkeypatch.setattr(conditions, "surroundings", broken)
    drill = burning(house)
    report = hotspots(drill)
    assert report.outcome.alerts
    assert report.outcome.counts["not_projected"] == 1
    assert "could not project" in caplog.text
    (alert,) = world.alerts(drill).filter(world.alerts(drill)["kind"] == "incident").to_dicts()
    assert PROJECTION_ZH in alert["text_long"]


def test_an_unchanged_fire_keeps_its_projection_until_the_hour_is_over(house) -> None:
    drill = burning(house)
    hotspots(drill)
    kept = the_incident(drill)
    tracked = [projecting.Tracked(kept)]
    within = world.order(world.FlowName.HOTSPOT_WATCH, MORNING.replace(minute=30), world=drill.world)
    assert project_incidents(drill, within, tracked).counts == {}
    over = replace(within, as_of=(MORNING + HOUR).replace(minute=3))
    assert project_incidents(drill, over, tracked).counts["projected"] == 1


def test_a_text_speaks_from_the_kept_projection_and_says_of_when_it_is(house, monkeypatch) -> None:
    drill = burning(house)
    hotspots(drill)
    kept = the_incident(drill)
    fresh = project(drill, kept, as_of=MORNING)
    assert fresh is not None
    monkeypatch.setattr(projecting, "project", None)
    nothing = ProjectedRound(by_incident={}, missing={})
    assert arrival_facts(drill, nothing, kept, as_of=MORNING) == (fresh.facts, ())
    facts, missing = arrival_facts(drill, nothing, kept, as_of=MORNING + HOUR / 2)
    assert facts is not None
    assert missing == ()
    assert facts.early_h == pytest.approx(max(0.0, fresh.facts.early_h - 0.5))
    assert facts.notes[0] == "推演时次07时07分"
    assert arrival_facts(drill, nothing, kept, as_of=MORNING + 3 * HOUR) == (None, (WAITING_ZH,))


def test_one_whose_turn_did_not_come_is_due_in_the_next_round(house) -> None:
    drill = burning(house)
    hotspots(drill)
    kept = the_incident(drill)
    grown = replace(kept, hotspot_ids=kept.hotspot_ids | {"another"})
    soon = world.order(world.FlowName.HOTSPOT_WATCH, MORNING.replace(minute=30), world=drill.world)
    assert project_incidents(drill, soon, [projecting.Tracked(grown)]).counts["projected"] == 1


def test_the_ground_knows_on_which_side_of_the_line_it_lies(house) -> None:
    drill = burning(house)
    hotspots(drill)
    incident = the_incident(drill)
    around = surroundings(drill, incident, as_of=MORNING)
    rows, columns = around.ground.shape
    assert around.ground.line_distance_m[rows // 2, columns // 2] == pytest.approx(
        1000 * incident.distance_to_border_km, rel=0.05, abs=60
    )
    assert (around.ground.line_distance_m < 0).any()
    lat, lon = around.lat_lon_deg(0.0, 0.0)
    assert (lat, lon) == pytest.approx((incident.lat_deg, incident.lon_deg), abs=1e-6)


def test_an_observed_hour_comes_before_a_forecast_and_a_gap_takes_the_hour_before(house) -> None:
    ahead = weather_ahead(
        house.within("x", weather=world.recorded(house).weather),
        *LINE,
        begin_utc=MORNING - 3 * HOUR,
        as_of=MORNING,
        hours=24,
    )
    assert ahead is not None
    assert len(ahead.winds.speed_kmh) == 25
    assert np.isfinite(ahead.winds.speed_kmh).all()
    assert ahead.air is not None
    assert (
        weather_ahead(house.within("x", weather=NoWeather()), *LINE, begin_utc=MORNING, as_of=MORNING, hours=6) is None
    )


def test_an_hour_of_the_fire_has_the_wind_of_its_middle(house) -> None:
    """The wind rises by 2 m/s and turns by 10 degrees an hour; a fire of 07:45 first meets that of 08:15."""
    hour = MORNING.replace(minute=0)
    since = (pl.col("valid_utc") - hour).dt.total_minutes() / 60
    rising = world.weather_rows(hour - HOUR, hour + 8 * HOUR).with_columns(
        wind_speed_ms=4.0 + 2.0 * since, wind_direction_deg=100.0 + 10.0 * since
    )
    drill = house.within("x", weather=world.recorded_weather(house, world.weather_frame(rising)))
    ahead = weather_ahead(drill, *LINE, begin_utc=hour + 0.75 * HOUR, as_of=hour + 8 * HOUR, hours=4)
    assert ahead is not None
    middles = np.arange(5) + 1.25
    np.testing.assert_allclose(ahead.winds.speed_kmh, 3.6 * (4.0 + 2.0 * middles))
    np.testing.assert_allclose(ahead.winds.from_deg, 100.0 + 10.0 * middles, atol=0.1)


def test_a_fire_that_waited_is_told_again_where_its_projection_has_it_at_the_line(house) -> None:
    """Three in the rings, one projected before the alerts: the others are told 推演（稍后）, then what it came to."""
    drill = burning(house, *(fire(north_km=-1.0, lon_deg=LINE[1] + 0.1 * step) for step in range(3)))
    few = replace(drill.rules.ensemble, most_before_alert=1)
    drill = replace(drill, rules=replace(drill.rules, ensemble=few))
    hotspots(drill)
    told = world.alerts(drill).filter(pl.col("kind") == "incident").sort("event_id", "revision")
    waited = told.filter(pl.col("text_long").str.contains(WAITING_ZH, literal=True))
    again = told.filter(pl.col("revision") == 2)
    assert waited["revision"].unique().to_list() == [1]
    assert again["event_id"].to_list() == waited["event_id"].to_list()
    assert set(again["reason"]) <= {"incident_raised", "incident_projected"}
    assert all("小时内" in text and WAITING_ZH not in text for text in again["text_long"])
    hotspots(drill, MORNING + HOUR / 6)
    assert world.alerts(drill).filter(pl.col("kind") == "incident").height == told.height


def test_no_first_alert_waits_for_more_than_a_few_projections(house, monkeypatch) -> None:
    """Five fires, three of them in the rings: their alerts stand before the fourth projection is made."""
    told_before: list[int] = []
    real = projecting.project

    def counted(drill: House, incident: Incident, **asked: object) -> object:
        told_before.append(world.alerts(drill).filter(pl.col("kind") == "incident").height)
        return real(drill, incident, **asked)

    monkeypatch.setattr(projecting, "project", counted)
    drill = burning(house, *(fire(north_km=-1.0, lon_deg=LINE[1] + 0.1 * step) for step in range(5)))
    report = hotspots(drill)
    fires = drill.incidents.all_incidents(world=drill.world)
    assert len(fires) == 5
    assert told_before == [0, 0, 0, 3, 3]
    assert report.outcome.counts["projected"] == 5
    assert report.outcome.counts["not_projected"] == 0
    assert all(each.projection is not None for each in fires)
