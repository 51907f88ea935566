"""A ledger, a receiver and dispatchers that can be killed, for one row of the matrix; and the judgement."""

from __future__ import annotations

import multiprocessing
import os
import random
import shutil
import signal
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import sqlalchemy as sa

from bench.faults.receiver import Truth, receiver
from bench.faults.worker import Plan, an_alert, dispatcher, make_database
from boundary_zones.contacts import Recipient
from notify.delivery_states import DeliveryState
from notify.obligations import obligations
from store.ledger_frames import LedgerFrames
from store.ledger_rows import delivery_table

if TYPE_CHECKING:
    from multiprocessing.context import ForkServerProcess

OPEN = {DeliveryState.PENDING, DeliveryState.CLAIMED, DeliveryState.SENDING}
_SENT = {DeliveryState.SENT, DeliveryState.DELIVERED}
_COPIES_MOST = 3
PATIENT: dict[str, Any] = {"deadline_s": 8.0, "lease_s": 30.0}
"""For rows in which no provider fails: a sender that a busy machine holds up must not take it for a doubtful answer."""
_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(["bench.faults.worker"])


@dataclass(frozen=True, slots=True)
class Verdict:
    """One row of var/faults.json. ``passed`` of None: not run here, and ``note`` says why."""

    row: int
    fault: str
    amount: str
    passed: bool | None
    lost: int = 0
    duplicates: int = 0
    false_sent: int = 0
    unknown: int = 0
    kills: int = 0
    note: str = ""

    def document(self) -> dict[str, object]:
        """As the interfaces name its fields."""
        names = ("row", "fault", "amount", "lost", "duplicates", "false_sent", "unknown", "kills")
        return {name: getattr(self, name) for name in names} | {"pass": self.passed, "note": self.note}


@dataclass
class Scene:
    """What one row works with."""

    url: str
    folder: Path
    truth: Truth
    plan: Plan
    running: list[ForkServerProcess] = field(default_factory=list)
    kills: int = 0
    expected: set[str] = field(default_factory=set)
    """Keys that must arrive."""

    def __post_init__(self) -> None:
        self.ledger = make_database(self.url)

    def tell(
        self, event: str, ways: Sequence[Recipient], *, revision: int = 1, expect: bool = True, **more: Any
    ) -> None:
        """Commit an alert to offices."""
        alert = an_alert(event, revision, **more)
        rows = obligations(alert, ways)
        assert self.ledger.commit(alert, rows)
        if expect:
            self.expected |= {row.delivery_id for row in rows}

    def start(self, number: int = 2, **changes: Any) -> None:
        """So many dispatcher processes more."""
        for _ in range(number):
            process = _CONTEXT.Process(target=dispatcher, args=(replace(self.plan, **changes),), daemon=True)
            process.start()
            self.running.append(process)

    def kill_one(self, *, spared: int = 0, **changes: Any) -> bool:
        """Kill -9 one of the dispatchers, but not the first so many, and start another; whether one was there."""
        victim = random.choice(self.running[spared:])
        if not victim.is_alive() or victim.pid is None:
            self.bury(victim, **changes)
            return False
        os.kill(victim.pid, signal.SIGKILL)
        victim.join(10)
        self.bury(victim, **changes)
        return True

    def bury(self, dead: ForkServerProcess, **changes: Any) -> None:
        """Count one that was killed, and put another in its place."""
        dead.join(10)
        if dead.exitcode == -signal.SIGKILL:
            self.kills += 1
        self.running.remove(dead)
        self.start(1, **changes)

    def signal(self, number: int) -> None:
        """Send a signal to one dispatcher."""
        victim = random.choice(self.running)
        if victim.pid is not None and victim.is_alive():
            os.kill(victim.pid, number)

    def states(self) -> Counter[str]:
        """Rows by state."""
        by = delivery_table.c
        with self.ledger.database.read() as connection:
            counted = connection.execute(sa.select(by.state, sa.func.count()).group_by(by.state))
            return Counter(dict(counted.tuples().all()))

    def open_rows(self) -> int:
        """Rows that are not at an end."""
        states = self.states()
        return sum(states[state] for state in OPEN)

    def wait(self, timeout_s: float, *, until: Callable[[], bool] | None = None, step_s: float = 0.1) -> bool:
        """Until nothing is open, or a condition holds; False when the time ran out."""
        end = time.monotonic() + timeout_s
        holds = until or (lambda: self.open_rows() == 0)
        while time.monotonic() < end:
            if holds():
                return True
            time.sleep(step_s)
        return holds()

    def stop(self) -> None:
        """Ask all dispatchers to end, and make sure that they do."""
        for process in self.running:
            if process.pid is not None and process.is_alive():
                os.kill(process.pid, signal.SIGCONT)
                process.terminate()
        for process in self.running:
            process.join(20)
            if process.is_alive():
                process.kill()
                process.join(10)
        self.running.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        self.ledger.database.close()

    def judge(
        self, row: int, fault: str, amount: str, *, may_repeat: bool = False, lossless: bool = True, note: str = ""
    ) -> Verdict:
        """Hold the ledger against the receiver's own log.

        Args:
            row: of the matrix.
            fault: what was done.
            amount: how much of it.
            may_repeat: the channel has neither key nor look-up: copies are bounded by what was flagged UNKNOWN.
            lossless: whether all that was expected had to arrive.
            note: said beside.
        """
        copies = self.truth.copies
        rows = self.ledger_rows()
        lost = self._unreached(copies) if lossless else 0
        duplicates = sum(number - 1 for number in copies.values())
        false_sent = sum(copies[key] == 0 for key, state, _ in rows if state in _SENT)
        unknown = sum(doubts for _, _, doubts in rows)
        bounded = duplicates <= unknown and max(copies.values(), default=0) <= _COPIES_MOST
        ok = lost == 0 and false_sent == 0 and (bounded if may_repeat else duplicates == 0)
        said = f"{note}; max copies {max(copies.values(), default=0)}" if may_repeat else note
        return Verdict(row, fault, amount, ok, lost, duplicates, false_sent, unknown, self.kills, said.strip("; "))

    def _unreached(self, copies: Counter[str]) -> int:
        """Expected keys that nobody received, of offices that got nothing of that alert on another endpoint either."""
        told = LedgerFrames(self.ledger.database).deliveries().select("delivery_id", "alert_id", "region", "office")
        whose = {key: tuple(office) for key, *office in told.iter_rows()}
        reached = {office for key, office in whose.items() if copies[key]}
        return sum(copies[key] == 0 and whose.get(key) not in reached for key in self.expected)

    def ledger_rows(self) -> list[tuple[str, str, int]]:
        """Key, state and doubts of every row."""
        frame = LedgerFrames(self.ledger.database).doubts()
        return list(frame.select("delivery_id", "state", "unknowns").iter_rows())


@contextmanager
def scene(
    *, workers: int = 8, seed: int = 1, url: str | None = None, folder: Path | None = None, **plan: Any
) -> Iterator[Scene]:
    """An empty ledger in a folder of its own, and a receiver."""
    random.seed(seed)
    with ExitStack() as stack:
        place = folder or Path(tempfile.mkdtemp(prefix="faults-"))
        if folder is None:
            stack.callback(shutil.rmtree, place, ignore_errors=True)
        truth = stack.enter_context(receiver(seed))
        url = url or f"sqlite:///{place / 'ledger.db'}"
        made = Plan(url=url, inbox=place / "inbox", ways=(), workers=workers, **plan)
        yield stack.enter_context(Scene(url, place, truth, made))


def now() -> datetime:
    """The wall clock of the bench."""
    return datetime.now(UTC)
