"""Training from weather and hotspots to the estimator that stands."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import numpy as np
import polars as pl
import pytest

from flows.errors import ConfigurationError
from flows.estimators import CHAMPION, FOLDER, read_estimator, standing_estimator, write_estimator
from flows.learning import CHALLENGER, Lesson, keep, learn, sample_of
from flows.rules import shipped_rules
from flows.signed import SignedRules, load_signed
from flows.wiring import catalogue_of
from models.frames import WeatherFrame
from models.ignition.card import Standing
from models.ignition.training import Contest, TooFewFires

FIRST, DAYS = date(2016, 3, 1), 90


@pytest.fixture(scope="module")
def rules() -> SignedRules:
    return load_signed(shipped_rules())


@pytest.fixture(scope="module")
def weather() -> pl.DataFrame:
    random = np.random.default_rng(1)
    rows = [
        {
            "station_id": "a",
            "valid_utc": datetime(2016, 3, 1, 4, tzinfo=UTC) + timedelta(days=number),
            "model": "observed",
            "lat_deg": 40.3,
            "lon_deg": 116.6,
            "air_temperature_degc": 15.0 + random.normal(),
            "relative_humidity_pct": 30.0 + 15 * (number % 3),
            "wind_speed_ms": 3.0 + number % 3,
            "precipitation_mm": 0.0,
        }
        for number in range(DAYS)
    ]
    frame = pl.DataFrame(rows)
    absent = [name for name in WeatherFrame.column_names() if name not in frame.columns]
    return WeatherFrame.validate(
        frame.with_columns(pl.lit(None).alias(name) for name in absent).select(WeatherFrame.column_names()), cast=True
    )


def fires(count: int) -> pl.DataFrame:
    """Fires on the dry day of three, all over the box."""
    numbers = np.arange(count)
    return pl.DataFrame(
        {
            "lat_deg": 39.7 + (numbers * 0.37) % 2.0,
            "lon_deg": 115.1 + (numbers * 0.61) % 3.4,
            "local_date": [FIRST + timedelta(days=int(3 * (n % (DAYS // 3)))) for n in numbers],
        }
    )


def days() -> list[date]:
    return [FIRST + timedelta(days=number) for number in range(DAYS)]


def test_a_sample_stands_for_every_cell_and_day_of_the_box(rules, weather) -> None:
    sample = sample_of(weather, fires(40), days(), rules=rules, catalogue=catalogue_of(None))
    assert sample.burned.sum() == 40
    cells = 360 * 220
    assert sample.weight.sum() == pytest.approx(cells * DAYS, rel=0.01)
    assert sample.base_rate == pytest.approx(40 / (cells * DAYS), rel=0.01)
    assert len(np.unique(sample.block)) > 20


def test_days_that_nobody_looked_at_teach_nothing(rules, weather) -> None:
    sample = sample_of(weather, fires(40), days()[:30], rules=rules, catalogue=catalogue_of(None))
    assert sample.table["local_date"].n_unique() == 30
    with pytest.raises(TooFewFires, match="no weather"):
        sample_of(weather, fires(40), [date(2020, 1, 1)], rules=rules, catalogue=catalogue_of(None))


def test_a_challenger_carries_its_card_and_the_champion_stands_unless_beaten(rules, weather, tmp_path) -> None:
    prior = standing_estimator(tmp_path, None)
    assert prior.card.standing is Standing.PRIOR
    sample = sample_of(weather, fires(60), days(), rules=rules, catalogue=catalogue_of(None))
    lesson = learn(sample, prior, made=date(2016, 6, 2), data="test")
    assert lesson.outcome in {"replaced", "kept"}
    keep(lesson, tmp_path)
    challenger = read_estimator(tmp_path / FOLDER / CHALLENGER)
    assert challenger.card.positives == 60
    assert challenger.card.skill[0].low <= challenger.card.skill[0].high
    assert (standing_estimator(tmp_path, None).card.standing is Standing.CHAMPION) == (lesson.outcome == "replaced")


def test_a_winner_stands_from_the_next_start_on_under_its_own_name(tmp_path) -> None:
    prior = standing_estimator(tmp_path, None)
    won = Lesson("x", "replaced", "won", Contest(1.0, 0.5, 1.5, 9, 30), prior.named(Standing.CHALLENGER))
    keep(won, tmp_path)
    assert standing_estimator(tmp_path, None).card.label_zh == "京津冀起火先验(在用)"


def test_too_few_fires_leave_everything_as_it_is(rules, weather, tmp_path) -> None:
    sample = sample_of(weather, fires(5), days(), rules=rules, catalogue=catalogue_of(None))
    lesson = learn(sample, standing_estimator(tmp_path, None), made=date(2016, 6, 2), data="test")
    assert (lesson.outcome, lesson.challenger) == ("too_few_fires", None)
    keep(lesson, tmp_path)
    assert not (tmp_path / FOLDER).exists()


def test_a_champion_without_a_card_stops_the_start_and_names_the_file(tmp_path) -> None:
    write_estimator(tmp_path / FOLDER / CHAMPION, standing_estimator(tmp_path, None))
    (tmp_path / FOLDER / CHAMPION).write_text('{"intercept": {"value": 0, "sd": 1}, "weight": []}', encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"champion\.json: the estimator has no card"):
        standing_estimator(tmp_path, None)
