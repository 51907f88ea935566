"""A picture of a joint unit's fire danger (火险等级图): the grade of each cell, with counties and the line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from notify.phrases import grade_zh
from notify.picture.paper import ALARM, FAINT, INK, PAPER, chinese, middle_of, outlined, png, sheet, write, write_lines

if TYPE_CHECKING:
    from matplotlib.figure import Figure

COLOURS = ("#8fd19e", "#74b3ea", "#ffe066", "#ff922b", "#d6204e")
"""Grades 1 to 5: 绿 蓝 黄 橙 红 (QX/T 77-2007)."""
HATCHES = ("", "--", "....", "////", "xxxx")
"""So that print without colour tells the grades apart."""
_NO_GRADE = "#dddddd"


@dataclass(frozen=True)
class DangerPicture:
    """What the picture shows; geometries in km east and north of the unit's middle."""

    title: str
    headline: str
    east_km: NDArray[np.float64]
    """Middle of each cell."""
    north_km: NDArray[np.float64]
    grade: NDArray[np.int64]
    """1 to 5; 0 where none could be computed."""
    cell_km: tuple[float, float]
    line: BaseGeometry
    counties: Sequence[tuple[str, BaseGeometry]]
    footer: str
    exercise: bool = False


def danger_map(shown: DangerPicture) -> bytes:
    """Draw it; the PNG."""
    return png(danger_figure(shown))


def danger_figure(shown: DangerPicture) -> Figure:
    """The picture before it is printed."""
    figure = sheet(title=shown.title, exercise=shown.exercise, footer=shown.footer)
    write_lines(figure, 0.93, shown.headline, fontsize=15.5, color=ALARM)
    axes = figure.add_axes((0.03, 0.098, 0.94, 0.752))
    axes.set_facecolor("#f7f6f2")
    _cells(axes, shown)
    _borders(axes, shown)
    _legend(axes, shown)
    _fit(axes, shown)
    return figure


def _cells(axes: Any, shown: DangerPicture) -> None:
    from matplotlib.collections import PolyCollection

    wide, high = (0.5 * size for size in shown.cell_km)
    corners = np.array([(-wide, -high), (wide, -high), (wide, high), (-wide, high)])
    for grade in np.unique(shown.grade):
        here = shown.grade == grade
        middles = np.column_stack([shown.east_km[here], shown.north_km[here]])
        squares = middles[:, None, :] + corners
        colour = COLOURS[grade - 1] if grade else _NO_GRADE
        axes.add_collection(PolyCollection(list(squares), facecolor=colour, edgecolor=colour, lw=0.3, zorder=1))
        if grade and HATCHES[grade - 1]:
            whole = shapely.union_all(shapely.box(*(squares.min(axis=1).T - 0.01), *(squares.max(axis=1).T + 0.01)))
            rings = [shapely.get_coordinates(part.exterior) for part in shapely.get_parts(whole)]
            axes.add_collection(
                PolyCollection(rings, facecolor="none", edgecolor="#00000055", hatch=HATCHES[grade - 1], lw=0, zorder=2)
            )


def _borders(axes: Any, shown: DangerPicture) -> None:
    view = shapely.box(*_view(shown))
    for name, polygon in shown.counties:
        for piece in _lines(polygon.boundary):
            axes.plot(piece[:, 0], piece[:, 1], color=FAINT, lw=0.9, zorder=3)
        seen = polygon.intersection(view)
        if seen.area > 0.02 * view.area:
            x, y = middle_of(seen)
            label = write(axes, x, y, name, fontsize=14, color=INK, ha="center", va="center", zorder=6)
            label.set_path_effects(outlined(4))
    for width, colour in ((6.5, PAPER), (3.6, INK)):
        for piece in _lines(shown.line):
            axes.plot(piece[:, 0], piece[:, 1], color=colour, lw=width, zorder=4)


def _legend(axes: Any, shown: DangerPicture) -> None:
    from matplotlib.patches import Patch

    handles = [
        Patch(fc=COLOURS[grade - 1], ec="#555555", hatch=HATCHES[grade - 1],
              label=f"{grade_zh(grade)} {(shown.grade == grade).mean():.0%}")
        for grade in range(5, 0, -1)
    ]  # fmt: skip
    if (shown.grade == 0).any():
        handles.append(Patch(fc=_NO_GRADE, ec="#555555", label="缺测"))
    font = chinese().copy()
    font.set_size(11)
    legend = axes.legend(handles=handles, loc="lower right", prop=font, framealpha=0.92, borderpad=0.6)
    legend.set_zorder(10)
    for text in legend.get_texts():
        text.set_language("zh-Hans")


def _view(shown: DangerPicture) -> tuple[float, float, float, float]:
    """West, south, east, north of a square around all cells."""
    low = np.array([shown.east_km.min(), shown.north_km.min()])
    high = np.array([shown.east_km.max(), shown.north_km.max()])
    (east, north), half = (low + high) / 2, float((high - low).max()) / 2 + 3.0
    return float(east - half), float(north - half), float(east + half), float(north + half)


def _fit(axes: Any, shown: DangerPicture) -> None:
    west, south, east, north = _view(shown)
    axes.set(xlim=(west, east), ylim=(south, north), xticks=[], yticks=[], aspect="equal")


def _lines(geometry: BaseGeometry) -> list[NDArray[np.float64]]:
    parts = shapely.get_parts(geometry)
    return [shapely.get_coordinates(piece) for part in parts for piece in shapely.get_parts(part)]
