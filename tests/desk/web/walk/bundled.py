"""The bundled exercise at the minute when its fire was told, and nobody has answered that yet."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl

from desk.scenario import Scenario, load_scenario
from desk.training import DEFAULT
from desk.training_world import exercise_world, joined
from flows.order import FlowName
from flows.replaying import DrivenClock
from flows.wiring import House
from tests.flows import world

TOLD = datetime(2017, 5, 11, 8, 34, tzinfo=UTC)
"""A minute after the round that found the fire."""
NOW = TOLD + timedelta(minutes=1)


def scenario() -> Scenario:
    return load_scenario(DEFAULT)


def played(empty_home: Path, folder: Path) -> Path:
    """A copy of an empty home, in which every round of the exercise up to then was held."""
    shutil.copytree(empty_home, folder / "home")
    house = world.build_house(folder / "home")
    plan, clock = scenario(), DrivenClock(TOLD)
    drill = exercise_world(house, plan, clock)
    beats = [(at, FlowName.DANGER_WATCH) for at in plan.danger_rounds()]
    beats += [(at, FlowName.HOTSPOT_WATCH) for at in plan.hotspot_rounds()]
    for at, flow in sorted(each for each in beats if each[0] < TOLD):
        clock.now = at
        hold = world.danger if flow is FlowName.DANGER_WATCH else world.hotspots
        if hold(drill, at, zones=plan.zones).outcome.alerts:
            world.dispatch(drill, at + timedelta(minutes=1))
    house.close()
    return folder / "home"


def opened(former: Path, home: Path) -> House:
    """The exercise's own world in a copy of that home."""
    shutil.copytree(former, home)
    house = world.build_house(home)
    (name,) = house.runs.worlds()
    return joined(house, scenario(), DrivenClock(NOW), name=name)


def typed_table() -> str:
    """Two days of one point, as somebody would paste them."""
    rows = pl.read_csv(scenario().files.weather, try_parse_dates=True)
    chosen = rows.filter(
        pl.col("station_id") == "EX-PINGGU", pl.col("issued_utc").is_null(), pl.col("valid_utc") <= NOW
    ).tail(60)
    return chosen.drop("issued_utc").write_csv(datetime_format="%Y-%m-%dT%H:%M:%SZ")
