"""The danger of a season against its climate (火险季节曲线): a unit's FWI by day over percentiles of past seasons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from notify.phrases import date_zh
from notify.picture.paper import ALARM, CURVE_IN, FAINT, INK, headline, outlined, png, sheet, write

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_SHADES = ("#ffffff", "#eeeeee", "#dadada", "#c0c0c0", "#9e9e9e")
"""From the least to the most: grey, so that print without colour is the same."""


@dataclass(frozen=True, slots=True)
class SeasonDay:
    """A day of the unit: the middle of its cells, and the value that one in twenty passes."""

    local_date: date
    fwi_median: float
    fwi_p95: float


@dataclass(frozen=True)
class SeasonPicture:
    """What the picture shows. A day that is not there is a gap in the curve, never a line across it."""

    title: str
    days: Sequence[SeasonDay]
    bounds: tuple[float, float, float, float]
    """FWI from which on the bands begin."""
    bounds_zh: tuple[str, str, str, str]
    """What each bound is: 50%, 75%, 90%, 97% of the days of the seasons before."""
    footer: str
    exercise: bool = False


def season_chart(shown: SeasonPicture) -> bytes:
    """Draw it; the PNG.

    Raises:
        ValueError: not one day.
    """
    return png(season_figure(shown))


def season_figure(shown: SeasonPicture) -> Figure:
    """The picture before it is printed."""
    if not shown.days:
        raise ValueError(f"{shown.title}: no day is known; there is no curve to draw")
    figure = sheet(title=shown.title, exercise=shown.exercise, footer=shown.footer, height_in=CURVE_IN)
    last = shown.days[-1]
    above = sum(last.fwi_median >= bound for bound in shown.bounds)
    where = f"高于{shown.bounds_zh[above - 1]}" if above else f"低于{shown.bounds_zh[0]}"
    said = f"{date_zh(last.local_date)}FWI {last.fwi_median:.0f}，{where}"
    headline(figure, said)
    axes = figure.add_axes((0.10, 0.25, 0.86, 0.55))
    first = shown.days[0].local_date
    span = max(1, (last.local_date - first).days)
    top = 1.1 * max(shown.bounds[-1] * 1.15, *(day.fwi_p95 for day in shown.days))
    _bands(axes, shown, top, span)
    for run in _without_gaps(shown.days):
        x = [(day.local_date - first).days for day in run]
        axes.plot(x, [day.fwi_p95 for day in run], color=INK, lw=1.2, ls=(0, (4, 3)), zorder=3)
        axes.plot(x, [day.fwi_median for day in run], color=ALARM, lw=2.6, zorder=4, marker="o",
                  ms=6 if len(run) < 3 else 0)  # fmt: skip
    _months(axes, first, span)
    axes.set(xlim=(-0.02 * span, 1.02 * span), ylim=(0, top))
    axes.tick_params(axis="y", labelsize=12, colors=INK)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    write(figure, 0.10, 0.165, "红实线：网格中位数　黑虚线：二十分之一网格超过的值　缺口：缺测", fontsize=11, color=INK)
    return figure


def _bands(axes: Any, shown: SeasonPicture, top: float, span: int) -> None:
    edges = (0.0, *shown.bounds, top)
    for shade, (low, high) in zip(_SHADES, pairwise(edges), strict=True):
        axes.axhspan(low, high, facecolor=shade, edgecolor="none", zorder=0)
    for bound, name in zip(shown.bounds, shown.bounds_zh, strict=True):
        axes.axhline(bound, color=FAINT, lw=0.8, zorder=1)
        label = write(axes, 0.01 * span, bound, name, fontsize=11, color=INK, va="bottom", zorder=6)
        label.set_path_effects(outlined(3))


def _without_gaps(days: Sequence[SeasonDay]) -> list[list[SeasonDay]]:
    runs: list[list[SeasonDay]] = [[days[0]]]
    for before, day in pairwise(days):
        if day.local_date - before.local_date > timedelta(days=1):
            runs.append([])
        runs[-1].append(day)
    return runs


def _months(axes: Any, first: date, span: int) -> None:
    """The first of each month; of a short stretch its days."""
    days = [first + timedelta(days=number) for number in range(span + 1)]
    marked = [day for day in days if day.day == 1] if span > 45 else days[:: max(1, span // 5)]
    axes.set_xticks([(day - first).days for day in marked], [""] * len(marked))
    for day in marked:
        text = f"{day.month}月" if span > 45 else f"{day.month}/{day.day}"
        write(axes, (day - first).days, -0.02, text, fontsize=12, color=INK, ha="center", va="top",
              transform=axes.get_xaxis_transform())  # fmt: skip
