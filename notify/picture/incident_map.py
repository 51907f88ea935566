"""A picture per incident (态势图): terrain, line and rings, hotspots by age, where the fire may run, wind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from notify.facts import Wind
from notify.phrases import beaufort, sector_zh
from notify.picture.crossing_mark import mark_crossing
from notify.picture.incident_legend import BURNING, FAN, FAN_EDGE, draw_legend, legend_box, legend_corner, mark_of
from notify.picture.incident_picture import Floats, IncidentPicture
from notify.picture.paper import ALARM, FAINT, INK, PAPER, middle_of, outlined, png, sheet, write, write_lines

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

RINGS_KM = (2.0, 5.0, 10.0)
_HEAD = "-|>,head_width=0.5,head_length=0.9"


def incident_map(shown: IncidentPicture) -> bytes:
    """Draw it; the PNG."""
    return png(incident_figure(shown))


def incident_figure(shown: IncidentPicture) -> Figure:
    """The picture before it is printed."""
    figure = sheet(title=shown.title, exercise=shown.exercise, footer=shown.footer)
    write_lines(figure, 0.93, shown.headline, fontsize=15.5, color=ALARM)
    axes = figure.add_axes((0.03, 0.098, 0.94, 0.752))
    _ground(axes, shown)
    _rings(axes, shown)
    _counties(axes, shown)
    _fans(axes, shown)
    _burning(axes, shown)
    _spots(axes, shown)
    _scale(axes, shown)
    _wind(axes, shown.wind)
    draw_legend(axes, shown)
    half = shown.half_km
    east, north = shown.middle_km
    axes.set(xlim=(east - half, east + half), ylim=(north - half, north + half), xticks=[], yticks=[], aspect="equal")
    return figure


def _ground(axes: Axes, shown: IncidentPicture) -> None:
    axes.set_facecolor("#f3f1ea")
    if shown.height_m is None:
        return
    from matplotlib.colors import LightSource

    size = 2 * shown.half_km * 1000 / shown.height_m.shape[0]
    shade = LightSource(azdeg=315, altdeg=40).hillshade(shown.height_m, vert_exag=1.5, dx=size, dy=-size)
    west, south, east, north = shown.view
    axes.imshow(
        shade, cmap="gray", vmin=-0.6, vmax=1.0, extent=(west, east, south, north), origin="lower",
        interpolation="bilinear", alpha=0.55, zorder=0,
    )  # fmt: skip


def _rings(axes: Axes, shown: IncidentPicture) -> None:
    for ring_km in RINGS_KM:
        around = shown.line.buffer(ring_km, quad_segs=8)
        style: dict[str, Any] = {"color": "#1c4e80", "lw": 1.0, "ls": (0, (5, 4)), "zorder": 2}
        for piece in _lines(around.boundary):
            axes.plot(piece[:, 0], piece[:, 1], **style)
        points = shapely.get_coordinates(around.boundary.intersection(shown.inner(0.86)))
        if not len(points):
            continue
        x, y = points[points[:, 0].argmin()]
        label = write(axes, x, y, f"{ring_km:g}公里", fontsize=9.5, color="#1c4e80", zorder=6)
        label.set_path_effects(outlined())


def _counties(axes: Axes, shown: IncidentPicture) -> None:
    free = _free(shown)
    for name, polygon in shown.counties:
        for piece in _lines(polygon.boundary):
            axes.plot(piece[:, 0], piece[:, 1], color=FAINT, lw=0.8, zorder=3)
        seen = polygon.intersection(free)
        if seen.area > 0.02 * free.area:
            x, y = middle_of(seen)
            label = write(axes, x, y, name, fontsize=15, color="#444444", ha="center", va="center", zorder=6)
            label.set_path_effects(outlined(4))
    for width, colour in ((6.5, PAPER), (3.6, INK)):
        for piece in _lines(shown.line):
            axes.plot(piece[:, 0], piece[:, 1], color=colour, lw=width, zorder=4.6, solid_capstyle="round")


def _free(shown: IncidentPicture) -> BaseGeometry:
    """Where the name of a county may stand: clear of the corners, the fire, the crossing and the hours of fans."""
    west, south, east, north = shown.inner(0.92).bounds
    half = shown.half_km
    taken = [
        shapely.box(east - 0.55 * half, north - 0.4 * half, east, north),
        legend_box(shown, legend_corner(shown)),
        shapely.box(west, south, west + 0.6 * half, south + 0.2 * half),
        shapely.Point(0, 0).buffer(0.2 * half),
    ]
    for (x_km, y_km), _ in hours_named(shown):
        taken.append(shapely.box(x_km - 0.26 * half, y_km - 0.09 * half, x_km + 0.26 * half, y_km + 0.13 * half))
    if shown.crossing_km is not None:
        x_km, y_km = shown.crossing_km
        taken.append(shapely.box(x_km - 0.75 * half, y_km - 0.1 * half, x_km + 0.75 * half, y_km + 0.1 * half))
    return shapely.box(west, south, east, north).difference(shapely.union_all(taken))


def _ahead(shown: IncidentPicture) -> Floats:
    """Which way the fire runs, as the picture tells it: to the crossing, else with the wind, else where it gets far."""
    if shown.crossing_km is not None and np.hypot(*shown.crossing_km) > 0:
        return np.array(shown.crossing_km)
    if shown.wind is not None and shown.wind.direction_deg is not None:
        toward = np.radians(shown.wind.direction_deg + 180)
        return np.array([np.sin(toward), np.cos(toward)])
    widest = max(shown.fans, key=lambda each: each.hours).likely
    return np.asarray(widest[np.hypot(*widest.T).argmax()])


def _fans(axes: Axes, shown: IncidentPicture) -> None:
    """Where the fire may run; nothing while no projection was made."""
    if not shown.fans:
        return
    for number, fan in enumerate(sorted(shown.fans, key=lambda each: -each.hours)):
        if number == 0:
            axes.fill(*fan.possible.T, facecolor=FAN, alpha=0.16, zorder=4.2)
            axes.fill(*fan.possible.T, facecolor="none", edgecolor=FAN, hatch="//", lw=1.0, alpha=0.55, zorder=4.2)
        axes.fill(*fan.likely.T, facecolor=FAN, alpha=0.22, zorder=4.3)
        axes.plot(*_closed(fan.likely).T, color=FAN_EDGE, lw=1.6, zorder=4.4)
    for (x_km, y_km), said in hours_named(shown):
        label = write(axes, x_km, y_km, said, fontsize=11, color="#7a2d00", zorder=7, ha="center")
        label.set_path_effects(outlined())
    mark_crossing(axes, shown)


def hours_named(shown: IncidentPicture) -> list[tuple[Floats, str]]:
    """Where each fan that has room has its hours: at its tip, clear of the fire and of each other."""
    if not shown.fans:
        return []
    inner, ahead = shown.inner(0.94), _ahead(shown)
    found: list[tuple[Floats, str]] = []
    for fan in sorted(shown.fans, key=lambda each: -each.hours):
        tip = fan.likely[(fan.likely @ ahead).argmax()]
        apart = min(float(np.hypot(*(tip - other))) for other in (np.zeros(2), *(place for place, _ in found)))
        if apart > 0.09 * shown.half_km and inner.contains(shapely.Point(tip)):
            found.append((tip, f"{fan.hours:g}小时"))
    return found


def _burning(axes: Axes, shown: IncidentPicture) -> None:
    """The outline of the burning area, hatched so that a grey print shows it."""
    if shown.burning is None:
        return
    for area in shapely.get_parts(shown.burning):
        ring = shapely.get_coordinates(area.exterior)
        axes.fill(*ring.T, facecolor="none", edgecolor=BURNING, hatch="xxx", lw=2.6, zorder=4.5)


def _spots(axes: Axes, shown: IncidentPicture) -> None:
    from matplotlib.patches import Circle

    if shown.error_km:
        axes.add_patch(Circle((0, 0), shown.error_km, fill=False, ec=ALARM, lw=1.2, ls=":", zorder=6))
    for spot in sorted(shown.spots, key=lambda each: -each.age_h):
        axes.plot(spot.x_km, spot.y_km, zorder=7, ls="none", **mark_of(spot))


def _scale(axes: Axes, shown: IncidentPicture) -> None:
    half = shown.half_km
    length = next(step for step in (10.0, 5.0, 2.0, 1.0, 0.5) if step <= 0.6 * half)
    x, y = shown.view[0] + 0.06 * half, shown.view[1] + 0.07 * half
    for start, colour in ((0.0, INK), (0.5, PAPER)):
        axes.plot([x + start * length, x + (start + 0.5) * length], [y, y], color=colour, lw=5, zorder=9,
                  path_effects=_rim(), solid_capstyle="butt")  # fmt: skip
    label = write(axes, x, y + 0.03 * half, f"{length:g}公里", fontsize=10.5, color=INK, zorder=9)
    label.set_path_effects(outlined())


def _rim() -> list[Any]:
    from matplotlib.patheffects import Normal, Stroke

    return [Stroke(linewidth=7, foreground=INK), Normal()]


def _wind(axes: Axes, wind: Wind | None) -> None:
    """An arrow along the wind in the corner; what it is called beneath."""
    where = axes.transAxes
    card = axes.add_patch(_card(0.775, 0.835, 0.215, 0.155))
    card.set_transform(where)
    style: dict[str, Any] = {"fontsize": 13, "ha": "center", "va": "center", "transform": where, "zorder": 11}
    if wind is None or wind.direction_deg is None:
        write(axes, 0.882, 0.91, "风：缺测", color=ALARM, **style)
        return
    toward = np.radians(wind.direction_deg + 180)
    dx, dy = 0.05 * np.sin(toward), 0.05 * np.cos(toward)
    axes.annotate("", (0.882 + dx, 0.93 + dy), (0.882 - dx, 0.93 - dy), xycoords=where, zorder=11,
                  arrowprops={"arrowstyle": _HEAD, "lw": 4, "color": "#1c4e80"})  # fmt: skip
    said = "静风" if wind.calm else f"{sector_zh(wind.direction_deg)}风{beaufort(wind.speed_ms)}级"
    write(axes, 0.882, 0.852, said, color=INK, **style)


def _card(x: float, y: float, width: float, height: float) -> Any:
    from matplotlib.patches import FancyBboxPatch

    card = FancyBboxPatch((x, y), width, height, boxstyle="round,pad=0,rounding_size=0.012", fc=PAPER, ec=FAINT, lw=0.8)
    card.set(alpha=0.9, zorder=10)
    return card


def _closed(ring: Floats) -> Floats:
    return np.vstack([ring, ring[:1]])


def _lines(geometry: BaseGeometry) -> list[Floats]:
    parts = shapely.get_parts(geometry)
    flat = [piece for part in parts for piece in shapely.get_parts(part)]
    return [shapely.get_coordinates(piece) for piece in flat]
