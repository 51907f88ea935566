"""An outline of a burning area: GeoJSON and KML, with what is wrong in it said in Chinese."""

from __future__ import annotations

import json

import numpy as np
import pytest
import shapely

from boundary_zones.datum import Datum
from boundary_zones.geodesy import gcj02_from_wgs84
from boundary_zones.perimeter import MOST_VERTICES, PerimeterUnreadable, area_ha, in_wgs84, outline_of

SQUARE = shapely.box(117.200, 40.080, 117.212, 40.089)
"""About a kilometre by a kilometre."""
RING = [[117.2, 40.08], [117.212, 40.08], [117.212, 40.089], [117.2, 40.089], [117.2, 40.08]]
POLYGON = {"type": "Polygon", "coordinates": [RING]}


def geojson(**changed: object) -> str:
    return json.dumps(POLYGON | changed)


def kml(coordinates: str, *, kind: str = "outerBoundaryIs") -> str:
    ring = f"<{kind}><LinearRing><coordinates>{coordinates}</coordinates></LinearRing></{kind}>"
    return (
        '<?xml version="1.0" encoding="UTF-8"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document><Placemark>'
        f"<Polygon>{ring}</Polygon></Placemark></Document></kml>"
    )


WALKED = " ".join(f"{lon},{lat},0" for lon, lat in RING)


@pytest.mark.parametrize(
    "text",
    [
        geojson(),
        json.dumps({"type": "Feature", "properties": {}, "geometry": POLYGON}),
        json.dumps({"type": "FeatureCollection", "features": [{"type": "Feature", "geometry": POLYGON}]}),
        json.dumps({"type": "MultiPolygon", "coordinates": [[RING]]}),
        kml(WALKED),
        f"\ufeff  {kml(WALKED)}",
    ],
    ids=["polygon", "feature", "collection", "multipolygon", "kml", "kml of a Windows editor"],
)
def test_geojson_and_kml_give_the_same_area_in_hectares(text: str) -> None:
    outline = outline_of(text)
    assert outline.equals(SQUARE)
    assert area_ha(outline) == pytest.approx(102.2, abs=0.5)


def test_the_area_of_a_ring_is_without_its_hole_and_whichever_way_it_was_walked() -> None:
    hole = [[117.204, 40.083], [117.208, 40.083], [117.208, 40.086], [117.204, 40.086], [117.204, 40.083]]
    whole = area_ha(SQUARE)
    for inner in (hole, hole[::-1]):
        assert area_ha(outline_of(geojson(coordinates=[RING[::-1], inner]))) == pytest.approx(whole * 8 / 9, rel=0.01)


def test_an_outline_drawn_on_a_web_map_is_brought_to_the_ground() -> None:
    corners = shapely.get_coordinates(SQUARE)
    lat, lon = gcj02_from_wgs84(corners[:, 1], corners[:, 0])
    drawn = shapely.Polygon(np.column_stack([lon, lat]))
    found = shapely.get_coordinates(in_wgs84(drawn, Datum.GCJ02))
    assert np.abs(found - corners).max() < 1e-6
    assert in_wgs84(SQUARE, Datum.CGCS2000).equals(SQUARE)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("not json", "既不是 GeoJSON 也不是 KML"),
        (geojson()[:-20], "不完整"),
        ("[1, 2]", "不完整"),
        (json.dumps({"type": "LineString", "coordinates": RING}), "没有面"),
        (geojson(coordinates=[[[lat, lon] for lon, lat in RING]]), "写反"),
        (geojson(coordinates=[[[40.0 * x, y] for x, y in RING]]), "不在地球上"),
        (geojson(coordinates=[[RING[0], RING[2], RING[1], RING[3], RING[0]]]), "自相交"),
        (geojson(coordinates=[RING[:2]]), "不完整"),
        (geojson(coordinates=[[RING[0], [float("nan"), 40.0], *RING[1:]]]), "不是数"),
        (kml("nan,40 117,40 117,41 nan,40"), "不是数"),
        (kml(WALKED)[:-30], "KML 读不懂或不完整"),
        (kml(WALKED, kind="innerBoundaryIs"), "没有外边界"),
        (kml("117.2 40.08"), "KML"),
        (kml(" ".join(["117.2,40.08"] * 3)), "不成面"),
    ],
)
def test_what_is_no_outline_says_what_to_mend(text: str, said: str) -> None:
    with pytest.raises(PerimeterUnreadable, match=said):
        outline_of(text)


def test_a_document_reads_no_file_and_does_not_grow() -> None:
    bomb = (
        '<!DOCTYPE kml [<!ENTITY a "117.2,40.08 117.212,40.08 117.212,40.089 117.2,40.08">'
        '<!ENTITY f SYSTEM "file:///etc/passwd">]>'
        + kml("&a;&f;").removeprefix('<?xml version="1.0" encoding="UTF-8"?>')
    )
    with pytest.raises(PerimeterUnreadable):
        outline_of(bomb)


def test_more_corners_than_a_page_can_draw_are_refused() -> None:
    turn = np.linspace(0, 2 * np.pi, MOST_VERTICES + 2)
    circle = [[117.2 + 0.01 * x, 40.08 + 0.01 * y] for x, y in zip(np.cos(turn), np.sin(turn), strict=True)]
    with pytest.raises(PerimeterUnreadable, match="最多5000个"):
        outline_of(geojson(coordinates=[circle]))
