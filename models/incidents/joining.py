"""Whose a new hotspot is: of an incident, of several that it joins to one, or of none.

New hotspots of a group (``cluster``) that holds hotspots of one incident are more of that incident. Where a group holds
several incidents, only new hotspots that are themselves linked with two of them make them one: what the incidents
have had long ago joins nothing, so that a part that was split off stays apart. Incidents that would be larger together
than ``merge_max_extent_km`` stay apart too, and each new hotspot goes to the incident with the nearest hotspot.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import polars as pl
from scipy.spatial import KDTree

from models.incidents.cluster import MS_PER_H, group_labels
from models.incidents.geometry import FloatArray, IntArray, apart_km, chord_km, earth_km
from models.incidents.incident import Incident
from models.incidents.track_rules import TrackRules

_POINT = ("hotspot_id", "pool", "acquired_utc", "lat_deg", "lon_deg", "location_error_km", "incident_id")


_SLACK_KM = 1e-6
"""What was linked in one place of ``apart_km`` is linked in another."""


@dataclass(frozen=True, slots=True)
class Joining:
    """What became of the hotspots of no incident."""

    hotspots: pl.DataFrame
    """``hotspot_id``, ``group`` and ``joins``: the incident, null for a hotspot of a new one."""
    survivors: Mapping[str, str] = field(default_factory=dict)
    """Each incident that becomes a part of another, and of which."""


def joining(window: pl.DataFrame, followed: Sequence[Incident], rules: TrackRules) -> Joining:
    """Share the new hotspots out.

    Args:
        window: hotspots with ``pool`` (the source kind: what is never mixed) and ``incident_id``, null in a new one.
        followed: incidents that can grow; one without a hotspot in the window stands where it is nearest to the line.
        rules: of the tracker.
    """
    grouped = _grouped(_points(window, followed), rules)
    owners = (
        grouped.drop_nulls("incident_id")
        .group_by("group")
        .agg(joins=pl.col("incident_id").min(), incidents=pl.col("incident_id").n_unique())
    )
    free = grouped.filter(pl.col("incident_id").is_null()).select("hotspot_id", "group")
    new = free.join(owners, on="group", how="left")
    several = pl.col("incidents").fill_null(0) > 1
    plain = new.filter(~several).select("hotspot_id", "group", "joins")
    merging = _Merging({each.incident_id: each for each in followed}, rules)
    contested = new.filter(several)["group"].unique()
    shared = _shared_out(grouped.filter(pl.col("group").is_in(contested.implode())), merging)
    survivors = merging.survivors()
    renamed = pl.concat([plain, shared]).with_columns(pl.col("joins").replace(survivors))
    return Joining(renamed, survivors)


def _points(window: pl.DataFrame, followed: Iterable[Incident]) -> pl.DataFrame:
    """What is grouped: the window, and a stand-in for each incident that has no hotspot in it."""
    points = window.select(_POINT)
    present = set(points["incident_id"])
    absent = [
        (
            "",
            pool_of(each),
            each.last_seen_utc,
            each.lat_deg,
            each.lon_deg,
            each.location_error_km,
            each.incident_id,
        )
        for each in followed
        if each.incident_id not in present
    ]
    return pl.concat([points, pl.DataFrame(absent, schema=points.schema, orient="row")])


def pool_of(incident: Incident) -> str:
    """What an incident's hotspots are mixed with: those that are taken for the same, of whatever joint unit."""
    return str(incident.source_kind)


def _grouped(points: pl.DataFrame, rules: TrackRules) -> pl.DataFrame:
    """Points with ``group``, a number that no two pools share."""
    return points.with_columns(group_labels(points, eps_km=rules.eps_km, eps_h=rules.eps_h, apart="pool"))


class _Merging:
    """Which incidents are one, as the new hotspots between them say."""

    def __init__(self, incidents: Mapping[str, Incident], rules: TrackRules) -> None:
        self.rules = rules
        self._incidents = incidents
        self._root = {number: number for number in incidents}
        self._box: dict[str, FloatArray] = {}

    def root(self, number: str) -> str:
        """The incident that stands for all that are one with ``number``."""
        while self._root[number] != number:
            number = self._root[number]
        return number

    def seen_at(self, number: str, at_km: FloatArray) -> None:
        """Note where hotspots of an incident lie."""
        box = np.stack((at_km.min(axis=0), at_km.max(axis=0)))
        self._box[number] = _around([self._box.get(number, box), box])

    def join(self, numbers: Iterable[str], at_km: FloatArray) -> None:
        """Let incidents be one that new hotspots at ``at_km`` link, unless they would be too large together."""
        roots = sorted({self.root(number) for number in numbers}, key=self._age)
        box = _around([*(self._box[root] for root in roots), np.stack((at_km.min(axis=0), at_km.max(axis=0)))])
        if np.linalg.norm(box[1] - box[0]) > self.rules.merge_max_extent_km:
            return
        for root in roots[1:]:
            self._root[root] = roots[0]
        self._box[roots[0]] = box

    def survivors(self) -> dict[str, str]:
        """Each incident that is a part of another now, and of which."""
        return {number: self.root(number) for number, root in self._root.items() if root != number}

    def _age(self, number: str) -> tuple[object, ...]:
        return self._incidents[number].first_seen_utc, number


