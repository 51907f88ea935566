"""Pictures as products of the rounds, made as well as can be and never in the way."""

from __future__ import annotations

import json

import pytest

from flows import picturing
from flows.projecting import project
from flows.recorded_feeds import NoWeather
from tests.flows import world
from tests.flows.world import MORNING, elsewhere, fire, hotspots

pytestmark = pytest.mark.usefixtures("pictures_are_drawn")


def burning(house, **parts):
    seen = world.recorded_hotspots(house, [fire(north_km=-3.0), elsewhere(at=MORNING)])
    return world.recorded(house, hotspots=seen, **parts)


def test_an_incident_that_is_told_has_a_picture_among_the_products(house) -> None:
    drill = burning(house)
    report = hotspots(drill)
    (made,) = (product for product in report.outcome.products if product.kind == "incident_map")
    assert (drill.home.products / made.path).read_bytes().startswith(b"\x89PNG")
    assert drill.products.newest("incident_map", made.zone, world=drill.world) == made


def test_on_the_ground_and_weather_of_the_round_the_picture_is_that_which_is_made_alone(house) -> None:
    drill = burning(house)
    hotspots(drill)
    (incident,) = drill.incidents.all_incidents(world=drill.world)
    order = world.order(world.FlowName.HOTSPOT_WATCH, world=drill.world)
    ran = project(drill, incident, as_of=order.as_of)
    alone, again = (picturing.picture_of(drill, order, incident, each) for each in (None, ran))
    assert picturing.incident_map(again) == picturing.incident_map(alone)
    assert ran.outlook.rings_m == ()
    assert alone.fans


def test_without_wind_the_picture_says_so(house) -> None:
    drill = burning(house, weather=NoWeather())
    hotspots(drill)
    (incident,) = drill.incidents.all_incidents(world=drill.world)
    shown = picturing.picture_of(drill, world.order(world.FlowName.HOTSPOT_WATCH, world=drill.world), incident)
    assert "缺推演" in shown.headline
    assert shown.fans == ()
    assert shown.wind is None
    assert "风" in shown.footer


def test_a_picture_that_fails_stops_no_alert_and_is_counted(house, monkeypatch, caplog) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("no ink")

    monkeypatch.setattr(picturing, "incident_map", broken)
    report = hotspots(burning(house))
    assert report.outcome.alerts
    assert report.outcome.counts["pictures_failed"] == 1
    assert "态势图1张" in report.outcome.missing
    assert "could not draw" in caplog.text


def test_the_most_urgent_are_drawn_and_those_left_out_are_counted(house, monkeypatch) -> None:
    from dataclasses import replace

    from tests.store.examples import an_incident

    drawn = []
    monkeypatch.setattr(picturing, "_drawn", lambda house, order, incident, **_: drawn.append(incident.level))
    near = [an_incident(number, level="notify", distance_to_border_km=0.1) for number in range(1, 7)]
    urgent = replace(an_incident(9), level="critical", distance_to_border_km=30.0)
    order = world.order(world.FlowName.HOTSPOT_WATCH)
    made = picturing.draw_incidents(house, order, [*near, urgent], run_id="R")
    assert drawn == ["critical", "notify", "notify", "notify", "notify"]
    assert made.counts == {"pictures_left_out": 2}
    assert made.missing == ("态势图2张未绘（同时火情多）",)


def test_the_fans_of_a_picture_lie_around_the_fire_for_the_map_of_the_desk() -> None:
    from types import SimpleNamespace

    import numpy as np

    from flows.picturing import fans_geojson
    from notify.picture.incident_picture import Fan

    ring = np.array([[0.0, 1.0], [1.0, 0.0], [0.0, -1.0], [-1.0, 0.0]])
    fire = SimpleNamespace(lat_deg=40.0, lon_deg=117.0)
    features = json.loads(fans_geojson(fire, [Fan(1.0, ring, 2 * ring), Fan(3.0, 3 * ring, 4 * ring)]))["features"]
    assert [(each["properties"]["hours"], each["properties"]["likely"]) for each in features] == [
        (3.0, False),
        (3.0, True),
        (1.0, False),
        (1.0, True),
    ]
    for each in features:
        ((first, *_, last),) = each["geometry"]["coordinates"]
        assert first == last
        assert abs(first[0] - 117.0) < 0.01
        assert 40.0 < first[1] < 40.04
