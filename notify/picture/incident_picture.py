"""What a picture of an incident (态势图) shows, before anything is drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
import shapely.affinity
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from notify.facts import Wind

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Spot:
    """A hotspot on the map, in km east and north of the middle."""

    x_km: float
    y_km: float
    age_h: float
    static_heat: bool


@dataclass(frozen=True)
class Fan:
    """How far the fire may have come after some hours: what half of the members reach, and what one in twenty does."""

    hours: float
    likely: Floats
    possible: Floats
    """Rings in km, ``(n, 2)``."""


@dataclass(frozen=True)
class IncidentPicture:
    """What the picture shows; geometries in km east and north of the fire."""

    title: str
    headline: str
    """The one sentence: where, how far, which way, when."""
    half_km: float
    """Half the width of the picture."""
    middle_km: tuple[float, float]
    """Of the picture: between the fire and the line."""
    line: BaseGeometry
    counties: Sequence[tuple[str, BaseGeometry]]
    """Short name and polygon."""
    spots: Sequence[Spot]
    footer: str
    error_km: float = 0.0
    """Radius of the location error."""
    height_m: Floats | None = None
    """A square grid over the whole picture, rows from south to north; None: nobody gave heights."""
    fans: Sequence[Fan] = ()
    crossing_km: tuple[float, float] | None = None
    crossing_zh: str = ""
    wind: Wind | None = None
    burning: BaseGeometry | None = None
    """The outline that a person gave."""
    burning_zh: str = ""
    """Its area, source and time."""
    exercise: bool = False

    @property
    def view(self) -> tuple[float, float, float, float]:
        """West, south, east, north."""
        (east, north), half = self.middle_km, self.half_km
        return east - half, north - half, east + half, north + half

    def inner(self, share: float) -> shapely.Polygon:
        """The middle of the picture, that share of its width."""
        return shapely.affinity.scale(shapely.box(*self.view), share, share)
