"""Once a month: learn from the archive what burned, and let a challenger stand only where it wins (起火模型训练)."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime, timedelta

import polars as pl
from prefect import flow

from flows.labels import hotspots_of_no_fire, verified_labels
from flows.learning import Lesson, keep, learn, sample_of
from flows.parameters import AsOf, Reason
from flows.wiring import House, house_in_use
from models.backtest.burning import days_vouched_for, with_persistence
from models.ignition.training import TooFewFires
from notify.phrases import BEIJING

LOOK_BACK_D = 400
_log = logging.getLogger("firewatch.training")


@flow(name="monthly-training", timeout_seconds=3600, validate_parameters=True)
async def monthly_training(reason: Reason, as_of: AsOf = None) -> dict[str, object]:
    """Learn from the archive what burned; a challenger stands only where it wins (起火模型训练).

    Args:
        reason: why this run.
        as_of: empty for now; a past time reads the archive as it was then.
    """
    with house_in_use() as house:
        lesson = await asyncio.to_thread(train, house, as_of or datetime.now(UTC))
    _log.info("monthly training (%s): %s, %s", reason, lesson.outcome, lesson.why)
    return lesson.document()


def train(house: House, as_of: datetime) -> Lesson:
    """Train on the last 400 days of the archive, and keep what came of it in the home.

    Persistent heat, what an office found to be no wildfire, and hotspots without coverage are no fires; a day without
    any row is not looked at.
    """
    since = as_of - timedelta(days=LOOK_BACK_D)
    hotspots = with_persistence(
        house.hotspots.since(since, available_by=as_of, world=house.world), house.rules.recurrence
    )
    weather = house.weather.gather(as_of, since=since, live=False).frame
    try:
        sample = sample_of(
            weather,
            _fires(house, hotspots),
            sorted(days_vouched_for(hotspots)),
            rules=house.rules,
            catalogue=house.catalogue,
            facts=house.cell_facts,
        )
    except TooFewFires as error:
        return Lesson(house.estimator.card.label_zh, "too_few_fires", str(error))
    made = as_of.astimezone(BEIJING).date()
    lesson = learn(sample, house.estimator, made=made, data=f"archive of this house from {since:%Y-%m-%d}")
    keep(lesson, house.home.root)
    return lesson


def _fires(house: House, hotspots: pl.DataFrame) -> pl.DataFrame:
    """Clean hotspots less those that people found to be none, and the places of verified wildfires."""
    clean = hotspots.filter(~pl.col("persistent") & ~pl.col("hotspot_id").is_in(sorted(hotspots_of_no_fire(house))))
    columns = ("lat_deg", "lon_deg", "local_date")
    return pl.concat([clean.select(columns), verified_labels(house).filter(pl.col("label") == 1).select(columns)])
