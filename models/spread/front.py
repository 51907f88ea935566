"""Minimum travel time to a line by marching fronts, many members of an ensemble at once.

Each front is a closed ring of points. A point moves with the velocity that the ellipse of its cell gives to a front
with its normal: the gradient of the support function (Richards 1990, Int. J. Numer. Meth. Eng. 30). On a uniform plain
the ring is the growing ellipse itself, whatever the number of its points. Over terrain every point follows a path that
a fire may take, each cell with its own ellipse and each hour with its own wind. A step is made at the pace of the cell
where it begins: behind an edge to slower fuel, or a narrow strip that does not burn, an arrival is early by up to one
step. Rings that cross themselves do no harm: what counts is the first point across.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from models.fire_weather.arrays import BoolArray, FloatArray
from models.spread.ground import DOES_NOT_BURN, Ground, between_cells, nearest_cell
from models.spread.paces import Paces
from models.spread.start import starting_rings

POINTS = 96
"""Directions of each front."""
LONGEST_STEP_MIN = 15.0
SHORTEST_STEP_MIN = 5.0
START_RADIUS_M = 10.0
"""A fire is never smaller than this when it is first projected."""


@dataclass(frozen=True, slots=True)
class Winds:
    """Wind at 10 m by hour of the fire, from its start on, whatever the clock; the last hour goes on."""

    speed_kmh: FloatArray
    from_deg: FloatArray


@dataclass(frozen=True, slots=True)
class Members:
    """How each member differs from the forecast; arrays of one length."""

    turn_deg: FloatArray
    wind_factor: FloatArray
    rate_factor: FloatArray
    radius_m: FloatArray
    """Of the circle around each hotspot that burns at the start."""
    hotspots_m: FloatArray = field(default_factory=lambda: np.zeros((1, 2)))
    """Where the fire was seen, ``(n, 2)`` metres east and north of the middle of the ground: the same for all."""

    @property
    def count(self) -> int:
        """Number of members."""
        return len(self.turn_deg)


@dataclass(frozen=True)
class Marched:
    """What came of the march, member by member."""

    arrival_min: FloatArray
    """From the start to the line; infinite where it does not arrive within the time."""
    crossing_m: FloatArray
    """Where, ``(members, 2)``; NaN without arrival."""
    fronts_m: tuple[tuple[float, FloatArray], ...]
    """Minutes and the rings then, ``(members, points, 2)``."""
    left_ground: BoolArray
    """Members that ran out of the ground before they arrived: beyond its rim nothing was computed."""


class March:
    """Fronts over a ground.

    Args:
        ground: the grid.
        paces: of its fuels.
        winds: by hour.
        members: of the ensemble.
    """

    def __init__(self, ground: Ground, paces: Paces, winds: Winds, members: Members) -> None:
        self._ground, self._paces, self._winds, self._members = ground, paces, winds, members
        east, north = ground.gradient()
        grade = np.hypot(east, north)
        strength = paces.slope_wind_kmh(ground.fuels, 100.0 * grade)
        unit = np.divide(strength, grade, out=np.zeros_like(grade), where=grade > 0)
        self._slope_east, self._slope_north = (unit * east).ravel(), (unit * north).ravel()
        self._fuels = ground.fuels.ravel()
        self._x, self._y = starting_rings(members.hotspots_m, np.maximum(members.radius_m, START_RADIUS_M), POINTS)
        self._inside = np.ones(self._x.shape, dtype=np.bool_)

    def run(self, *, minutes: float, keep_at_min: Sequence[float] = ()) -> Marched:
        """March until ``minutes``.

        Args:
            minutes: the horizon.
            keep_at_min: at which times the rings are kept, in order.
        """
        arrival = np.full(self._members.count, np.inf)
        left = np.zeros(self._members.count, dtype=np.bool_)
        crossing = np.full((self._members.count, 2), np.nan)
        before = self._distance()
        self._note(arrival, crossing, before=before, after=before, now=0.0, step=0.0)
        kept, waiting, now = [], [mark for mark in keep_at_min if mark <= minutes], 0.0
        while now < minutes and (waiting or np.isinf(arrival).any()):
            until = min([minutes, *waiting[:1], 60.0 * (np.floor(now / 60.0) + 1.0)])
            step = min(self._advance(now, until - now), until - now)
            now += step
            after = self._distance()
            self._note(arrival, crossing, before=before, after=after, now=now, step=step)
            left |= np.isinf(arrival) & ~self._inside.all(axis=1)
            before = after
            if waiting and now >= waiting[0]:
                kept.append((waiting.pop(0), np.stack([self._x, self._y], axis=-1)))
        return Marched(arrival, crossing, tuple(kept), left)

    def _distance(self) -> FloatArray:
        return between_cells(self._ground, self._ground.line_distance_m, self._x, self._y)

    def _note(
        self,
        arrival: FloatArray,
        crossing: FloatArray,
        *,
        before: FloatArray,
        after: FloatArray,
        now: float,
        step: float,
    ) -> None:
        """Members whose first point crossed in this step, at the time and place where it did."""
        across = (after <= 0) & np.isinf(arrival)[:, None]
        fresh = np.flatnonzero(across.any(axis=1))
        if not len(fresh):
            return
        travelled = np.maximum(before[fresh] - after[fresh], 1e-9)
        part = np.where(across[fresh], np.clip(before[fresh] / travelled, 0.0, 1.0), np.inf)
        first = part.argmin(axis=1)
        arrival[fresh] = now - step + step * part[np.arange(len(fresh)), first]
        crossing[fresh] = np.column_stack([self._x[fresh, first], self._y[fresh, first]])

    def _advance(self, now: float, most: float) -> float:
        """Move every ring by one step; its length in minutes."""
        east, north = self._velocity(now)
        quickest = float(np.sqrt(np.max(east**2 + north**2)))
        step = LONGEST_STEP_MIN if quickest == 0 else 0.5 * self._ground.cell_m / quickest
        step = min(most, max(SHORTEST_STEP_MIN, min(LONGEST_STEP_MIN, step)))
        self._x, self._y = self._x + step * east, self._y + step * north
        return step

    def _velocity(self, now: float) -> tuple[FloatArray, FloatArray]:
        cell, self._inside = nearest_cell(self._ground, self._x, self._y)
        fuels = self._fuels[cell]
        burns = self._inside & (fuels != DOES_NOT_BURN)
        wind_east, wind_north = self._wind(now)
        net_east = wind_east[:, None] + self._slope_east[cell]
        net_north = wind_north[:, None] + self._slope_north[cell]
        net = np.hypot(net_east, net_north)
        a, b, c = self._paces.at(np.maximum(fuels, 0), net)
        safe = np.maximum(net, 1e-12)
        along_east, along_north = net_east / safe, np.where(net > 0, net_north / safe, 1.0)
        normal_east, normal_north = _normals(self._x, self._y)
        forward = normal_east * along_east + normal_north * along_north
        sideways = normal_north * along_east - normal_east * along_north
        support = np.maximum(np.sqrt((a * forward) ** 2 + (b * sideways) ** 2), 1e-12)
        ahead, aside = c + a**2 * forward / support, b**2 * sideways / support
        factor = np.where(burns, self._members.rate_factor[:, None], 0.0)
        return (
            factor * (ahead * along_east - aside * along_north),
            factor * (ahead * along_north + aside * along_east),
        )

    def _wind(self, now: float) -> tuple[FloatArray, FloatArray]:
        hour = min(int(now // 60.0), len(self._winds.speed_kmh) - 1)
        toward = np.radians(self._winds.from_deg[hour] + 180.0 + self._members.turn_deg)
        speed = self._winds.speed_kmh[hour] * self._members.wind_factor
        return speed * np.sin(toward), speed * np.cos(toward)


def _normals(x_m: FloatArray, y_m: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Outward normals of rings that run counter-clockwise."""
    tangent_x = np.roll(x_m, -1, axis=1) - np.roll(x_m, 1, axis=1)
    tangent_y = np.roll(y_m, -1, axis=1) - np.roll(y_m, 1, axis=1)
    length = np.maximum(np.hypot(tangent_x, tangent_y), 1e-12)
    return tangent_y / length, -tangent_x / length
