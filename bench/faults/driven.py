"""One dispatcher on a clock that is driven: two hours of an outage pass in seconds.

Rules and channels are the shipped ones. The clock moves from one row that falls due to the next, for the dispatcher and
the receivers alike.
"""

from __future__ import annotations

import random
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from bench.faults.worker import an_alert, look_up_receipt, make_database
from boundary_zones.contacts import Recipient
from flows.rules import shipped_rules
from flows.signed import SignedRules, load_signed
from notify.alert import Alert
from notify.channels import ChannelSettings, credential_of, send
from notify.delivering import LookUp
from notify.dispatch import PostRoom, addresses_of, dispatch_round, endpoints_of
from notify.drill_gate import DrillWindow
from notify.obligations import obligations
from store.holders import this_process
from store.ledger import SqlLedger

BEGINS = datetime(2027, 4, 10, 6, 0, tzinfo=UTC)
"""14:00 in Beijing."""


@dataclass
class Driven:
    """A ledger, the shipped rules and one dispatcher."""

    ledger: SqlLedger
    rules: SignedRules
    settings: ChannelSettings
    now: datetime = BEGINS
    ways: tuple[Recipient, ...] = ()
    look_up: LookUp = look_up_receipt
    windows: tuple[DrillWindow, ...] = ()
    expected: set[str] = field(default_factory=set)
    rolls: random.Random = field(default_factory=lambda: random.Random(1))

    def clock(self) -> datetime:
        """The dispatcher's."""
        return self.now

    def seconds(self) -> float:
        """The receivers'."""
        return self.now.timestamp()

    def tell(self, event: str, ways: Sequence[Recipient], *, revision: int = 1, **more: Any) -> Alert:
        """Commit an alert to offices."""
        alert = an_alert(event, revision, decided_utc=self.now, regions=tuple({one.region for one in ways}), **more)
        assert self.ledger.commit(alert, obligations(alert, ways))
        return alert

    def room(self) -> PostRoom:
        """What the dispatcher works with."""
        return PostRoom(
            ledger=self.ledger,
            send=partial(send, settings=self.settings),
            now=self.clock,
            jitter=self.rolls.random,
            rules=self.rules.dispatch,
            addresses=addresses_of(self.ways),
            endpoints=endpoints_of(self.ways),
            limits=self.rules.channels,
            look_up=self.look_up,
            credential=credential_of,
            drills=lambda: self.windows,
        )

    def round(self, world: str = "live") -> None:
        """Send what is due now."""
        dispatch_round(self.room(), owner=this_process().text, world=world)

    def until(self, end: datetime, *, holds: Callable[[], bool] = lambda: False) -> None:
        """Send from one row that falls due to the next, up to an instant or until a condition holds."""
        while not holds():
            self.round()
            due = self.ledger.next_due(world="live")
            if due is None or due > end:
                break
            self.now = max(due, self.now + timedelta(milliseconds=100))
        self.now = end if not holds() else self.now


@contextmanager
def driven(seed: int, *, deadline_s: float = 2.0) -> Iterator[Driven]:
    """An empty ledger for the length of a block."""
    place = Path(tempfile.mkdtemp(prefix="faults-"))
    rules = load_signed(shipped_rules())
    ledger = make_database(f"sqlite:///{place / 'ledger.db'}")
    settings = ChannelSettings(inbox_dir=place / "inbox", deadline_s=deadline_s, limits=rules.channels)
    try:
        yield Driven(ledger, rules, settings, rolls=random.Random(seed))
    finally:
        ledger.database.close()
        shutil.rmtree(place, ignore_errors=True)
