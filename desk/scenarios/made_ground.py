"""Heights of an exercise, written by us: a slope that rises to the north-west, with rounded hills and basins on it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Height:
    """A rounded hill or basin of the made-up terrain."""

    lat_deg: float
    lon_deg: float
    height_m: float
    width_deg: float


TERRAIN = (
    Height(40.55, 115.80, 1150.0, 0.14),
    Height(40.43, 115.85, -220.0, 0.20),
    Height(40.60, 117.48, 1050.0, 0.16),
    Height(40.82, 116.45, 180.0, 0.16),
    Height(41.15, 116.40, 300.0, 0.35),
    Height(40.95, 115.90, 520.0, 0.30),
    Height(40.25, 117.35, 330.0, 0.12),
    Height(40.20, 115.75, 420.0, 0.18),
    Height(40.07, 117.21, 130.0, 0.05),
)


def elevation_rows() -> Iterator[Sequence[object]]:
    """Heights on a lattice of 0.05 degrees: a slope that rises to the north-west, with ``TERRAIN`` on it."""
    for row in range(int((41.40 - 39.80) / 0.05) + 1):
        for column in range(int((117.90 - 115.20) / 0.05) + 1):
            lat_deg, lon_deg = 39.80 + 0.05 * row, 115.20 + 0.05 * column
            yield f"{lat_deg:.2f}", f"{lon_deg:.2f}", round(_height_m(lat_deg, lon_deg))


def _height_m(lat_deg: float, lon_deg: float) -> float:
    slope_m = 20 + 470 / (1 + math.exp(-7 * (lat_deg - 40.55 - 0.30 * (lon_deg - 116.5))))
    hills_m = sum(
        hill.height_m
        * math.exp(-((lat_deg - hill.lat_deg) ** 2 + (0.765 * (lon_deg - hill.lon_deg)) ** 2) / hill.width_deg**2)
        for hill in TERRAIN
    )
    return max(10.0, slope_m + hills_m)
