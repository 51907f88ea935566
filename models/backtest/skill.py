"""Skill of a score against burning days, each figure with an interval that knows that days come in spells."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Blocks = npt.NDArray[np.int64]
ALARM_AREAS = (0.05, 0.10, 0.20)
FEWEST = 5
"""Fewer burning or quiet days than this and no skill is told."""
_LOW, _HIGH = 5.0, 95.0
_MANY = 20_000
"""From so many unit-days on a third of the draws will do."""


@dataclass(frozen=True, slots=True)
class ScoreSkill:
    """Association of one score with burning days. Null figures where there are too few days to tell."""

    score: str
    days: int
    burning: int
    auc: float | None
    auc_low: float | None
    auc_high: float | None
    auc_pr: float | None
    hits_5pct: float | None
    """Share of the burning days that fall into the 5 % of the days with the highest score; ties are shared out."""
    hits_10pct: float | None
    hits_20pct: float | None
    brier: float | None = None
    brier_climatology: float | None = None
    """Of a constant forecast of the share of burning days."""


def auc(score: Floats, burned: npt.NDArray[np.bool_]) -> float:
    """Probability that a burning day has a higher score than a quiet one; ties count half."""
    positives = int(burned.sum())
    negatives = len(burned) - positives
    if positives == 0 or negatives == 0:
        return float("nan")
    from scipy.stats import rankdata

    ranks = rankdata(score)
    return float((ranks[burned].sum() - positives * (positives + 1) / 2) / (positives * negatives))


def hits_at(score: Floats, burned: npt.NDArray[np.bool_], share: float) -> float:
    """Share of the burning days among the ``share`` of all days with the highest score; a tie at the edge is shared."""
    _, place, tied = np.unique(-score, return_inverse=True, return_counts=True)
    fires = np.bincount(place, burned.astype(np.float64), minlength=len(tied))
    before = np.cumsum(tied) - tied
    part = np.clip((share * len(score) - before) / tied, 0.0, 1.0)
    return float((part * fires).sum() / burned.sum())


def block_interval(
    score: Floats, burned: npt.NDArray[np.bool_], blocks: Blocks, *, times: int = 300, seed: int = 20170511
) -> tuple[float, float]:
    """90 % interval of the AUC by drawing whole blocks of days with replacement.

    Raises:
        ValueError: fewer than two blocks.
    """
    names = np.unique(blocks)
    if len(names) < 2:
        raise ValueError("one block of days has no interval")
    rows = [np.flatnonzero(blocks == name) for name in names]
    times = times if len(score) < _MANY else times // 3
    random = np.random.default_rng(seed)
    drawn = []
    for _ in range(times):
        chosen = np.concatenate([rows[pick] for pick in random.integers(0, len(rows), len(rows))])
        drawn.append(auc(score[chosen], burned[chosen]))
    low, high = np.nanpercentile(drawn, [_LOW, _HIGH])
    return float(low), float(high)


def score_skill(name: str, score: Floats, burned: Floats, blocks: Blocks, *, probability: bool = False) -> ScoreSkill:
    """Skill of one score on the days on which both it and the burning are known (not NaN)."""
    from sklearn.metrics import average_precision_score

    known = np.isfinite(score) & np.isfinite(burned)
    values, fire, block = score[known], burned[known] > 0, blocks[known]
    days, burning = len(values), int(fire.sum())
    if min(burning, days - burning) < FEWEST or len(np.unique(block)) < 2:
        return ScoreSkill(name, days, burning, *([None] * 7))
    low, high = block_interval(values, fire, block)
    brier = (
        (float(((values - fire) ** 2).mean()), float(fire.mean() * (1 - fire.mean()))) if probability else (None, None)
    )
    hits = (hits_at(values, fire, area) for area in ALARM_AREAS)
    ranked = float(average_precision_score(fire, values))
    return ScoreSkill(name, days, burning, auc(values, fire), low, high, ranked, *hits, *brier)


@dataclass(frozen=True, slots=True)
class ReliabilityBin:
    """What was forecast and what happened on the days of one bin."""

    days: int
    forecast_mean: float
    burned_share: float


def reliability(probability: Floats, burned: Floats, *, bins: int = 5) -> tuple[ReliabilityBin, ...]:
    """Bins of equal numbers of days, from the lowest probability; days that nobody looked at are left out."""
    known = np.isfinite(probability) & np.isfinite(burned)
    order = np.argsort(probability[known], kind="stable")
    parts = [part for part in np.array_split(order, bins) if len(part)]
    values, fire = probability[known], burned[known]
    return tuple(ReliabilityBin(len(part), float(values[part].mean()), float(fire[part].mean())) for part in parts)
