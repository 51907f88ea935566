from __future__ import annotations

import io

import numpy as np
import pytest
from matplotlib.image import imread

from flows.relief import drawn


def hill(north_deg: float = 40.5, east_deg: float = 117.0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A round hill of 1000 m in the middle of a lattice of a hundredth of a degree."""
    steps = np.arange(-15, 16) / 100
    lat, lon = (axis.ravel() for axis in np.meshgrid(north_deg + steps, east_deg + steps, indexing="ij"))
    return lat, lon, 1000 * np.exp(-((lat - north_deg) ** 2 + (lon - east_deg) ** 2) / 0.004)


def test_the_north_west_of_a_hill_is_light_and_its_south_east_dark() -> None:
    found = drawn(*hill())
    assert found is not None
    picture = imread(io.BytesIO(found.png))
    rows, columns = picture.shape[:2]
    north_west, south_east = picture[rows * 2 // 5, columns * 2 // 5], picture[rows * 3 // 5, columns * 3 // 5]
    assert (north_west[0], south_east[0]) == (1.0, 0.0)
    assert min(north_west[3], south_east[3]) > 0.1


def test_flat_ground_is_clear_and_the_picture_lies_where_its_places_are() -> None:
    lat, lon, _ = hill()
    found = drawn(lat, lon, np.full(lat.shape, 200.0))
    assert found is not None
    assert imread(io.BytesIO(found.png))[..., 3].max() == 0
    assert found.bounds == [[lat.min(), lon.min()], [lat.max(), lon.max()]]


@pytest.mark.parametrize("count", [0, 3])
def test_a_few_places_are_no_relief(count: int) -> None:
    assert drawn(*(axis[:count] for axis in hill())) is None
