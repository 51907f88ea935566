"""``firewatch replay``: recorded tables through the rounds, time driven by the step."""

from __future__ import annotations

import logging
from collections.abc import Collection
from dataclasses import replace as replaced
from pathlib import Path
from typing import Annotated

import polars as pl
import typer

from boundary_zones.contacts import Contacts, Recipient
from desk.errors import InputError
from desk.exits import Exit
from desk.options import Json, instant, step
from desk.replay_files import write_outputs
from desk.shown import show_json, show_table
from desk.tables import mapping_named, table_file
from feeds.archive import digest
from feeds.snapshots import parse_snapshots
from feeds.tables import TableFile, parse_hotspot_table, parse_weather_table
from flows.elevation import FlatCells, TableElevation
from flows.gathered import HotspotSource, WeatherSource
from flows.parameters import who_runs
from flows.recorded_feeds import (
    HOTSPOTS,
    WEATHER,
    LeftOut,
    NoHotspots,
    NoWeather,
    RecordedHotspots,
    RecordedSnapshots,
    RecordedWeather,
    hourly,
)
from flows.replaying import Arrivals, DrivenClock, Span
from flows.replaying import replay as play
from flows.settings import load_settings
from flows.signed import SignedRules
from flows.wiring import House, open_house
from notify.phrases import BEIJING
from store.payloads import Payloads
from store.run_rows import RunInput

WORLD = "replay"
INBOX = "inbox"


def replay(
    begin: Annotated[str, typer.Option("--from", help="ISO 8601 with an offset.")],
    end: Annotated[str, typer.Option("--to", help="ISO 8601 with an offset.")],
    weather: Annotated[Path | None, typer.Option(help="Weather table; without it the danger is 无数据.")] = None,
    hotspots: Annotated[
        Path | None, typer.Option(help="FIRMS table, or snapshots as .jsonl(.gz); without it hotspots are 无数据.")
    ] = None,
    mapping: Annotated[str, typer.Option(help="Declared column mapping of rules/feeds.toml for the hotspots.")] = "",
    elevation: Annotated[Path | None, typer.Option(help="Table lat_deg, lon_deg, elevation_m.")] = None,
    every: Annotated[str, typer.Option("--step", help="10min, 1h, 1d.")] = "10min",
    out: Annotated[Path, typer.Option(help="Folder of the outputs; must be new or empty.")] = Path("replay"),
    as_json: Json = False,
) -> None:
    """Replay recorded tables. Example: firewatch replay --weather w.csv --hotspots h.csv --from … --to … --out out."""
    span = _span(begin, end, every)
    _refuse_used(out)
    clock = DrivenClock(span.begin)
    house = open_house(load_settings(home=out.absolute(), database_url=None))
    try:
        weather_source = _weather(weather, house)
        hotspot_source, arrivals, unread = _hotspots(hotspots, house, mapping)
        world = house.within(
            WORLD,
            weather=weather_source,
            hotspots_feed=hotspot_source,
            elevation=TableElevation.read(elevation) if elevation else FlatCells(),
            clock=clock,
            contacts=into_inbox(house.contacts),
        )
        logging.getLogger("firewatch.run").setLevel(logging.WARNING)
        played = play(world, span, clock=clock, arrivals=arrivals, who=who_runs(house.settings))
        left = weather_source.left if isinstance(weather_source, RecordedWeather) else LeftOut()
        late = {"hotspots_available_after_end": _available_after(span, hotspot_source)}
        counted = unread.hotspot_counts() | late | left.weather_counts()
        summary = write_outputs(out, world, span, played, counted=counted)
    finally:
        house.close()
    if as_json:
        show_json(summary)
    else:
        show_table("回放", {"name": "", "value": ""}, _rows(summary), empty="无")
        typer.echo(f"→ {out}")
    raise typer.Exit(Exit.DEGRADED if summary["degraded"] else Exit.DONE)


def into_inbox(contacts: Contacts, *, but: Collection[str] = ()) -> Contacts:
    """The same offices, reached in the inbox only: what is not live reaches no live endpoint.

    Args:
        contacts: of the live world.
        but: ``region/office`` of those that keep their own channels, beside the inbox.
    """
    seen: dict[str, Recipient] = {one.key: one for one in contacts.recipients if f"{one.region}/{one.office}" in but}
    for one in contacts.recipients:
        local = replaced(one, channel=INBOX, address=f"inbox://{one.region}/{one.office}")
        seen.setdefault(local.key, local)
    return Contacts(tuple(seen.values()), contacts.source)


