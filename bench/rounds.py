"""Whole rounds outside Prefect: from bytes in a folder to committed alerts, with every commit on disk."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.measurement import Measurement, median_seconds
from desk.scenario import load_scenario
from flows.carry_out import carry_out
from flows.elevation import TableElevation
from flows.order import FlowName, Order
from flows.settings import load_settings
from flows.table_feeds import FolderHotspots, FolderWeather
from flows.wiring import House, open_house
from store.run_rows import Trigger

SCENARIO = "jizhou-sanhe-2017-05-11"
AT = datetime(2017, 5, 11, 10, 30, tzinfo=UTC)
"""The fire of the exercise has been seen four times."""
_MEMORY_SCRIPT = """
import sys
from bench.rounds import house_of_tables, one_round
from flows.order import FlowName
with house_of_tables() as house:
    one_round(house, FlowName(sys.argv[1]), 0)
with open("/proc/self/status") as status:  # ru_maxrss would count the parent before exec
    print(next(int(line.split()[1]) / 1024 for line in status if line.startswith("VmHWM")))
"""


def run() -> list[Measurement]:
    """Measure both rounds and their memory; about a minute."""
    logging.getLogger("firewatch").setLevel(logging.WARNING)
    with house_of_tables() as house:
        fresh = iter(range(10_000))
        danger = median_seconds(lambda: one_round(house, FlowName.DANGER_WATCH, next(fresh)), runs=5)
        hotspots = median_seconds(lambda: one_round(house, FlowName.HOTSPOT_WATCH, next(fresh)), runs=5)
    course = "the hourly course of ten days, then three maps"
    tell = "the picture, drawn after its alert stands: two thirds; then the projection"
    return [
        _time("danger round: tables to products, 3 zones × 10 days, maps drawn", danger, 10.0, course),
        _time("hotspot round: bytes to committed alerts and their picture", hotspots, 2.0, tell),
        _memory(FlowName.DANGER_WATCH),
        _memory(FlowName.HOTSPOT_WATCH),
    ]


@contextmanager
def house_of_tables() -> Iterator[House]:
    """A house of its own that reads the exercise's tables from a folder."""
    scenario = load_scenario(SCENARIO)
    with tempfile.TemporaryDirectory() as folder:
        tables = Path(folder) / "tables"
        for kind, path in (("weather", scenario.files.weather), ("hotspots", scenario.files.hotspots)):
            target = tables / kind / path.name
            target.parent.mkdir(parents=True)
            target.write_bytes(path.read_bytes())
            os.utime(target, (AT.timestamp(), AT.timestamp()))
        house = open_house(load_settings({}, home=Path(folder) / "home", tables=tables))
        try:
            yield house.within(
                "bench",
                weather=FolderWeather(tables, house.payloads, house.rules),
                hotspots_feed=FolderHotspots(tables, house.payloads, house.rules),
                elevation=TableElevation.read(scenario.files.elevation),
            )
        finally:
            house.close()


def one_round(house: House, flow: FlowName, number: int) -> None:
    """One round in a world of its own, so that each is a first one: it decides, words and commits."""
    world = f"bench-{flow}-{number}"
    order = Order(flow, AT + timedelta(seconds=number), "bench", "bench", Trigger.EXERCISE, send=True, world=world)
    report = carry_out(house.within(world), order)
    made = report.outcome.products if flow is FlowName.DANGER_WATCH else report.outcome.alerts
    assert made, f"{flow}: the round was to come to something, but {report.outcome.missing}"


def _time(name: str, seconds: float, target: float, bound_by: str) -> Measurement:
    return Measurement(name, "s", seconds, None, None, target, higher_is_better=False, bound_by=bound_by)


def _memory(flow: FlowName) -> Measurement:
    command = (sys.executable, "-c", _MEMORY_SCRIPT, str(flow))
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    peak_mb = float(done.stdout.strip().splitlines()[-1])
    return Measurement(
        f"peak memory of a {flow} round, whole process",
        "MB",
        peak_mb,
        None,
        None,
        600.0,
        higher_is_better=False,
        bound_by="imports (polars, scikit-learn, shapely) and the frames of three zones",
    )