def _around(boxes: Iterable[FloatArray]) -> FloatArray:
    stacked = np.stack(list(boxes))
    return np.stack((stacked[:, 0].min(axis=0), stacked[:, 1].max(axis=0)))


def _shared_out(contested: pl.DataFrame, merging: _Merging) -> pl.DataFrame:
    """The new hotspots of groups that hold several incidents: each to the incident with the nearest hotspot."""
    rows = contested.sort("group", "acquired_utc", "hotspot_id", "incident_id")
    owned, new = rows.drop_nulls("incident_id"), rows.filter(pl.col("incident_id").is_null())
    if new.is_empty():
        return new.select("hotspot_id", "group", joins="incident_id")
    rules = merging.rules
    owned_km, new_km = (earth_km(each["lat_deg"], each["lon_deg"]) for each in (owned, new))
    numbers, incident = np.unique(owned["incident_id"].to_numpy(), return_inverse=True)
    for number, theirs in zip(numbers, _positions(incident), strict=True):
        merging.seen_at(number, owned_km[theirs])
    pieces = group_labels(new, eps_km=rules.eps_km, eps_h=rules.eps_h, apart="group").to_numpy()
    touching = _touching(new, owned, (pieces, incident), rules=rules)
    of_group = dict(enumerate(_positions(owned["group"].rank("dense").to_numpy() - 1)))
    nearest = np.empty(len(new_km), dtype=np.int64)
    group = new["group"].rank("dense").to_numpy() - 1
    for mine, touched in zip(_positions(pieces), touching, strict=True):
        merging.join(numbers[touched], new_km[mine])
        theirs = of_group[group[mine[0]]]
        theirs = theirs[np.isin(incident[theirs], touched)]
        nearest[mine] = theirs[KDTree(owned_km[theirs]).query(new_km[mine])[1]]
    return new.select("hotspot_id", "group", joins=owned["incident_id"].gather(nearest))


def _positions(codes: IntArray) -> list[IntArray]:
    """Where each code from 0 on stands."""
    order = np.argsort(codes, kind="stable")
    return np.split(order, np.cumsum(np.bincount(codes))[:-1])


def _touching(
    new: pl.DataFrame, owned: pl.DataFrame, codes: tuple[IntArray, IntArray], *, rules: TrackRules
) -> list[IntArray]:
    """For each piece of new hotspots the incidents that one of its hotspots is linked with, both as ``codes`` say."""
    pieces, incident = codes
    new_km, owned_km = (
        apart_km(earth_km(rows["lat_deg"], rows["lon_deg"]), rows["group"].rank("dense").to_numpy())
        for rows in (new, owned)
    )
    new_error, owned_error = (rows["location_error_km"].to_numpy() for rows in (new, owned))
    eps_km = chord_km(rules.eps_km)
    near = KDTree(new_km).query_ball_point(owned_km, np.maximum(eps_km, owned_error + new_error.max()) + _SLACK_KM)
    of_owned = np.repeat(np.arange(len(near)), [len(each) for each in near])
    of_new = np.concatenate([np.asarray(each, dtype=np.int64) for each in near])
    new_ms, owned_ms = (rows["acquired_utc"].dt.epoch("ms").to_numpy() for rows in (new, owned))
    distance_km = np.linalg.norm(new_km[of_new] - owned_km[of_owned], axis=1)
    reach_km = np.maximum(eps_km, new_error[of_new] + owned_error[of_owned]) + _SLACK_KM
    linked = (distance_km <= reach_km) & (np.abs(new_ms[of_new] - owned_ms[of_owned]) <= rules.eps_h * MS_PER_H)
    pairs = np.unique(np.column_stack((pieces[of_new[linked]], incident[of_owned[linked]])), axis=0)
    return [pairs[where, 1] for where in _positions(pairs[:, 0])]
