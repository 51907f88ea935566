"""How dry it is where a fire burns: the codes that a projection is made of, and how old they are."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import polars as pl

from boundary_zones.geodesy import apart_km
from flows.wiring import House
from models.fire_weather.bui import buildup_index
from models.incidents.incident import Incident
from models.spread.paces import Dryness
from notify.phrases import BEIJING

NO_CODES_ZH = "推演按干燥估（缺可燃物湿度）"
CODES_REACH_D = 3
"""Codes older than this say nothing of today."""
_REACH_KM = 25.0
"""Codes of a cell farther away are those of another valley, where a nearer cell has none."""


def dryness_near(house: House, incident: Incident, *, as_of: datetime) -> tuple[Dryness, tuple[str, ...]]:
    """The codes of the nearest cell: today's danger product, else the newest state of any unit, else a dry day's.

    Returns:
        The dryness, and in Chinese what it rests on less than it should.
    """
    today = as_of.astimezone(BEIJING).date()
    rules = house.rules.fuels
    for codes in (_product_codes(house, as_of, today), _state_codes(house, today)):
        near = _nearest(codes, incident)
        if near is not None:
            age_d = (today - near["local_date"]).days
            notes = (f"推演用{age_d}天前的可燃物湿度",) if age_d else ()
            return Dryness(near["ffmc"], near["bui"], rules.foliar_moisture_pct), notes
    return Dryness(rules.unknown_ffmc, rules.unknown_bui, rules.foliar_moisture_pct), (NO_CODES_ZH,)


def _nearest(codes: pl.DataFrame, incident: Incident) -> dict[str, Any] | None:
    """The newest codes of those within reach of the fire's nearest cell; None without any in the neighbourhood."""
    apart = codes.with_columns(apart_km(incident.lat_deg, incident.lon_deg).alias("apart_km"))
    within = apart.filter(pl.col("apart_km") <= _REACH_KM + incident.distance_to_border_km)
    return None if within.is_empty() else within.sort("apart_km", "lat_deg", "lon_deg").row(0, named=True)


def _product_codes(house: House, as_of: datetime, today: date) -> pl.DataFrame:
    """Today's codes of the newest danger product that was made by ``as_of``."""
    product = house.products.newest("danger_csv", world=house.world)
    if product is None or product.made_utc > as_of or not (house.home.products / product.path).is_file():
        return _NOTHING
    table = pl.read_csv(
        house.home.products / product.path,
        columns=["lat_deg", "lon_deg", "local_date", "ffmc", "bui"],
        schema_overrides={"local_date": pl.String},
    )
    of_today = table.filter(pl.col("local_date") == today.isoformat()).drop_nulls()
    return of_today.with_columns(pl.col("local_date").str.to_date()).select(_NOTHING.columns)


def _state_codes(house: House, today: date) -> pl.DataFrame:
    """Each cell's newest state: units are computed on days of their own."""
    cells = pl.concat([house.catalogue.cells(zone).select("cell_id", "lat_deg", "lon_deg") for zone in house.zone_ids])
    cells = cells.unique("cell_id")
    state = house.moisture.newest_by_cell(
        frozenset(cells["cell_id"]),
        not_after=today,
        not_before=today - timedelta(days=CODES_REACH_D),
        world=house.world,
    )
    placed = state.join(cells, on="cell_id")
    bui = buildup_index(placed["dmc"].to_numpy(), placed["dc"].to_numpy())
    return placed.with_columns(pl.Series("bui", bui, dtype=pl.Float64)).select(_NOTHING.columns)


_NOTHING = pl.DataFrame(
    schema={
        "lat_deg": pl.Float64,
        "lon_deg": pl.Float64,
        "local_date": pl.Date,
        "ffmc": pl.Float64,
        "bui": pl.Float64,
    }
)
