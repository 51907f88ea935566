"""The sheet that every picture is drawn on: its font, its frame, and what stands on each of them."""

from __future__ import annotations

import io
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import shapely
from shapely.geometry.base import BaseGeometry

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from matplotlib.font_manager import FontProperties

WIDTH_IN, HEIGHT_IN = 7.2, 9.0
CURVE_IN = 5.6
"""Height of a sheet with a curve."""
DPI = 150
"""1080 pixels wide: a phone shows every one of them."""
INK, FAINT, PAPER = "#111111", "#6b6b6b", "#ffffff"
ALARM = "#c8102e"
INTERNAL_ZH = "内部用图 不得外传"
EXERCISE_ZH = "【演练】"


@lru_cache(maxsize=1)
def chinese() -> FontProperties:
    """Noto Sans CJK from its package."""
    from cvttf_NotoSansCJK_Regular import get_TTF_path
    from matplotlib.font_manager import FontProperties

    return FontProperties(fname=get_TTF_path())


def write(place: Any, x: float, y: float, text: str, **style: Any) -> Any:
    """Chinese text on a figure or on axes, in the forms of the mainland: the font file is that of Taiwan."""
    font = chinese().copy()
    if "fontsize" in style:
        font.set_size(style.pop("fontsize"))
    written = place.text(x, y, text, fontproperties=font, **style)
    written.set_language("zh-Hans")
    return written


def write_lines(figure: Figure, y: float, text: str, *, fontsize: float, color: str) -> None:
    """Lines one below the other from ``y`` down.

    Each is a text of its own: of several lines in one, matplotlib 3.11 draws punctuation in the forms of Taiwan.
    """
    step = 1.36 * fontsize / 72 / figure.get_figheight()
    for number, line in enumerate(text.splitlines()):
        write(figure, 0.03, y - number * step, line, fontsize=fontsize, color=color, va="top")


def sheet(*, title: str, exercise: bool, footer: str, height_in: float = HEIGHT_IN) -> Figure:
    """A sheet with its title above and its footer below: portrait for a map, lower for a curve."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(WIDTH_IN, height_in), dpi=DPI, facecolor=PAPER)
    heading = f"{EXERCISE_ZH}{title}{EXERCISE_ZH}" if exercise else title
    write(figure, 0.03, 1 - 0.025 * HEIGHT_IN / height_in, heading, fontsize=19, color=INK, va="top", weight="bold")
    write(figure, 0.97, 0.012, INTERNAL_ZH, fontsize=11, color=ALARM, ha="right", va="bottom")
    write_lines(figure, 0.085 * HEIGHT_IN / height_in, footer, fontsize=9.5, color=FAINT)
    return figure


def headline(figure: Figure, text: str) -> None:
    """The one sentence under the title."""
    write_lines(figure, 1 - 0.07 * HEIGHT_IN / figure.get_figheight(), text, fontsize=15.5, color=ALARM)


def png(figure: Figure) -> bytes:
    """The finished picture."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    buffer = io.BytesIO()
    FigureCanvasAgg(figure).print_png(buffer)  # type: ignore[no-untyped-call]
    return buffer.getvalue()


def middle_of(area: BaseGeometry) -> tuple[float, float]:
    """Where a name has the most room."""
    circle = shapely.maximum_inscribed_circle(area)  # type: ignore[call-overload]  # any polygonal geometry
    x, y = circle.coords[0]
    return float(x), float(y)


def outlined(width: float = 3.0) -> list[Any]:
    """A white rim that keeps text readable on any ground."""
    from matplotlib.patheffects import withStroke

    return [withStroke(linewidth=width, foreground=PAPER)]
