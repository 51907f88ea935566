"""Where the fire may cross the line, on the picture of an incident: a star, and beside it when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import shapely

from notify.picture.incident_picture import IncidentPicture
from notify.picture.paper import INK, outlined, write

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_CHARACTER, _DIGIT = 0.046, 0.026
_LINE = 0.06
_SPOT = 0.03
"""Width of a Chinese character and a digit, height of a line, radius of a hotspot, in halves of the picture's width."""


@dataclass(frozen=True)
class Beside:
    """A place for the words, as far from the star as ``east`` and ``north`` say in halves of the picture's width."""

    east: float
    north: float
    ha: Literal["left", "right", "center"]
    va: Literal["center", "bottom", "top"]

    def box(self, shown: IncidentPicture, at_km: tuple[float, float]) -> shapely.Polygon:
        """What the words cover there, in km."""
        half = shown.half_km
        width = half * sum(_DIGIT if each.isascii() else _CHARACTER for each in shown.crossing_zh)
        height = half * _LINE
        west = at_km[0] + self.east * half - {"left": 0.0, "center": width / 2, "right": width}[self.ha]
        south = at_km[1] + self.north * half - {"bottom": 0.0, "center": height / 2, "top": height}[self.va]
        return shapely.box(west, south, west + width, south + height)


RIGHT, LEFT = Beside(0.05, 0.0, "left", "center"), Beside(-0.05, 0.0, "right", "center")
ABOVE, BELOW = Beside(0.0, 0.06, "center", "bottom"), Beside(0.0, -0.06, "center", "top")


def place_of_words(shown: IncidentPicture, at_km: tuple[float, float]) -> Beside:
    """Where the words stand within the picture and hide no hotspot, or as few as can be."""
    sides = (LEFT, RIGHT) if at_km[0] > shown.middle_km[0] + 0.1 * shown.half_km else (RIGHT, LEFT)
    inner = shown.inner(0.98)

    def harm(place: Beside) -> tuple[bool, int]:
        covered = place.box(shown, at_km)
        near = covered.buffer(_SPOT * shown.half_km)
        return not inner.contains(covered), sum(near.contains(shapely.Point(s.x_km, s.y_km)) for s in shown.spots)

    return min((*sides, ABOVE, BELOW), key=harm)


def mark_crossing(axes: Axes, shown: IncidentPicture) -> None:
    """Draw it, where there is one and the picture reaches it."""
    if shown.crossing_km is None or not shown.inner(0.94).contains(shapely.Point(shown.crossing_km)):
        return
    x_km, y_km = shown.crossing_km
    axes.plot(x_km, y_km, marker="*", ms=20, mfc="#ffd43b", mec=INK, mew=1.3, zorder=8)
    place, half = place_of_words(shown, shown.crossing_km), shown.half_km
    label = write(
        axes, x_km + place.east * half, y_km + place.north * half, shown.crossing_zh, fontsize=12, color=INK,
        ha=place.ha, va=place.va, zorder=8,
    )  # fmt: skip
    label.set_path_effects(outlined())
