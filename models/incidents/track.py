"""The tracker: incidents so far and the hotspots of a window give the incidents now.

A group of hotspots (``cluster``) that holds a hotspot of an incident, or one linked to it, is more of that incident;
a group that touches none is a new one. Where one group touches several incidents, each of its new hotspots goes to the
incident with the nearest hotspot: incidents are neither merged nor split, so no number disappears. Groups are sought
within a joint unit, because distances to another unit's line cannot be compared.

Nothing is counted twice: the same window again, or windows that overlap, change nothing. A window that rolls on gives
the incidents that one long window would have given, unless the later part bridges what the earlier left apart.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

import dataframely as dy
import numpy as np
import polars as pl
from scipy.spatial import KDTree

from models.frames import LocatedHotspotFrame
from models.incidents.cluster import group_labels
from models.incidents.fold import fragment, joined
from models.incidents.geometry import EARTH_RADIUS_KM, FloatArray, earth_km
from models.incidents.incident import Incident, IncidentState, next_state
from models.incidents.numbering import Numbering

_LOCAL = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, slots=True)
class TrackRules:
    """Signed numbers of the tracker.

    Raises:
        ValueError: the numbers contradict each other.
    """

    eps_km: float
    """Greatest distance of two linked hotspots."""
    eps_h: float
    """Greatest time between two linked hotspots."""
    dormant_after_h: float
    ended_after_h: float

    def __post_init__(self) -> None:
        if not self.eps_km > 0:
            raise ValueError(f"eps_km must be positive, got {self.eps_km}")
        if not 0 < self.dormant_after_h < self.ended_after_h:
            raise ValueError(
                f"an incident is dormant first and ended later: dormant_after_h {self.dormant_after_h}, "
                f"ended_after_h {self.ended_after_h}"
            )
        if not 0 < self.eps_h <= self.ended_after_h:
            raise ValueError(f"eps_h {self.eps_h} must be positive and not above ended_after_h {self.ended_after_h}")


class Change(StrEnum):
    """What a round did to an incident."""

    STARTED = "started"
    GREW = "grew"
    WENT_DORMANT = "went_dormant"
    WOKE = "woke"
    ENDED = "ended"


_CHANGE_TO = {
    IncidentState.ACTIVE: Change.WOKE,
    IncidentState.DORMANT: Change.WENT_DORMANT,
    IncidentState.ENDED: Change.ENDED,
}
_STEPS = {
    (IncidentState.ACTIVE, IncidentState.DORMANT): (IncidentState.DORMANT,),
    (IncidentState.ACTIVE, IncidentState.ENDED): (IncidentState.DORMANT, IncidentState.ENDED),
    (IncidentState.DORMANT, IncidentState.ACTIVE): (IncidentState.ACTIVE,),
    (IncidentState.DORMANT, IncidentState.ENDED): (IncidentState.ENDED,),
}
"""From what an incident is to what its silence asks for."""


@dataclass(frozen=True, slots=True)
class Tracked:
    """An incident after the round, what changed, and the hotspots that came to it."""

    incident: Incident
    changes: tuple[Change, ...] = ()
    added: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class TrackResult:
    """Every incident that was given or started, in the order of numbers."""

    tracked: tuple[Tracked, ...]
    too_old: frozenset[str]
    """Hotspots that touch no incident and are older than ``ended_after_h``: too old to start one."""

    @property
    def incidents(self) -> tuple[Incident, ...]:
        """All incidents as they stand now."""
        return tuple(each.incident for each in self.tracked)

    @property
    def new(self) -> tuple[Tracked, ...]:
        """Those that this round started."""
        return self._with(lambda changes: Change.STARTED in changes)

    @property
    def ended(self) -> tuple[Tracked, ...]:
        """Those that this round ended."""
        return self._with(lambda changes: Change.ENDED in changes)

    @property
    def updated(self) -> tuple[Tracked, ...]:
        """Those that changed and neither started nor ended."""
        return self._with(lambda changes: bool(changes) and not {Change.STARTED, Change.ENDED} & set(changes))

    @property
    def unchanged(self) -> tuple[Tracked, ...]:
        """Those of which there is nothing new."""
        return self._with(lambda changes: not changes)

    def _with(self, wanted: Callable[[tuple[Change, ...]], bool]) -> tuple[Tracked, ...]:
        return tuple(each for each in self.tracked if wanted(each.changes))


def track(
    open_incidents: Sequence[Incident],
    located_hotspots: dy.DataFrame[LocatedHotspotFrame],
    *,
    now: datetime,
    rules: TrackRules,
    next_number: Numbering,
) -> TrackResult:
    """Follow incidents through one window of hotspots.

    Args:
        open_incidents: all that have not ended. Ended ones may be among them: their hotspots are known and start
            nothing, and nothing joins them.
        located_hotspots: of the window, in any order, known ones included: a new hotspot is linked to those. An
            incident none of whose hotspots is in the window stands there with its place at the time it was last seen.
        now: as-of time. While the feeds are out it is the time up to which they were heard: silence of a feed must
            not end an incident.
        rules: signed numbers.
        next_number: for incidents that start. They are numbered by their first hotspot, in its local year.

    Raises:
        ValueError: ``now`` is naive, or two incidents claim one hotspot.
    """
    if now.tzinfo is None:
        raise ValueError(f"now must be an aware datetime, got {now}")
    followed = [incident for incident in open_incidents if incident.state is not IncidentState.ENDED]
    claims = _claims(open_incidents)
    window = located_hotspots.join(claims, on="hotspot_id", how="left").filter(~pl.col("ended").fill_null(value=False))
    joins = _nearest_incident(_grouped(_points(window, followed), rules))
    assigned = window.join(joins, on="hotspot_id", how="left").with_columns(pl.coalesce("incident_id", "joins"))
    growing = assigned.filter(pl.col("incident_id").is_in(assigned["joins"].drop_nulls().unique().implode()))
    parts = {number: rows for (number,), rows in growing.partition_by("incident_id", as_dict=True).items()}
    tracked = [_followed(each, parts.get(each.incident_id), now=now, rules=rules) for each in open_incidents]
    started, too_old = _started(assigned.filter(pl.col("incident_id").is_null()), now, rules, next_number)
    return TrackResult(tuple(sorted((*tracked, *started), key=lambda each: each.incident.incident_id)), too_old)


def _claims(incidents: Iterable[Incident]) -> pl.DataFrame:
    """``hotspot_id``, the ``incident_id`` that it belongs to, and whether that has ``ended``."""
    claims = pl.DataFrame(
        [
            (hotspot_id, incident.incident_id, incident.state is IncidentState.ENDED)
            for incident in incidents
            for hotspot_id in incident.hotspot_ids
        ],
        schema={"hotspot_id": pl.String, "incident_id": pl.String, "ended": pl.Boolean},
        orient="row",
    )
    twice = claims.filter(pl.col("hotspot_id").is_duplicated()).sort("hotspot_id", "incident_id")
    if twice.height:
        one, other = twice["incident_id"][:2]
        raise ValueError(f"hotspot {twice['hotspot_id'][0]} is in {one} and in {other}")
    return claims


def _points(window: pl.DataFrame, followed: Iterable[Incident]) -> pl.DataFrame:
    """What is grouped: the window, and a stand-in for each incident that has no hotspot in it."""
    points = window.select("hotspot_id", "zone", "acquired_utc", "lat_deg", "lon_deg", "incident_id")
    present = set(points["incident_id"])
    absent = [
        ("", each.zone, each.last_seen_utc, each.lat_deg, each.lon_deg, each.incident_id)
        for each in followed
        if each.incident_id not in present
    ]
    return pl.concat([points, pl.DataFrame(absent, schema=points.schema, orient="row")])


def _grouped(points: pl.DataFrame, rules: TrackRules) -> pl.DataFrame:
    """Points with ``group``, a number that no two joint units share."""
    parts, begin = [points.clear().with_columns(group=pl.lit(0, pl.Int64))], 0
    for part in points.sort("zone", "hotspot_id").partition_by("zone", maintain_order=True):
        group = group_labels(part, eps_km=rules.eps_km, eps_h=rules.eps_h) + begin
        parts.append(part.with_columns(group))
        begin += group.n_unique()
    return pl.concat(parts)


def _nearest_incident(grouped: pl.DataFrame) -> pl.DataFrame:
    """Hotspots of no incident: ``hotspot_id``, ``group``, and the incident of the group with the nearest hotspot.

    That is the column ``joins``, null in a group without any incident.
    """
    owned = grouped.drop_nulls("incident_id").sort("incident_id", "hotspot_id")
    unclaimed = grouped.filter(pl.col("incident_id").is_null())
    joining = unclaimed.join(owned.select("group").unique(), on="group", how="semi").sort("hotspot_id")
    nearest = pl.Series([], dtype=pl.String)
    if joining.height:
        _, index = KDTree(_apart(owned)).query(_apart(joining))
        nearest = owned["incident_id"].gather(index)
    found = joining.select("hotspot_id", nearest.alias("joins"))
    return unclaimed.select("hotspot_id", "group").join(found, on="hotspot_id", how="left")


def _apart(points: pl.DataFrame) -> FloatArray:
    """Positions with the group as a fourth dimension, in which groups lie farther apart than anything on Earth."""
    at_km = earth_km(points["lat_deg"], points["lon_deg"])
    return np.column_stack((at_km, points["group"].to_numpy() * 4 * EARTH_RADIUS_KM))


def _followed(incident: Incident, rows: pl.DataFrame | None, *, now: datetime, rules: TrackRules) -> Tracked:
    """The incident with its hotspots of the window, where new ones are among them."""
    if incident.state is IncidentState.ENDED:
        return Tracked(incident)
    if rows is None:
        return _aged(Tracked(incident), now=now, rules=rules)
    grown = joined(incident, fragment(incident.incident_id, rows))
    return _aged(Tracked(grown, (Change.GREW,), grown.hotspot_ids - incident.hotspot_ids), now=now, rules=rules)


def _started(
    rows: pl.DataFrame, now: datetime, rules: TrackRules, next_number: Numbering
) -> tuple[list[Tracked], frozenset[str]]:
    """Incidents of the groups that touch none, and the hotspots of those that are too old for one."""
    last_seen = pl.col("acquired_utc").max().over("group")
    too_old = last_seen < now - timedelta(hours=rules.ended_after_h)
    fresh = rows.filter(~too_old).sort("acquired_utc", "hotspot_id")
    taken: Counter[tuple[str, int]] = Counter()
    started = []
    for group in fresh.partition_by("group", maintain_order=True):
        key = group.item(0, "zone"), group.item(0, "acquired_utc").astimezone(_LOCAL).year
        taken[key] += 1
        incident = fragment(next_number.incident_id(*key, nth=taken[key]), group)
        added = Tracked(incident, (Change.STARTED,), incident.hotspot_ids)
        started.append(_aged(added, now=now, rules=rules))
    return started, frozenset(rows.filter(too_old)["hotspot_id"])


def _aged(tracked: Tracked, *, now: datetime, rules: TrackRules) -> Tracked:
    """The state that the time since the last hotspot asks for, reached only by allowed steps."""
    silent = now - tracked.incident.last_seen_utc
    if silent <= timedelta(hours=rules.dormant_after_h):
        wanted = IncidentState.ACTIVE
    elif silent <= timedelta(hours=rules.ended_after_h):
        wanted = IncidentState.DORMANT
    else:
        wanted = IncidentState.ENDED
    for state in _STEPS.get((tracked.incident.state, wanted), ()):
        incident = replace(tracked.incident, state=next_state(tracked.incident.state, state))
        tracked = replace(tracked, incident=incident, changes=(*tracked.changes, _CHANGE_TO[state]))
    return tracked
