"""查实率 over time: bars of what was pushed, of them what was confirmed, and the rate with its denominator."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from notify.picture.paper import ALARM, CURVE_IN, FAINT, INK, headline, png, sheet, write

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True, slots=True)
class RateSpan:
    """A stretch of days, and what was pushed in it."""

    first: date
    last: date
    pushed: int
    fed_back: int
    confirmed: int


@dataclass(frozen=True)
class RatesPicture:
    """What the picture shows."""

    title: str
    spans: Sequence[RateSpan]
    footer: str
    exercise: bool = False


def rates_chart(shown: RatesPicture) -> bytes:
    """Draw it; the PNG.

    Raises:
        ValueError: not one stretch.
    """
    return png(rates_figure(shown))


def rates_figure(shown: RatesPicture) -> Figure:
    """The picture before it is printed. A stretch in which nothing was pushed has no rate, and says so."""
    from matplotlib.ticker import MaxNLocator

    if not shown.spans:
        raise ValueError(f"{shown.title}: no stretch of time to draw")
    figure = sheet(title=shown.title, exercise=shown.exercise, footer=shown.footer, height_in=CURVE_IN)
    pushed, confirmed = sum(one.pushed for one in shown.spans), sum(one.confirmed for one in shown.spans)
    rate = f"{confirmed / pushed:.0%}（{confirmed}/{pushed}）" if pushed else "无（没有推送）"
    headline(figure, f"全期查实率（查实÷推送）{rate}")
    axes = figure.add_axes((0.09, 0.29, 0.88, 0.52))
    most = max(1, *(one.pushed for one in shown.spans))
    for place, one in enumerate(shown.spans):
        axes.bar(place, one.pushed, width=0.72, facecolor="white", edgecolor=INK, lw=1.6, hatch="..", zorder=2)
        axes.bar(place, one.confirmed, width=0.72, facecolor=ALARM, edgecolor=INK, lw=1.6, zorder=3)
        said = f"{one.confirmed / one.pushed:.0%}" if one.pushed else "无推送"
        below = f"{one.confirmed}/{one.pushed}"
        write(axes, place, one.pushed + 0.02 * most, said, fontsize=13, color=INK, ha="center", va="bottom")
        named = f"{one.first.month}/{one.first.day}"
        for drop, text in ((-0.02, named), (-0.085, below)):
            write(axes, place, drop, text, fontsize=11, color=FAINT if text is below else INK, ha="center", va="top",
                  transform=axes.get_xaxis_transform())  # fmt: skip
    axes.set(xlim=(-0.6, len(shown.spans) - 0.4), ylim=(0, 1.15 * most), xticks=[])
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    axes.tick_params(axis="y", labelsize=12, colors=INK)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    write(
        figure, 0.09, 0.165, "实心：查实　点格：推送未查实（含核查中）　下方：起始日、查实/推送", fontsize=11, color=INK
    )
    return figure
