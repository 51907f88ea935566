"""``firewatch replay-proof``: a recording pass by pass, in order and shuffled, held against what following must do.

The clock jumps from arrival to arrival, and nothing is stored or sent: a recording of years takes seconds. The danger
grade is unknown, so that no doubt about a single look silences anything.
"""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import dataframely as dy
import typer

from boundary_zones.catalogue import SHIPPED, load_catalogue
from boundary_zones.heat_sources import HEAT_SOURCES_FILE, load_heat_sources
from desk.errors import InputError
from desk.exits import Exit
from desk.options import Json
from desk.proof import findings, follow_passes
from desk.shown import show_json, show_table
from desk.tables import table_file
from feeds.snapshots import parse_snapshots
from feeds.tables import parse_hotspot_table
from flows.recorded_feeds import HOTSPOTS, RecordedSnapshots
from flows.rules import shipped_rules
from flows.signed import SignedRules, load_signed
from models.frames import HotspotFrame, LocatedHotspotFrame
from models.incidents.deduplicate import deduplicate
from models.incidents.match import located
from notify.phrases import BEIJING

SEED = 20170511


def replay_proof(
    tables: Annotated[list[Path], typer.Argument(help="FIRMS tables, or snapshots as .jsonl(.gz).")],
    mapping: Annotated[str, typer.Option(help="Declared column mapping of rules/feeds.toml for the tables.")] = "",
    out: Annotated[Path | None, typer.Option(help="File for the findings as JSON.")] = None,
    as_json: Json = False,
) -> None:
    """Hold recordings against what must hold. Example: firewatch replay-proof h.csv.gz --mapping firms_recorded."""
    rules = load_signed(shipped_rules())
    found = [_proved(path, mapping, rules) for path in tables]
    if out is not None:
        out.write_text(json.dumps(found, ensure_ascii=False, indent=1), encoding="utf-8")
    if as_json:
        show_json({"tables": found})
    else:
        for each in found:
            rows = [{"name": name, "value": value} for name, value in each.items()]
            show_table(str(each["table"]), {"name": "", "value": ""}, rows, empty="无")
    raise typer.Exit(Exit.DONE if all(each["holds"] for each in found) else Exit.FAILED)


def _proved(path: Path, mapping: str, rules: SignedRules) -> dict[str, Any]:
    sources = load_heat_sources(SHIPPED / HEAT_SOURCES_FILE)
    frame, covered = _read(path, mapping, rules)
    single = deduplicate([frame]).hotspots
    watched = located(single, load_catalogue()).hotspots
    mixed = LocatedHotspotFrame.validate(watched.sample(fraction=1.0, shuffle=True, seed=SEED))
    run, again = (follow_passes(each, single, sources, rules) for each in (watched, mixed))
    return {"table": path.name, "hotspots": frame.height, **findings(run, again, watched, covered, rules)}


def _read(path: Path, mapping: str, rules: SignedRules) -> tuple[dy.DataFrame[HotspotFrame], frozenset[date]]:
    """The hotspots of a recording, and the local days on which somebody looked."""
    file = table_file(path)
    if ".jsonl" in path.suffixes:
        snapshots = list(parse_snapshots(file, rules=rules.hotspots, bounds=rules.rejects))
        source = RecordedSnapshots.of(snapshots, inputs=(), bounds=rules.freshness[HOTSPOTS])
        looked = [each.snapshot_utc for each in snapshots if each.covers_study_box]
        return source.frame, frozenset(each.astimezone(BEIJING).date() for each in looked)
    if mapping and mapping not in rules.mappings:
        raise InputError("--mapping", f"{mapping!r} is not declared", remedy=f"there are {', '.join(rules.mappings)}")
    chosen = rules.mappings[mapping] if mapping else None
    frame = parse_hotspot_table(file, rules=rules.hotspots, bounds=rules.rejects, mapping=chosen).frame
    seen = frame["acquired_utc"].dt.convert_time_zone(str(BEIJING)).dt.date()
    return frame, frozenset(seen.to_list())
