"""Rows 1-7 and 21: processes die, stop or run twice."""

from __future__ import annotations

import multiprocessing
import signal
import time
from collections.abc import Sequence
from dataclasses import replace

from bench.faults.scene import PATIENT, Scene, Verdict, scene
from bench.faults.size import Size
from bench.faults.worker import POINTS, an_alert, produce, ways_of, with_account
from boundary_zones.contacts import Recipient
from notify.obligations import obligations
from store.ledger_frames import LedgerFrames

PROMISE = {"bot": True, "sms": False, "webhook": False}
"""Channel → whether copies are bounded only (no key, no look-up)."""


def kills(size: Size, *, row: int, channel: str) -> Verdict:
    """Kill -9 one of two dispatchers at random, until both the rows and the kills are there."""
    with scene(seed=size.seed) as it:
        ways = ways_of(it.truth.port, offices=size.batch, channel=channel, behaviour="brief")
        it.plan = replace(it.plan, ways=ways)
        _feed_and_kill(it, ways, size)
        done = it.wait(size.patience_s)
        amount = f"{len(it.expected)} rows"
        note = "" if done else "rows were still open when the time ran out"
        return it.judge(row, f"kill -9 at random, {channel}", amount, may_repeat=PROMISE[channel], note=note)


def _feed_and_kill(it: Scene, ways: Sequence[Recipient], size: Size) -> None:
    end = time.monotonic() + size.patience_s
    events = 0
    it.start(2)
    while time.monotonic() < end and (it.kills < size.kills or len(it.expected) < size.rows):
        if it.open_rows() < size.batch // 2:
            it.tell(f"fire-{events}", ways)
            events += 1
        time.sleep(size.between_kills_s)
        if it.kills < size.kills:
            it.kill_one()


def every_point(size: Size, *, channel: str) -> Verdict:
    """A dispatcher dies before and after each of its transactions and of the write."""
    with scene(seed=size.seed) as it:
        ways = ways_of(it.truth.port, offices=12, channel=channel)
        it.plan = replace(it.plan, ways=ways)
        deaths = dict.fromkeys(POINTS, 0)
        events = 0
        end = time.monotonic() + size.patience_s
        for point in POINTS:
            while deaths[point] < size.per_point and time.monotonic() < end:
                it.tell(f"{point}-{events}".replace(" ", "-"), ways)
                events += 1
                it.start(1, dies_at=point, dies_after=2)
                it.wait(10, until=lambda: not it.running[0].is_alive(), step_s=0.02)
                dead = it.running[0]
                if dead.is_alive():
                    it.stop()
                    continue
                deaths[point] += dead.exitcode == -signal.SIGKILL
                it.kills += dead.exitcode == -signal.SIGKILL
                it.running.clear()
        it.start(2)
        it.wait(size.patience_s)
        told = ", ".join(f"{point} {number}" for point, number in deaths.items())
        verdict = it.judge(
            3, f"kill at each marked point, {channel}", f"{len(POINTS)} points", may_repeat=PROMISE[channel], note=told
        )
        return replace(verdict, passed=bool(verdict.passed) and min(deaths.values()) >= size.per_point)


def producer_dies(size: Size) -> Verdict:
    """The producer dies within T1; a second run adds what is missing, a third nothing."""
    context = multiprocessing.get_context("forkserver")
    with scene(seed=size.seed) as it:
        ways = ways_of(it.truth.port, offices=60)
        events = [f"fire-{number}" for number in range(size.producers)]
        deaths = 0
        for event in events:
            process = context.Process(target=produce, args=(it.url, [event], ways, True))
            process.start()
            process.join(30)
            deaths += process.exitcode == -signal.SIGKILL
        partial = LedgerFrames(it.ledger.database).deliveries().height
        for _ in range(2):
            process = context.Process(target=produce, args=(it.url, events, ways, False))
            process.start()
            process.join(60)
        rows = LedgerFrames(it.ledger.database).deliveries().height
        ok = deaths == len(events) and partial == 0 and rows == len(events) * len(ways)
        said = f"{partial} rows of half-written alerts; {rows} rows of {len(events) * len(ways)} after two more runs"
        return Verdict(4, "kill the producer within T1", f"{len(events)} alerts", ok, kills=deaths, note=said)


