"""Is what a feed told still true now? Content age is judged by the times inside the answer, fetch age apart from it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from feeds.errors import FeedStale


@dataclass(frozen=True)
class FreshnessBounds:
    """How old an answer of one feed may be.

    Args:
        max_content_age_h: since the newest time inside the answer.
        max_fetch_age_h: since the answer was fetched.
        min_reach_h: how far beyond now a forecast must reach; 0 for observations.
    """

    max_content_age_h: float
    max_fetch_age_h: float
    min_reach_h: float = 0.0

    def __post_init__(self) -> None:
        if self.max_content_age_h <= 0 or self.max_fetch_age_h <= 0 or self.min_reach_h < 0:
            raise ValueError(f"ages must be positive and the reach not negative: {self}")


def age_h(moment_utc: datetime, as_of_utc: datetime) -> float:
    """Hours from ``moment_utc`` to ``as_of_utc``; negative when it lies ahead."""
    return (as_of_utc - moment_utc) / timedelta(hours=1)


def check_fresh(newest_content_utc: datetime | None, as_of_utc: datetime, *, max_age_h: float, feed: str) -> None:
    """Refuse an answer whose newest content is too old, however recently it was fetched.

    Args:
        newest_content_utc: newest time inside the answer; None when it holds no dated row.
        as_of_utc: the time for which it is to be used.
        max_age_h: largest age at which it still says something about ``as_of_utc``.
        feed: whose answer it is.

    Raises:
        FeedStale: names both times and both ages.
    """
    if newest_content_utc is None:
        raise FeedStale(feed, "nothing in the answer has a time, so its age cannot be told")
    age = age_h(newest_content_utc, as_of_utc)
    if age > max_age_h:
        raise FeedStale(
            feed,
            f"newest content is of {newest_content_utc:%Y-%m-%dT%H:%MZ}, {age:.1f} h before {as_of_utc:%Y-%m-%dT%H:%MZ}"
            f"; the bound is {max_age_h:g} h",
            "the source has stopped or lags; its products are marked stale",
        )


def check_fetched(fetched_utc: datetime, as_of_utc: datetime, *, max_age_h: float, feed: str) -> None:
    """Refuse an answer that was fetched too long ago, however new its content then was.

    Raises:
        FeedStale: names both times and both ages.
    """
    age = age_h(fetched_utc, as_of_utc)
    if age > max_age_h:
        raise FeedStale(
            feed,
            f"last answer was fetched at {fetched_utc:%Y-%m-%dT%H:%MZ}, {age:.1f} h before {as_of_utc:%Y-%m-%dT%H:%MZ}"
            f"; the bound is {max_age_h:g} h",
            "no newer answer came in; look at the feed's errors of the last runs",
        )


def check_reach(newest_valid_utc: datetime | None, as_of_utc: datetime, *, min_ahead_h: float, feed: str) -> None:
    """Refuse a forecast that does not reach far enough beyond ``as_of_utc``.

    Raises:
        FeedStale: names how far it reaches and how far it should.
    """
    if newest_valid_utc is None:
        raise FeedStale(feed, "the forecast holds no valid time with data")
    ahead = -age_h(newest_valid_utc, as_of_utc)
    if ahead < min_ahead_h:
        raise FeedStale(
            feed,
            f"data reach to {newest_valid_utc:%Y-%m-%dT%H:%MZ}, {ahead:.1f} h beyond {as_of_utc:%Y-%m-%dT%H:%MZ}; "
            f"{min_ahead_h:g} h are needed",
            "an old model run is being served; its products are marked stale",
        )
