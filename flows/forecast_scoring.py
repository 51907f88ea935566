"""Every round keeps what it forecasts, and scores what was forecast for the days that have come since."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import polars as pl

from flows.danger_making import Made
from flows.order import Order
from flows.wiring import House
from models.danger_grade import danger_grade
from models.verification import forecast_scores, issued_forecast, known_noons
from notify.phrases import BEIJING


def keep_and_score(house: House, order: Order, made: Made, run_id: str) -> int:
    """Keep the forecast of a round, score those of the days that its codes hold as past; returns the scores made.

    A round that only looks keeps nothing and scores nothing. Days are scored again while a later round knows them
    better: the newest score stands.
    """
    if not order.send:
        return 0
    house.forecasts.save(issued_forecast(made.danger, made.weather), run_id=run_id, world=house.world)
    today = order.as_of.astimezone(BEIJING).date()
    days = [today - timedelta(days=back) for back in range(house.rules.rounds.rewind_d + 1)]
    came = known_noons(made.weather, made.codes, days=days, now_utc=order.as_of)
    if came.is_empty():
        return 0
    grade = np.where(came["snow"], 1, danger_grade(came["fwi"].to_numpy(), house.rules.grades))
    truth = came.with_columns(pl.Series("danger_grade", grade))
    scored = 0
    for day in truth["local_date"].unique().sort():
        scores = forecast_scores(house.forecasts.of_day(day, world=house.world), truth)
        house.forecasts.save_scores(scores, world=house.world)
        scored += scores.height
    return scored
