"""Fields of a land-use layer that an office supplies."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import rasterio
from rasterio import Affine

from flows.cropland import Cropland, read_cropland
from flows.errors import ConfigurationError
from models.incidents.incident import Confidence
from tests.flows import world
from tests.models.incidents.synthetic import frame, hotspot

FIELD, WOOD = 40, 10
NORTH, WEST, PIXEL_DEG = 40.6, 116.5, 0.001
EVERYWHERE = Affine(1.0, 0.0, 115.0, 0.0, -1.0, 42.0)
"""Pixels of a degree from 42° N 115° E."""


def layer(path: Path, codes: np.ndarray, *, crs: str = "EPSG:4326", where: Affine | None = None) -> Path:
    """A raster whose upper left corner is at ``NORTH`` and ``WEST``, unless ``where`` says otherwise."""
    options = {"driver": "GTiff", "count": 1, "dtype": codes.dtype, "height": codes.shape[0], "width": codes.shape[1]}
    where = where or Affine(PIXEL_DEG, 0.0, WEST, 0.0, -PIXEL_DEG, NORTH)
    with rasterio.open(path, "w", crs=crs, transform=where, **options) as target:
        target.write(codes, 1)
    return path


@pytest.fixture
def plain_and_wood(tmp_path: Path) -> Cropland:
    """Fields in the west half, wood in the east half, 0.1 degree wide."""
    codes = np.full((100, 100), FIELD, dtype=np.uint8)
    codes[:, 50:] = WOOD
    found = read_cropland(layer(tmp_path / "land.tif", codes), [FIELD])
    assert found is not None
    return found


def test_a_hotspot_is_on_fields_where_most_of_its_circle_of_error_is(plain_and_wood) -> None:
    at = {"plain": 116.52, "edge": 116.549, "wood": 116.58, "beyond the layer": 116.4}
    rows = frame([hotspot(lat_deg=40.55, lon_deg=lon, hotspot_id=name) for name, lon in at.items()])
    assert plain_and_wood.on_fields(rows, least_share=0.8) == {"plain"}
    assert plain_and_wood.on_fields(rows, least_share=0.5) == {"plain", "edge"}
    assert plain_and_wood.on_fields(rows.clear(), least_share=0.8) == frozenset()


def test_without_a_layer_nobody_knows_of_fields() -> None:
    assert read_cropland(None, ()) is None


@pytest.mark.parametrize(("path", "codes"), [(Path("land.tif"), ()), (None, (FIELD,))])
def test_a_layer_without_its_codes_and_codes_without_their_layer_are_refused(path, codes) -> None:
    with pytest.raises(ConfigurationError, match=r"FIREWATCH_LAND_USE and FIREWATCH_LAND_USE_CROPLAND go together"):
        read_cropland(path, codes)


def test_a_file_that_is_no_such_raster_is_refused_by_name_with_what_to_do(tmp_path) -> None:
    codes = np.full((2, 2), FIELD, dtype=np.uint8)
    (tmp_path / "text.tif").write_text("no raster")
    wrong = {
        tmp_path / "absent.tif": r"absent\.tif",
        tmp_path / "text.tif": r"text\.tif",
        layer(tmp_path / "plane.tif", codes, crs="EPSG:32650"): r"plane\.tif.*gdalwarp -t_srs EPSG:4490",
        layer(tmp_path / "share.tif", codes.astype(np.float32)): r"share\.tif: holds float32",
    }
    for path, message in wrong.items():
        with pytest.raises(ConfigurationError, match=message):
            read_cropland(path, [FIELD])


def test_a_fire_on_fields_far_from_the_line_says_so_and_is_told_while_the_danger_is_unknown(open_one, tmp_path) -> None:
    fields = layer(tmp_path / "land.tif", np.full((4, 5), FIELD, dtype=np.uint8), crs="EPSG:4490", where=EVERYWHERE)
    house = open_one(land_use=fields, land_use_cropland=str(FIELD))
    seen = [world.fire(lat_deg=40.0, lon_deg=117.7), world.elsewhere()]
    drill = world.recorded(house, hotspots=world.recorded_hotspots(house, seen))
    report = world.hotspots(drill)
    (incident,) = drill.incidents.all_incidents(world=drill.world)
    assert incident.distance_to_border_km > house.rules.doubt.cropland_beyond_km
    assert report.outcome.counts["doubted_cropland_season"] == 1
    assert not incident.suppressed
    assert incident.confidence is Confidence.LOW
    assert incident.reason == "位于耕地，正值秸秆焚烧季节，可能是农用火；火险等级缺测，不作抑制"
