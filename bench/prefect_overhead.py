"""What Prefect adds to a round: the same rounds called plainly and as flow runs recorded by a server, in turn."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta

from bench.measurement import Measurement
from bench.rounds import AT, house_of_tables
from flows.carry_out import carry_out
from flows.embedded import NOTHING_LEAVES
from flows.order import FlowName, Order
from flows.wiring import House, using
from notify.alert import LIVE
from store.run_rows import Trigger

ROUNDS = 6


def run() -> list[Measurement]:
    """Measure both flows; about a minute."""
    logging.getLogger("firewatch").setLevel(logging.WARNING)
    os.environ |= {**NOTHING_LEAVES, "PREFECT_HOME": tempfile.mkdtemp(prefix="bench-prefect-")}
    os.environ["PREFECT_LOGGING_LEVEL"] = "WARNING"
    from prefect.testing.utilities import prefect_test_harness

    from flows.danger_watch import danger_watch
    from flows.hotspot_watch import hotspot_watch

    with prefect_test_harness(server_startup_timeout=180):
        danger = _both(FlowName.DANGER_WATCH, danger_watch)
        hotspots = _both(FlowName.HOTSPOT_WATCH, hotspot_watch)
    tell = "states of the run sent to the server, two artifacts, and a house opened"
    return [
        Measurement(
            "danger round as a flow run: time over the same round without Prefect",
            "1",
            danger[1] / danger[0],
            None,
            None,
            1.3,
            higher_is_better=False,
            bound_by=tell,
        ),
        Measurement(
            "hotspot round as a flow run: seconds that Prefect adds",
            "s",
            max(0.001, hotspots[1] - hotspots[0]),
            None,
            None,
            2.0,
            higher_is_better=False,
            bound_by=tell,
        ),
    ]


def _both(flow: FlowName, entry: Callable[..., object]) -> tuple[float, float]:
    """Median seconds of a round without Prefect and with it, each in a house of its own, in turn."""
    plain, recorded = [], []
    with house_of_tables() as first, house_of_tables() as second:
        ours, theirs = first.within(LIVE), second.within(LIVE)
        for number in range(ROUNDS + 1):
            plain.append(_timed(lambda number=number: _plain(ours, flow, number)))  # type: ignore[misc]  # bound now
            recorded.append(_timed(lambda number=number: _recorded(theirs, entry, number)))  # type: ignore[misc]
    return statistics.median(plain[1:]), statistics.median(recorded[1:])


def _plain(house: House, flow: FlowName, number: int) -> None:
    at = AT + timedelta(minutes=number)
    carry_out(house, Order(flow, at, "bench", "bench", Trigger.MANUAL, live=False, send=True))


def _recorded(house: House, entry: Callable[..., object], number: int) -> None:
    async def held() -> None:
        await entry(reason="bench", as_of=AT + timedelta(minutes=number), send=True)  # type: ignore[misc]  # a flow

    with using(house):
        asyncio.run(held())


def _timed(job: Callable[[], None]) -> float:
    gc.collect()
    start = time.perf_counter()
    job()
    return time.perf_counter() - start


if __name__ == "__main__":
    for measurement in run():
        print(f"{measurement.name}: {measurement.ours:.3g} {measurement.unit}, {'ok' if measurement.ok else 'MISS'}")
