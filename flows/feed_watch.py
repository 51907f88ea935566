"""Keeps how each feed went, and tells operations when one is out or back. Duty offices are told by the products."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from flows.gathered import Gathered, S, feed_in_short, feed_means_zh
from flows.order import Order
from flows.telling import Event, Told, memory_of, settle
from flows.wiring import House
from notify.alert import SYSTEM_PREFIX, Draft
from notify.decide import Scope
from notify.discretion import discreet
from notify.facts import FeedFacts
from notify.feed_alarm import FeedMemory, FeedRound, decide_feed, feed_event_prefix, feed_memory_of
from notify.texts import Envelope, Texts
from notify.wording import feed_texts
from store.coverage import FeedCoverage

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
        left_out = found.problem or None
        house.coverage.record_success(
            found.feed, attempted_utc=at, newest_content_utc=heard, left_out=left_out, world=house.world
        )
    else:
        house.coverage.record_failure(found.feed, attempted_utc=at, error=found.problem, world=house.world)


def _event(house: House, order: Order, found: FeedRound) -> Event[FeedMemory]:
    scope = Scope(zone=None, regions=(), world=house.world)

    def words(draft: Draft, envelope: Envelope) -> Texts:
        known = house.coverage.of(found.feed, world=house.world)
        before = memory_of(house, event)
        facts = FeedFacts(
            reason=draft.reason,
            feed_zh=feed_in_short(found.feed),
            since_utc=before.out_since_utc or order.as_of,
            failed_rounds=max(1, before.failed_rounds + (not found.ok)),
            newest_content_utc=known.newest_content_utc or known.last_success_utc,
            problem_zh=discreet(found.problem, secrets=house.secrets),
            means_zh=feed_means_zh(found.feed),
        )
        return feed_texts(facts, envelope)

    event = Event(
        key=f"feed:{found.feed}",
        fresh=FeedMemory(),
        latest=lambda: house.ledger.latest(event_prefix=feed_event_prefix(found.feed), world=house.world),
        recall=feed_memory_of,
        decide=lambda memory: decide_feed(found, memory, scope=scope, now=order.as_of, rules=house.rules.feed_alert),
        words=words,
        signature=house.rules.wording.system_signature,
        prefix=SYSTEM_PREFIX,
        recipients=house.contacts.operations(),
    )
    return event


def codes_of(told: Iterable[Told]) -> tuple[str, ...]:
    """Codes of the alerts among what was told."""
    return tuple(each.alert.code for each in told if each.alert is not None)
