"""``firewatch replay-proof``: a recording pass by pass, as it came and permuted, held against what following must do.

The clock jumps from arrival to arrival, and nothing is stored or sent: a recording of years takes seconds. The danger
grade is unknown, so that no doubt about a single look silences anything. Each recording is followed without any
register of known heat and with those that there are, side by side.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import dataframely as dy
import polars as pl
import typer

from boundary_zones.catalogue import Catalogue
from boundary_zones.heat_sources import HeatSource
from boundary_zones.townships import Township, load_townships
from desk.exits import Exit
from desk.options import Json
from desk.proof.coverage import counts_by_day, days_of_rows
from desk.proof.findings import Recording, Runs, findings
from desk.proof.following import follow_passes
from desk.proof.heat_places import heat_places
from desk.proof.permuted import arrivals_permuted, shuffled
from desk.proof.shown import show_proof
from desk.proof.stored import compared, stored_incidents
from desk.shown import show_json
from desk.tables import mapping_named, table_file
from feeds.snapshots import parse_coverage, parse_snapshots
from feeds.tables import parse_hotspot_table
from flows.recorded_feeds import HOTSPOTS, LeftOut, RecordedSnapshots
from flows.rules import shipped_rules
from flows.settings import Settings, load_settings
from flows.signed import SignedRules, load_signed
from flows.wiring import catalogue_of, heat_register_of
from models.backtest.burning import days_covered
from models.frames import HotspotFrame
from models.incidents.deduplicate import deduplicate
from models.incidents.match import located

WITHOUT, WITH = "without_register", "with_register"


@dataclass(frozen=True)
class Given:
    """What every recording is held against."""

    rules: SignedRules
    catalogue: Catalogue
    townships: tuple[Township, ...]
    registers: dict[str, tuple[HeatSource, ...]]
    coverage: frozenset[date]
    stored: bool


def replay_proof(
    tables: Annotated[list[Path], typer.Argument(help="FIRMS tables, or snapshots as .jsonl(.gz).")],
    mapping: Annotated[str, typer.Option(help="Declared column mapping of rules/feeds.toml for the tables.")] = "",
    coverage: Annotated[
        Path | None,
        typer.Option(help="Table snapshot_utc, covers_study_box; other days are 无数据."),
    ] = None,
    stored: Annotated[bool, typer.Option("--stored", help="Hold the product's stored rounds beside it.")] = False,
    out: Annotated[Path | None, typer.Option(help="File for the findings as JSON.")] = None,
    as_json: Json = False,
) -> None:
    """Hold recordings against what must hold. Example: firewatch replay-proof h.csv.gz --mapping firms_recorded."""
    settings = load_settings()
    given = held_against(settings, coverage, stored=stored)
    found = [proved(path, mapping, given) for path in tables]
    if out is not None:
        out.write_text(json.dumps(found, ensure_ascii=False, indent=1, default=str), encoding="utf-8")
    if as_json:
        show_json({"tables": found})
    else:
        for each in found:
            show_proof(each)
    for each in found:
        for failure in each["failures"]:
            typer.echo(f"{each['table']}: {failure}", err=True)
    raise typer.Exit(Exit.DONE if all(each["holds"] for each in found) else Exit.FAILED)


def held_against(settings: Settings, coverage: Path | None = None, *, stored: bool = False) -> Given:
    """Rules, places, registers and coverage."""
    covered = frozenset[date]() if coverage is None else days_covered(parse_coverage(table_file(coverage)))
    return Given(
        rules=load_signed(settings.rules or shipped_rules()),
        catalogue=catalogue_of(settings.zones),
        townships=load_townships(settings.townships),
        registers={WITHOUT: (), WITH: heat_register_of(settings.heat_sources)},
        coverage=covered,
        stored=stored,
    )


def proved(path: Path, mapping: str, given: Given) -> dict[str, Any]:
    """What is found of one recording: the document that ``--json`` shows."""
    frame, covered, left = _read(path, mapping, given.rules)
    recording = _recording(frame, given.catalogue)
    by_day = counts_by_day(recording.watched, covered | given.coverage)
    sides = {name: _side(recording, sources, given) for name, sources in given.registers.items()}
    failures = [f"{name}: {failure}" for name, side in sides.items() for failure in side["failures"]]
    return {
        "table": path.name,
        "hotspots": frame.height,
        **left.hotspot_counts(),
        "days": len(by_day),
        "days_无数据": sum(isinstance(count, str) for count in by_day.values()),
        "by_day": {day.isoformat(): count for day, count in by_day.items()},
        **sides,
        "failures": failures,
        "holds": not failures,
    }


def _recording(frame: dy.DataFrame[HotspotFrame], catalogue: Catalogue) -> Recording:
    single = deduplicate([frame]).hotspots
    return Recording(single, located(single, catalogue).hotspots)


def _side(recording: Recording, sources: Sequence[HeatSource], given: Given) -> dict[str, Any]:
    """What came of a recording with one set of registers."""
    rules, watched = given.rules, recording.watched
    late = arrivals_permuted(recording.single, latest_h=rules.rounds.hotspot_window_h)
    runs = Runs(
        ordered=follow_passes(watched, recording.single, sources, rules),
        shuffled=follow_passes(shuffled(watched), recording.single, sources, rules),
        permuted=follow_passes(located(late, given.catalogue).hotspots, late, sources, rules),
    )
    found = findings(runs, recording, rules)
    where = given.catalogue, given.townships
    places = heat_places(watched, recording.learned(rules), runs.ordered, sources, rules=rules.heat, where=where)
    found = {"registered_sources": len(sources), **found, "heat_places": places}
    arrivals = watched["available_utc"].unique().sort().to_list()
    if not given.stored or not arrivals:
        return found
    with tempfile.TemporaryDirectory(prefix="replay-proof-") as home:
        kept = stored_incidents(recording.single, arrivals, sources, Path(home))
    beside = compared(kept, runs.ordered)
    failures = [*found["failures"], *beside.pop("failures")]
    return {**found, **beside, "failures": failures, "holds": not failures}


def _read(path: Path, mapping: str, rules: SignedRules) -> tuple[dy.DataFrame[HotspotFrame], frozenset[date], LeftOut]:
    """The hotspots of a recording, the local days on which somebody looked, and what of it could not be used."""
    file, left = table_file(path), LeftOut()
    if ".jsonl" in path.suffixes:
        snapshots = list(parse_snapshots(file, rules=rules.hotspots, bounds=rules.rejects))
        source = RecordedSnapshots.of(snapshots, inputs=(), bounds=rules.freshness[HOTSPOTS])
        looked = pl.DataFrame(
            [(each.snapshot_utc, each.covers_study_box) for each in snapshots],
            schema={"snapshot_utc": pl.Datetime(time_zone="UTC"), "covers_study_box": pl.Boolean},
            orient="row",
        )
        return source.frame, days_covered(looked) | days_of_rows(source.frame), source.left
    chosen = mapping_named(mapping, rules.mappings)
    parsed = parse_hotspot_table(file, rules=rules.hotspots, bounds=rules.rejects, mapping=chosen)
    left.count(parsed)
    return parsed.frame, days_of_rows(parsed.frame), left
