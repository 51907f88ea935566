"""What a county's office has had in a day: hotspots, fires, notices, answers. From what is kept."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

from flows.wiring import House
from models.field_check.stage import Stage
from models.field_check.statistics import DayWindow
from models.incidents.incident import Incident
from notify.alert import AlertKind


@dataclass(frozen=True, slots=True)
class DayFigures:
    """Of some counties; an incident that touches two of them is counted once."""

    hotspots: int
    """Followed groups of hotspots that were seen in the window."""
    doubted: int
    """Those that the false-alarm filter held back, beside ``hotspots``."""
    fires: int
    """Verified on the ground and not closed before the window."""
    notices: int
    """Alerts about incidents that were sent to their offices."""
    answered: int
    """Those of them that an office answered."""


def day_figures(house: House, counties: Iterable[int], window: DayWindow) -> DayFigures:
    """Figures of some counties in a window.

    Args:
        house: its world is looked at.
        counties: GB/T 2260 codes; an incident whose county nobody knows counts for those in its error circle.
        window: of the day.
    """
    wanted = frozenset(counties)
    mine = [one for one in house.incidents.all_incidents(world=house.world) if wanted & _counties(one)]
    seen = [one for one in mine if one.first_seen_utc < window.end_utc and one.last_seen_utc >= window.begin_utc]
    told, answered = _notices(house, wanted, window)
    return DayFigures(
        hotspots=sum(not one.suppressed for one in seen),
        doubted=sum(one.suppressed for one in seen),
        fires=sum(_burns_in(house, one, window) for one in mine),
        notices=told,
        answered=answered,
    )


def _counties(incident: Incident) -> frozenset[int]:
    return frozenset(gb for gb in (incident.county_gb, *incident.county_gbs) if gb is not None)


def _burns_in(house: House, incident: Incident, window: DayWindow) -> bool:
    """Whether it was a verified fire at any time of the window."""
    stands = Stage.SUSPECTED
    found = False
    for row in house.verification.stages(incident.incident_id, world=house.world):
        if row.at_utc >= window.end_utc:
            break
        stands = row.stage
        found = found or (row.at_utc >= window.begin_utc and stands not in _NO_FIRE)
    return found or stands not in _NO_FIRE


_NO_FIRE = frozenset({Stage.SUSPECTED, Stage.CLOSED})


def _notices(house: House, counties: frozenset[int], window: DayWindow) -> tuple[int, int]:
    alerts = house.ledger_frames.alerts(world=house.world).filter(
        pl.col("kind").is_in([AlertKind.INCIDENT, AlertKind.VERIFICATION])
        & (pl.col("decided_utc") >= window.begin_utc)
        & (pl.col("decided_utc") < window.end_utc)
    )
    rows = house.ledger_frames.deliveries(world=house.world).filter(
        pl.col("alert_id").is_in(alerts["alert_id"].to_list())
        & pl.col("office").is_in([str(gb) for gb in counties])
        & pl.col("sent_utc").is_not_null()
    )
    by = rows.group_by("alert_id", "office").agg(pl.col("acknowledged_utc").is_not_null().any().alias("answered"))
    return by.height, int(by["answered"].sum())
