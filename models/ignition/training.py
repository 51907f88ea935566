"""Learning from what burned: a logistic that starts from the prior, keeps its directions, and must win to stand.

With few fires the coefficients stay near the prior; with many the fires decide. A challenger takes the champion's place
only when it tells burning from quiet better on blocks of place and time that it has not seen, beyond chance.
scikit-learn is imported where something is learned: a second that no other start should pay.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import dataframely as dy
import numpy as np
import numpy.typing as npt
import polars as pl
from scipy.special import expit

from models.ignition.estimator import Estimator, Weight
from models.ignition.features import FEATURES, IgnitionFeatureFrame, design_column

if TYPE_CHECKING:
    from models.ignition.logistic import MonotoneLogistic

Floats = npt.NDArray[np.float64]
FOLDS = 5
FEWEST_FIRES = 20
"""Fewer burning cell-days, and nothing is learned."""
_WIDEN = 2.0
"""The prior's standard deviations are taken this much wider: what is argued may be wrong, too."""
_TINY = 1e-15


class TooFewFires(ValueError):
    """There is too little to learn from; names how many there are and how many it takes."""


@dataclass(frozen=True, slots=True)
class Sample:
    """Cell-days to learn from: all that burned, and a drawn part of the quiet ones with the weight of the whole.

    Raises:
        ValueError: lengths differ, or a weight is not positive.
    """

    table: dy.DataFrame[IgnitionFeatureFrame]
    burned: npt.NDArray[np.bool_]
    weight: Floats
    """Cell-days that a row stands for: the sum is that of the whole population, so the base rate is the true one."""
    block: npt.NDArray[np.int64]
    """Place and time that are left out together."""

    def __post_init__(self) -> None:
        if not len(self.burned) == len(self.weight) == len(self.block) == self.table.height:
            raise ValueError("table, burned, weight and block have different lengths")
        if not (self.weight > 0).all():
            raise ValueError("a weight is not positive")

    @property
    def base_rate(self) -> float:
        """Burning share of the population."""
        return float((self.weight * self.burned).sum() / self.weight.sum())


@dataclass(frozen=True, slots=True)
class Contest:
    """What came of the blocked test: gain in log likelihood a burning cell-day, challenger over champion."""

    gain: float
    low: float
    high: float
    blocks: int
    fires: int

    @property
    def won(self) -> bool:
        """Whether the 90 % interval lies above 0."""
        return self.low > 0


def learned(sample: Sample, prior: Estimator) -> tuple[tuple[Weight, ...], float, float]:
    """Weights, intercept and its standard deviation, learned from all of ``sample`` around ``prior``.

    Raises:
        TooFewFires: fewer than :data:`FEWEST_FIRES` burning cell-days.
    """
    refuse_too_few(sample)
    names = features_told(sample.table)
    reference, spread, design = _standard(sample, names)
    fit = _logistic(names, prior).fit(design, sample.burned, sample.weight)
    weights = tuple(
        Weight(name, float(coefficient), float(sd), float(reference[number]), float(spread[number]), argument="learned")
        for number, (name, coefficient, sd) in enumerate(zip(names, fit.coef_, fit.sd_[1:], strict=True))
    )
    return weights, fit.intercept_, float(fit.sd_[0])


def contest(sample: Sample, champion: Estimator, *, times: int = 500, seed: int = 20260401) -> Contest:
    """Challenger against champion on blocks that the challenger has not seen.

    The champion's intercept is set anew on the same blocks that the challenger learns from: a win is one of telling
    days and places apart, not of another base rate.

    Raises:
        TooFewFires: too few fires, or too few blocks with fires, to leave any out.
    """
    from sklearn.model_selection import GroupKFold

    refuse_too_few(sample)
    burning_blocks = len(np.unique(sample.block[sample.burned]))
    if burning_blocks < FOLDS:
        raise TooFewFires(f"fires in {burning_blocks} blocks of place and time; it takes {FOLDS}")
    names = features_told(sample.table)
    _, _, design = _standard(sample, names)
    standing = champion.logit(sample.table)[0]
    ours, theirs = np.empty(len(design)), np.empty(len(design))
    for train, test in GroupKFold(FOLDS).split(design, groups=sample.block):
        fit = _logistic(names, champion).fit(design[train], sample.burned[train], sample.weight[train])
        ours[test] = fit.decision_function(design[test])
        theirs[test] = standing[test] + _shift(standing[train], sample.burned[train], sample.weight[train])
    better = sample.weight * (_loss(theirs, sample.burned) - _loss(ours, sample.burned))
    return _interval(better, sample, times=times, seed=seed)


