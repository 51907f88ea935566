"""Alerts out of the door: ours with its ledger on disk, beside plain Apprise with its own threads and no memory."""

from __future__ import annotations

import time
import warnings
from dataclasses import replace

from bench.faults.providers import OFFICES
from bench.faults.receiver import receiver
from bench.faults.scene import scene
from bench.faults.worker import ways_of
from bench.measurement import Measurement

ENDPOINTS, WORKERS, LATENCY_S = 1_000, (16, 32), 0.5


def run() -> list[Measurement]:
    """Measure 1 000 slow endpoints, and 207 healthy ones beside 6 that drip; about three minutes."""
    apprise_s = _apprise_slow()
    slow = [row for workers in WORKERS for row in _slow_endpoints(workers, apprise_s)]
    return [*slow, _healthy_beside_dripping()]


def _slow_endpoints(workers: int, apprise_s: float) -> tuple[Measurement, Measurement]:
    within_s = ENDPOINTS * LATENCY_S / workers * 1.2
    with scene(workers=workers, deadline_s=8.0, lease_s=30.0) as it:
        ways = ways_of(it.truth.port, offices=ENDPOINTS, behaviour="half")
        it.plan = replace(it.plan, ways=ways)
        it.tell("fire", ways)
        it.start(1)
        it.wait(60, until=lambda: bool(it.truth.requests), step_s=0.01)
        it.wait(120, until=lambda: len(it.truth.arrivals) >= ENDPOINTS, step_s=0.05)
        assert len(it.truth.copies) == ENDPOINTS, "somebody was not served"
        took_s = max(arrival.at_s for arrival in it.truth.arrivals) - it.truth.requests[0][1]
        it.wait(30)
    name = f"{ENDPOINTS} endpoints at {LATENCY_S} s, {workers} workers, every send committed before and after"
    within = Measurement(
        name=f"{name}: bound of {ENDPOINTS} x {LATENCY_S} s / {workers} and a fifth",
        unit="s",
        ours=took_s,
        peer_name=None,
        peer=None,
        target=within_s,
        higher_is_better=False,
        bound_by="the workers wait for the endpoints; two commits to disk for each message fit in between",
    )
    beside = Measurement(
        name=name,
        unit="s",
        ours=took_s,
        peer_name="plain Apprise, its own threads, nothing kept",
        peer=apprise_s,
        target=1.0,
        higher_is_better=False,
        bound_by="Apprise opens six threads on two cores and writes nothing down: what a crash leaves, nobody knows",
    )
    return within, beside


def _apprise_slow() -> float:
    """Seconds until plain Apprise comes back."""
    import apprise

    with receiver() as truth, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        sender = apprise.Apprise()
        for number in range(ENDPOINTS):
            sender.add(f"json://127.0.0.1:{truth.port}/plain/half/o{number}?+Idempotency-Key=k{number}")
        began = time.monotonic()
        sender.notify(body="【森防通报】疑似火情。回1。")
        return time.monotonic() - began


def _healthy_beside_dripping() -> Measurement:
    with scene(deadline_s=8.0, lease_s=30.0) as it:
        drips = ways_of(it.truth.port, offices=6, behaviour="drip", prefix="a")
        healthy = ways_of(it.truth.port, offices=OFFICES - 6)
        it.plan = replace(it.plan, ways=drips + healthy)
        it.start(1)
        it.wait(20, until=lambda: all(process.is_alive() for process in it.running))
        time.sleep(2.0)
        it.tell("drips", drips, expect=False)
        began = time.monotonic()
        it.tell("fire", healthy)
        it.wait(60, until=lambda: len(it.truth.arrivals) >= len(healthy))
        took = sorted(arrival.at_s - began for arrival in it.truth.arrivals)
        assert len(took) == len(healthy), "somebody was not served"
    return Measurement(
        name="207 healthy offices beside 6 that drip, p99",
        unit="s",
        ours=took[int(0.99 * (len(took) - 1))],
        peer_name=None,
        peer=None,
        target=10.0,
        higher_is_better=False,
        bound_by="six of eight workers of the channel wait for the drips until their deadline; two serve the rest",
    )
