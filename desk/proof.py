"""A recording followed pass by pass without a store, and what must hold of what came of it. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import dataframely as dy
import polars as pl

from boundary_zones.heat_sources import HeatSource
from flows.signed import SignedRules
from models.frames import HotspotFrame, JudgementFrame, LocatedHotspotFrame
from models.incidents.assess import Circumstances, assessed
from models.incidents.heat import Heat
from models.incidents.incident import Incident, IncidentState
from models.incidents.judge import judgements, with_judgements
from models.incidents.numbering import Numbering
from models.incidents.track import TrackResult, track
from notify.alert import IncidentLevel
from notify.incident_level import incident_ring

CELL_DEG, DAYS, SPAN_D = 0.02, 3, 30
"""Recurrence by a rule of its own: a cell and its neighbours seen on three earlier local days over thirty."""


@dataclass
class Followed:
    """What came of a recording."""

    incidents: tuple[Incident, ...] = ()
    started: dict[str, datetime] = field(default_factory=dict)
    """The pass at which each incident was there first."""
    told: dict[str, datetime] = field(default_factory=dict)
    """The pass at which each was told first."""
    clusters: int = 0

    @property
    def same(self) -> frozenset[tuple[str, frozenset[str]]]:
        """Numbers and hotspots: what must not depend on the order of rows."""
        return frozenset((each.incident_id, each.hotspot_ids) for each in self.incidents)


def follow_passes(
    watched: dy.DataFrame[LocatedHotspotFrame],
    everything: dy.DataFrame[HotspotFrame],
    sources: Sequence[HeatSource],
    rules: SignedRules,
) -> Followed:
    """Follow hotspots from arrival to arrival.

    Args:
        watched: those of the watch area.
        everything: all of the recording: the history of places, and how far anybody has looked.
        sources: registers of known heat.
        rules: signed numbers.
    """
    done, judged = Followed(), JudgementFrame.create_empty()
    for at in watched["available_utc"].unique().sort():
        known = everything.filter(pl.col("available_utc") <= at)
        since = at - timedelta(hours=rules.rounds.hotspot_window_h)
        window = watched.filter(pl.col("available_utc") <= at, pl.col("acquired_utc") >= since)
        unseen = window.join(judged, on="hotspot_id", how="anti")
        if unseen.height:
            new = judgements(
                LocatedHotspotFrame.validate(unseen), Heat(known, sources), rules=(rules.heat, rules.doubt), now=at
            )
            judged = JudgementFrame.validate(pl.concat([judged, new]))
        rows = with_judgements(LocatedHotspotFrame.validate(window), judged)
        numbers = [each.incident_id for each in done.incidents]
        taken = Numbering.after(numbers, exercise=True, hotspot_nos=[each.hotspot_no for each in done.incidents])
        recent = [
            each
            for each in done.incidents
            if each.state is not IncidentState.ENDED or each.last_seen_utc >= since - timedelta(days=1)
        ]
        heard = min(at, max(known["acquired_utc"].to_list()))
        result = track(recent, rows, now=heard, rules=rules.track, next_number=taken)
        _note(done, result, rows, at, rules)
    return done


def _note(done: Followed, result: TrackResult, rows: pl.DataFrame, at: datetime, rules: SignedRules) -> None:
    after = {each.incident_id: each for each in done.incidents}
    done.clusters += result.clusters
    for each in result.incidents:
        mine = rows.filter(pl.col("hotspot_id").is_in(sorted(each.hotspot_ids)))
        open_now = each.state is not IncidentState.ENDED
        found = assessed(each, mine, Circumstances(None), rules.doubt).incident if open_now else each
        after[found.incident_id] = found
        done.started.setdefault(found.incident_id, at)
        ring = incident_ring(found, rules.incident_alert)
        if open_now and not found.suppressed and ring.rank >= IncidentLevel.NOTIFY.rank:
            done.told.setdefault(found.incident_id, at)
    done.incidents = tuple(after[number] for number in sorted(after))


def findings(
    run: Followed, shuffled: Followed, watched: pl.DataFrame, covered: frozenset[date], rules: SignedRules
) -> dict[str, Any]:
    """Counts, and what must hold; ``holds`` when all of it does."""
    owners = [(key, each) for each in run.incidents if each.merged_into is None for key in each.hotspot_ids]
    owner = dict(owners)
    learned = recurrent(watched)
    within = watched.filter(
        pl.col("distance_to_border_km") - pl.col("location_error_km") <= rules.incident_alert.watch_km
    )
    clean = [row for row in within.to_dicts() if row["hotspot_id"] not in learned]
    lost = sorted(row["hotspot_id"] for row in clean if row["hotspot_id"] not in owner)
    arrivals = dict(watched.select("hotspot_id", "available_utc").iter_rows())
    late = sorted(
        each.incident_id
        for each in {owner[row["hotspot_id"]] for row in clean if row["hotspot_id"] in owner}
        if run.started[each.incident_id] > min(arrivals[key] for key in each.hotspot_ids)
    )
    heat = [each for each in run.incidents if each.hotspot_ids <= learned]
    told = [each for each in heat if each.incident_id in run.told]
    left = [each for each in told if "超出其历史" in each.reason or "无法与历史比较" in each.reason]
    held = [each for each in run.incidents if each.suppressed]
    days: list[date] = sorted(watched["acquired_utc"].dt.convert_time_zone("Asia/Shanghai").dt.date().to_list())
    span = (days[-1] - days[0]).days + 1 if days else 0
    checks: dict[str, Any] = {
        "same_incidents_when_shuffled": run.same == shuffled.same,
        "no_hotspot_in_two_incidents": len(owners) == len(owner),
        "clean_within_rings_lost": lost,
        "clean_incidents_not_on_first_pass": late,
        "learned_heat_told_within_its_history": sorted(e.incident_id for e in told if e not in left),
    }
    good = checks["same_incidents_when_shuffled"] and checks["no_hotspot_in_two_incidents"]
    return {
        "watched": watched.height,
        "clusters": run.clusters,
        "incidents": len(run.incidents),
        "suppressed_by": dict(Counter(str(each.suppressed_by) for each in held)),
        "told": len(run.told),
        "clean_within_rings": len(clean),
        "heat_incidents_after_learning": len(heat),
        "heat_held_back": sum(each.suppressed for each in heat),
        "heat_told_because_it_left_its_history": len(left),
        "days": span,
        "days_无数据": span - len({day for day in covered if days and days[0] <= day <= days[-1]}),
        **checks,
        "holds": bool(good and not (lost or late or checks["learned_heat_told_within_its_history"])),
    }


def recurrent(watched: pl.DataFrame) -> frozenset[str]:
    """Hotspots whose place had been hot on enough days before their own."""
    placed = watched.select(
        "hotspot_id",
        pl.col("acquired_utc").dt.convert_time_zone("Asia/Shanghai").dt.date().alias("day"),
        (pl.col("lat_deg") / CELL_DEG).floor().cast(pl.Int64).alias("row"),
        (pl.col("lon_deg") / CELL_DEG).floor().cast(pl.Int64).alias("column"),
    )
    steps = pl.DataFrame([(a, b) for a in (-1, 0, 1) for b in (-1, 0, 1)], schema=["dr", "dc"], orient="row")
    near = placed.join(steps, how="cross").with_columns(pl.col("row") + pl.col("dr"), pl.col("column") + pl.col("dc"))
    past = placed.select("row", "column", pl.col("day").alias("past")).unique()
    pairs = near.join(past, on=["row", "column"]).filter(pl.col("past") < pl.col("day"))
    places = pairs.group_by("hotspot_id").agg(
        pl.col("past").n_unique().alias("days"),
        (pl.col("past").max() - pl.col("past").min()).dt.total_days().alias("span"),
    )
    known = places.filter((pl.col("days") >= DAYS) & (pl.col("span") >= SPAN_D))
    return frozenset(known["hotspot_id"])
