"""The level of an incident, with its reasons: the ring, what raises it, and what keeps it from being raised.

Nothing lowers a level below the ring that the distance less the location error gives: near is near, whatever else is
known. What speaks for calm (dormant, a low danger grade) only holds back the step that growth, power, danger or a key
date would add. A projection that reaches the line raises a fire of any distance.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from models.incidents.incident import Incident, IncidentState, Projection, SourceKind
from notify.alert import IncidentLevel
from notify.arrival_words import SOON_H
from notify.phrases import grade_zh
from notify.rules import IncidentAlertRules

_LEVELS = tuple(IncidentLevel)
_RING_ZH = {
    IncidentLevel.NONE: "关注圈外",
    IncidentLevel.WATCH: "关注圈内",
    IncidentLevel.NOTIFY: "通报圈内",
    IncidentLevel.CRITICAL: "紧急圈内",
}


@dataclass(frozen=True, slots=True)
class IncidentLevelRules:
    """Section ``incident_level`` of rules/alerting.toml.

    Raises:
        ValueError: hours or grades out of order, or a share outside 0…1.
    """

    pixels: int
    """Hotspots of one pass from which the level is raised."""
    frp_mw: float
    danger_grade: int
    calm_grade: int
    """Up to this grade no step is added."""
    key_dates: bool
    """Whether a key date adds a step."""
    arrival_critical_h: float
    """Earliest arrival at the line within this time: critical."""
    arrival_notify_h: float
    arrival_watch_h: float
    arrival_probability: float
    """An arrival that is less likely raises nothing."""

    def __post_init__(self) -> None:
        if not 0 < self.arrival_critical_h < self.arrival_notify_h < self.arrival_watch_h:
            raise ValueError("arrival hours must rise: critical, notify, watch")
        if not 0 <= self.calm_grade < self.danger_grade <= 5:
            raise ValueError(f"calm_grade {self.calm_grade} must lie below danger_grade {self.danger_grade} in 0…5")
        if self.pixels < 2 or self.frp_mw <= 0 or not 0 <= self.arrival_probability <= 1:
            raise ValueError("pixels must be at least 2, frp_mw positive and arrival_probability in 0…1")


@dataclass(frozen=True, slots=True)
class Around:
    """What is known beside the incident itself.

    Attributes:
        now: time of the decision.
        danger_grade: of its joint unit today; None when nobody knows.
        key_dates_zh: the key dates of the day, 清明; empty on an ordinary day.
    """

    now: datetime
    danger_grade: int | None = None
    key_dates_zh: str = ""


@dataclass(frozen=True, slots=True)
class Levelled:
    """A level, and why, in Chinese."""

    level: IncidentLevel
    reasons: tuple[str, ...]


def incident_ring(incident: Incident, rules: IncidentAlertRules) -> IncidentLevel:
    """The innermost ring that the incident may have reached."""
    distance_km = incident.least_distance_km
    if distance_km <= rules.critical_km:
        return IncidentLevel.CRITICAL
    if distance_km <= rules.notify_km:
        return IncidentLevel.NOTIFY
    return IncidentLevel.WATCH if distance_km <= rules.watch_km else IncidentLevel.NONE


def _ring_zh(ring: IncidentLevel, distance_km: float) -> str:
    away = f"距界{distance_km:.1f}公里（已扣误差）" if distance_km > 0 else "扣除误差后压界"
    return f"{away}，在{_RING_ZH[ring]}"


def levelled(
    incident: Incident,
    *,
    around: Around,
    rings: IncidentAlertRules,
    rules: IncidentLevelRules,
) -> Levelled:
    """The level of an incident.

    Args:
        incident: as the tracker holds it, with its projection where there is one.
        around: what is known beside it.
        rings: distances.
        rules: what raises.
    """
    ring = incident_ring(incident, rings)
    reasons = [_ring_zh(ring, incident.least_distance_km)]
    level = ring
    if ring is not IncidentLevel.NONE and incident.source_kind is SourceKind.SATELLITE:
        raising = list(_raising(incident, around, rules))
        calm = list(_calm(incident, around.danger_grade, rules)) if raising else []
        reasons += raising + calm
        if raising and not calm:
            level = _LEVELS[min(ring.rank + 1, IncidentLevel.CRITICAL.rank)]
    arriving = _arrival(incident.projection, around.now, rules)
    if arriving is not None:
        level = max(level, arriving[0], key=lambda each: each.rank)
        reasons.append(arriving[1])
    return Levelled(level, tuple(reasons))


def _raising(incident: Incident, around: Around, rules: IncidentLevelRules) -> Iterator[str]:
    danger_grade, key_dates_zh = around.danger_grade, around.key_dates_zh
    if incident.most_pixels >= rules.pixels:
        yield f"一次过境{incident.most_pixels}个像元，升一级"
    if incident.frp_mw is not None and incident.frp_mw >= rules.frp_mw:
        yield f"辐射功率{incident.frp_mw:.0f}兆瓦，升一级"
    if danger_grade is not None and danger_grade >= rules.danger_grade:
        yield f"当日火险{grade_zh(danger_grade)}，升一级"
    if rules.key_dates and key_dates_zh:
        yield f"重要时段（{key_dates_zh}），升一级"


def _calm(incident: Incident, danger_grade: int | None, rules: IncidentLevelRules) -> Iterator[str]:
    if incident.state is not IncidentState.ACTIVE:
        yield "近期各次过境未再观测到，不升级"
    if danger_grade is not None and danger_grade <= rules.calm_grade:
        yield f"当日火险{grade_zh(danger_grade)}，不升级"


def _arrival(
    projection: Projection | None, now: datetime, rules: IncidentLevelRules
) -> tuple[IncidentLevel, str] | None:
    early_h = None if projection is None else projection.early_h_from(now)
    if projection is None or early_h is None:
        return None
    likely = projection.arrival_probability
    if likely is not None and likely < rules.arrival_probability:
        return None
    for level, within_h in (
        (IncidentLevel.CRITICAL, rules.arrival_critical_h),
        (IncidentLevel.NOTIFY, rules.arrival_notify_h),
        (IncidentLevel.WATCH, rules.arrival_watch_h),
    ):
        if early_h <= within_h:
            return level, f"推演最早{early_h:.1f}小时到界" if early_h >= SOON_H else "推演随时可能到界"
    return None
