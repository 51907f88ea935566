"""Two rounds at once, in threads and in processes on one SQLite file: every message once."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier, BrokenBarrierError
from typing import Any

import pytest

from flows.carry_out import Report
from flows.following import follow
from flows.wiring import House
from models.incidents.track import TrackResult
from tests.conftest import CHECKOUT
from tests.flows import world
from tests.flows.world import HOUR, MORNING, danger, dispatch, elsewhere, fire, hotspots

SCRIPT = """
import sys, time
from pathlib import Path
from tests.flows import world

home, ready, go = (Path(name) for name in sys.argv[1:])
house = world.build_house(home)
rows = world.recorded_hotspots(house, [world.fire(), world.elsewhere()])
drill = world.recorded(house, hotspots=rows)
ready.touch()
while not go.exists():
    time.sleep(0.002)
world.danger(drill)
world.hotspots(drill)
world.dispatch(drill)
house.close()
"""


def at_once(*acts: Callable[[], Report]) -> list[Report]:
    """What each came to; they begin together."""
    start = Barrier(len(acts))

    def begin(act: Callable[[], Report]) -> Report:
        start.wait(60)
        return act()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(begin, acts))


@pytest.fixture
def burning(dry) -> House:
    return world.recorded(dry, hotspots=world.recorded_hotspots(dry, [fire(), elsewhere()]))


def each_once(house: House, alerts: int) -> None:
    """Every alert is there once, and every office has one message of each."""
    told = world.alerts(house)
    assert told.height == told["alert_id"].n_unique() == told["code"].n_unique() == alerts
    rows = world.told_at_once(house)
    received = world.messages(house)
    assert sorted(received) == sorted(zip(rows["office"], rows["delivery_id"], strict=True))
    assert set(rows["state"]) == {"sent"}
    assert set(rows["attempts"]) == {1}


@pytest.mark.parametrize("apart", [0, 1], ids=["same time", "a minute apart"])
def test_two_danger_rounds_at_once_commit_one_alert(burning, apart) -> None:
    reports = at_once(lambda: danger(burning), lambda: danger(burning, MORNING + apart * HOUR / 60))
    assert all(report.outcome.products for report in reports)
    dispatch(burning)
    each_once(burning, 1)


@pytest.mark.parametrize("apart", [0, 1], ids=["same time", "a minute apart"])
def test_two_hotspot_rounds_at_once_number_one_incident_and_commit_one_alert(burning, apart) -> None:
    at_once(lambda: hotspots(burning), lambda: hotspots(burning, MORNING + apart * HOUR / 60))
    assert len(burning.incidents.all_incidents(world=burning.world)) == 1
    dispatch(burning)
    each_once(burning, 1)


def test_two_rounds_at_once_that_see_different_fires_give_each_its_own_number(dry, monkeypatch) -> None:
    """Each waits, before it keeps what it followed, for the other to have looked: unless that one must wait for it."""
    both_have_looked = Barrier(2)

    def slowly(*arguments: Any) -> TrackResult:
        result = follow(*arguments)
        with suppress(BrokenBarrierError):
            both_have_looked.wait(1.0)
        return result

    monkeypatch.setattr("flows.following.follow", slowly)
    north = fire(4.0, lat_deg=40.20, lon_deg=117.25)
    some = world.recorded(dry, hotspots=world.recorded_hotspots(dry, [fire(), elsewhere()]))
    more = world.recorded(dry, hotspots=world.recorded_hotspots(dry, [north, elsewhere()]))
    at_once(lambda: hotspots(some), lambda: hotspots(more, MORNING + HOUR / 60))
    monkeypatch.undo()
    hotspots(more, MORNING + HOUR / 30)
    found = dry.incidents.all_incidents(world=dry.world)
    assert sorted(each.incident_id for each in found) == ["YL-PG-JZ-2024-001", "YL-PG-JZ-2024-002"]
    held = [hotspot_id for each in found for hotspot_id in each.hotspot_ids]
    assert sorted(held) == sorted([fire()["hotspot_id"], north["hotspot_id"]])
    assert set(world.alerts(dry)["event_id"]) <= {each.incident_id for each in found}


def test_two_dispatchers_at_once_send_each_row_once(burning) -> None:
    danger(burning)
    hotspots(burning)
    reports = at_once(*[lambda: dispatch(burning)] * 3)
    assert sum(report.outcome.counts["sent"] for report in reports) == 18
    each_once(burning, 2)


def test_two_processes_on_one_file_send_each_message_once(burning, tmp_path) -> None:
    go = tmp_path / "go"
    ready = [tmp_path / f"ready-{number}" for number in range(2)]
    processes = [
        subprocess.Popen(
            (sys.executable, "-c", SCRIPT, str(burning.home.root), str(flag), str(go)),
            cwd=CHECKOUT,
            stderr=subprocess.PIPE,
            text=True,
        )
        for flag in ready
    ]
    deadline = time.monotonic() + 120
    while not all(flag.exists() for flag in ready) and time.monotonic() < deadline:
        time.sleep(0.02)
    go.touch()
    for process in processes:
        _, said = process.communicate(timeout=120)
        assert process.returncode == 0, said[-3000:]
    each_once(burning, 2)
    assert len(burning.runs.last_runs(world=burning.world)) == 6
