"""The tracker: incidents so far and the hotspots of a window give the incidents now, and what happened to them.

A group of hotspots (``cluster``) that holds a hotspot of an incident, or one linked to it, is more of that incident;
one that touches none is a new incident. New hotspots that link two incidents make them one (``joining``): the older
keeps its number, the other ends, keeps its history and leads to it. Parts that drift apart become two (``splitting``).
A fire on the divide of two joint units is one incident of both: its number is that of one, the offices of both hear of
it. Groups never mix static heat with the rest: a fire beside a steel works is no part of the steel works.

Nothing is counted twice: the same window again changes nothing, and neither does the order of rows. A window that rolls
on gives the incidents that one long window would have given, unless a part was split off or grown too large meanwhile.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import reduce
from zoneinfo import ZoneInfo

import dataframely as dy
import polars as pl

from boundary_zones.geodesy import KM_PER_DEG
from models.frames import JudgedHotspotFrame
from models.incidents.event import Change, IncidentEvent
from models.incidents.fold import fragment, fragments, joined
from models.incidents.incident import Incident, IncidentState, next_state
from models.incidents.joining import joining, pool_of
from models.incidents.numbering import Numbering
from models.incidents.splitting import split_off, without
from models.incidents.track_rules import TrackRules

_LOCAL = ZoneInfo("Asia/Shanghai")
"""Of latitude, on the sphere of ``models.incidents.geometry``."""
_CHANGE_TO = {
    IncidentState.ACTIVE: Change.RE_IGNITE,
    IncidentState.DORMANT: Change.DORMANT,
    IncidentState.ENDED: Change.END,
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
    others: Mapping[Change, tuple[str, ...]] = field(default_factory=dict)
    """Numbers of the other incidents of a merge or split."""

    def events(self, at_utc: datetime) -> tuple[IncidentEvent, ...]:
        """The changes as lines of the incident's history."""
        growth = {Change.START, Change.GROW}
        return tuple(
            IncidentEvent(
                self.incident.incident_id,
                change,
                at_utc,
                others=self.others.get(change, ()),
                hotspots_added=len(self.added) if change in growth else 0,
            )
            for change in self.changes
        )


@dataclass(frozen=True, slots=True)
class TrackResult:
    """Every incident that was given or started, in the order of numbers."""

    tracked: tuple[Tracked, ...]
    too_old: frozenset[str]
    """Hotspots that touch no incident and are older than ``ended_after_h``: too old to start one."""
    clusters: int = 0
    """Groups that the new hotspots of the window made."""

    @property
    def incidents(self) -> tuple[Incident, ...]:
        """All incidents as they stand now."""
        return tuple(each.incident for each in self.tracked)

    @property
    def new(self) -> tuple[Tracked, ...]:
        """Those that this round started."""
        return self._with(lambda changes: Change.START in changes)

    @property
    def ended(self) -> tuple[Tracked, ...]:
        """Those that this round ended."""
        return self._with(lambda changes: Change.END in changes)

    @property
    def updated(self) -> tuple[Tracked, ...]:
        """Those that changed and neither started nor ended."""
        return self._with(lambda changes: bool(changes) and not {Change.START, Change.END} & set(changes))

    @property
    def unchanged(self) -> tuple[Tracked, ...]:
        """Those of which there is nothing new."""
        return self._with(lambda changes: not changes)

    def _with(self, wanted: Callable[[tuple[Change, ...]], bool]) -> tuple[Tracked, ...]:
        return tuple(each for each in self.tracked if wanted(each.changes))


