"""A danger map per joint unit as a product of the danger round."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import dataframely as dy
import numpy as np
import polars as pl
import shapely
from shapely.geometry.base import BaseGeometry

from boundary_zones.geodesy import KM_PER_DEG, LocalPlane
from boundary_zones.zone import Zone
from flows.best_effort import attempt
from flows.order import Order
from flows.picturing import Pictures
from flows.product_files import Made, keep_product
from flows.wiring import House
from models.frames import DangerFrame, ZoneDangerFrame
from notify.phrases import BEIJING, clock_zh, date_zh, grade_zh
from notify.picture.danger_map import DangerPicture, danger_map
from store.products import Product
from store.run_rows import Trigger

LOG = logging.getLogger("firewatch.picture")
CELL_DEG = 0.01


def draw_danger(
    house: House,
    order: Order,
    danger: dy.DataFrame[DangerFrame],
    zones: dy.DataFrame[ZoneDangerFrame],
    *,
    run_id: str,
) -> Pictures:
    """Draw today's danger of every joint unit that has any. One that fails is logged, counted and named missing.

    A replay draws none: it is read as a table, and may have hundreds of rounds.
    """
    if order.trigger is Trigger.REPLAY:
        return Pictures((), 0)
    products: list[Product] = []
    failed = 0
    today = order.as_of.astimezone(BEIJING).date()
    for zone_id in danger["zone"].unique().sort():
        rows = danger.filter((pl.col("zone") == zone_id) & (pl.col("local_date") == today))
        whole = zones.filter((pl.col("zone") == zone_id) & (pl.col("local_date") == today))
        if rows.is_empty() or whole.is_empty():
            continue
        row = whole.row(0, named=True)
        made, done = attempt(
            f"draw the danger of {zone_id}",
            partial(_drawn, house, order, rows=rows, whole=row, run_id=run_id),
            log=LOG,
        )
        products += [made] if made else []
        failed += not done
    return Pictures(tuple(products), failed)


def _drawn(house: House, order: Order, *, rows: pl.DataFrame, whole: dict[str, object], run_id: str) -> Product:
    zone = house.catalogue.zone(str(whole["zone"]))
    return _kept(house, order, zone.id, danger_map(danger_picture(house, order, zone, rows, whole)), run_id)


def index_words(whole: Mapping[str, Any]) -> str:
    """The index that the grade rests on: of noon, and of the worst hour where that is higher."""
    noon = f"指数中位{whole['fwi_median']:.0f}，高值{whole['fwi_p95']:.0f}"
    peak = whole["peak_fwi_p95"]
    told = f"火险气象{noon}" if peak is None or peak <= whole["fwi_p95"] else f"正午{noon}，全天高值{peak:.0f}"
    return told + ("，部分输入不足" if whole["degraded_share"] else "")


def danger_picture(
    house: House, order: Order, zone: Zone, rows: pl.DataFrame, whole: dict[str, object]
) -> DangerPicture:
    """What stands on the map of one joint unit."""
    lat, lon = rows["lat_deg"].to_numpy(), rows["lon_deg"].to_numpy()
    plane = LocalPlane(round(float(lat.mean()), 2), round(float(lon.mean()), 2))
    east_m, north_m = plane.xy_m(lat, lon).T
    border = house.catalogue.border(zone.id)
    line = shapely.union_all([_km(plane.to_plane(stretch.line)) for stretch in border.stretches])
    counties = house.catalogue.county_map
    placed = [(each.short_zh, _km(plane.to_plane(counties.polygon(each.gb)))) for each in zone.counties]
    grade = whole["danger_grade"]
    assert isinstance(grade, int)
    day = date_zh(order.as_of.astimezone(BEIJING).date())
    return DangerPicture(
        title=f"森林火险等级图 {zone.name_zh}",
        headline=f"{day}：{grade_zh(grade)}\n{index_words(whole)}",
        east_km=east_m / 1000,
        north_km=north_m / 1000,
        grade=rows["danger_grade"].fill_null(0).to_numpy().astype(np.int64),
        cell_km=(CELL_DEG * KM_PER_DEG * float(np.cos(np.radians(lat.mean()))), CELL_DEG * KM_PER_DEG),
        line=line,
        counties=placed,
        footer=f"制图 {clock_zh(order.as_of)} 北京时间\n系统初判，未经会商签发。等级界限由EFFIS折算，未确认。",
        exercise=order.exercise,
    )


def _km(geometry: BaseGeometry) -> BaseGeometry:
    return shapely.transform(geometry, lambda points: points / 1000.0)


def _kept(house: House, order: Order, zone_id: str, content: bytes, run_id: str) -> Product:
    path = Path(house.world) / f"{order.as_of:%Y%m%d}" / run_id / f"danger-{zone_id}.png"
    made = Made(run_id, "danger_map", order.as_of, order.as_of, order.as_of + timedelta(days=1), zone_id)
    return keep_product(house, path, content, made)
