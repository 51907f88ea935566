"""The only place that asks the network. It returns whole answers or says why there is none.

Retries happen here and nowhere above it.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import httpx
import stamina

from feeds.errors import FeedMalformed, FeedRefused, FeedUnavailable
from feeds.html import page_title
from feeds.request import FeedRequest

USER_AGENT = "border-firewatch"
_PASSING = (httpx.TimeoutException, httpx.NetworkError, httpx.RemoteProtocolError, httpx.ProxyError)
_AGAIN_LATER = frozenset({408, 425, 429})
_EXPLAINED_BY_BODY = frozenset({400})
"""FIRMS and Open-Meteo say in the body what was wrong, and FIRMS does so with 200 as well: the parser judges."""


@dataclass(frozen=True)
class FetchPolicy:
    """How long and how often a feed is asked.

    Args:
        deadline_s: for the whole call: every attempt and every wait between them.
        attempt_s: for one attempt, from the connection to the last byte.
        connect_s: for the connection alone.
        attempts: at most, the first included.
        wait_initial_s: before the second attempt; doubled from then on, with jitter.
        wait_max_s: longest wait of our own choosing.
        retry_after_max_s: longest ``Retry-After`` that is waited out. A longer one ends the call and is handed on.
        max_bytes: longest body that is believed.
    """

    deadline_s: float
    attempt_s: float
    connect_s: float
    attempts: int
    wait_initial_s: float
    wait_max_s: float
    retry_after_max_s: float
    max_bytes: int

    def __post_init__(self) -> None:
        times = (self.deadline_s, self.attempt_s, self.connect_s, self.wait_initial_s, self.wait_max_s)
        if min(*times, self.attempts, self.max_bytes) <= 0 or self.retry_after_max_s < 0:
            raise ValueError(f"times, attempts and size must be positive: {self}")


@dataclass(frozen=True)
class Answer:
    """A whole answer, not yet read."""

    feed: str
    request_key: str
    status: int
    content: bytes = field(repr=False)
    content_type: str
    fetched_utc: datetime
    """When the last byte came."""
    clock_ahead_s: float | None = None
    """Our clock less that of the server (``Date``), when its head came; None where it does not say."""


def fetch(request: FeedRequest, *, policy: FetchPolicy, now: Callable[[], datetime]) -> Answer:
    """Ask a feed and wait for its answer; works with and without a running event loop.

    Args:
        request: what to ask.
        policy: patience.
        now: the clock, for ``fetched_utc`` and for a ``Retry-After`` that is a date.

    Returns:
        An answer with status 2xx, or 400 with a body that explains it.

    Raises:
        FeedUnavailable: no whole answer within the deadline; ask again later, at the earliest in ``retry_after_s``.
        FeedRefused: the feed wants another request, another key, or sends us elsewhere.
        FeedMalformed: the body is longer than ``policy.max_bytes``.
    """
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix=f"fetch-{request.feed}") as thread:
        return thread.submit(lambda: asyncio.run(fetch_async(request, policy=policy, now=now))).result()


async def fetch_async(request: FeedRequest, *, policy: FetchPolicy, now: Callable[[], datetime]) -> Answer:
    """As ``fetch``, for a caller that asks several feeds at once."""
    _check_address(request)
    patience = _Patience(policy, ends_at=asyncio.get_running_loop().time() + policy.deadline_s)
    _secrets_in_flight.set(request)
    retries = stamina.retry_context(
        on=patience.wait_s,
        attempts=policy.attempts,
        timeout=None,  # the deadline below counts the waits too
        wait_initial=policy.wait_initial_s,
        wait_max=policy.wait_max_s,
        wait_jitter=policy.wait_initial_s,
    )
    try:
        async with asyncio.timeout(policy.deadline_s):
            async for attempt in retries:
                with attempt:
                    return await _attempt(request, policy, now)
    except _Passing as last:
        raise FeedUnavailable(
            request.feed,
            f"{last} at {request.shown_url}",
            "it is asked again at the next round",
            retry_after_s=last.retry_after_s,
        ) from last
    except TimeoutError as error:
        seen = f"; before that: {patience.last}" if patience.last else ""
        raise FeedUnavailable(
            request.feed,
            f"no whole answer within {policy.deadline_s:g} s from {request.shown_url}{seen}",
            "it is asked again at the next round",
        ) from error
    raise AssertionError("stamina either returns from an attempt or raises its last error")


def retry_after_s(value: str | None, now_utc: datetime) -> float | None:
    """Seconds that ``Retry-After`` asks for, given as seconds or as a date (RFC 9110 §10.2.3); None if unreadable."""
    text = (value or "").strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (aware - now_utc).total_seconds())


def clock_ahead_s(headers: Mapping[str, str], now_utc: datetime) -> float | None:
    """Our clock less the server's: by ``Date``, and ``Age`` of what a cache kept (RFC 9110 §6.6.1, RFC 9111 §5.1)."""
    try:
        moment = parsedate_to_datetime(headers.get("Date", ""))
    except ValueError:
        return None
    told = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    age = headers.get("Age", "").strip()
    kept_s = float(age[:9]) if age.isascii() and age.isdigit() else 0.0
    return (now_utc - told).total_seconds() - kept_s