def track(
    incidents: Sequence[Incident],
    hotspots: dy.DataFrame[JudgedHotspotFrame],
    *,
    now: datetime,
    rules: TrackRules,
    next_number: Numbering,
) -> TrackResult:
    """Bring incidents up to ``now``.

    Args:
        incidents: all that have not ended, and ended ones whose hotspots may still be in the window: hotspots of an
            ended one start nothing and join nothing.
        hotspots: of the watch area, acquired within the window; those of earlier rounds may be among them.
        now: silence counts up to here. Where the feeds were not heard, the caller gives the time up to which they were.
        rules: signed numbers.
        next_number: which numbers are taken.

    Raises:
        ValueError: ``now`` is naive, or a hotspot is in two incidents.
    """
    if now.utcoffset() is None:
        raise ValueError(f"now must be aware, got {now.isoformat()}")
    claims = _claims(incidents)
    followed = [each for each in incidents if each.state is not IncidentState.ENDED]
    window = _window(hotspots, claims, followed)
    found = joining(window, followed, rules)
    mine = window.join(found.hotspots, on="hotspot_id", how="left").with_columns(
        pl.coalesce("joins", pl.col("incident_id").replace(found.survivors)).alias("owner")
    )
    tracked, children = _followed(incidents, mine, found.survivors, rules=rules)
    free = mine.filter(pl.col("owner").is_null()).sort("acquired_utc", "hotspot_id")
    started, too_old = _started(free, children, now=now, rules=rules, next_number=next_number)
    aged = [_aged(each, now=now, rules=rules) for each in (*_parted(tracked, started), *started)]
    in_order = tuple(sorted(aged, key=lambda each: each.incident.incident_id))
    clusters = found.hotspots["group"].n_unique()
    return TrackResult(in_order, too_old, clusters)


