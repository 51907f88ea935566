"""How fast each office answered (签收用时): one row an office, a dot an answer, the limit as a line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from notify.answer_times import AnswerTimes
from notify.picture.paper import ALARM, CURVE_IN, FAINT, INK, headline, outlined, png, sheet, write

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True)
class AnswersPicture:
    """What the picture shows."""

    title: str
    offices: Sequence[AnswerTimes]
    limit_min: float
    """Of an urgent notice (紧急通报)."""
    footer: str
    exercise: bool = False


def answers_chart(shown: AnswersPicture) -> bytes:
    """Draw it; the PNG."""
    return png(answers_figure(shown))


def answers_figure(shown: AnswersPicture) -> Figure:
    """The picture before it is printed: filled dots in time, empty ones late, so that print without colour tells."""
    figure = sheet(title=shown.title, exercise=shown.exercise, footer=shown.footer, height_in=_height(shown))
    owed, answered = sum(one.owed for one in shown.offices), sum(one.answered for one in shown.offices)
    headline(figure, f"应签收{owed}件次，已签收{answered}件次")
    low = 1.3 / figure.get_figheight()
    axes = figure.add_axes((0.30, low, 0.66, 1 - low - 1.05 / figure.get_figheight()))
    most = max([shown.limit_min * 1.5, *(minutes for one in shown.offices for minutes in one.minutes)]) * 1.08
    for row, one in enumerate(reversed(shown.offices)):
        _row(axes, row, one, shown.limit_min, most)
    axes.axvline(shown.limit_min, color=ALARM, lw=1.8, ls=(0, (6, 3)), zorder=1)
    height = len(shown.offices)
    limit = write(
        axes, shown.limit_min, height - 0.45, f"时限{shown.limit_min:g}分", fontsize=12, color=ALARM, ha="center"
    )
    limit.set_path_effects(outlined(5))
    axes.set(xlim=(0, most), ylim=(-0.7, height - 0.05), yticks=[])
    axes.tick_params(axis="x", labelsize=12, colors=INK)
    axes.grid(axis="x", color="#dddddd", lw=0.8, zorder=0)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    write(figure, 0.96, low - 0.34 / figure.get_figheight(), "分钟（自决定通报起）", fontsize=12, color=INK, ha="right",
          va="top")  # fmt: skip
    return figure


def _height(shown: AnswersPicture) -> float:
    """Room for each office."""
    return max(CURVE_IN, 2.6 + 0.36 * len(shown.offices))


def _row(axes: Any, row: int, one: AnswerTimes, limit_min: float, most: float) -> None:
    name = one.office_zh.removesuffix("森防办")
    write(axes, -0.02 * most, row, f"{name} {one.answered}/{one.owed}", fontsize=13, color=INK, ha="right", va="center")
    axes.plot([0, most], [row, row], color="#eeeeee", lw=1, zorder=0)
    if not one.minutes:
        write(axes, 0.02 * most, row, "未见签收", fontsize=12, color=FAINT, va="center")
        return
    axes.plot([one.minutes[0], one.minutes[-1]], [row, row], color=INK, lw=2.2, zorder=2, solid_capstyle="round")
    for minutes in one.minutes:
        late = minutes > limit_min
        axes.plot(minutes, row, marker="o", ms=9, mfc="white" if late else INK, mec=ALARM if late else INK, mew=1.8,
                  ls="none", zorder=3)  # fmt: skip
