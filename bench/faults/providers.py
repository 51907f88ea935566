"""Rows 9, 12-14, 22, 24, 25: providers that misbehave, and races with cancels and answers."""

from __future__ import annotations

import random
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import polars as pl

from bench.faults.scene import PATIENT, Scene, Verdict, now, scene
from bench.faults.size import Size
from bench.faults.worker import an_alert, ways_of, with_account
from notify.alert import AlertKind
from notify.delivery_states import DeliveryState
from notify.obligations import row_for
from store.alerts import Alerts
from store.errors import StoreConflict
from store.ledger_frames import LedgerFrames

_S = DeliveryState
OFFICES = 213


def login_page(size: Size) -> Verdict:
    """A redirect to a page that answers 200."""
    with scene(seed=size.seed) as it:
        ways = ways_of(it.truth.port, offices=size.refused, behaviour="login")
        it.plan = replace(it.plan, ways=ways, ill_most=10 * size.refused)  # so that every row meets the page
        it.tell("fire", ways, expect=False)
        it.start(1)
        it.wait(size.patience_s, until=lambda: len(it.truth.requests) >= size.refused)
        it.stop()
        sent = it.states()[_S.SENT]
        verdict = it.judge(9, "302 to a login page", f"{size.refused} rows", note=f"{sent} rows SENT")
        return replace(verdict, passed=bool(verdict.passed) and sent == 0 and len(it.truth.requests) >= size.refused)


def dripping(size: Size) -> Verdict:
    """6 offices drip, 207 are healthy, all on one channel."""
    with scene(seed=size.seed, **PATIENT) as it:
        drips = ways_of(it.truth.port, offices=6, behaviour="drip", prefix="a")
        healthy = ways_of(it.truth.port, offices=OFFICES - 6, prefix="o")
        it.plan = replace(it.plan, ways=drips + healthy)
        it.start(1)
        it.wait(20, until=lambda: any(process.is_alive() for process in it.running))
        time.sleep(2.0)
        it.tell("drips", drips, expect=False)
        began = time.monotonic()
        it.tell("fire", healthy)
        it.wait(60, until=lambda: len(it.truth.arrivals) >= len(healthy))
        took = sorted(arrival.at_s - began for arrival in it.truth.arrivals)
        p99 = took[int(0.99 * (len(took) - 1))] if took else float("inf")
        it.stop()
        note = f"healthy p99 {p99:.1f} s, {len(took)} of {len(healthy)}"
        verdict = it.judge(12, "6 dripping and 207 healthy offices", "1 event", note=note)
        return replace(
            verdict, passed=bool(verdict.passed) and (size.quick or p99 <= 10.0) and len(took) == len(healthy)
        )


def thousand(size: Size) -> Verdict:
    """Healthy endpoints at 0.5 s each: W workers serve them in N x 0.5 / W, and a fifth."""
    workers = 16
    with scene(seed=size.seed, workers=workers, **PATIENT) as it:
        ways = ways_of(it.truth.port, offices=size.big, behaviour="half")
        it.plan = replace(it.plan, ways=ways)
        it.tell("fire", ways)
        it.start(1)
        it.wait(60, until=lambda: bool(it.truth.requests), step_s=0.02)
        began = it.truth.requests[0][1]
        it.wait(size.patience_s, until=lambda: len(it.truth.arrivals) >= len(ways), step_s=0.05)
        took_s = max(arrival.at_s for arrival in it.truth.arrivals) - began
        bound_s = len(ways) * 0.5 / workers * 1.2
        it.wait(10)
        note = f"{took_s:.1f} s with {workers} workers, bound {bound_s:.1f} s"
        verdict = it.judge(13, "healthy endpoints at 0.5 s", f"{len(ways)} rows", note=note)
        return replace(verdict, passed=bool(verdict.passed) and (size.quick or took_s <= bound_s))


def dead_channel(size: Size) -> Verdict:
    """One channel is dead: every office is reached on its next endpoint."""
    with scene(seed=size.seed) as it:
        first = ways_of(it.truth.port, offices=24 if size.quick else OFFICES, channel="sms", behaviour="refuse")
        second = with_account("bot", ways_of(it.truth.port, offices=len(first), channel="bot", rank=2))
        it.plan = replace(it.plan, ways=first + second)
        it.tell("fire", first + second, expect=False)
        began = time.monotonic()
        it.start(2)
        it.wait(size.patience_s, until=lambda: len(_offices(it)) >= len(first))
        took_s = time.monotonic() - began
        offices = _offices(it)
        waiting = LedgerFrames(it.ledger.database).deliveries()
        still = waiting.filter((waiting["channel"] == "sms") & (waiting["state"] != "rejected")).height
        it.stop()
        note = f"{len(offices)} of {len(first)} offices reached in {took_s:.0f} s; {still} rows of the first still open"
        verdict = it.judge(14, "one channel dead", f"{len(first)} offices", may_repeat=True, note=note)
        reached = len(offices) == len(first) and took_s <= 120 and still == len(first)
        return replace(verdict, passed=bool(verdict.passed) and reached)


