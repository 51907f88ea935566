"""Heights from a GeoTIFF that an office supplies."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import polars as pl
import pytest
import rasterio
from rasterio import Affine

from flows.elevation import TableElevation
from flows.errors import ConfigurationError

AT = datetime(2026, 4, 1, tzinfo=UTC)
CELLS = pl.DataFrame({"lat_deg": [40.505, 40.595], "lon_deg": [116.505, 116.595]})


def raster(path, heights, *, crs="EPSG:4326"):
    grid = np.array(heights, dtype=np.float32)
    where = Affine(0.01, 0.0, 116.5, 0.0, -0.01, 40.6)
    options = {"driver": "GTiff", "width": grid.shape[1], "height": grid.shape[0], "count": 1, "dtype": "float32"}
    with rasterio.open(path, "w", crs=crs, transform=where, nodata=-9999.0, **options) as target:
        target.write(grid, 1)
    return path


def test_a_cell_has_the_height_of_its_pixel(tmp_path) -> None:
    heights = np.arange(100, 200).reshape(10, 10)
    found = TableElevation.read(raster(tmp_path / "dem.tif", heights)).of(CELLS, as_of=AT, live=False)
    assert found.elevation_m == pytest.approx([heights[9, 0], heights[0, 9]], abs=0.1)
    assert found.note == ""


def test_pixels_without_a_height_are_left_out_and_said(tmp_path) -> None:
    heights = np.full((10, 10), -9999.0)
    heights[9, 0] = 250.0
    found = TableElevation.read(raster(tmp_path / "dem.tif", heights)).of(CELLS, as_of=AT, live=False)
    assert found.elevation_m[0] == pytest.approx(250.0)
    assert found.note == "1个网格的高程"


def test_a_raster_that_is_none_or_no_heights_is_refused(tmp_path) -> None:
    wrong = tmp_path / "dem.tif"
    wrong.write_text("no raster")
    with pytest.raises(ConfigurationError, match="dem.tif"):
        TableElevation.read(wrong)
    with pytest.raises(ConfigurationError, match="metres"):
        TableElevation.read(raster(tmp_path / "feet.tif", np.full((10, 10), 20_000.0)))
