"""The corner of the legend on the picture of an incident."""

from __future__ import annotations

from dataclasses import replace

import pytest

from notify.picture.incident_legend import legend_corner
from notify.picture.incident_picture import Spot
from tests.notify.picture.shown import SHOWN


@pytest.mark.parametrize(
    ("crossing_km", "spot", "corner"),
    [
        ((0.0, 5.0), Spot(0, 0, 1, False), "lower right"),
        ((5.0, -2.5), Spot(0, 0, 1, False), "upper left"),
        (None, Spot(4.5, -1.5, 1, False), "upper left"),
        ((5.0, -2.5), Spot(-5.0, 7.0, 1, False), "upper left"),
    ],
    ids=["nothing there", "a crossing", "a hotspot", "a crossing before a hotspot"],
)
def test_the_legend_hides_neither_the_crossing_nor_a_hotspot(crossing_km, spot, corner) -> None:
    assert legend_corner(replace(SHOWN, crossing_km=crossing_km, spots=[spot])) == corner
