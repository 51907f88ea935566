"""The words beside the place where a fire may cross the line."""

from __future__ import annotations

from dataclasses import replace

import pytest

from notify.picture.crossing_mark import ABOVE, BELOW, LEFT, RIGHT, place_of_words
from notify.picture.incident_picture import Spot
from tests.notify.picture.shown import SHOWN


@pytest.mark.parametrize(
    ("crossing_km", "spots", "place"),
    [
        ((0.0, 5.0), [(0, 0)], RIGHT),
        ((2.0, 3.0), [(0, 0)], LEFT),
        ((1.5, 0.0), [(0, 0)], RIGHT),
        ((0.0, 0.0), [(-1, 0), (1, 0)], ABOVE),
        ((0.0, 0.0), [(-1, 0), (1, 0), (0, 0.6)], BELOW),
    ],
    ids=["nothing there", "it would leave the picture", "a hotspot to the left", "both sides", "both sides and above"],
)
def test_the_words_of_the_crossing_hide_no_hotspot(crossing_km, spots, place) -> None:
    shown = replace(SHOWN, crossing_km=crossing_km, spots=[Spot(x, y, 1, False) for x, y in spots])
    assert place_of_words(shown, crossing_km) == place