def refuse_too_few(sample: Sample) -> None:
    """Raise unless there are fires enough to learn from.

    Raises:
        TooFewFires: names how many there are.
    """
    fires = int(sample.burned.sum())
    if fires < FEWEST_FIRES:
        raise TooFewFires(f"{fires} burning cell-days; it takes {FEWEST_FIRES}")


def features_told(table: pl.DataFrame) -> list[str]:
    """Features that are known somewhere and vary. Static heat is never learned: it is what a satellite mistakes."""
    columns = {name: design_column(table, name) for name in FEATURES if name != "static_heat"}
    return [name for name, column in columns.items() if np.isfinite(column).any() and np.nanstd(column) > 0]


def _standard(sample: Sample, names: Sequence[str]) -> tuple[Floats, Floats, Floats]:
    """Mean and spread of each feature in the population, and the design as distances from the mean; unknown is 0."""
    columns = np.column_stack([design_column(sample.table, name) for name in names])
    known = np.isfinite(columns)
    weight = np.where(known, sample.weight[:, np.newaxis], 0.0)
    filled = np.where(known, columns, 0.0)
    mean = (weight * filled).sum(axis=0) / weight.sum(axis=0)
    away = np.where(known, columns - mean, 0.0)
    spread = np.sqrt((weight * away**2).sum(axis=0) / weight.sum(axis=0))
    return mean, spread, away


def _logistic(names: Sequence[str], prior: Estimator) -> MonotoneLogistic:
    from models.ignition.logistic import MonotoneLogistic

    argued = {weight.feature: weight for weight in prior.weights}
    centre = [argued[name].coefficient if name in argued else 0.0 for name in names]
    sd = [_WIDEN * max(argued[name].sd, 0.05) if name in argued else 0.5 for name in names]
    return MonotoneLogistic(centre, sd, [int(FEATURES[name].direction) for name in names])


def _shift(logit: Floats, burned: npt.NDArray[np.bool_], weight: Floats) -> float:
    """What to add to a logit so that it expects as many fires as there were: one Newton iteration after another."""
    shift = 0.0
    for _ in range(100):
        probability = expit(logit + shift)
        expected, slope = (weight * probability).sum(), (weight * probability * (1 - probability)).sum()
        step = float(np.clip(((weight * burned).sum() - expected) / max(slope, _TINY), -2.0, 2.0))
        shift += step
        if abs(step) < 1e-9:
            break
    return shift


def _loss(logit: Floats, burned: npt.NDArray[np.bool_]) -> Floats:
    return np.asarray(np.logaddexp(0.0, logit) - burned * logit)


def _interval(better: Floats, sample: Sample, *, times: int, seed: int) -> Contest:
    """Gain a fire, with the 90 % interval of drawing whole blocks."""
    names, index = np.unique(sample.block, return_inverse=True)
    gain = np.bincount(index, better)
    fires = np.bincount(index, sample.burned.astype(np.float64))
    random = np.random.default_rng(seed)
    picks = random.integers(0, len(names), (times, len(names)))
    drawn = gain[picks].sum(axis=1) / np.maximum(fires[picks].sum(axis=1), 1.0)
    low, high = np.percentile(drawn, [5.0, 95.0])
    value = float(gain.sum() / fires.sum())
    return Contest(value, min(float(low), value), max(float(high), value), len(names), int(fires.sum()))


def summary_of(found: Contest) -> dict[str, Any]:
    """For a card and a log."""
    return {"gain": found.gain, "low": found.low, "high": found.high, "blocks": found.blocks, "fires": found.fires}
