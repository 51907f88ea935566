"""The ground around an incident: heights, vegetation and the line, from what the house has."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

import numpy as np
import polars as pl
from numpy.typing import NDArray

from boundary_zones.border import BorderLines
from boundary_zones.counties import OUTSIDE, CountyMap
from boundary_zones.geodesy import KM_PER_DEG, Floats, LocalPlane
from flows.raster import codes_at
from flows.wiring import House
from models.incidents.incident import Incident
from models.spread.ground import Ground
from models.weather.elevation import elevation_at

CELLS = 121
"""Of the grid, in each direction."""
LEAST_HALF_KM, MOST_HALF_KM = 15.0, 60.0
"""A fire may run to another stretch than the nearest."""
FLAT_ZH = "推演按平地（缺高程）"
DEFAULT_FUEL_ZH = "推演按默认可燃物（缺林型图）"
_HEIGHTS_REACH_KM = 8.0
_GRIDS_KEPT = 64


@dataclass(frozen=True)
class Surroundings:
    """A ground, the plane that it lies in, and what it rests on less than it should, in Chinese."""

    ground: Ground
    plane: LocalPlane
    notes: tuple[str, ...]

    def lat_lon_deg(self, x_m: float, y_m: float) -> tuple[float, float]:
        """A place of the plane."""
        lat, lon = self.plane.lat_lon_deg(np.array([[x_m, y_m]]))
        return float(lat[0]), float(lon[0])


def surroundings(house: House, incident: Incident, *, as_of: datetime) -> Surroundings:
    """The ground around an incident, reaching twice as far as the line.

    Args:
        house: gives heights, forest types and borders.
        incident: with a known region.
        as_of: heights that were known then.

    Raises:
        ConfigurationError: the forest-type layer cannot be read.
    """
    plane = LocalPlane(incident.lat_deg, incident.lon_deg)
    reach_km = 2.0 * incident.distance_to_border_km + incident.location_error_km
    half_km = min(max(reach_km, LEAST_HALF_KM), MOST_HALF_KM)
    steps, lat, lon = _grid(plane, half_km)
    height, height_note = _heights(house, lat, lon, as_of=as_of)
    layer, rules = house.settings.forest_type, house.rules.fuels
    types = None if layer is None else codes_at(layer, lat, lon, named="forest-type layer")
    fuels = rules.fuels_of(np.full(lat.shape, OUTSIDE) if types is None else types)
    ground = Ground(
        cell_m=float(steps[1] - steps[0]),
        height_m=None if height is None else height.reshape(CELLS, CELLS),
        fuels=fuels.reshape(CELLS, CELLS),
        line_distance_m=_line_distance_m(house, incident, half_km).reshape(CELLS, CELLS),
    )
    return Surroundings(ground, plane, (*height_note, *((DEFAULT_FUEL_ZH,) if types is None else ())))


def _heights(house: House, lat: Floats, lon: Floats, *, as_of: datetime) -> tuple[Floats | None, tuple[str, ...]]:
    """Heights; where the service knows only those of the cells, from these; beyond its reach that of the nearest."""
    places = pl.DataFrame({"lat_deg": lat, "lon_deg": lon})
    found = house.elevation.of(places, as_of=as_of, live=False).elevation_m
    if found is None:
        cells = pl.concat([house.catalogue.cells(zone) for zone in house.zone_ids]).unique("cell_id", keep="first")
        cells = cells.sort("cell_id")
        known = house.elevation.of(cells, as_of=as_of, live=False).elevation_m
        if known is None:
            return None, (FLAT_ZH,)
        points = cells.select("lat_deg", "lon_deg", pl.Series("elevation_m", known).fill_nan(None))
        found = elevation_at(places, points, reach_km=_HEIGHTS_REACH_KM)
    unknown = np.isnan(found)
    if unknown.all():
        return None, (FLAT_ZH,)
    found = np.where(unknown, np.nanmean(found), found)
    return found, ("推演地形不全",) if unknown.mean() > 0.1 else ()


def _grid(plane: LocalPlane, half_km: float) -> tuple[Floats, Floats, Floats]:
    """Places of columns and rows in metres; latitudes and longitudes of the cells, row after row."""
    steps = np.linspace(-half_km, half_km, CELLS) * 1000.0
    east, north = np.meshgrid(steps, steps)
    lat, lon = plane.lat_lon_deg(np.column_stack([east.ravel(), north.ravel()]))
    return steps, lat, lon


def _line_distance_m(house: House, incident: Incident, half_km: float) -> Floats:
    """Distance to the line of any joint unit; negative in another region than that of the incident."""
    lines, counties = house.catalogue.lines, house.catalogue.county_map
    apart, region = _apart_m(lines, counties, incident.lat_deg, incident.lon_deg, half_km)
    home = counties.region_ids.index(incident.region) if incident.region is not None else OUTSIDE
    return np.where((region != home) & (region != OUTSIDE), -apart, apart)


@lru_cache(maxsize=_GRIDS_KEPT)
def _apart_m(
    lines: BorderLines, counties: CountyMap, lat_deg: float, lon_deg: float, half_km: float
) -> tuple[Floats, NDArray[np.intp]]:
    """Distance to the line and region of each cell: neither changes while a fire stays where it is."""
    _, lat, lon = _grid(LocalPlane(lat_deg, lon_deg), half_km)
    nearest = lines.nearest(lines.plane.xy_m(lat, lon))
    shrink = np.cos(np.radians(lat))
    apart = np.hypot(lat - nearest.lat_deg, (lon - nearest.lon_deg) * shrink) * 1000 * KM_PER_DEG
    return apart, counties.region(counties.position(lat, lon))
