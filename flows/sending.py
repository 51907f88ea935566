"""The dispatcher (发送进程): a process that sends whatever the ledger holds, within a second of its commit.

It may run beside the scheduled round and beside others of its kind: each row is held by one of them, under a lease.
"""

from __future__ import annotations

import json
import logging
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from threading import Event, Thread

from flows.best_effort import attempt
from flows.dispatching import post_room, receipts_asked
from flows.errors import ConfigurationError
from flows.settings import Settings, load_settings
from flows.wiring import House, open_house
from notify.dispatch import Attempt, Ending, keep_dispatching
from store.errors import StoreError
from store.holders import this_process
from store.senders import Senders

LOG = logging.getLogger("firewatch.dispatcher")
Stamps = frozenset[tuple[str, int, int]]
"""Path, time of change and size of each file."""
LOOK_EVERY_S = 0.5
ASK_EVERY_S = 5.0
SIGN_EVERY = timedelta(seconds=5)
AFTER_FAULT_S = 2.0


def keep_sending(stop: Event) -> None:
    """Send until ``stop`` is set, with the contacts, rules and secrets as they stand; what changes is read anew.

    Raises:
        ConfigurationError: a setting, rule or contact is wrong at the start. Later the last good ones stay in use.
    """
    settings = load_settings()
    read = written(settings)
    house = open_house(settings)
    try:
        while not stop.is_set():
            _send(house, stop, read)
            house, read = _renewed(house)
    finally:
        house.close()


def _send(house: House, stop: Event, read: Stamps) -> None:
    """Send until the end, or until something that was read changes. A ledger that fails is tried again."""
    shift = _Shift(house, stop, began=house.clock(), read=read)
    asking = Thread(target=_keep_asking, args=(house, shift.over), name="receipts")
    asking.start()
    try:
        house.ledger.let_go(world=house.world)
        keep_dispatching(
            post_room(house),
            owner=this_process().text,
            world=house.world,
            stop=shift.over,
            idle_s=LOOK_EVERY_S,
            heard=shift.heard,
        )
    except StoreError as error:
        LOG.warning("the ledger fails, nothing is sent: %s", error)
        stop.wait(AFTER_FAULT_S)
    finally:
        shift.over.set()
        asking.join()


def _keep_asking(house: House, over: Event) -> None:
    """Ask for receipts beside the sending, which never waits for them."""
    while not over.wait(ASK_EVERY_S):
        said, _ = attempt("ask for receipts", partial(receipts_asked, house, over.is_set), log=LOG)
        if said:
            LOG.info("%s", json.dumps({"event": "receipts", **said}, ensure_ascii=False))


def _renewed(house: House) -> tuple[House, Stamps]:
    """The house with what stands in the files now; as it is when they are wrong. What they looked like before that.

    A file that is written while it is read looks otherwise afterwards, and is read again.
    """
    read = written(house.settings)
    try:
        fresh = open_house(house.settings)
    except (ConfigurationError, StoreError) as error:
        LOG.warning("what was read before stays in use: %s", error)
        return house, read
    house.close()
    return fresh, read


@dataclass
class _Shift:
    """One stretch of sending between two looks at contacts and rules."""

    house: House
    stop: Event
    began: datetime
    read: Stamps
    over: Event = field(default_factory=Event)
    _signed: datetime | None = None

    def heard(self, attempts: Sequence[Attempt]) -> None:
        """Log what was done, sign that this dispatcher is at work, and see whether the shift is over."""
        if attempts:
            _say(attempts)
        if self.stop.is_set():
            self.over.set()
            return
        now = self.house.clock()
        if self._signed is None or abs(now - self._signed) >= SIGN_EVERY:
            self._sign(now)
            if written(self.house.settings) != self.read:
                self.over.set()

    def _sign(self, now: datetime) -> None:
        """A ledger that takes no sign takes no send either: the auditor hears of it, and the next look tries again."""
        try:
            Senders(self.house.database).note(
                this_process().text, started_utc=self.began, now=now, world=self.house.world
            )
        except StoreError as error:
            LOG.warning("no sign of this dispatcher could be written: %s", error)
            return
        self._signed = now


def written(settings: Settings) -> Stamps:
    """What the files of contacts, rules and secrets look like; another value when one was written, added or removed."""
    return frozenset(_stamps(settings))


def _stamps(settings: Settings) -> Iterator[tuple[str, int, int]]:
    for place in (settings.contacts, settings.rules, settings.secrets):
        for path in _files(place):
            try:
                found = path.stat()
            except FileNotFoundError:
                continue
            yield str(path), found.st_mtime_ns, found.st_size


def _files(place: Path | None) -> Iterator[Path]:
    if place is not None:
        yield from place.rglob("*") if place.is_dir() else (place,)


def _say(attempts: Sequence[Attempt]) -> None:
    counts = Counter(str(attempt.ending) for attempt in attempts)
    level = logging.ERROR if counts[Ending.CRASHED] else logging.INFO
    LOG.log(level, "%s", json.dumps({"event": "dispatched", **counts}, ensure_ascii=False))