class _Passing(Exception):
    """An attempt failed in a way that may pass."""

    def __init__(self, problem: str, retry_after_s: float | None = None) -> None:
        self.retry_after_s = retry_after_s
        super().__init__(problem)


@dataclass
class _Patience:
    """Decides after a failed attempt whether and when to try again."""

    policy: FetchPolicy
    ends_at: float
    last: str = ""

    def wait_s(self, error: Exception) -> bool | float:
        """Seconds to wait, True for the usual backoff, False to give up: the form that stamina asks for."""
        if not isinstance(error, _Passing):
            return False
        self.last = str(error)
        if error.retry_after_s is None:
            return True
        left = self.ends_at - asyncio.get_running_loop().time()
        return error.retry_after_s if error.retry_after_s < min(left, self.policy.retry_after_max_s) else False


def _check_address(request: FeedRequest) -> None:
    try:
        address = urlsplit(request.url)
        sound = address.scheme in {"http", "https"} and bool(address.hostname) and address.port != 0
    except ValueError:
        sound = False
    if not sound:
        raise FeedRefused(request.feed, f"{request.shown_url} is no http address", "correct the base address")


async def _attempt(request: FeedRequest, policy: FetchPolicy, now: Callable[[], datetime]) -> Answer:
    limits = httpx.Timeout(policy.attempt_s, connect=policy.connect_s)
    headers = {"User-Agent": USER_AGENT, **dict(request.headers)}
    try:
        async with (
            asyncio.timeout(policy.attempt_s),
            httpx.AsyncClient(timeout=limits, follow_redirects=False, headers=headers) as client,
            client.stream("GET", request.wire_url()) as response,
        ):
            ahead_s = clock_ahead_s(response.headers, now())
            content = await _body(response, request.feed, policy.max_bytes)
    except TimeoutError as error:
        raise _Passing(f"no whole answer within {policy.attempt_s:g} s") from error
    except httpx.DecodingError as error:
        raise _Passing("the compressed body is damaged") from error
    except _PASSING as error:
        raise _Passing(request.masked(f"{type(error).__name__}: {error}".rstrip(": "))) from error
    _judge(response, content, request, now)
    return Answer(
        feed=request.feed,
        request_key=request.request_key,
        status=response.status_code,
        content=content,
        content_type=response.headers.get("Content-Type", ""),
        fetched_utc=now(),
        clock_ahead_s=ahead_s,
    )


async def _body(response: httpx.Response, feed: str, max_bytes: int) -> bytes:
    received = bytearray()
    async for chunk in response.aiter_bytes():
        received += chunk
        if len(received) > max_bytes:
            raise FeedMalformed(feed, f"the body is longer than {max_bytes} bytes", "the bound is in rules/feeds.toml")
    return bytes(received)


def _judge(response: httpx.Response, content: bytes, request: FeedRequest, now: Callable[[], datetime]) -> None:
    """Raise for a status that is no answer."""
    status = response.status_code
    if 200 <= status < 300 or status in _EXPLAINED_BY_BODY:
        return
    if 300 <= status < 400:
        elsewhere = urlsplit(response.headers.get("Location", "")).netloc or "another address"
        raise FeedRefused(
            request.feed,
            request.masked(f"HTTP {status}: sent on to {elsewhere} from {request.shown_url}"),
            "a login page or a moved service: open the address in a browser, then correct the setting",
        )
    said = f"HTTP {status}: {request.masked(page_title(content[:20_000].decode(errors='replace')))}"
    if status in _AGAIN_LATER or status >= 500:
        raise _Passing(said, retry_after_s(response.headers.get("Retry-After"), now()))
    raise FeedRefused(request.feed, f"{said} at {request.shown_url}", "check the request and the key")


_secrets_in_flight: ContextVar[FeedRequest | None] = ContextVar("_secrets_in_flight", default=None)


def _mask_secrets(record: logging.LogRecord) -> bool:
    """Keep the key out of logs: it is part of a path, httpx logs every address and httpcore every header."""
    request = _secrets_in_flight.get()
    if request is not None and request.secrets:
        record.msg, record.args = request.masked(record.getMessage()), ()
    return True


# A filter does not reach the loggers below the one that has it: each must be named.
for _name in ("httpx", "httpcore.connection", "httpcore.http11", "httpcore.proxy"):
    logging.getLogger(_name).addFilter(_mask_secrets)
