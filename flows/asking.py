"""How a feed is asked: the answer is kept in the archive, and only then read; or the archive answers in its place."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar

from feeds.archive import Payload
from feeds.errors import FeedError, FeedUnavailable
from feeds.freshness import check_fetched
from feeds.http import fetch
from feeds.request import FeedRequest
from flows.signed import SignedRules
from notify.alert import LIVE
from store.payloads import Payloads
from store.run_rows import RunInput

Told = TypeVar("Told")


@dataclass(frozen=True, slots=True)
class Recall:
    """The answers that an earlier run read, in the place of the newest ones.

    Attributes:
        answers: by feed and question. What is not among them was not answered then.
        known_by_utc: when that run had ended: what is asked once and kept (heights) counts up to then.
    """

    answers: Mapping[tuple[str, str], Payload]
    known_by_utc: datetime


@dataclass(frozen=True)
class Asking:
    """Asks a feed and keeps the answer, or finds what the archive held."""

    payloads: Payloads
    rules: SignedRules
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    recall: Recall | None = None
    known_by_utc: datetime | None = None
    """What the archive held at this instant is read, in the place of ``as_of``."""

    def answer(self, request: FeedRequest, *, as_of: datetime, live: bool) -> Payload:
        """The answer to ``request``: a new one, or the newest in the archive that is not later than ``as_of``.

        Raises:
            FeedError: there is none; the message names the feed.
        """
        if self.recall is not None:
            return self._recalled(request, self.recall)
        if live:
            came = fetch(request, policy=self.rules.fetch, now=self.clock)
            return self.payloads.save(
                came.feed,
                came.request_key,
                came.content,
                fetched_utc=came.fetched_utc,
                status=came.status,
                world=LIVE,
                content_type=came.content_type,
                clock_ahead_s=came.clock_ahead_s,
            )
        until = self.known_by_utc or as_of
        kept = self.payloads.newest(request.feed, request.request_key, not_after=until, world=LIVE)
        if kept is None:
            raise FeedUnavailable(request.feed, f"the archive holds no answer up to {until.isoformat()}")
        bounds = self.rules.freshness.get(request.feed)
        if bounds is not None:
            check_fetched(kept.fetched_utc, as_of, max_age_h=bounds.max_fetch_age_h, feed=request.feed)
        return kept

    def once(self, request: FeedRequest, read: Callable[[Payload], Told], *, as_of: datetime, live: bool) -> Told:
        """What an answer that never changes says: asked once, afterwards read from the archive.

        A kept answer that cannot be read, a page of maintenance or a refusal, is asked again.

        Raises:
            FeedError: there is none that can be read.
        """
        kept = self.payloads.newest(request.feed, request.request_key, not_after=as_of, world=LIVE)
        if kept is not None:
            try:
                return read(kept)
            except FeedError:
                if not live:
                    raise
        return read(self.answer(request, as_of=as_of, live=live))

    def _recalled(self, request: FeedRequest, recall: Recall) -> Payload:
        kept = recall.answers.get((request.feed, request.request_key))
        if kept is None:
            raise FeedUnavailable(request.feed, "the run that is repeated had no answer from it")
        return kept


def read_as(payload: Payload) -> RunInput:
    """A payload as a run row names it."""
    return RunInput(payload.payload_id, payload.sha256)