def _offices(it: Scene) -> set[str]:
    with it.truth.lock:
        return {arrival.document["office"] for arrival in it.truth.arrivals}


def not_sent(size: Size) -> Verdict:
    """Connection refused, no such name, no TLS: retried without a copy."""
    with scene(seed=size.seed) as it:
        with socket.socket() as held:
            held.bind(("127.0.0.1", 0))
            port = held.getsockname()[1]
        offices = size.refused
        ways = ways_of(it.truth.port, offices=offices, channel="bot")
        broken = [
            replace(way, address=way.address.replace(f":{it.truth.port}/", f":{port}/")) for way in ways[: offices // 3]
        ]
        broken += [
            replace(way, address=way.address.replace("127.0.0.1", "no-such-host.invalid"))
            for way in ways[offices // 3 : 2 * offices // 3]
        ]
        broken += [
            replace(way, address=way.address.replace("webhook://", "webhooks://")) for way in ways[2 * offices // 3 :]
        ]
        it.plan = replace(it.plan, ways=tuple(broken), ill_most=10 * offices)  # so that every row is tried
        it.tell("fire", ways)
        it.start(1)
        frames = LedgerFrames(it.ledger.database)
        it.wait(20, until=lambda: frames.doubts().filter(pl.col("attempts") == 0).is_empty())
        it.stop()
        before = len(it.truth.arrivals)
        it.plan = replace(it.plan, ways=ways)
        it.start(1)
        it.wait(size.patience_s)
        note = f"{before} arrived while broken; none in doubt" if not before else f"{before} arrived while broken"
        return it.judge(22, "refused, no such name, no TLS", f"{len(ways)} rows", note=note)


def cancel_races(size: Size) -> Verdict:
    """A newer revision is committed while the older one is being sent."""
    with scene(seed=size.seed, **PATIENT) as it:
        ways = ways_of(it.truth.port, offices=6, channel="bot", behaviour="brief")
        it.plan = replace(it.plan, ways=ways, workers=4)
        it.start(2)
        it.wait(20, until=lambda: all(process.is_alive() for process in it.running))
        committed: dict[str, float] = {}
        for number in range(size.races):
            event = f"race-{number}"
            it.tell(event, ways, expect=False)
            time.sleep(random.random() * 0.12)
            it.tell(event, ways, revision=2, kind=AlertKind.CANCEL, expect=False)
            committed[event] = time.monotonic()
        it.wait(size.patience_s)
        begun, alerts = _begun_after(it, committed), Alerts(it.ledger.database)
        reached = {(row.office, event) for event in committed for row in alerts.reached(event) if row.revision == 1}
        told = {
            (arrival.document["office"], arrival.document["event_id"])
            for arrival in it.truth.arrivals
            if arrival.document["revision"] == 2
        }
        missed = len(reached - told)
        note = f"{begun} requests of the old revision after the cancel's commit; {missed} who had it missed the cancel"
        verdict = it.judge(24, "cancel races with sending", f"{size.races} trials", note=note)
        return replace(verdict, passed=bool(verdict.passed) and begun == 0 and missed == 0)


def _begun_after(it: Scene, committed: dict[str, float]) -> int:
    """Requests of revision 1 that were begun after revision 2 was there; 50 ms for a request on its way."""
    slack = 0.05 + 0.02
    return sum(
        arrival.document["revision"] == 1 and arrival.at_s > committed[arrival.document["event_id"]] + slack + 0.2
        for arrival in it.truth.arrivals
    )


def answer_races(size: Size) -> Verdict:
    """An office answers while the steps of its ladder fall due."""
    with scene(seed=size.seed, **PATIENT) as it:
        ways = ways_of(it.truth.port, offices=1, channel="bot", behaviour="clean")
        it.plan = replace(it.plan, ways=ways)
        it.start(2)
        it.wait(20, until=lambda: all(process.is_alive() for process in it.running))
        answered: dict[str, float] = {}

        def trial(number: int) -> None:
            alert = an_alert(f"ask-{number}", code=f"怀{number:04d}-01")
            due = alert.decided_utc + timedelta(seconds=0.25)
            rows = [row_for(alert, ways[0]), *(row_for(alert, ways[0], step=step, due=due) for step in (1, 2, 3))]
            it.ledger.commit(alert, rows)
            time.sleep(0.15 + random.random() * 0.2)
            with suppress(StoreConflict):
                for _ in range(2):
                    it.ledger.acknowledge(alert.code, office=None, by="李", via="phone", now=now())
            answered[alert.event_id] = time.monotonic()

        with ThreadPoolExecutor(4) as pool:
            list(pool.map(trial, range(size.races)))
        it.wait(size.patience_s)
        late = sum(
            arrival.document["step"] > 0 and arrival.at_s > answered[arrival.document["event_id"]] + 0.2
            for arrival in it.truth.arrivals
        )
        steps = sum(arrival.document["step"] > 0 for arrival in it.truth.arrivals)
        note = f"{late} steps sent after the answer; {steps} before it"
        verdict = it.judge(25, "answers race with the ladder", f"{size.races} trials", note=note)
        return replace(verdict, passed=bool(verdict.passed) and late == 0)
