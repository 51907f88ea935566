"""Keeps how each feed went, and tells operations which are out or back. Duty offices are told by the products."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from flows.bundles import bundle_event
from flows.gathered import Gathered, S, feed_in_short, feeds_mean_zh
from flows.order import Order
from flows.remembering import remember, remembered
from flows.telling import Event, Told, settle
from flows.wiring import House
from notify.alert import FeedLevel, Reason, Silence
from notify.bundle_wording import FeedsFacts, feeds_texts
from notify.bundling import BundleMemory
from notify.decision import Decision
from notify.discretion import discreet
from notify.facts import FeedFacts
from notify.feed_alarm import FEEDS, FeedMemory, FeedRound, counted, feeds_out
from notify.texts import Envelope, Texts
from store.coverage import FeedCoverage

WATERMARK = "hotspot_round"
"""Name under which the coverage table keeps the time of the last hotspot round, beside the feeds."""


def watch_feeds(house: House, order: Order, gathered: Gathered[S]) -> list[Told]:
    """Record each feed's round; one alert for operations where the feeds that are out are others than they know of."""
    memories = {each.feed: _memory(house, each.feed) for each in feeds_of(house)}
    for found in gathered.rounds:
        _record(house, found, at=order.as_of, heard=gathered.heard_until_utc)
        memory = counted(found, memories.get(found.feed) or _memory(house, found.feed), now=order.as_of)
        memories[found.feed] = memory
        if order.send:
            level = FeedLevel.OUT if memory.fails else FeedLevel.NONE
            remember(house, _key(found.feed), memory, level=level, at=order.as_of)
    return [settle(house, order, _event(house, order, memories))]


def feeds_of(house: House) -> list[FeedCoverage]:
    """What is known of each feed, without the rounds' own mark."""
    return [each for each in house.coverage.all_feeds(world=house.world) if each.feed != WATERMARK]


def _key(feed: str) -> str:
    return f"feed:{feed}"


def _memory(house: House, feed: str) -> FeedMemory:
    return remembered(house, _key(feed), FeedMemory())


def _record(house: House, found: FeedRound, *, at: datetime, heard: datetime | None) -> None:
    if found.ok:
        left_out = found.problem or None
        house.coverage.record_success(
            found.feed, attempted_utc=at, newest_content_utc=heard, left_out=left_out, world=house.world
        )
    else:
        house.coverage.record_failure(found.feed, attempted_utc=at, error=found.problem, world=house.world)


def _event(house: House, order: Order, memories: Mapping[str, FeedMemory]) -> Event[BundleMemory]:
    """All feeds that are out."""
    out = feeds_out(memories, now=order.as_of, rules=house.rules.feed_alert)

    def words(told: Sequence[str], envelope: Envelope) -> Texts:
        facts = FeedsFacts(
            [_facts(house, feed, memories[feed], Reason.FEED_OUT) for feed in out],
            [
                _facts(house, feed, memories.get(feed, FeedMemory()), Reason.FEED_BACK)
                for feed in told
                if feed not in out
            ],
            means_zh=feeds_mean_zh(out),
        )
        return feeds_texts(facts, envelope)

    event = bundle_event(house, FEEDS, out, now=order.as_of, words=words)
    return replace(event, decide=lambda memory: _noted(event.decide(memory), memories))


def _noted(decision: Decision[BundleMemory], memories: Mapping[str, FeedMemory]) -> Decision[BundleMemory]:
    """A silence with what is wrong: a feed that fails and is not out yet is held, and kept with its problem."""
    failing = {feed: memory for feed, memory in memories.items() if memory.fails}
    if not isinstance(decision.outcome, Silence) or not failing:
        return decision
    note = "；".join(f"{feed}: {memory.problem}" for feed, memory in failing.items())
    held = not set(failing) <= set(decision.memory.told)
    reason = Reason.HELD if held else decision.outcome.reason
    return replace(decision, outcome=replace(decision.outcome, reason=reason, note=note))


def _facts(house: House, feed: str, memory: FeedMemory, reason: Reason) -> FeedFacts:
    known = house.coverage.of(feed, world=house.world)
    return FeedFacts(
        reason=reason,
        feed_zh=feed_in_short(feed),
        since_utc=memory.out_since_utc or house.clock(),
        failed_rounds=max(1, memory.failed_rounds),
        newest_content_utc=known.newest_content_utc or known.last_success_utc,
        problem_zh=discreet(memory.problem, secrets=house.secrets),
        means_zh=feeds_mean_zh([feed]),
        retired=reason is Reason.FEED_BACK and memory.fails,
    )


def codes_of(told: Iterable[Told]) -> tuple[str, ...]:
    """Codes of the alerts among what was told."""
    return tuple(each.alert.code for each in told if each.alert is not None)
