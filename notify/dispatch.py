"""Sending, channel by channel: each has a feeder and a few workers of its own. Retries live here only.

A feeder claims no more than its workers can soon send: a provider that hangs takes no place from another channel, and
a crash leaves few rows in doubt. A row that fails in an unforeseen way stops no other. It stays as it is, and when its
lease is over it comes back: as one that was not sent, or, from SENDING on, as one that may have arrived.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from threading import Event

from boundary_zones.contacts import Recipient
from notify.alert import require_utc
from notify.delivering import Ending, PostRoom, backoff_s, credential_of, deliver
from notify.drill_gate import INBOX_SCHEME
from notify.ledger import Delivery
from notify.rules import by_channel

__all__ = [
    "INBOX_SCHEME",
    "Attempt",
    "DispatchReport",
    "Ending",
    "PostRoom",
    "addresses_of",
    "backoff_s",
    "credential_of",
    "dispatch_round",
    "endpoints_of",
    "keep_dispatching",
]

_CHANNELS_MOST = 64


@dataclass(frozen=True, slots=True)
class Attempt:
    """One row of a round."""

    delivery_id: str
    region: str
    office: str
    channel: str
    ending: Ending
    detail: str = ""


@dataclass(frozen=True, slots=True)
class DispatchReport:
    """What a round did, row by row."""

    attempts: tuple[Attempt, ...] = ()

    @property
    def claimed(self) -> int:
        """Rows that were taken."""
        return len(self.attempts)

    def count(self, ending: Ending) -> int:
        """Rows with this ending."""
        return sum(attempt.ending is ending for attempt in self.attempts)

    @property
    def counts(self) -> dict[Ending, int]:
        """Rows by ending, every ending named."""
        return {ending: self.count(ending) for ending in Ending}

    @property
    def by_region(self) -> dict[str, Counter[Ending]]:
        """Rows by region and ending."""
        found: dict[str, Counter[Ending]] = {}
        for attempt in self.attempts:
            found.setdefault(attempt.region, Counter())[attempt.ending] += 1
        return found

    @property
    def crashed(self) -> tuple[Attempt, ...]:
        """Rows that failed in a way nobody foresaw: an operator must look."""
        return tuple(attempt for attempt in self.attempts if attempt.ending is Ending.CRASHED)


def addresses_of(recipients: Sequence[Recipient]) -> dict[tuple[str, str, str], str]:
    """The addresses of a contacts file, by region, office and channel."""
    return {(one.region, one.office, one.channel): one.address for one in recipients}


def endpoints_of(recipients: Sequence[Recipient]) -> dict[tuple[str, str], tuple[Recipient, ...]]:
    """The endpoints of each office in their order of failover."""
    found: dict[tuple[str, str], list[Recipient]] = defaultdict(list)
    for one in sorted(recipients, key=lambda recipient: recipient.rank):
        found[one.region, one.office].append(one)
    return {office: tuple(ways) for office, ways in found.items()}


def dispatch_round(room: PostRoom, *, owner: str, world: str) -> DispatchReport:
    """Send everything of a world that is due, until nothing is.

    Args:
        room: ledger, channels, clock and rules.
        owner: name of this process, for the lease.
        world: ``live``, or an exercise, which reaches the inbox only.
    """
    attempts: list[Attempt] = []
    never = Event()
    with ThreadPoolExecutor(_CHANNELS_MOST, "feed") as threads:
        feeders: dict[str, Future[list[Attempt]]] = {}
        while True:
            for channel in _due(room, world, feeders):
                feeders[channel] = threads.submit(_feed, room, channel, owner=owner, world=world, stop=never)
            if not feeders:
                return DispatchReport(tuple(attempts))
            wait(feeders.values(), return_when=FIRST_COMPLETED)
            done = _ended_feeders(feeders)
            attempts += done
            if not done and not feeders:
                return DispatchReport(tuple(attempts))


def keep_dispatching(
    room: PostRoom,
    *,
    owner: str,
    world: str,
    stop: Event,
    idle_s: float,
    heard: Callable[[Sequence[Attempt]], None] = lambda _: None,
) -> None:
    """Send whatever falls due, until ``stop`` is set; sends under way are then finished, the rest is given back.

    Args:
        room: ledger, channels, clock and rules.
        owner: name of this process, for the lease.
        world: ``live``, or an exercise.
        stop: ends it.
        idle_s: how often to look for a channel that has something to send.
        heard: is told what was done.
    """
    with ThreadPoolExecutor(_CHANNELS_MOST, "feed") as threads:
        feeders: dict[str, Future[list[Attempt]]] = {}
        while not stop.is_set():
            for channel in _due(room, world, feeders):
                feeders[channel] = threads.submit(_feed, room, channel, owner=owner, world=world, stop=stop)
            stop.wait(idle_s)
            heard(_ended_feeders(feeders))
        wait(feeders.values())
        heard(_ended_feeders(feeders))


def _due(room: PostRoom, world: str, feeders: dict[str, Future[list[Attempt]]]) -> list[str]:
    due = room.ledger.channels_due(now=require_utc(room.now()), world=world)
    return [channel for channel in due if channel not in feeders]


def _ended_feeders(feeders: dict[str, Future[list[Attempt]]]) -> list[Attempt]:
    """What those feeders did that found nothing more; they are taken from ``feeders``."""
    ended = [channel for channel, feeder in feeders.items() if feeder.done()]
    return [attempt for channel in ended for attempt in feeders.pop(channel).result()]


def _feed(room: PostRoom, channel: str, *, owner: str, world: str, stop: Event) -> list[Attempt]:
    """Send what is due on one channel: one row waits for each worker, and no more are claimed."""
    workers = by_channel(room.rules.workers, channel)
    attempts: list[Attempt] = []
    under_way: dict[Future[tuple[Ending, str]], Delivery] = {}
    with ThreadPoolExecutor(workers, f"send-{channel}") as pool:
        while True:
            free = min(room.rules.batch, 2 * workers - len(under_way))
            rows = [] if stop.is_set() else _claim(room, channel, owner=owner, world=world, limit=free)
            under_way |= {pool.submit(_deliver, room, row, stop): row for row in rows}
            if not under_way:
                return attempts
            more = len(rows) == free
            while under_way:
                done, _ = wait(under_way, return_when=FIRST_COMPLETED)
                attempts += [_ended(under_way.pop(future), future) for future in done]
                if not more or len(under_way) <= workers:
                    break


def _deliver(room: PostRoom, row: Delivery, stop: Event) -> tuple[Ending, str]:
    """Send a row; one that has not begun when the dispatcher is asked to end goes back, so that the end is quick."""
    if stop.is_set():
        room.ledger.defer(row, until=require_utc(room.now()))
        return Ending.DEFERRED, "the dispatcher ends"
    return deliver(room, row)


def _claim(room: PostRoom, channel: str, *, owner: str, world: str, limit: int) -> list[Delivery]:
    return room.ledger.claim(
        owner=owner,
        now=require_utc(room.now()),
        lease_s=room.rules.lease_s,
        limit=limit,
        world=world,
        channel=channel,
        doubt_s=room.receipt_after_s(channel),
    )


def _ended(row: Delivery, future: Future[tuple[Ending, str]]) -> Attempt:
    crash = future.exception()
    ending, detail = future.result() if crash is None else (Ending.CRASHED, type(crash).__name__)
    return Attempt(row.delivery_id, row.region, row.office, row.channel, ending, detail)
