"""The world of an exercise: its own feeds, clock and moisture, and every office in the inbox."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl

from desk.errors import InputError
from desk.replay import into_inbox, kept, recorded_weather
from desk.scenario import Scenario, bundled_scenarios, load_scenario
from desk.tables import table_file
from feeds.tables import parse_hotspot_table
from flows.documents.period import exercise_zh, held_utc
from flows.elevation import TableElevation
from flows.recorded_feeds import HOTSPOTS, RecordedHotspots
from flows.replaying import DrivenClock
from flows.wiring import House
from models.fire_weather.season import state_of
from notify.cap.signature import ephemeral_key
from notify.drill_gate import DrillWindow


def exercise_world(house: House, scenario: Scenario, clock: DrivenClock, *, window: DrillWindow | None = None) -> House:
    """The exercise's world: its own feeds, clock and moisture, and every office in the inbox.

    Args:
        house: the live one.
        scenario: what happens.
        clock: of the exercise.
        window: its offices are reached by their own channels; the gate looks at its signatures before each send.
    """
    name = f"exercise-{scenario.name}-{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
    world = joined(house, scenario, clock, name=name, window=window)
    world.moisture.save(_start(world, scenario), made_by_run=name, world=name)
    return world


def joined(
    house: House, scenario: Scenario, clock: DrivenClock, *, name: str, window: DrillWindow | None = None
) -> House:
    """An exercise's world by its name, with all that it reads: as its rounds see it, and who joins it later."""
    return house.within(
        name,
        weather=recorded_weather(scenario.files.weather, house.rules, house.payloads, world=name),
        hotspots_feed=_hotspots(house, scenario.files.hotspots, name),
        elevation=TableElevation.read(scenario.files.elevation),
        clock=clock,
        contacts=into_inbox(house.contacts, but=() if window is None else window.offices),
        cap_key=ephemeral_key(name),
    )


def title_of(house: House) -> str:
    """What people call the exercise that a house looks at: its scenario's title, else the days of it."""
    name = house.world.removeprefix("exercise-").rpartition("-")[0]
    if name in bundled_scenarios():
        return load_scenario(name).title_zh
    return exercise_zh(house, house.world) if held_utc(house.world) else house.world


def _hotspots(house: House, path: Path, world: str) -> RecordedHotspots:
    file = table_file(path)
    inputs = kept(file, HOTSPOTS, house.payloads, world=world)
    parsed = parse_hotspot_table(file, rules=house.rules.hotspots, bounds=house.rules.rejects)
    if parsed.rejects.total:
        raise InputError(
            path.name, f"rows that cannot be read: {parsed.rejects}", remedy="an exercise plays all it lists"
        )
    return RecordedHotspots(parsed.frame, inputs, house.rules.freshness[HOTSPOTS])


def _start(house: House, scenario: Scenario) -> Any:
    cells = pl.concat([house.catalogue.cells(zone) for zone in scenario.zones])
    start = scenario.start
    moisture = (start.ffmc, start.dmc, start.dc)
    return state_of(cells, start.local_date, moisture=moisture, spin_up_days=start.spin_up_days)
