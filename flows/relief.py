"""The relief of the joint units as one small picture (地形晕渲), from heights that the house knows: no map service."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.interpolate import griddata
from scipy.ndimage import gaussian_filter
from scipy.spatial import KDTree

from boundary_zones.geodesy import KM_PER_DEG
from boundary_zones.zone import Zone
from flows.wiring import House

PIXELS_PER_DEG = 220
"""About 500 m: the middles of cells lie 1 to 2 km apart, and more would be invented."""
LIGHT_FROM_DEG, LIGHT_HEIGHT_DEG, STEEPER = 315.0, 40.0, 2.0
STRONGEST = 1.4
"""Of the share of light that is more or less than on flat ground."""
REACH_KM = 3.0
"""No shade farther than this from the middle of a cell."""
SMOOTH_PIXELS = 1.5
_M_PER_DEG = 1000 * KM_PER_DEG


@dataclass(frozen=True)
class Relief:
    """A PNG of shadow and light, clear on flat ground, and where it lies."""

    png: bytes
    south_deg: float
    west_deg: float
    north_deg: float
    east_deg: float

    @property
    def bounds(self) -> list[list[float]]:
        """As Leaflet takes them."""
        return [[self.south_deg, self.west_deg], [self.north_deg, self.east_deg]]


def relief_of(house: House, zones: list[Zone], *, as_of: datetime) -> Relief | None:
    """Shade where heights are known, nothing elsewhere; None where no height is known.

    Args:
        house: gives heights and cells.
        zones: joint units to draw.
        as_of: heights that were known then.
    """
    if not zones:
        return None
    cells = pl.concat([house.catalogue.cells(zone.id) for zone in zones]).unique("cell_id", keep="first")
    height_m = house.elevation.of(cells.sort("cell_id"), as_of=as_of, live=False).elevation_m
    if height_m is None or np.isnan(height_m).all():
        return None
    known = cells.sort("cell_id").with_columns(pl.Series("height_m", height_m)).filter(~pl.col("height_m").is_nan())
    return drawn(*(known[name].to_numpy() for name in ("lat_deg", "lon_deg", "height_m")))


def drawn(lat_deg: NDArray[np.float64], lon_deg: NDArray[np.float64], height_m: NDArray[np.float64]) -> Relief | None:
    """Shade a field of heights; None where the places span no area.

    Rows are evenly spaced in the projection of web maps, so that the picture lies where its places are.
    """
    if len(height_m) < 4 or np.ptp(lat_deg) == 0 or np.ptp(lon_deg) == 0:
        return None
    south, north, west, east = lat_deg.min(), lat_deg.max(), lon_deg.min(), lon_deg.max()
    rows, columns = (max(2, int(PIXELS_PER_DEG * span)) for span in (north - south, east - west))
    lat = _latitude_deg(np.linspace(_mercator(north), _mercator(south), rows))
    lon = np.linspace(west, east, columns)
    middle = np.cos(np.radians((south + north) / 2))
    places = np.column_stack([lon_deg * middle, lat_deg])
    wanted = np.column_stack([axis.ravel() for axis in np.meshgrid(lon * middle, lat)])
    field = griddata(places, height_m, wanted, method="linear")
    away_deg, nearest = KDTree(places).query(wanted)
    field = np.where(np.isnan(field), height_m[nearest], field).reshape(rows, columns)
    steps = _M_PER_DEG * middle * (lon[1] - lon[0]), _M_PER_DEG * (lat[0] - lat[-1]) / (rows - 1)
    known = (_M_PER_DEG * away_deg <= 1000 * REACH_KM).reshape(rows, columns)
    light = np.where(known, _light(field, dx_m=steps[0], dy_m=steps[1]), 0.0)
    return Relief(_png(light), float(south), float(west), float(north), float(east))


def _mercator(lat_deg: float) -> float:
    return float(np.arctanh(np.sin(np.radians(lat_deg))))


def _latitude_deg(y: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.degrees(np.arcsin(np.tanh(y)))


def _light(field: NDArray[np.float64], *, dx_m: float, dy_m: float) -> NDArray[np.float64]:
    """How much more light falls on the ground than on flat ground; less is below 0."""
    southward, eastward = np.gradient(STEEPER * gaussian_filter(field, SMOOTH_PIXELS), dy_m, dx_m)
    from_deg, height_deg = np.radians(LIGHT_FROM_DEG), np.radians(LIGHT_HEIGHT_DEG)
    toward = np.cos(height_deg) * (-eastward * np.sin(from_deg) + southward * np.cos(from_deg)) + np.sin(height_deg)
    light: NDArray[np.float64] = toward / np.sqrt(1.0 + southward**2 + eastward**2) - np.sin(height_deg)
    return light


def _png(light: NDArray[np.float64]) -> bytes:
    from matplotlib.image import imsave

    picture = np.zeros((*light.shape, 4), np.uint8)
    picture[light > 0, :3] = 255
    picture[..., 3] = 255 * np.clip(STRONGEST * np.abs(light), 0.0, 1.0)
    kept = io.BytesIO()
    imsave(kept, picture, format="png")
    return kept.getvalue()
