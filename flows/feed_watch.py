"""Keeps how each feed went, and tells operations when one is out or back. Duty offices are told by the products."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from flows.gathered import Gathered, S, feed_in_words
from flows.order import Order
from flows.telling import SYSTEM_PREFIX, Event, Told, settle
from flows.wiring import House
from notify.alert import Alert, Draft
from notify.decide import Scope
from notify.facts import FeedFacts
from notify.feed_alarm import FeedMemory, FeedRound, decide_feed, feed_memory_of
from notify.texts import Envelope, Texts
from notify.wording import feed_texts
from store.coverage import FeedCoverage
from store.zone_levels import LevelRecord, memory_from

WATERMARK = "hotspot_round"
"""Name under which the coverage table keeps the time of the last hotspot round, beside the feeds."""


def watch_feeds(house: House, order: Order, gathered: Gathered[S]) -> list[Told]:
    """Record each feed's round; alerts for operations where a feed has been out too often, or is back."""
    told = []
    for found in gathered.rounds:
        _record(house, found, at=order.as_of, heard=gathered.heard_until_utc)
        told.append(settle(house, order, _event(house, order, found)))
    return told


def feeds_of(house: House) -> list[FeedCoverage]:
    """What is known of each feed, without the rounds' own mark."""
    return [each for each in house.coverage.all_feeds(world=house.world) if each.feed != WATERMARK]


def _record(house: House, found: FeedRound, *, at: datetime, heard: datetime | None) -> None:
    if found.ok:
        house.coverage.record_success(found.feed, attempted_utc=at, newest_content_utc=heard, world=house.world)
    else:
        house.coverage.record_failure(found.feed, attempted_utc=at, error=found.problem, world=house.world)


def _event(house: House, order: Order, found: FeedRound) -> Event[FeedMemory]:
    key = f"feed:{found.feed}"
    record = house.levels.newest(key, world=house.world)
    scope = Scope(zone=None, regions=(), world=house.world)

    def words(draft: Draft, envelope: Envelope) -> Texts:
        known = house.coverage.of(found.feed, world=house.world)
        before = FeedMemory() if record is None else memory_from(record, FeedMemory)
        facts = FeedFacts(
            reason=draft.reason,
            feed_zh=feed_in_words(found.feed)[:14],
            since_utc=before.out_since_utc or order.as_of,
            failed_rounds=max(1, before.failed_rounds + (not found.ok)),
            newest_content_utc=known.newest_content_utc,
        )
        return feed_texts(facts, envelope)

    return Event(
        key=key,
        fresh=FeedMemory(),
        latest=lambda: _latest(house, record),
        recall=feed_memory_of,
        decide=lambda memory: decide_feed(found, memory, scope=scope, now=order.as_of, rules=house.rules.feed_alert),
        words=words,
        signature=house.rules.wording.system_signature,
        prefix=SYSTEM_PREFIX,
        recipients=house.contacts.operations(),
    )


def _latest(house: House, record: LevelRecord | None) -> Alert | None:
    """The alert committed last for the outage that the record is of: a record is kept from its first round on."""
    outage = "" if record is None else memory_from(record, FeedMemory).event_id
    return house.ledger.latest(event_id=outage, world=house.world) if outage else None


def codes_of(told: Iterable[Told]) -> tuple[str, ...]:
    """Codes of the alerts among what was told."""
    return tuple(each.alert.code for each in told if each.alert is not None)
