"""``firewatch report forecast``: how good the forecasts were, by lead time."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

import typer

from desk.options import Json
from desk.shown import show_json, show_table
from flows.wiring import open_house
from models.verification import skill_by_lead
from notify.phrases import BEIJING

QUANTITY_ZH = {
    "air_temperature_degc": "气温 ℃",
    "relative_humidity_pct": "相对湿度 %",
    "wind_speed_kmh": "风速 km/h",
    "fwi": "FWI",
    "danger_grade": "火险等级",
}
DEFAULT_DAYS = 30


def forecast(
    days: Annotated[int, typer.Option(help="Days back from today.", min=1, max=3660)] = DEFAULT_DAYS,
    zone: Annotated[str, typer.Option(help="One joint unit; all without it.")] = "",
    as_json: Json = False,
) -> None:
    """Forecasts against what came, by lead time (预报检验). Example: firewatch report forecast --days 60."""
    house = open_house()
    try:
        today = house.clock().astimezone(BEIJING).date()
        scores = house.forecasts.scores(
            from_local_date=today - timedelta(days=days), to_local_date=today, world=house.world
        )
        issued = house.forecasts.newest_issue_utc(world=house.world)
    finally:
        house.close()
    rows = skill_by_lead(scores.filter(scores["zone"] == zone) if zone else scores).to_dicts()
    if as_json:
        show_json({"days": days, "zone": zone or None, "newest_issue_utc": issued, "skill": rows})
        return
    columns = {
        "quantity_zh": "要素",
        "lead_d": "时效 天",
        "days": "天数",
        "cells": "样本",
        "mean_error": "平均误差",
        "mean_absolute_error": "平均绝对误差",
        "rmse": "均方根误差",
        "hit_share": "等级相同",
    }
    shown = [{**row, "quantity_zh": QUANTITY_ZH.get(row["quantity"], row["quantity"]), **_rounded(row)} for row in rows]
    show_table("预报检验（预报减实况）", columns, shown, empty="还没有到期的预报")


def _rounded(row: dict[str, float | None]) -> dict[str, str]:
    shown = {name: row[name] for name in ("mean_error", "mean_absolute_error", "rmse")}
    texts = {name: "" if value is None else f"{value:.1f}" for name, value in shown.items()}
    hits = row["hit_share"]
    return texts | {"hit_share": "" if hits is None else f"{hits:.0%}"}