def _claims(incidents: Iterable[Incident]) -> pl.DataFrame:
    """``hotspot_id``, the ``incident_id`` that it belongs to, and whether that has ``ended``.

    Hotspots of a merged incident belong to the one that it leads to.
    """
    claims = pl.DataFrame(
        [
            (hotspot_id, incident.incident_id, incident.state is IncidentState.ENDED)
            for incident in incidents
            if incident.merged_into is None
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


def _window(hotspots: pl.DataFrame, claims: pl.DataFrame, followed: Iterable[Incident]) -> pl.DataFrame:
    """Hotspots of followed incidents and of none, with ``incident_id`` and ``pool``."""
    pools = {each.incident_id: pool_of(each) for each in followed}
    of_incident = pl.col("incident_id").replace_strict(pools, default=None, return_dtype=pl.String)
    joined_claims = hotspots.join(claims, on="hotspot_id", how="left").filter(~pl.col("ended").fill_null(value=False))
    return joined_claims.drop("ended").with_columns(pool=pl.coalesce(of_incident, "source_kind"))


def _followed(
    incidents: Sequence[Incident], mine: pl.DataFrame, survivors: Mapping[str, str], *, rules: TrackRules
) -> tuple[list[Tracked], list[tuple[pl.DataFrame, str]]]:
    """Each incident that was given after the window, and the parts that left one of them, with its number."""
    by_number = {each.incident_id: each for each in incidents}
    growing = mine.filter(pl.col("owner").is_in(mine["joins"].drop_nulls().unique().implode()))
    parts = fragments(growing, by="owner")
    gone = split_off(growing.filter(pl.col("owner").is_in(_wide(growing, rules).implode())), rules)
    tracked, children = [], []
    for each in incidents:
        number = each.incident_id
        if number in survivors:
            tracked.append(_absorbed(each, survivors[number]))
        elif number in parts:
            absorbed = [by_number[other] for other, survivor in sorted(survivors.items()) if survivor == number]
            left = gone.get(number, [])
            tracked.append(_split(_grown(each, absorbed, parts[number]), growing, left))
            children += [(part, number) for part in left]
        else:
            tracked.append(Tracked(each))
    return tracked, children


def _absorbed(incident: Incident, survivor: str) -> Tracked:
    ended = replace(incident, state=IncidentState.ENDED, merged_into=survivor)
    return Tracked(ended, (Change.MERGE,), others={Change.MERGE: (survivor,)})


def _wide(growing: pl.DataFrame, rules: TrackRules) -> pl.Series:
    """Numbers of those that may reach so far that a part could have left them: half as far as that in one direction."""
    reach_deg = rules.split_km / 2 / KM_PER_DEG
    far = (pl.col("lat_deg").max() - pl.col("lat_deg").min() > reach_deg) | (
        (pl.col("lon_deg").max() - pl.col("lon_deg").min()) * pl.col("lat_deg").mean().radians().cos() > reach_deg
    )
    return growing.group_by("owner").agg(far=far).filter("far")["owner"]


def _grown(incident: Incident, absorbed: Sequence[Incident], part: Incident) -> Tracked:
    """The incident with its new hotspots, and with those incidents that became a part of it."""
    numbers = tuple(number for each in absorbed for number in (each.incident_id, *each.merged_from))
    whole = replace(reduce(joined, absorbed, incident), merged_from=(*incident.merged_from, *numbers))
    grown = joined(whole, part)
    changes = (Change.MERGE, Change.GROW) if absorbed else (Change.GROW,)
    others = {Change.MERGE: numbers} if absorbed else {}
    return Tracked(grown, changes, grown.hotspot_ids - whole.hotspot_ids, others)


def _split(tracked: Tracked, growing: pl.DataFrame, parts: list[pl.DataFrame]) -> Tracked:
    if not parts:
        return tracked
    rows = growing.filter(pl.col("owner") == tracked.incident.incident_id)
    rest = without(tracked.incident, rows, parts)
    return replace(tracked, incident=rest, added=tracked.added & rest.hotspot_ids)


def _parted(tracked: Iterable[Tracked], started: Iterable[Tracked]) -> Iterator[Tracked]:
    """Those that were given, with the numbers of what left them."""
    left: dict[str, list[str]] = {}
    for child in started:
        if child.incident.split_from is not None:
            left.setdefault(child.incident.split_from, []).append(child.incident.incident_id)
    for each in tracked:
        gone = tuple(left.get(each.incident.incident_id, ()))
        changes, others = (*each.changes, Change.SPLIT), {**each.others, Change.SPLIT: gone}
        yield replace(each, changes=changes, others=others) if gone else each


def _started(
    free: pl.DataFrame,
    children: Iterable[tuple[pl.DataFrame, str]],
    *,
    now: datetime,
    rules: TrackRules,
    next_number: Numbering,
) -> tuple[list[Tracked], frozenset[str]]:
    """Incidents of parts that left another and of groups that touch none, and the hotspots that are too old for one."""
    oldest = now - timedelta(hours=rules.ended_after_h)
    made = fragments(free, by="group")
    in_order = [made[str(group)] for group in free["group"].unique(maintain_order=True)]
    fresh = [(part, None) for part in in_order if part.last_seen_utc >= oldest]
    counted: Counter[object] = Counter()
    started = []
    for part, parent in (*((fragment("", rows), number) for rows, number in children), *fresh):
        day = part.first_seen_utc.astimezone(_LOCAL).date()
        unit, place = (part.zone, day.year), (part.county_gb, day)
        counted.update((unit, place))
        incident = replace(
            part,
            incident_id=next_number.incident_id(*unit, nth=counted[unit]),
            hotspot_no=next_number.hotspot_no(*place, nth=counted[place]),
            split_from=parent,
        )
        changes = (Change.START, Change.SPLIT) if parent else (Change.START,)
        others = {Change.SPLIT: (parent,)} if parent else {}
        started.append(Tracked(incident, changes, incident.hotspot_ids, others))
    too_old = (part.hotspot_ids for part in in_order if part.last_seen_utc < oldest)
    return started, frozenset().union(*too_old)


def _aged(tracked: Tracked, *, now: datetime, rules: TrackRules) -> Tracked:
    """The state that the time since the last hotspot asks for, reached only by allowed steps."""
    incident = tracked.incident
    silent = now - incident.last_seen_utc
    if silent <= timedelta(hours=rules.dormant_after_h):
        wanted = IncidentState.ACTIVE
    elif silent <= timedelta(hours=rules.ended_after_h):
        wanted = IncidentState.DORMANT
    else:
        wanted = IncidentState.ENDED
    if incident.last_seen_utc - incident.first_seen_utc > timedelta(days=rules.longest_d):
        wanted = IncidentState.ENDED
    for state in _STEPS.get((incident.state, wanted), ()):
        incident = replace(incident, state=next_state(incident.state, state))
        tracked = replace(tracked, incident=incident, changes=(*tracked.changes, _CHANGE_TO[state]))
    return tracked
