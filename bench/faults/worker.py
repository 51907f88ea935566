"""A dispatcher as its own process: the real ledger, the real pools, the real webhook channel; and where it dies."""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import tempfile
import threading
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from multiprocessing import parent_process
from pathlib import Path
from typing import Any
from urllib.parse import quote

from boundary_zones.contacts import Recipient, RecipientRole
from notify.account import Later
from notify.alert import Alert, AlertKind, IncidentLevel, Reason, alert_id_of
from notify.channel_rules import ChannelLimits
from notify.channels import ChannelSettings, send
from notify.circuit import CircuitRules
from notify.delivery_states import Finding, Outcome
from notify.dispatch import PostRoom, addresses_of, endpoints_of, keep_dispatching
from notify.ledger import Delivery
from notify.obligations import obligations
from notify.parcel import Parcel
from notify.rules import DispatchRules
from store.database import open_database, upgrade
from store.errors import StoreError
from store.holders import this_process
from store.ledger import SqlLedger

_SQLITE = "sqlite:///"
DEADLINE_S = 1.5
LOOK_UP_AFTER_S = 3.5
"""Longer than the slowest receiver takes to make up its mind: a provider whose receipts lag longer still duplicates."""
CONTRACT = {"webhook": "keyed", "bot": "plain", "sms": "lookup", "mail": "plain"}
POINTS = (
    "before claim",
    "after claim",
    "before begin",
    "after begin",
    "before write",
    "after write",
    "before record",
    "after record",
)
REGIONS = ("beijing", "tianjin", "hebei")


@dataclass(frozen=True)
class Plan:
    """What a dispatcher process is given."""

    url: str
    inbox: Path
    ways: tuple[Recipient, ...] = field(repr=False)
    workers: int = 8
    dies_at: str = ""
    """Of :data:`POINTS`; the process kills itself there, as kill -9 does."""
    dies_after: int = 1
    """How often it passes the point before."""
    clock_off_s: tuple[float, ...] = ()
    """The wall clock is off by the next of these at each look."""
    deadline_s: float = DEADLINE_S
    lease_s: float = 6.0
    ill_most: int = 5
    """Failures in a row that cut the provider off."""


def rules_of(plan: Plan) -> DispatchRules:
    """Quick rules: the same machine with little patience."""
    return DispatchRules(
        batch=500,
        lease_s=max(plan.lease_s, 3 * plan.deadline_s),
        send_deadline_s=plan.deadline_s,
        workers={"other": plan.workers},
        max_attempts={"other": 200},
        backoff_base_s={"other": 0.2},
        backoff_cap_s={"other": 2.0},
        retry_after_cap_s=120.0,
        keyed_channels=("webhook", "inbox"),
        doubtful_resends=1,
        failover_after={"other": 2},
        look_ups_most=20,
        expires_after_h={"other": 48.0},
        circuit=CircuitRules(ill_most=plan.ill_most, quiet_s=2.0, probe_after_s=1.0, probe_most_s=4.0),
    )


LIMITS = ChannelLimits(
    max_bytes={"other": 65536},
    variable_chars={"other": 35},
    per_min={"other": 600_000, "dingtalk": 15},
    burst={"other": 10_000, "dingtalk": 4},
    can_ack=("sms",),
    personal=("sms", "webhook", "mail", "inbox"),
    look_up_after_s={"other": 0.0, "sms": LOOK_UP_AFTER_S},
)


class Clock:
    """The wall clock, which may jump at every look."""

    def __init__(self, off_s: Sequence[float]) -> None:
        self.off_s, self.looks = tuple(off_s), 0
        self._rolls = random.Random(7)

    def __call__(self) -> datetime:
        """Now, more or less."""
        off = self._rolls.choice(self.off_s) if self.off_s else 0.0
        return datetime.now(UTC) + timedelta(seconds=off)


class Mortal:
    """Dies at one point, after having passed it so often."""

    def __init__(self, point: str, passes: int) -> None:
        self.point, self.left = point, passes
        self._lock = threading.Lock()

    def at(self, point: str) -> None:
        """Die here, if this is the place and the time."""
        if point != self.point:
            return
        with self._lock:
            self.left -= 1
            if self.left <= 0:
                os.kill(os.getpid(), signal.SIGKILL)


class MortalLedger(SqlLedger):
    """The real ledger, with a place to die before and after each transaction."""

    mortal: Mortal

    def claim(self, **asked: Any) -> list[Delivery]:
        """T2."""
        self.mortal.at("before claim")
        rows = super().claim(**asked)
        if rows:
            self.mortal.at("after claim")
        return rows

    def begin_sending(self, delivery: Delivery, **asked: Any) -> Delivery | Later | None:
        """T3."""
        self.mortal.at("before begin")
        begun = super().begin_sending(delivery, **asked)
        self.mortal.at("after begin")
        return begun

    def record(self, delivery: Delivery, outcome: Outcome, **more: Any) -> None:
        """T4."""
        self.mortal.at("before record")
        super().record(delivery, outcome, **more)
        self.mortal.at("after record")


