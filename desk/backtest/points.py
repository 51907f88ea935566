"""Points that stand for cells: every 20th of the box each way, and a few dozen of each joint unit."""

from __future__ import annotations

import numpy as np
import polars as pl

from boundary_zones.catalogue import Catalogue
from boundary_zones.cells import cell_ids
from boundary_zones.places import locate
from models.backtest.burning import Box

BOX = "box"
LATTICE_DEG = 0.2
TILE_DEG = 0.6
"""Side of a spatial block."""
OF_A_ZONE = 40
ZONE_REACH_KM = 20.0
_CELL_DEG = 0.01


def points_of(catalogue: Catalogue, box: Box) -> pl.DataFrame:
    """``cell_id, lat_deg, lon_deg, county_gb, unit, weight``: a row a point and unit.

    Units are the box, its tiles, and the joint units; ``weight`` is how many cells a point stands for.
    """
    lattice = _lattice(box)
    county = locate(catalogue, lattice["lat_deg"], lattice["lon_deg"])["county_gb"]
    lattice = lattice.with_columns(county, pl.lit((LATTICE_DEG / _CELL_DEG) ** 2).alias("weight"))
    tiles = lattice.with_columns(tile("lat_deg", "lon_deg", box).alias("unit"))
    whole = lattice.with_columns(pl.lit(BOX).alias("unit"))
    zones = [_of_zone(catalogue.cells(zone.id), zone.id) for zone in catalogue.zones]
    names = ["cell_id", "lat_deg", "lon_deg", "county_gb", "unit", "weight"]
    return pl.concat([part.select(names) for part in (whole, tiles, *zones)])


def tile(lat: str, lon: str, box: Box) -> pl.Expr:
    """Name of the spatial block that a place lies in: row from the south, column from the west."""
    row = ((pl.col(lat) - box.south_deg) / TILE_DEG).floor().cast(pl.Int64)
    column = ((pl.col(lon) - box.west_deg) / TILE_DEG).floor().cast(pl.Int64)
    return pl.format("tile-{}-{}", row, column)


def units_of_fires(fires: pl.DataFrame, catalogue: Catalogue, box: Box) -> pl.DataFrame:
    """Fires once for each unit that they lie in: the box, its tile, the joint unit within 20 km of the line."""
    inside = fires.filter(box.holds())
    place = locate(catalogue, fires["lat_deg"], fires["lon_deg"])
    near = fires.with_columns(place["zone"].alias("unit"), place["distance_to_border_km"].alias("km"))
    return pl.concat(
        [
            inside.with_columns(pl.lit(BOX).alias("unit")),
            inside.with_columns(tile("lat_deg", "lon_deg", box).alias("unit")),
            near.filter(pl.col("km") <= ZONE_REACH_KM).drop("km"),
        ]
    )


def _lattice(box: Box) -> pl.DataFrame:
    half = LATTICE_DEG / 2
    lats = np.arange(box.south_deg + half, box.north_deg, LATTICE_DEG)
    lons = np.arange(box.west_deg + half, box.east_deg, LATTICE_DEG)
    lat, lon = (part.ravel() for part in np.meshgrid(lats, lons, indexing="ij"))
    return pl.DataFrame({"cell_id": cell_ids(lat, lon), "lat_deg": lat, "lon_deg": lon})


def _of_zone(cells: pl.DataFrame, zone_id: str) -> pl.DataFrame:
    step = max(1, cells.height // OF_A_ZONE)
    some = cells.sort("cell_id").gather_every(step)
    weight = cells.height / some.height
    return some.with_columns(pl.lit(zone_id).alias("unit"), pl.lit(weight).alias("weight"))