def _span(begin: str, end: str, every: str) -> Span:
    try:
        return Span(instant(begin, "--from"), instant(end, "--to"), step(every, "--step"))
    except InputError:
        raise
    except ValueError as error:
        raise InputError("--from, --to", str(error)) from error


def _refuse_used(out: Path) -> None:
    if out.exists() and not out.is_dir():
        raise InputError(str(out), "is a file", remedy="name a new folder with --out")
    if out.exists() and any(out.iterdir()):
        raise InputError(str(out), "is not empty", remedy="name a new folder with --out, or empty this one")


def kept(file: TableFile, feed: str, payloads: Payloads, *, world: str = WORLD) -> tuple[RunInput, ...]:
    """Keep a table in the archive before it is parsed."""
    payload = payloads.save(feed, file.name, file.content, fetched_utc=file.read_utc, status=200, world=world)
    assert payload.sha256 == digest(file.content)
    return (RunInput(payload.payload_id, payload.sha256),)


def recorded_weather(path: Path, rules: SignedRules, payloads: Payloads, *, world: str = WORLD) -> RecordedWeather:
    """A weather table in the place of the feed."""
    return weather_of(table_file(path), rules, payloads, world=world)


def weather_of(file: TableFile, rules: SignedRules, payloads: Payloads, *, world: str = WORLD) -> RecordedWeather:
    """The same of a table that was read already; it is kept in the archive before it is parsed."""
    inputs = kept(file, WEATHER, payloads, world=world)
    parsed, left = parse_weather_table(file, bounds=rules.rejects, every_issue=True), LeftOut()
    left.count(parsed)
    return RecordedWeather(hourly(parsed.frame, file.name), inputs, rules.freshness[WEATHER], left)


def _weather(path: Path | None, house: House) -> WeatherSource:
    return NoWeather() if path is None else recorded_weather(path, house.rules, house.payloads)


def _hotspots(path: Path | None, house: House, mapping: str) -> tuple[HotspotSource, Arrivals, LeftOut]:
    """The source, when its rows arrive, and what of it could not be used."""
    left = LeftOut()
    if path is None:
        return NoHotspots(), Arrivals(), left
    rules, bounds = house.rules, house.rules.freshness[HOTSPOTS]
    file = table_file(path)
    inputs = kept(file, HOTSPOTS, house.payloads)
    if ".jsonl" in path.suffixes:
        snapshots = list(parse_snapshots(file, rules=rules.hotspots, bounds=rules.rejects))
        source = RecordedSnapshots.of(snapshots, inputs=inputs, bounds=bounds)
        looked = [each.snapshot_utc for each in snapshots if each.covers_study_box]
        days = {each.astimezone(BEIJING).date() for each in looked}
        return source, Arrivals([each.snapshot_utc for each in snapshots], frozenset(days)), source.left
    chosen = mapping_named(mapping, rules.mappings)
    parsed = parse_hotspot_table(file, rules=rules.hotspots, bounds=rules.rejects, mapping=chosen)
    seen = parsed.frame["acquired_utc"].dt.convert_time_zone(str(BEIJING)).dt.date()
    arrivals = Arrivals(parsed.frame["available_utc"].to_list(), frozenset(seen.to_list()))
    left.count(parsed)
    return RecordedHotspots(parsed.frame, inputs, bounds), arrivals, left


def _available_after(span: Span, source: HotspotSource) -> int:
    """Rows acquired within the span that could be had after its end only: the replay never sees them."""
    if not isinstance(source, RecordedHotspots | RecordedSnapshots):
        return 0
    acquired = pl.col("acquired_utc").is_between(span.begin, span.end)
    return source.frame.filter(acquired & (pl.col("available_utc") > span.end)).height


def _rows(summary: dict[str, object]) -> list[dict[str, object]]:
    return [{"name": name, "value": value} for name, value in summary.items() if not isinstance(value, dict | list)]
