"""The ground that a fire runs over: a grid of slope and fuel in a plane, and how far each place is from the line.

``x`` runs east and ``y`` north, in metres from the fire.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.fire_weather.arrays import FloatArray
from models.spread.fuel import Fuels

DOES_NOT_BURN = -1


@dataclass(frozen=True)
class Ground:
    """All arrays have the shape ``(rows, columns)``, rows from south to north. The fire stands in the middle."""

    cell_m: float
    height_m: FloatArray | None
    """None: flat."""
    fuels: Fuels
    """Positions in ``fuel.ORDER``, or ``DOES_NOT_BURN``."""
    line_distance_m: FloatArray
    """To the line: positive on the side of the fire, negative across it."""

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        rows, columns = self.fuels.shape
        return rows, columns

    @property
    def half_m(self) -> float:
        """From the middle to the rim."""
        return self.cell_m * (min(self.shape) - 1) / 2

    def centres_m(self) -> tuple[FloatArray, FloatArray]:
        """``x`` and ``y`` of the middle of every cell."""
        rows, columns = self.shape
        x, y = (self.cell_m * (np.arange(size) - (size - 1) / 2) for size in (columns, rows))
        east, north = np.meshgrid(x, y)
        return east, north

    def gradient(self) -> tuple[FloatArray, FloatArray]:
        """Rise over run toward east and north."""
        if self.height_m is None:
            return np.zeros(self.shape), np.zeros(self.shape)
        north, east = np.gradient(self.height_m, self.cell_m)
        return np.asarray(east), np.asarray(north)


def nearest_cell(ground: Ground, x_m: FloatArray, y_m: FloatArray) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
    """Flat index of the cell of each place, and whether the place lies on the grid."""
    rows, columns = ground.shape
    column = np.rint(x_m / ground.cell_m + (columns - 1) / 2).astype(np.intp)
    row = np.rint(y_m / ground.cell_m + (rows - 1) / 2).astype(np.intp)
    inside = (column >= 0) & (column < columns) & (row >= 0) & (row < rows)
    return np.clip(row, 0, rows - 1) * columns + np.clip(column, 0, columns - 1), inside


def between_cells(ground: Ground, values: FloatArray, x_m: FloatArray, y_m: FloatArray) -> FloatArray:
    """A field of the grid at places between the middles of cells, bilinear; at the rim the last value."""
    rows, columns = ground.shape
    east = np.clip(x_m / ground.cell_m + (columns - 1) / 2, 0, columns - 1.000001)
    north = np.clip(y_m / ground.cell_m + (rows - 1) / 2, 0, rows - 1.000001)
    column, row = east.astype(np.intp), north.astype(np.intp)
    east, north = east - column, north - row
    flat, first = values.ravel(), row * columns + column
    south_edge = flat[first] * (1 - east) + flat[first + 1] * east
    north_edge = flat[first + columns] * (1 - east) + flat[first + columns + 1] * east
    found: FloatArray = south_edge * (1 - north) + north_edge * north
    return found
