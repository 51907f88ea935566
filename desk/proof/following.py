"""A recording followed from arrival to arrival without a store. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

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


@dataclass
class Followed:
    """What came of a recording."""

    incidents: tuple[Incident, ...] = ()
    started: dict[str, datetime] = field(default_factory=dict)
    """The pass at which each incident was there first."""
    told: dict[str, datetime] = field(default_factory=dict)
    """The pass at which each was told first."""
    taken: dict[str, datetime] = field(default_factory=dict)
    """The pass at which each hotspot was in an incident first."""
    static: frozenset[str] = frozenset()
    """Hotspots that were taken for static heat."""
    clusters: int = 0

    @property
    def same(self) -> frozenset[tuple[str, frozenset[str]]]:
        """Numbers and hotspots: what must not depend on the order of rows."""
        return frozenset((each.incident_id, each.hotspot_ids) for each in self.incidents)

    @property
    def parts(self) -> frozenset[frozenset[str]]:
        """Which hotspots are one fire: what must not depend on when each came, though numbers follow arrival."""
        return frozenset(each.hotspot_ids for each in self.incidents if each.merged_into is None)


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
    done.static = frozenset(judged.filter(pl.col("source_kind") == "static_heat")["hotspot_id"])
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
        for hotspot_id in found.hotspot_ids:
            done.taken.setdefault(hotspot_id, at)
        ring = incident_ring(found, rules.incident_alert)
        if open_now and not found.suppressed and ring.rank >= IncidentLevel.NOTIFY.rank:
            done.told.setdefault(found.incident_id, at)
    done.incidents = tuple(after[number] for number in sorted(after))
