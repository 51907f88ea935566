"""An outline given to an incident by hand: its datum is asked, its place is checked, a nearer edge is told."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import shapely

from boundary_zones.datum import Datum
from flows.errors import OrderRefused
from flows.perimeters import Drawn, keep_perimeter
from flows.phone_report import tell_now
from flows.picturing import picture_of
from flows.wiring import House
from models.incidents.incident import Incident
from store.audit import AuditAction
from store.errors import AnswerUnclear, NotInStore
from tests.flows import world
from tests.flows.world import MORNING, elsewhere, fire


def seen(house: House) -> House:
    rows = [fire(lat_deg=40.16, lon_deg=117.08), elsewhere()]
    return world.recorded(house, hotspots=world.recorded_hotspots(house, rows))


@pytest.fixture(scope="module")
def burning_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home in which a fire was found, to be copied."""
    return world.made_home(tmp_path_factory.mktemp("burning"), lambda house: world.hotspots(seen(house)))


@pytest.fixture
def burning(copied, burning_home) -> House:
    return seen(copied(burning_home))


def incident_of(house: House) -> Incident:
    return house.incidents.open_incidents(world=house.world)[0]


def drawn(house: House, *, east_km: float = 0.0, half_km: float = 0.3, **changed: object) -> Drawn:
    """A square around the fire, or beside it."""
    incident = incident_of(house)
    lon, lat, half = incident.lon_deg + east_km / 85.0, incident.lat_deg, half_km / 100.0
    text = shapely.to_geojson(shapely.box(lon - half, lat - half, lon + half, lat + half))
    return replace(Drawn(text, MORNING - world.HOUR, "无人机", "平谷张三", Datum.WGS84), **changed)


def test_an_outline_is_kept_with_its_area_its_source_and_what_was_given_and_is_drawn_on_the_picture(burning) -> None:
    number = incident_of(burning).incident_id
    given = drawn(burning)
    kept = keep_perimeter(burning, number, given)
    assert kept.nearer is None
    one = burning.perimeters.newest(number, world=burning.world)
    assert one == kept.perimeter
    assert (one.given, one.source, one.entered_by, one.datum) == (given.text, "无人机", "平谷张三", "wgs84")
    assert one.area_ha == pytest.approx(34.1, abs=0.5)
    [deed] = [link for link in burning.audit.links(world=burning.world) if link.action == AuditAction.HAND]
    assert (deed.actor, deed.subject) == ("平谷张三", number)
    drawn_now = burning.products.newest_named("incident_map", f"{number}.png", world=burning.world)
    assert drawn_now.made_utc == one.entered_utc
    picture = picture_of(burning, world.order("hotspot_watch"), incident_of(burning))
    assert picture.burning_zh == "火场范围34公顷（无人机）"
    assert picture.burning.area == pytest.approx(0.341, abs=0.01)


def test_the_outline_that_was_seen_last_stands_and_none_is_lost(burning) -> None:
    number = incident_of(burning).incident_id
    keep_perimeter(burning, number, drawn(burning, half_km=0.4))
    keep_perimeter(burning, number, drawn(burning, half_km=0.2, seen_utc=MORNING - 2 * world.HOUR))
    assert burning.perimeters.newest(number, world=burning.world).area_ha > 50
    assert len(burning.perimeters.of(number, world=burning.world)) == 2


def test_an_edge_that_is_nearer_to_the_line_is_entered_and_told(burning) -> None:
    before = incident_of(burning)
    told = world.alerts(burning).height
    kept = keep_perimeter(burning, before.incident_id, drawn(burning, east_km=1.0, half_km=1.2))
    assert kept.nearer is not None
    assert kept.perimeter.edge_to_border_km < before.least_distance_km
    report = tell_now(burning, kept.nearer)
    [after] = burning.incidents.open_incidents(world=burning.world)
    assert after.incident_id == before.incident_id
    assert kept.nearer.hotspot_id in after.hotspot_ids
    assert after.least_distance_km < before.least_distance_km
    assert world.alerts(burning).height >= told
    assert report.outcome.counts["new"] >= 0


def test_without_a_datum_nothing_is_kept_and_each_reading_is_shown(burning) -> None:
    number = incident_of(burning).incident_id
    with pytest.raises(OrderRefused, match="未说明坐标系") as refused:
        keep_perimeter(burning, number, drawn(burning, datum=None))
    assert all(datum.written in str(refused.value) for datum in Datum)
    assert burning.perimeters.of(number, world=burning.world) == []


@pytest.mark.parametrize(
    ("changed", "error", "said"),
    [
        ({"east_km": 25.0}, OrderRefused, "离.*的热点2[0-9.]+公里"),
        ({"half_km": 20.0}, OrderRefused, "大得不像一场火"),
        ({"seen_utc": MORNING + world.HOUR}, OrderRefused, "还没有到"),
        ({"source": " "}, AnswerUnclear, "写明来源"),
    ],
    ids=["elsewhere", "too large", "tomorrow", "no source"],
)
def test_an_outline_that_cannot_be_is_refused(burning, changed, error, said) -> None:
    number = incident_of(burning).incident_id
    with pytest.raises(error, match=said):
        keep_perimeter(burning, number, drawn(burning, **changed))
    assert burning.perimeters.of(number, world=burning.world) == []


def test_an_incident_that_does_not_exist_has_no_outline(burning) -> None:
    with pytest.raises(NotInStore):
        keep_perimeter(burning, "JJJ-PG-JZ-2024-099", drawn(burning))
