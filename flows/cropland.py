"""Fields (耕地) of an office's land-use layer: burning there, in its season, is a doubt about a single look."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from boundary_zones.geodesy import KM_PER_DEG, Floats
from flows.errors import ConfigurationError
from flows.raster import codes_at

ABSENT_ZH = "未提供土地利用图，耕地农事用火不作判别"
_NAMED = "land-use layer"
_DIRECTIONS = 8
_RINGS = (0.5, 1.0)
"""Of the radius of error: where the layer is asked beside the centre."""


@dataclass(frozen=True, slots=True)
class Cropland:
    """A raster of land use, and which of its codes are fields."""

    path: Path
    codes: frozenset[int]
    sha256: str
    """Of the file."""

    def on_fields(self, hotspots: pl.DataFrame, *, least_share: float) -> frozenset[str]:
        """Ids of the hotspots whose circle of error is known to be field to ``least_share`` or more.

        What the layer does not cover is no field: it raises no doubt.

        Raises:
            ConfigurationError: the file cannot be read any more.
        """
        columns = ("lat_deg", "lon_deg", "location_error_km")
        lat, lon = _within_circles(*(hotspots[name].to_numpy() for name in columns))
        codes = codes_at(self.path, lat.ravel(), lon.ravel(), named=_NAMED)
        share = np.isin(codes, list(self.codes)).reshape(lat.shape).mean(axis=1)
        return frozenset(hotspots["hotspot_id"].filter(pl.Series(share >= least_share)))


def read_cropland(path: Path | None, codes: Collection[int]) -> Cropland | None:
    """The land-use layer of an office; None where it has given none.

    Args:
        path: GeoTIFF of whole numbers, longitude and latitude.
        codes: which of its codes are fields.

    Raises:
        ConfigurationError: only one of the two is set, or the file is no such raster.
    """
    if path is None and not codes:
        return None
    if path is None or not codes:
        raise ConfigurationError("FIREWATCH_LAND_USE and FIREWATCH_LAND_USE_CROPLAND go together; one is missing")
    import rasterio

    try:
        with rasterio.open(path) as layer:
            crs, kind = layer.crs, layer.dtypes[0]
        sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    except (OSError, rasterio.errors.RasterioError) as error:
        raise ConfigurationError(f"{_NAMED} {path.name}: {error}") from error
    if crs is None or not crs.is_geographic:
        remedy = "give it in longitude and latitude (gdalwarp -t_srs EPSG:4490)"
        raise ConfigurationError(f"{_NAMED} {path.name}: its coordinates are {crs or 'not told'}; {remedy}")
    if not np.issubdtype(np.dtype(kind), np.integer):
        raise ConfigurationError(f"{_NAMED} {path.name}: holds {kind}; codes of land use are whole numbers")
    return Cropland(path, frozenset(codes), sha256)


def _within_circles(lat_deg: Floats, lon_deg: Floats, error_km: Floats) -> tuple[Floats, Floats]:
    """Places in each circle, shape ``(circles, places)``: the centre first, then ring by ring."""
    angle = np.linspace(0.0, 2 * np.pi, _DIRECTIONS, endpoint=False)
    north = np.concatenate([[0.0], *(ring * np.cos(angle) for ring in _RINGS)])
    east = np.concatenate([[0.0], *(ring * np.sin(angle) for ring in _RINGS)])
    reach_deg = error_km[:, np.newaxis] / KM_PER_DEG
    lat = lat_deg[:, np.newaxis] + reach_deg * north
    lon = lon_deg[:, np.newaxis] + reach_deg * east / np.cos(np.radians(lat_deg))[:, np.newaxis]
    return lat, lon