def dispatcher(plan: Plan) -> None:
    """Send until SIGTERM, or until killed."""
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    threading.Thread(target=_die_with_the_bench, daemon=True).start()
    try:
        database = open_database(plan.url)
    except StoreError as error:
        sys.exit(str(error))
    ledger = MortalLedger(database)
    mortal = Mortal(plan.dies_at, plan.dies_after)
    object.__setattr__(ledger, "mortal", mortal)
    settings = ChannelSettings(inbox_dir=plan.inbox, deadline_s=plan.deadline_s)
    room = PostRoom(
        ledger=ledger,
        send=partial(_send, settings=settings, mortal=mortal),
        now=Clock(plan.clock_off_s),
        jitter=random.random,
        rules=rules_of(plan),
        addresses=addresses_of(plan.ways),
        endpoints=endpoints_of(plan.ways),
        limits=LIMITS,
        look_up=look_up_receipt,
    )
    while not stop.is_set():
        try:
            keep_dispatching(room, owner=this_process().text, world="live", stop=stop, idle_s=0.05)
        except StoreError:
            stop.wait(0.3)
    database.close()


def _die_with_the_bench() -> None:
    """A dispatcher whose bench was killed would send for ever."""
    bench = parent_process()
    if bench is not None:
        bench.join()
        os.kill(os.getpid(), signal.SIGKILL)


def _send(address: str, parcel: Parcel, *, settings: ChannelSettings, mortal: Mortal) -> Outcome:
    mortal.at("before write")
    outcome = send(address, parcel, settings=settings)
    mortal.at("after write")
    return outcome


def look_up_receipt(address: str, parcel: Parcel) -> Finding:
    """Ask the receiver of :mod:`bench.faults.receiver` whether it has a key."""
    host = address.removeprefix("webhook://").partition("/")[0].rpartition("@")[2]
    try:
        with urllib.request.urlopen(f"http://{host}/receipt?key={quote(parcel.key)}", timeout=DEADLINE_S) as answer:
            return Finding.ARRIVED if json.load(answer)["arrived"] else Finding.MISSING
    except OSError:
        return Finding.UNSURE


def ways_of(
    port: int, *, offices: int, channel: str = "webhook", behaviour: str = "clean", rank: int = 1, prefix: str = "o"
) -> tuple[Recipient, ...]:
    """So many offices of the three regions on one channel."""
    kind = channel.partition("-")[0]
    contract = CONTRACT.get(kind, "plain")
    return tuple(
        Recipient(
            region=REGIONS[number % 3],
            office=f"{prefix}{number:04d}",
            office_zh=f"第{number}森防办",
            role=RecipientRole.COUNTY_DUTY,
            channel=channel,
            address=f"webhook://127.0.0.1:{port}/{contract}/{behaviour}/{prefix}{number:04d}",
            rank=rank,
        )
        for number in range(offices)
    )


def with_account(name: str, ways: Sequence[Recipient]) -> tuple[Recipient, ...]:
    """The same endpoints behind an account of their own: a circuit or a rate of another's does not hold them."""
    return tuple(replace(way, address=way.address.replace("127.0.0.1", f"{name}@127.0.0.1")) for way in ways)


def an_alert(event: str, revision: int = 1, **changes: Any) -> Alert:
    """An alert to all three regions."""
    told: dict[str, Any] = {
        "alert_id": alert_id_of(world="live", event_id=event, revision=revision),
        "code": f"演{revision}{event}"[:10],
        "revision": revision,
        "event_id": event,
        "kind": AlertKind.INCIDENT,
        "zone": "PG-JZ",
        "level": IncidentLevel.NOTIFY,
        "previous_level": IncidentLevel.NONE,
        "reason": Reason.INCIDENT_NEAR_BORDER,
        "decided_utc": datetime.now(UTC),
        "regions": REGIONS,
        "exercise": False,
        "degraded": False,
        "text_short": "【森防通报】疑似火情。回1。",
        "text_long": "【森防通报】疑似火情通报。回1。",
    }
    return Alert(**told | changes)


def produce(url: str, events: Sequence[str], ways: tuple[Recipient, ...], dies_before_commit: bool) -> None:
    """A producer as its own process: T1 of each event, or a death within it."""
    database = open_database(url)
    ledger = SqlLedger(database)
    for event in events:
        alert = an_alert(event)
        with database.begin():
            ledger.commit(alert, obligations(alert, ways))
            if dies_before_commit:
                os.kill(os.getpid(), signal.SIGKILL)
    database.close()


def make_database(url: str) -> SqlLedger:
    """An empty ledger at the newest revision."""
    if url.startswith(_SQLITE):
        Path(url.removeprefix(_SQLITE)).write_bytes(_blank_ledger())
    database = open_database(url)
    upgrade(database)
    return SqlLedger(database)


@cache
def _blank_ledger() -> bytes:
    """An upgraded SQLite database without a row, made once in a process: each scene begins with a copy."""
    with tempfile.TemporaryDirectory(prefix="faults-blank-") as folder:
        file = Path(folder) / "ledger.db"
        database = open_database(f"sqlite:///{file}")
        upgrade(database)
        database.close()
        return file.read_bytes()
