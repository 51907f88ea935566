from __future__ import annotations

import tomllib
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from models.ignition.estimator import Estimator, estimator_of
from models.ignition.features import FEATURES, IgnitionFeatureFrame
from models.ignition.logistic import MonotoneLogistic
from models.ignition.training import FEWEST_FIRES, Sample, TooFewFires, contest, learned
from tests.models.ignition.cases import DRY_APRIL

PRIOR = Path(__file__).resolve().parents[3] / "rules" / "estimators" / "prior.toml"


@pytest.fixture(scope="module")
def prior() -> Estimator:
    return estimator_of(tomllib.loads(PRIOR.read_text(encoding="utf-8")))


def sample(rows: int = 4000, *, by: str = "road_distance_km", strength: float = 4.0, seed: int = 3) -> Sample:
    """Cell-days whose fires depend on one quantity in a way that the prior does not expect in its strength."""
    random = np.random.default_rng(seed)
    frame = pl.DataFrame([DRY_APRIL], schema={n: c.dtype for n, c in IgnitionFeatureFrame.columns().items()})
    frame = pl.concat([frame] * rows).with_columns(
        pl.Series("cell_id", [f"c{number % 200:03}" for number in range(rows)]),
        pl.Series("local_date", [date(2026, 3, 1) + timedelta(days=number // 200) for number in range(rows)]),
        pl.Series("ffmc", random.uniform(70, 96, rows)),
        pl.Series("gust_max_ms", random.uniform(3, 20, rows)),
        pl.Series("road_distance_km", random.uniform(0, 12, rows)),
    )
    near = np.exp(-frame[by].to_numpy() / 3.0)
    burned = random.random(rows) < 1 / (1 + np.exp(4.5 - strength * near))
    block = np.array([int(name[1:]) // 20 * 100 + number // 1000 for number, name in enumerate(frame["cell_id"])])
    return Sample(IgnitionFeatureFrame.validate(frame, cast=True), burned, np.where(burned, 1.0, 50.0), block)


def test_what_the_fires_say_moves_the_coefficient_and_keeps_the_base_rate(prior: Estimator) -> None:
    found = sample()
    weights, intercept, sd = learned(found, prior)
    by_name = {weight.feature: weight for weight in weights}
    assert by_name["road_near"].coefficient > 1.5
    told = Estimator(prior.card, intercept, sd, weights).probability(found.table).value
    assert (found.weight * told).sum() == pytest.approx((found.weight * found.burned).sum(), rel=0.05)


def test_no_coefficient_goes_against_its_direction(prior: Estimator) -> None:
    weights, _, _ = learned(sample(strength=-4.0), prior)
    for weight in weights:
        assert weight.coefficient * FEATURES[weight.feature].direction >= 0


def test_a_challenger_that_knows_better_wins_on_blocks_that_it_has_not_seen(prior: Estimator) -> None:
    found = contest(sample(strength=5.0), prior)
    assert found.won
    assert found.low <= found.gain <= found.high


def test_a_challenger_that_learned_noise_does_not_win(prior: Estimator) -> None:
    random = np.random.default_rng(9)
    noise = sample(1500)
    logit = prior.logit(noise.table)[0]
    burned = random.random(1500) < 0.04 * np.exp(logit - logit.mean())
    assert not contest(Sample(noise.table, burned, noise.weight, noise.block), prior).won


def test_too_few_fires_teach_nothing(prior: Estimator) -> None:
    found = sample(400)
    few = np.zeros(400, dtype=bool)
    few[: FEWEST_FIRES - 1] = True
    with pytest.raises(TooFewFires, match=f"{FEWEST_FIRES - 1} burning cell-days"):
        learned(Sample(found.table, few, found.weight, found.block), prior)


def test_fires_of_one_block_cannot_be_tested(prior: Estimator) -> None:
    found = sample(400)
    burned = np.zeros(400, dtype=bool)
    burned[found.block == found.block[0]] = True
    with pytest.raises(TooFewFires, match="blocks of place and time"):
        contest(Sample(found.table, burned, found.weight, found.block), prior)


def test_without_data_of_its_own_a_coefficient_stays_at_the_prior() -> None:
    random = np.random.default_rng(4)
    design = np.column_stack([random.normal(size=500), np.zeros(500)])
    fit = MonotoneLogistic([0.3, 0.7], [0.5, 0.2], [1, 1]).fit(design, random.random(500) < 0.3)
    assert fit.coef_[1] == pytest.approx(0.7)
    assert fit.sd_[2] == pytest.approx(0.2)


def test_a_sample_with_other_lengths_is_refused() -> None:
    found = sample(400)
    with pytest.raises(ValueError, match="different lengths"):
        Sample(found.table, found.burned[:-1], found.weight, found.block)
