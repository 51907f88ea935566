"""A logistic regression that starts from what is argued and keeps its directions, in the form of scikit-learn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Self

import numpy as np
import numpy.typing as npt
from scipy.optimize import Bounds, minimize
from scipy.special import expit
from sklearn.base import BaseEstimator, ClassifierMixin

Floats = npt.NDArray[np.float64]
_INTERCEPT_SD = 5.0
"""The base rate of another target is learned freely."""
_TINY = 1e-15


class MonotoneLogistic(ClassifierMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn is untyped
    """Logistic regression around a prior, each coefficient on its allowed side of zero (MAP, L-BFGS-B)."""

    def __init__(self, centre: Sequence[float], sd: Sequence[float], direction: Sequence[int]) -> None:
        self.centre = centre
        self.sd = sd
        self.direction = direction

    def fit(self, X: Floats, y: npt.NDArray[np.bool_], sample_weight: Floats | None = None) -> Self:  # noqa: N803
        """Fit; ``coef_``, ``intercept_`` and their standard deviations ``sd_`` (the intercept first)."""
        weight = np.ones(len(y)) if sample_weight is None else sample_weight
        self.classes_ = np.array([False, True])
        design = np.column_stack([np.ones(len(y)), X])
        rate = np.clip((weight * y).sum() / weight.sum(), _TINY, 1 - _TINY)
        centre = np.r_[np.log(rate / (1 - rate)), self.centre]
        precision = np.r_[_INTERCEPT_SD, self.sd] ** -2.0

        def loss(beta: Floats) -> tuple[float, Floats]:
            logit = design @ beta
            away = beta - centre
            value = (weight * (np.logaddexp(0.0, logit) - y * logit)).sum() + 0.5 * (precision * away**2).sum()
            slope = design.T @ (weight * (expit(logit) - y)) + precision * away
            return float(value), slope

        low = np.array([-np.inf, *(0.0 if d > 0 else -np.inf for d in self.direction)])
        high = np.array([np.inf, *(0.0 if d < 0 else np.inf for d in self.direction)])
        start, bounds = np.clip(centre, low, high), Bounds(low, high)
        found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 500})
        probability = expit(design @ found.x)
        curvature = (design * (weight * probability * (1 - probability))[:, np.newaxis]).T @ design
        self.sd_ = np.sqrt(np.diag(np.linalg.inv(curvature + np.diag(precision))))
        self.intercept_, self.coef_ = float(found.x[0]), np.asarray(found.x[1:])
        return self

    def decision_function(self, X: Floats) -> Floats:  # noqa: N803
        """Logit."""
        return np.asarray(X @ self.coef_ + self.intercept_)

    def predict_proba(self, X: Floats) -> Floats:  # noqa: N803
        """Probabilities of quiet and of burning."""
        burning = expit(self.decision_function(X))
        return np.column_stack([1.0 - burning, burning])

    def predict(self, X: Floats) -> npt.NDArray[np.bool_]:  # noqa: N803
        """Whether burning is likelier than not."""
        return np.asarray(self.decision_function(X) > 0)
