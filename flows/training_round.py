"""The monthly round of learning: from the archive to a challenger, and to the verdict whether it stands."""

from __future__ import annotations

from datetime import datetime, timedelta

import polars as pl

from flows.labels import hotspots_of_no_fire, verified_labels
from flows.learning import Lesson, keep, learn, sample_of
from flows.order import Order, Outcome
from flows.wiring import House
from models.backtest.burning import days_vouched_for, with_persistence
from models.ignition.training import TooFewFires
from notify.phrases import BEIJING
from store.run_rows import RunOutcome

LOOK_BACK_D = 400


def training_round(house: House, order: Order, run_id: str) -> Outcome:  # noqa: ARG001  # its files carry cards
    """Learn from the archive what burned. Too few fires to learn from is a finished run that says so.

    Args:
        house: the world to work in.
        order: what was asked; a past time reads the archive as it was then.
        run_id: of the run row.
    """
    lesson = train(house, order.as_of)
    said = lesson.document()
    figures = said.pop("contest") or {}
    return Outcome(
        outcome=RunOutcome.DONE,
        counts={"trained": int(lesson.challenger is not None), "replaced": int(lesson.outcome == "replaced")},
        table=(said | figures,),
    )


def train(house: House, as_of: datetime) -> Lesson:
    """Train on the last 400 days of the archive, and keep what came of it in the home.

    Persistent heat, what an office found to be no wildfire, and hotspots without coverage are no fires; a day without
    any row is not looked at.
    """
    since = as_of - timedelta(days=LOOK_BACK_D)
    hotspots = with_persistence(house.hotspots.since(since, available_by=as_of, world=house.world), house.rules.heat)
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
