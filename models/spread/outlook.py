"""Where a fire may run, when it may reach the line, and how sure that is: the ensemble summed up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from models.fire_weather.arrays import FloatArray
from models.spread.front import March, Marched, Members, Winds
from models.spread.ground import Ground
from models.spread.paces import Paces, behaviour_of
from models.spread.wang import (
    disagree,
    rate_m_min,
    slope_along_deg,
    starting_rate_m_min,
    terrain_factor,
    wind_factor,
    wind_force,
)

WITHIN_H = (6, 12, 24)
EARLY, LATE = 0.05, 0.95
RINGS_H = (1.0, 3.0, 6.0, 12.0)
"""When the fronts are kept for the picture."""
LIMITS_ZH = "推演未计飞火、扑救、河流、道路阻隔，仅供研判参考。"


@dataclass(frozen=True, slots=True)
class DayAir:
    """What Wang Zhengfei's rate asks of the day."""

    air_temperature_max_degc: float
    relative_humidity_min_pct: float


@dataclass(frozen=True, slots=True)
class Here:
    """The fire where it stands, with the forecast as it is, in the hour of the decision."""

    rate_m_min: float
    """At the head."""
    intensity_kw_m: float
    length_to_breadth: float
    along_deg: float
    """Where the head goes."""
    second_rate_m_min: float | None
    """By Wang Zhengfei and Mao; null without temperature and humidity."""
    disagrees: bool
    """Whether the two rates lie more than three times apart."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the ensemble is asked for."""

    horizon_h: float
    """How far ahead of the decision."""
    age_h: float = 0.0
    """From the last look to the decision: the fire runs from the look, and hours count from the decision."""
    rings: bool = False
    """Keep the fronts for a picture; without, the march ends with the last arrival."""


@dataclass(frozen=True)
class Outlook:
    """Times are hours from the decision that it was made for; 0: it may have happened since the fire was seen."""

    here: Here
    probability_within: Mapping[int, float]
    """Share of the members that reach the line within 6, 12, 24 hours."""
    arrival_h_early: float | None
    """One member in twenty is earlier; null where fewer arrive within the horizon."""
    arrival_h_late: float | None
    """One member in twenty is later; null where more do not arrive within the horizon."""
    crossing_m: tuple[float, float] | None
    """Metres east and north of the fire: where a middle member crosses."""
    rings_m: tuple[tuple[float, FloatArray], ...]
    """Hours and the fronts then, ``(members, points, 2)``."""
    left_ground: float
    """Share of the members that ran out of the ground before they reached the line."""


def outlook(
    ground: Ground, paces: Paces, winds: Winds, members: Members, *, asked: Asked, air: DayAir | None
) -> Outlook:
    """Run the ensemble and sum it up.

    Args:
        ground: with the fire in the middle.
        paces: of its fuels on this day.
        winds: by hour from the time at which the fire was last seen.
        members: of the ensemble.
        asked: how far ahead, and from when.
        air: for the second opinion.
    """
    march = March(ground, paces, winds, members)
    age_h = asked.age_h
    keep = [60.0 * (age_h + hour) for hour in RINGS_H if asked.rings]
    marched = march.run(minutes=60.0 * (age_h + asked.horizon_h), keep_at_min=keep)
    hours = np.maximum(marched.arrival_min / 60.0 - age_h, 0.0)
    early, late = (float(np.quantile(hours, share, method="inverted_cdf")) for share in (EARLY, LATE))
    return Outlook(
        here=_at_the_fire(ground, paces, _at_the_decision(winds, age_h), air),
        probability_within={limit: float((hours <= limit).mean()) for limit in WITHIN_H},
        arrival_h_early=early if np.isfinite(early) else None,
        arrival_h_late=late if np.isfinite(late) else None,
        crossing_m=_crossing(marched),
        rings_m=tuple((minutes / 60.0 - age_h, rings) for minutes, rings in marched.fronts_m),
        left_ground=float(marched.left_ground.mean()),
    )


def _crossing(marched: Marched) -> tuple[float, float] | None:
    """The crossing nearest to the middle of all."""
    found = marched.crossing_m[np.isfinite(marched.arrival_min)]
    if not len(found):
        return None
    apart = np.hypot(*(found - np.median(found, axis=0)).T)
    x_m, y_m = found[apart.argmin()]
    return float(x_m), float(y_m)


def _at_the_decision(winds: Winds, age_h: float) -> Winds:
    """The wind of the hour in which it is decided, alone."""
    hour = min(int(age_h), len(winds.speed_kmh) - 1)
    return Winds(winds.speed_kmh[hour : hour + 1], winds.from_deg[hour : hour + 1])


def _at_the_fire(ground: Ground, paces: Paces, winds: Winds, air: DayAir | None) -> Here:
    """The two rates where the fire stands; on bare ground those of the first fuel there is."""
    rows, columns = ground.shape
    row, column = rows // 2, columns // 2
    setting = paces.settings.get(int(ground.fuels[row, column])) or next(iter(paces.settings.values()))
    east, north = (grade[row, column] for grade in ground.gradient())
    slope_pct, upslope_deg = 100.0 * np.hypot(east, north), np.degrees(np.arctan2(east, north))
    fire = behaviour_of(
        setting,
        paces.dryness,
        wind_speed_kmh=winds.speed_kmh[:1],
        wind_from_deg=winds.from_deg[:1],
        slope_pct=slope_pct,
        aspect_deg=upslope_deg + 180.0,
    )
    rate, along = fire.rate_m_min[0], fire.along_deg[0]
    second = None
    if air is not None:
        wind_ms = winds.speed_kmh[:1] / 3.6
        start = starting_rate_m_min(
            np.array([air.air_temperature_max_degc]), wind_force(wind_ms), np.array([air.relative_humidity_min_pct])
        )
        slope = slope_along_deg(np.array([slope_pct]), np.array([upslope_deg]), np.array([along]))
        pushed = wind_factor(wind_ms, along - winds.from_deg[:1] - 180.0)
        terrain = terrain_factor(np.clip(slope, -59.0, 59.0))
        second = float(rate_m_min(start, np.array([setting.wang_ks]), wind=pushed, terrain=terrain, clipped=True)[0])
    return Here(
        rate_m_min=float(rate),
        intensity_kw_m=float(fire.intensity_kw_m[0]),
        length_to_breadth=float(fire.length_to_breadth[0]),
        along_deg=float(along),
        second_rate_m_min=second,
        disagrees=second is not None and bool(disagree(np.array([rate]), np.array([second]))[0]),
    )
