from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.danger_grade import GradeBounds, danger_grade

EFFIS = GradeBounds()


def test_the_upper_bound_of_a_class_belongs_to_the_next() -> None:
    fwi = [0.0, 5.2, 11.19, 11.2, 21.29, 21.3, 37.99, 38.0, 49.99, 50.0, 120.0]
    assert danger_grade(fwi, EFFIS).tolist() == [1, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5]


@given(st.floats(0, 500), st.floats(0, 500))
def test_a_higher_index_never_has_a_lower_grade(fwi: float, more: float) -> None:
    low, high = danger_grade([fwi, fwi + more], EFFIS)
    assert 1 <= low <= high <= 5


def test_the_shape_is_kept() -> None:
    assert danger_grade(np.zeros((2, 3)), EFFIS).shape == (2, 3)
    assert danger_grade(40.0, EFFIS).item() == 4
    assert danger_grade([], EFFIS).size == 0


@pytest.mark.parametrize("wrong", [-0.1, float("nan")])
def test_without_an_index_there_is_no_grade(wrong: float) -> None:
    with pytest.raises(ValueError, match="has no grade"):
        danger_grade([10.0, wrong], EFFIS)


@pytest.mark.parametrize(
    "bounds",
    [(0.0, 21.3, 38.0, 50.0), (11.2, 11.2, 38.0, 50.0), (11.2, 21.3, 60.0, 50.0), (11.2, 21.3, 38.0, float("nan"))],
)
def test_bounds_that_do_not_ascend_are_refused(bounds: tuple[float, float, float, float]) -> None:
    with pytest.raises(ValueError, match="ascend"):
        GradeBounds(*bounds)
