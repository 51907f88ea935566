"""Cells of 0.01 degree along a border."""

from __future__ import annotations

import dataframely as dy
import numpy as np
import polars as pl
import shapely
from numpy.typing import ArrayLike, NDArray

from boundary_zones.border import RelationFrame, ZoneBorder, relation_to_lines
from boundary_zones.geodesy import WGS84, Floats, coordinates

_PER_DEGREE = 100
_NOISE_DIGITS = 6
"""40.57 * 100 is 4057 or a hair less: products are rounded to a millimetre before they are cut off."""
_KM_PER_DEGREE = 111.0
_CELL_ID = r"^(\d{4})N(\d{5})E$"


class CellFrame(dy.Schema):
    """Cells of a joint unit. Place and distances are those of the cell's centre."""

    zone = dy.String(primary_key=True)
    cell_id = dy.String(primary_key=True, regex=_CELL_ID)
    lat_deg = dy.Float64(min=-90, max=90)
    lon_deg = dy.Float64(min=-180, max=180)
    county_gb = dy.Int64(nullable=True)
    """Null outside all known counties."""
    region = dy.String(nullable=True)
    signed_distance_km = dy.Float64()
    """Positive on the home side."""
    distance_to_border_km = dy.Float64(min=0)


def cell_ids(lat_deg: ArrayLike, lon_deg: ArrayLike) -> pl.Series:
    """Ids of the cells that points lie in, for example ``4056N11647E``: the south-west corner in 0.01 degree.

    South and west edges belong to the cell.

    Raises:
        ValueError: a point on the southern or western hemisphere, or no place on Earth.
    """
    lat, lon = coordinates(lat_deg, lon_deg)
    south, west = _corner(lat), _corner(lon)
    if (south < 0).any() or (west < 0).any():
        row = int(np.argmax((south < 0) | (west < 0)))
        raise ValueError(f"row {row}: lat_deg {lat[row]}, lon_deg {lon[row]}: cells are north and east only")
    return _names(south, west)


def cell_centres(cell_id: pl.Series) -> tuple[Floats, Floats]:
    """Latitudes and longitudes of the centres of cells.

    Raises:
        ValueError: a text that is no cell id; the message names the first.
    """
    south = cell_id.str.extract(_CELL_ID, 1).cast(pl.Int64)
    west = cell_id.str.extract(_CELL_ID, 2).cast(pl.Int64)
    if south.has_nulls():
        raise ValueError(f"{cell_id.filter(south.is_null())[0]!r} is no cell id: 4056N11647E is one")
    return _centre(south.to_numpy()), _centre(west.to_numpy())


def cells_within(border: ZoneBorder, *, within_km: float) -> dy.DataFrame[CellFrame]:
    """Cells whose centre lies within ``within_km`` of the home line, sorted by id.

    The distances in the frame are to the nearest of all stretches, as for every other point.

    Args:
        border: of the joint unit.
        within_km: 15 gives about 3 000, 4 300 and 3 000 cells for the three units.
    """
    lat, lon = _grid(border, within_km)
    plane = border.home_lines.plane
    nearest = border.home_lines.nearest(plane.xy_m(lat, lon))
    _, _, distance_m = WGS84.inv(lon, lat, nearest.lon_deg, nearest.lat_deg)
    near = np.asarray(distance_m) <= within_km * 1000.0
    lat, lon = lat[near], lon[near]
    position = border.counties.position(lat, lon)
    _, relation = relation_to_lines(border.lines, border.counties, lat=lat, lon=lon, position=position)
    return _frame(border, lat=lat, lon=lon, position=position, relation=relation)


def _frame(
    border: ZoneBorder, *, lat: Floats, lon: Floats, position: NDArray[np.intp], relation: dy.DataFrame[RelationFrame]
) -> dy.DataFrame[CellFrame]:
    """Cells with their names and places."""
    centres = {"lat_deg": lat, "lon_deg": lon, "cell_id": cell_ids(lat, lon)}
    names = pl.DataFrame(centres).with_columns(pl.lit(border.zone.id).alias("zone"))
    frame = pl.concat([names, border.counties.names(position), relation], how="horizontal")
    return CellFrame.validate(frame.select(CellFrame.column_names()).sort("cell_id"))


def _grid(border: ZoneBorder, within_km: float) -> tuple[Floats, Floats]:
    """Centres of all cells in a box around the home line, wide enough for ``within_km``."""
    west, south, east, north = shapely.total_bounds([stretch.line for stretch in border.home_lines.stretches])
    lat_margin = within_km / _KM_PER_DEGREE * 1.05
    lon_margin = lat_margin / np.cos(np.radians(max(abs(south), abs(north)) + lat_margin))
    rows = _range(south - lat_margin, north + lat_margin)
    columns = _range(west - lon_margin, east + lon_margin)
    lat, lon = np.meshgrid(_centre(rows), _centre(columns), indexing="ij")
    return lat.ravel(), lon.ravel()


def _range(low: float, high: float) -> NDArray[np.int64]:
    """Corners in 0.01 degree from the one that holds ``low`` to the one that holds ``high``."""
    first, last = _corner(np.array([low, high]))
    return np.arange(first, last + 1, dtype=np.int64)


def _corner(degrees: Floats) -> NDArray[np.int64]:
    """South or west edge of the cell, in 0.01 degree."""
    return np.floor(np.round(degrees * _PER_DEGREE, _NOISE_DIGITS)).astype(np.int64)


def _centre(corner: NDArray[np.int64]) -> Floats:
    """Centre of the cell in degrees: the number nearest to it, with three decimals."""
    return np.round((corner + 0.5) / _PER_DEGREE, 3)


def _names(south: NDArray[np.int64], west: NDArray[np.int64]) -> pl.Series:
    """Cell ids of corners."""
    corners = pl.DataFrame({"south": south, "west": west}).select(
        pl.format(
            "{}N{}E", pl.col("south").cast(pl.String).str.zfill(4), pl.col("west").cast(pl.String).str.zfill(5)
        ).alias("cell_id")
    )
    return corners["cell_id"]