def producers_at_once(size: Size) -> Verdict:
    """Ten producers of the same events at once."""
    context = multiprocessing.get_context("forkserver")
    with scene(seed=size.seed) as it:
        ways = ways_of(it.truth.port, offices=60)
        events = [f"fire-{number}" for number in range(size.producers)]
        processes = [context.Process(target=produce, args=(it.url, events, ways, False)) for _ in range(10)]
        for process in processes:
            process.start()
        for process in processes:
            process.join(120)
        rows = LedgerFrames(it.ledger.database).deliveries().height
        wanted = len(events) * len(ways)
        good = [process.exitcode for process in processes] == [0] * 10
        note = f"{rows} rows of {wanted}"
        return Verdict(5, "ten producers at once", f"{len(events)} events", good and rows == wanted, note=note)


def many_dispatchers(size: Size, *, url: str | None = None, row: int = 6, what: str = "SQLite") -> Verdict:
    """Two, then five dispatchers, and nothing breaks: their patience is one that a busy machine does not wear out."""
    with scene(seed=size.seed, url=url, **PATIENT) as it:
        ways = ways_of(it.truth.port, offices=size.batch, channel="bot")
        it.plan = replace(it.plan, ways=ways)
        it.start(2)
        for number in range(-(-size.rows // size.batch)):
            it.tell(f"fire-{number}", ways)
            it.wait(size.patience_s, until=lambda: it.open_rows() < size.batch // 2)
            if number == 0:
                it.start(3)
        it.wait(size.patience_s)
        return it.judge(row, f"two, then five dispatchers, {what}", f"{len(it.expected)} rows")


def flaky(size: Size, *, channel: str) -> Verdict:
    """A receiver that fails in five ways, and nobody is killed."""
    with scene(seed=size.seed) as it:
        ways = ways_of(it.truth.port, offices=size.batch, channel=channel, behaviour="flaky")
        others: tuple[Recipient, ...] = ()
        if PROMISE[channel]:  # may be sent a second time only: an office that is still in doubt is told another way
            others = with_account(
                "sms", ways_of(it.truth.port, offices=size.batch, channel="sms", behaviour="flaky", rank=2)
            )
        it.plan = replace(it.plan, ways=ways + others)
        it.start(2)
        for number in range(-(-size.flaky_rows // size.batch)):
            it.tell(f"fire-{number}", ways)
            it.wait(size.patience_s, until=lambda: it.open_rows() < size.batch // 2)
        it.wait(size.patience_s)
        played = it.truth.faults
        note = ", ".join(f"{name} {number}" for name, number in sorted(played.items()))
        verdict = it.judge(
            7, f"flaky receiver, {channel}", f"{len(it.expected)} rows", may_repeat=PROMISE[channel], note=note
        )
        saved = sum(it.truth.copies[key] == 0 for key in it.expected) - verdict.lost
        note = f"{verdict.note}; {saved} offices reached on their next endpoint only" if others else verdict.note
        return replace(verdict, note=note)


def zombies(size: Size) -> Verdict:
    """SIGSTOP until the lease is over, then SIGCONT; and SIGTERM, which lets it finish."""
    with scene(seed=size.seed, lease_s=4.5, deadline_s=1.5) as it:
        ways = ways_of(it.truth.port, offices=40, channel="bot", behaviour="brief")
        it.plan = replace(it.plan, ways=ways)
        it.start(2)
        for number in range(size.zombies):
            it.tell(f"fire-{number}", ways)
            time.sleep(0.3)
            it.signal(signal.SIGSTOP)
            time.sleep(5.5)
            for process in it.running:
                if process.pid is not None and process.is_alive():
                    _continue(process.pid)
            if number % 2:
                it.running[0].terminate()
                it.running[0].join(20)
                it.running.pop(0)
                it.start(1)
        it.wait(size.patience_s)
        stale = LedgerFrames(it.ledger.database).attempts().filter("stale").height
        note = f"{stale} writes with a stale fence were kept and changed nothing"
        return it.judge(21, "SIGSTOP past the lease, SIGTERM", f"{size.zombies} times", may_repeat=True, note=note)


def _continue(pid: int) -> None:
    import os

    os.kill(pid, signal.SIGCONT)


def rows_of(event: str, ways: Sequence[Recipient]) -> list[str]:
    """Keys of an alert's rows."""
    return [row.delivery_id for row in obligations(an_alert(event), ways)]
