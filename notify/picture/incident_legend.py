"""The legend of a 态势图: how a hotspot is marked by its age, what colours mean, and the corner that it stands in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import shapely
from shapely.geometry.base import BaseGeometry

from notify.picture.incident_picture import Floats, IncidentPicture, Spot
from notify.picture.paper import ALARM, FAINT, INK, PAPER, chinese

if TYPE_CHECKING:
    from matplotlib.axes import Axes

FRESH_H, RECENT_H = 3.0, 12.0
FAN = "#e8590c"
FAN_EDGE = "#9c3a00"
BURNING = "#5c0011"
Corner = Literal["lower right", "upper left"]


def draw_legend(axes: Axes, shown: IncidentPicture) -> None:
    """Put it into its corner."""
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    ages = [(f"热点（≤{FRESH_H:g}小时）", 0.0), (f"热点（≤{RECENT_H:g}小时）", RECENT_H), ("更早热点", RECENT_H + 1)]
    handles: list[Any] = [
        Line2D([], [], ls="none", label=name, **mark_of(Spot(0, 0, age, False))) for name, age in ages
    ]
    if any(spot.static_heat for spot in shown.spots):
        handles.append(Line2D([], [], ls="none", label="常年热源", **mark_of(Spot(0, 0, 0, static_heat=True))))
    handles.append(Line2D([], [], color=INK, lw=3.6, label="省界"))
    if shown.fans:
        handles.append(Patch(fc=FAN, alpha=0.45, ec=FAN_EDGE, label="可能烧到（半数推演）"))
        handles.append(Patch(fc="none", ec=FAN, hatch="////", label="最远可能（二十分之一）"))
    if shown.burning is not None:
        handles.append(Patch(fc="none", ec=BURNING, hatch="xxxx", label=shown.burning_zh))
    font = chinese().copy()
    font.set_size(10)
    legend = axes.legend(handles=handles, loc=legend_corner(shown), prop=font, framealpha=0.92, borderpad=0.6)
    legend.set_zorder(10)
    for text in legend.get_texts():
        text.set_language("zh-Hans")


def mark_of(spot: Spot) -> dict[str, Any]:
    """How a hotspot is drawn."""
    if spot.static_heat:
        return {"marker": "X", "ms": 9, "mfc": "#bdbdbd", "mec": FAINT}
    if spot.age_h <= FRESH_H:
        return {"marker": "o", "ms": 12, "mfc": ALARM, "mec": PAPER, "mew": 1.2}
    if spot.age_h <= RECENT_H:
        return {"marker": "o", "ms": 10, "mfc": "#f59f00", "mec": INK, "mew": 0.9}
    return {"marker": "o", "ms": 9, "mfc": "none", "mec": INK, "mew": 1.2}


def legend_box(shown: IncidentPicture, corner: Corner) -> BaseGeometry:
    """What the legend covers in a corner."""
    west, south, east, north = shown.view
    half = shown.half_km
    if corner == "upper left":
        return shapely.box(west, north - 0.48 * half, west + 0.6 * half, north)
    return shapely.box(east - 0.6 * half, south, east, south + 0.48 * half)


def legend_corner(shown: IncidentPicture) -> Corner:
    """The corner that hides the least: no crossing, then few hotspots, then little of where the fire may run."""

    def hidden(corner: Corner) -> tuple[bool, int, float]:
        box = legend_box(shown, corner).buffer(0.06 * shown.half_km)
        crossing = shown.crossing_km is not None and box.contains(shapely.Point(shown.crossing_km))
        spots = sum(box.contains(shapely.Point(spot.x_km, spot.y_km)) for spot in shown.spots)
        return crossing, spots, sum(box.intersection(_shape(fan.likely)).area for fan in shown.fans)

    corners: tuple[Corner, ...] = ("lower right", "upper left")
    return min(corners, key=hidden)


def _shape(ring: Floats) -> BaseGeometry:
    return shapely.make_valid(shapely.Polygon(ring))
