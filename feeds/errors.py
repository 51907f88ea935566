"""What can go wrong on the way in, named for the caller's next step."""

from __future__ import annotations


class FeedError(Exception):
    """Base of the floor. Every message names the feed and what to do; ``what_zh`` is its kind in a word.

    Args:
        feed: name of the feed, for example ``firms_viirs_snpp``.
        problem: what was seen.
        remedy: what a person can do; empty when waiting is all.
    """

    what_zh = "取不到"

    def __init__(self, feed: str, problem: str, remedy: str = "") -> None:
        self.feed = feed
        self.problem = problem
        self.remedy = remedy
        super().__init__(f"{feed}: {problem}" + (f" ({remedy})" if remedy else ""))


class FeedUnavailable(FeedError):
    """The feed did not give an answer: ask again later."""

    what_zh = "没有完整应答"

    def __init__(self, feed: str, problem: str, remedy: str = "", *, retry_after_s: float | None = None) -> None:
        super().__init__(feed, problem, remedy)
        self.retry_after_s = retry_after_s


class FeedRefused(FeedError):
    """The feed refused the key or the request: a person must change a setting."""

    what_zh = "拒绝请求，须改设置"


class FeedMalformed(FeedError):
    """The answer is not what the feed promises: asking again gives the same."""

    what_zh = "应答的不是数据"


class FeedStale(FeedError):
    """The newest content of the answer is older than the bound of rules/feeds.toml."""

    what_zh = "内容过旧"
