"""What came of a recording, held against what following must do: counts, and a sentence for whatever does not hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import dataframely as dy
import polars as pl

from desk.proof.following import Followed
from desk.proof.heat_places import left_its_history
from flows.signed import SignedRules
from models.frames import HotspotFrame, LocatedHotspotFrame
from models.incidents.heat import places_of_heat
from models.incidents.incident import Incident


@dataclass(frozen=True)
class Recording:
    """Hotspots of a recording.

    Attributes:
        single: each detection once, of wherever it is.
        watched: those of the watch area.
    """

    single: dy.DataFrame[HotspotFrame]
    watched: dy.DataFrame[LocatedHotspotFrame]

    def learned(self, rules: SignedRules) -> frozenset[str]:
        """Hotspots of the watch area whose place was known for heat when they came."""
        return frozenset(places_of_heat(self.watched, self.single, rules.heat)["hotspot_id"])

    def usable(self, rules: SignedRules) -> pl.DataFrame:
        """Those that came while a round still looked back as far as they lie."""
        window = timedelta(hours=rules.rounds.hotspot_window_h)
        return self.watched.filter(pl.col("available_utc") - pl.col("acquired_utc") <= window)


@dataclass(frozen=True)
class Runs:
    """The same recording followed as it came, with its rows shuffled, and with its arrivals permuted."""

    ordered: Followed
    shuffled: Followed
    permuted: Followed


def findings(runs: Runs, recording: Recording, rules: SignedRules) -> dict[str, Any]:
    """Counts, and ``failures``: a sentence for each thing that does not hold; ``holds`` when there is none."""
    run, learned = runs.ordered, recording.learned(rules)
    usable = recording.usable(rules)
    clean = _clean(usable, learned, rules)
    heat = [each for each in run.incidents if each.hotspot_ids <= learned]
    told = [each for each in heat if each.incident_id in run.told]
    otherwise = runs.ordered.static ^ runs.permuted.static
    failures = [
        *_order_failures(runs, otherwise),
        *_clean_failures(clean, run, rules),
        *(f"{each.incident_id}: heat was told within its history" for each in told if not left_its_history(each)),
    ]
    return {
        "watched": recording.watched.height,
        "too_late_to_follow": recording.watched.height - usable.height,
        "clusters": run.clusters,
        "incidents": len(run.incidents),
        "merged": sum(each.merged_into is not None for each in run.incidents),
        "suppressed_by": dict(Counter(str(each.suppressed_by) for each in run.incidents if each.suppressed)),
        "told": len(run.told),
        "clean_within_rings": clean.height,
        "clean_incidents": len({id(each) for each in _holders(clean["hotspot_id"], run.incidents)}),
        "heat_incidents_after_learning": len(heat),
        "heat_held_back": sum(each.suppressed for each in heat),
        "heat_told_because_it_left_its_history": sum(left_its_history(each) for each in told),
        "same_incidents_when_shuffled": run.same == runs.shuffled.same,
        "same_incidents_when_arrivals_permuted": not _permuted_failures(runs, otherwise),
        "judged_otherwise_when_arrivals_permuted": len(otherwise),
        "failures": failures,
        "holds": not failures,
    }


def _clean(usable: pl.DataFrame, learned: frozenset[str], rules: SignedRules) -> pl.DataFrame:
    """Detections within the rings that lie where no heat was known."""
    within = pl.col("distance_to_border_km") - pl.col("location_error_km") <= rules.incident_alert.watch_km
    return usable.filter(within, ~pl.col("hotspot_id").is_in(sorted(learned)))


def _holders(hotspot_ids: Iterable[str], incidents: Iterable[Incident]) -> list[Incident]:
    wanted = set(hotspot_ids)
    return [each for each in incidents if each.merged_into is None and each.hotspot_ids & wanted]


def _order_failures(runs: Runs, otherwise: frozenset[str]) -> list[str]:
    found = []
    if runs.ordered.same != runs.shuffled.same:
        odd = sorted(number for number, _ in runs.ordered.same ^ runs.shuffled.same)
        found.append(f"shuffled rows give other incidents: {', '.join(odd)}")
    return found + _permuted_failures(runs, otherwise)


def _permuted_failures(runs: Runs, otherwise: frozenset[str]) -> list[str]:
    """Fires that another order of arrival makes others, but for hotspots whose heat was learned at another time."""
    odd = [each for each in runs.ordered.parts ^ runs.permuted.parts if not each & otherwise]
    return [f"permuted arrivals give another incident of {', '.join(sorted(each))}" for each in sorted(odd, key=min)]


def _clean_failures(clean: pl.DataFrame, run: Followed, rules: SignedRules) -> list[str]:
    """A clean detection must be in one incident, from the pass at which it came, and be told where it counts."""
    found = []
    for row in clean.sort("available_utc", "hotspot_id").iter_rows(named=True):
        key, came = row["hotspot_id"], row["available_utc"]
        holders = _holders([key], run.incidents)
        if len(holders) != 1:
            found.append(f"clean detection {key} raised {len(holders)} incidents, not one")
            continue
        (holder,) = holders
        if run.taken[key] != came:
            found.append(f"clean detection {key} came {came:%F %H:%MZ} and was followed at {run.taken[key]:%F %H:%MZ}")
        near = row["distance_to_border_km"] - row["location_error_km"] <= rules.incident_alert.notify_km
        if near and not holder.suppressed and holder.incident_id not in run.told:
            found.append(f"clean detection {key} is near the line, and nobody was told of {holder.incident_id}")
    return found
