from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from models.backtest.ranks import climatology, days_within, seasonal_percentile
from models.backtest.skill import auc, block_interval, hits_at, reliability, score_skill

BURNED = np.array([False, False, True, False, True, True])
scores = st.lists(st.integers(0, 5), min_size=6, max_size=6).map(lambda values: np.array(values, dtype=np.float64))


@given(scores)
def test_the_auc_is_that_of_scikit_learn(score: np.ndarray) -> None:
    assert auc(score, BURNED) == pytest.approx(roc_auc_score(BURNED, score))


@given(scores)
def test_a_score_and_its_opposite_share_the_hits_and_misses(score: np.ndarray) -> None:
    assert auc(score, BURNED) + auc(-score, BURNED) == pytest.approx(1.0)


@given(st.floats(0.01, 1))
def test_a_constant_score_hits_no_more_than_its_alarm_area(share: float) -> None:
    assert hits_at(np.zeros(6), BURNED, share) == pytest.approx(share)


def test_a_perfect_score_hits_all_within_the_area_that_the_fires_fill() -> None:
    assert hits_at(BURNED.astype(float), BURNED, 0.5) == 1.0


def test_few_burning_days_have_no_skill_told() -> None:
    burned = np.array([1.0] * 4 + [0.0] * 60)
    skill = score_skill("x", np.arange(64.0), burned, np.arange(64) // 10)
    assert (skill.days, skill.burning) == (64, 4)
    assert skill.auc is None
    assert skill.hits_10pct is None


def test_days_that_nobody_looked_at_count_neither_way() -> None:
    burned = np.array([1.0] * 10 + [0.0] * 10 + [np.nan] * 500)
    score = np.concatenate([np.ones(10), np.zeros(10), np.full(500, 9.0)])
    skill = score_skill("x", score, burned, np.arange(520) % 5)
    assert (skill.days, skill.burning, skill.auc) == (20, 10, 1.0)


def test_one_long_spell_is_less_evidence_than_many_days() -> None:
    random = np.random.default_rng(1)
    burned = random.random(200) < 0.3
    score = burned + random.normal(0, 1.5, 200)
    spells = block_interval(score, burned, np.arange(200) // 50)
    single = block_interval(score, burned, np.arange(200))
    assert single[0] < auc(score, burned) < single[1]
    assert spells != single
    with pytest.raises(ValueError, match="one block"):
        block_interval(score, burned, np.zeros(200, dtype=np.int64))


def test_a_score_without_relation_has_an_interval_around_one_half() -> None:
    random = np.random.default_rng(2)
    skill = score_skill("x", random.random(400), (random.random(400) < 0.2).astype(float), np.arange(400) // 20)
    assert skill.auc_low is not None
    assert skill.auc_high is not None
    assert skill.auc_low < 0.5 < skill.auc_high


def test_reliability_bins_hold_equal_numbers_and_all_known_days() -> None:
    bins = reliability(np.linspace(0, 1, 103), np.r_[np.zeros(50), np.ones(50), np.full(3, np.nan)])
    assert sum(each.days for each in bins) == 100
    assert bins[0].burned_share == 0.0
    assert bins[-1].burned_share == 1.0


def days(first: date, number: int) -> pl.Series:
    return pl.Series([first + timedelta(days=each) for each in range(number)])


def test_a_day_ranks_among_its_season_in_all_years_and_not_among_others() -> None:
    dates = days(date(2014, 1, 1), 730)
    values = np.where(dates.dt.month().to_numpy() == 7, 1000.0, np.arange(730.0))
    april = seasonal_percentile(values, dates)[int((dates == date(2015, 4, 15)).arg_max() or 0)]
    assert april == pytest.approx(100 * (61 + 30.5) / 122)
    assert days_within(dates, date(2015, 4, 15)) == 122


@given(st.integers(0, 364))
def test_the_last_and_the_first_day_of_a_year_are_neighbours(start: int) -> None:
    dates = days(date(2014, 1, 1) + timedelta(days=start), 400)
    assert np.isfinite(seasonal_percentile(np.arange(400.0), dates)).all()


def test_a_climatology_never_judges_a_year_by_itself() -> None:
    dates = pl.concat([days(date(2014, 4, 1), 30), days(date(2015, 4, 1), 30)])
    burned = np.r_[np.ones(30), np.zeros(30)]
    told = climatology(burned, dates)
    assert (told[:30] < 0.1).all()
    assert (told[30:] > 0.9).all()
    assert np.isnan(climatology(np.ones(30), days(date(2014, 4, 1), 30))).all()
