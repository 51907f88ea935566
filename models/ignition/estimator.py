"""A logistic on the feature table: coefficients in a readable document, never a pickle, always with a card."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from models.ignition.card import CardIncomplete, ModelCard, Standing, card_of
from models.ignition.features import FEATURES, Direction, design_column

Z90 = 1.6449
"""Half the width of a 90 % interval in standard deviations."""
_Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Weight:
    """How a feature moves the logit: ``coefficient * (x - reference)``.

    Raises:
        ValueError: no such feature, a sign that physics forbids, or a standard deviation that is not positive.
    """

    feature: str
    coefficient: float
    sd: float
    """Standard deviation of the coefficient: of our knowledge for a prior, of the fit for a learned one."""
    reference: float
    """Value of the feature in the population that the base rate is of; stands in where nobody told."""
    spread: float
    """Standard deviation of the feature in that population: what a missing value could have been."""
    argument: str = ""

    def __post_init__(self) -> None:
        if self.feature not in FEATURES:
            raise ValueError(f"{self.feature!r} is no feature; there are {', '.join(FEATURES)}")
        if self.coefficient * FEATURES[self.feature].direction < 0:
            wanted = "up" if FEATURES[self.feature].direction is Direction.UP else "down"
            raise ValueError(f"{self.feature}: {self.coefficient} pushes the wrong way, it goes {wanted}")
        if not self.sd >= 0 or not self.spread >= 0:
            raise ValueError(f"{self.feature}: sd and spread are 0 or more")


@dataclass(frozen=True, slots=True)
class Probability:
    """Probability with its 90 % interval, and how many features nobody told, one number a row."""

    value: _Floats
    low: _Floats
    high: _Floats
    missing: npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Estimator:
    """An ignition estimator (起火概率模型).

    Raises:
        ValueError: a feature is weighed twice.
    """

    card: ModelCard
    intercept: float
    """Logit at the reference values."""
    intercept_sd: float
    weights: tuple[Weight, ...]

    def __post_init__(self) -> None:
        names = [weight.feature for weight in self.weights]
        if len(set(names)) < len(names):
            raise ValueError(f"{self.card.name}: a feature is weighed twice")

    def logit(self, table: pl.DataFrame) -> tuple[_Floats, _Floats, npt.NDArray[np.int64]]:
        """Logit, its variance, and how many features are missing, for each row of an ``IgnitionFeatureFrame``."""
        logit = np.full(table.height, self.intercept)
        variance = np.full(table.height, self.intercept_sd**2)
        missing = np.zeros(table.height, dtype=np.int64)
        for weight in self.weights:
            moved = design_column(table, weight.feature) - weight.reference
            absent = np.isnan(moved)
            moved[absent] = 0.0
            logit += weight.coefficient * moved
            variance += (weight.sd * moved) ** 2
            variance[absent] += (weight.coefficient * weight.spread) ** 2
            missing += absent
        return logit, variance, missing

    def probability(self, table: pl.DataFrame) -> Probability:
        """Probability that a vegetation fire starts in the cell on the day."""
        logit, variance, missing = self.logit(table)
        half = Z90 * np.sqrt(variance)
        return Probability(_expit(logit), _expit(logit - half), _expit(logit + half), missing)

    def named(self, standing: Standing) -> Estimator:
        """The same estimator in another standing."""
        return replace(self, card=replace(self.card, standing=standing))


def estimator_of(document: Mapping[str, Any]) -> Estimator:
    """The estimator of a document (TOML or JSON) with ``card``, ``intercept`` and ``weight``.

    Raises:
        CardIncomplete: the card is missing or not whole.
        ValueError: the coefficients are not whole, or push the wrong way; names the feature.
    """
    card = card_of(document)
    unknown = sorted(document.keys() - {"card", "intercept", "weight"})
    if unknown:
        raise ValueError(f"{card.name}: {unknown[0]} is not known")
    try:
        intercept = document["intercept"]
        weights = tuple(Weight(**weight) for weight in document["weight"])
        return Estimator(card, float(intercept["value"]), float(intercept["sd"]), weights)
    except (KeyError, TypeError) as error:
        raise ValueError(f"{card.name}: the coefficients are not whole: {error}") from error


def document_of(estimator: Estimator) -> dict[str, Any]:
    """What :func:`estimator_of` reads, for a JSON file beside nothing else."""
    card = estimator.card
    fields = {name: getattr(card, name) for name in ModelCard.__dataclass_fields__}
    fields["made_local_date"] = card.made_local_date.isoformat()
    fields["skill"] = [{name: getattr(each, name) for name in each.__dataclass_fields__} for each in card.skill]
    return {
        "card": fields,
        "intercept": {"value": estimator.intercept, "sd": estimator.intercept_sd},
        "weight": [{name: getattr(each, name) for name in Weight.__dataclass_fields__} for each in estimator.weights],
    }


def _expit(logit: _Floats) -> _Floats:
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(logit, -60.0, 60.0))))


__all__ = ["CardIncomplete", "Estimator", "Probability", "Weight", "document_of", "estimator_of"]
