from __future__ import annotations

import asyncio
import contextlib
import gzip
import logging
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

import pytest
import stamina
from pydantic import SecretStr

from feeds.errors import FeedError, FeedMalformed, FeedRefused, FeedUnavailable
from feeds.http import Answer, FetchPolicy, _Passing, _Patience, clock_ahead_s, fetch, fetch_async, retry_after_s
from feeds.request import FeedRequest
from tests.feeds.conftest import section

NOW = datetime(2026, 4, 4, 6, tzinfo=UTC)
BODY = b"latitude,longitude\n"
KEY = "0123456789abcdef"
QUICK = FetchPolicy(
    deadline_s=20.0,
    attempt_s=10.0,
    connect_s=5.0,
    attempts=3,
    wait_initial_s=0.01,
    wait_max_s=0.02,
    retry_after_max_s=60.0,
    max_bytes=100_000,
)

Reply = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class Feed:
    """A server on this machine that plays one reply after the other, the last one again and again."""

    url: str = ""
    replies: list[Reply] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def request(self, **changes: object) -> FeedRequest:
        return replace(FeedRequest("firms", f"{self.url}/hotspots.csv"), **changes)


@pytest.fixture
def feed(monkeypatch: pytest.MonkeyPatch) -> Iterator[Feed]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    played = Feed()

    class Replies(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout: ClassVar[float] = 5.0

        def do_GET(self) -> None:
            played.asked.append(self.path)
            self.close_connection = True
            reply = played.replies.pop(0) if len(played.replies) > 1 else played.replies[0]
            with contextlib.suppress(OSError):  # the client has left: that is what some tests are about
                reply(self)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Replies)
    server.daemon_threads = True
    server.block_on_close = False
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    played.url = f"http://127.0.0.1:{server.server_port}"
    yield played
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def no_waiting() -> Iterator[None]:
    with stamina.set_testing(True, attempts=10, cap=True):
        yield


def says(status: int, body: bytes = BODY, **headers: str) -> Reply:
    def reply(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(body)

    return reply


def drips(handler: BaseHTTPRequestHandler) -> None:
    """One byte at a time, each soon enough for any timeout per read."""
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    for _ in range(600):
        handler.wfile.write(b"x")
        handler.wfile.flush()
        time.sleep(0.05)


def drips_headers(handler: BaseHTTPRequestHandler) -> None:
    for _ in range(600):
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nX: "[:1])
        handler.wfile.flush()
        time.sleep(0.05)


def resets(handler: BaseHTTPRequestHandler) -> None:
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.connection.close()


def stops_short(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", str(len(BODY) + 10))
    handler.end_headers()
    handler.wfile.write(BODY)


def ask(feed: Feed, policy: FetchPolicy = QUICK, **changes: object) -> Answer:
    return fetch(feed.request(**changes), policy=policy, now=lambda: NOW)


def test_a_whole_answer_comes_with_its_bytes_status_type_and_time(feed: Feed):
    feed.replies = [says(200, Content_Type="text/csv")]
    answer = ask(feed)
    assert (answer.content, answer.status, answer.content_type, answer.fetched_utc) == (BODY, 200, "text/csv", NOW)
    assert answer.request_key == f"GET {feed.url}/hotspots.csv"


def test_parameters_and_headers_are_sent(feed: Feed):
    seen: list[str | None] = []

    def reply(handler: BaseHTTPRequestHandler) -> None:
        seen.extend([handler.headers["User-Agent"], handler.headers["Accept"]])
        says(200)(handler)

    feed.replies = [reply]
    ask(feed, params=(("latitude", "40.1,40.2"),), headers=(("Accept", "text/csv"),))
    assert feed.asked == ["/hotspots.csv?latitude=40.1,40.2"]
    assert seen == ["border-firewatch", "text/csv"]


def test_a_compressed_answer_comes_unpacked(feed: Feed):
    feed.replies = [says(200, gzip.compress(BODY * 100), Content_Encoding="gzip")]
    assert ask(feed).content == BODY * 100


@pytest.mark.parametrize("slow", [drips, drips_headers], ids=["body", "headers"])
def test_a_slow_drip_ends_at_the_deadline_though_no_single_read_is_slow(feed: Feed, slow: Reply):
    feed.replies = [slow]
    with pytest.raises(FeedUnavailable, match=r"^firms: no whole answer within 0\.4 s"):
        ask(feed, replace(QUICK, deadline_s=0.4))


def test_one_slow_attempt_does_not_use_up_the_deadline(feed: Feed, no_waiting: None):
    feed.replies = [drips, says(200)]
    assert ask(feed, replace(QUICK, attempt_s=1.0, connect_s=1.0)).content == BODY
    assert len(feed.asked) == 2


@pytest.mark.parametrize("broken", [resets, stops_short], ids=["reset", "shorter_than_announced"])
def test_a_connection_that_breaks_is_tried_again(feed: Feed, broken: Reply, no_waiting: None):
    feed.replies = [broken, says(200)]
    assert ask(feed).content == BODY
    assert len(feed.asked) == 2


@pytest.mark.parametrize("broken", [resets, stops_short], ids=["reset", "shorter_than_announced"])
def test_a_connection_that_always_breaks_is_given_up_after_the_last_attempt(
    feed: Feed, broken: Reply, no_waiting: None
):
    feed.replies = [broken]
    with pytest.raises(FeedUnavailable, match=r"firms: (ReadError|RemoteProtocolError)"):
        ask(feed)
    assert len(feed.asked) == QUICK.attempts


def test_a_damaged_compressed_body_is_tried_again(feed: Feed, no_waiting: None):
    feed.replies = [says(200, b"not gzip at all", Content_Encoding="gzip"), says(200)]
    assert ask(feed).content == BODY


def test_a_server_error_passes(feed: Feed, no_waiting: None):
    feed.replies = [says(500, b"<html><title>Internal Server Error</title>"), says(200)]
    assert ask(feed).content == BODY


def test_a_server_error_that_stays_is_an_outage_and_is_told_with_its_page(feed: Feed, no_waiting: None):
    feed.replies = [says(503, b"<html><title>Down for maintenance</title></html>")]
    with pytest.raises(FeedUnavailable, match="HTTP 503: 'Down for maintenance' at http"):
        ask(feed)
    assert len(feed.asked) == QUICK.attempts


@pytest.mark.parametrize(
    "header", ["7", (NOW + timedelta(seconds=7)).strftime("%a, %d %b %Y %H:%M:%S GMT")], ids=["seconds", "date"]
)
def test_a_retry_after_that_is_short_enough_is_waited_out(feed: Feed, header: str):
    feed.replies = [says(429, b"slow down", Retry_After="0"), says(200)]
    assert ask(feed).content == BODY
    assert retry_after_s(header, NOW) == 7.0


def test_the_wait_is_the_one_that_the_server_named():
    async def wait() -> list[bool | float]:
        patience = _Patience(QUICK, ends_at=asyncio.get_running_loop().time() + 30)
        return [patience.wait_s(_Passing("429", named)) for named in (7.0, None, 29.0, 31.0)]

    assert asyncio.run(wait()) == [7.0, True, 29.0, False]


def test_a_retry_after_beyond_patience_ends_the_call_and_is_handed_on(feed: Feed):
    feed.replies = [says(429, b"{}", Retry_After="3600")]
    with pytest.raises(FeedUnavailable) as raised:
        ask(feed)
    assert raised.value.retry_after_s == 3600.0
    assert len(feed.asked) == 1


def test_a_retry_after_beyond_the_deadline_is_not_waited_for(feed: Feed):
    feed.replies = [says(503, b"", Retry_After="21")]
    with pytest.raises(FeedUnavailable) as raised:
        ask(feed)
    assert raised.value.retry_after_s == 21.0
    assert len(feed.asked) == 1


@pytest.mark.parametrize("header", [None, "", "soon", "-5", "Wed, 99 Foo 2026"])
def test_an_unreadable_retry_after_is_none(header: str | None):
    assert retry_after_s(header, NOW) is None


def test_a_retry_after_in_the_past_means_now():
    assert retry_after_s("Wed, 21 Oct 2015 07:28:00 GMT", NOW) == 0.0


def test_a_redirect_to_a_login_page_is_refused_and_not_followed(feed: Feed):
    feed.replies = [says(302, b"", Location="https://login.example/?next=secret")]
    with pytest.raises(FeedRefused, match=r"HTTP 302: sent on to login\.example") as raised:
        ask(feed)
    assert len(feed.asked) == 1
    assert "next=secret" not in str(raised.value)


@pytest.mark.parametrize("status", [401, 403, 404, 410])
def test_a_refusal_is_not_tried_again(feed: Feed, status: int):
    feed.replies = [says(status, b"<title>Not for you</title>")]
    with pytest.raises(FeedRefused, match=f"HTTP {status}: 'Not for you'"):
        ask(feed)
    assert len(feed.asked) == 1


def test_a_bad_request_is_handed_on_because_its_body_says_why(feed: Feed):
    feed.replies = [says(400, b"Invalid MAP_KEY.")]
    answer = ask(feed)
    assert (answer.status, answer.content) == (400, b"Invalid MAP_KEY.")


@pytest.mark.parametrize(
    "reply",
    [says(200, b"x" * 100_001), says(200, gzip.compress(b"x" * 3_000_000), Content_Encoding="gzip")],
    ids=["plain", "unpacked"],
)
def test_a_huge_body_is_refused_without_being_kept(feed: Feed, reply: Reply):
    feed.replies = [reply]
    with pytest.raises(FeedMalformed, match="longer than 100000 bytes"):
        ask(feed)
    assert len(feed.asked) == 1


def test_a_feed_that_does_not_listen_is_unavailable(feed: Feed, no_waiting: None):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(FeedUnavailable, match="ConnectError"):
        ask(feed, url=f"http://127.0.0.1:{port}/x")


@pytest.mark.parametrize("url", ["ftp://127.0.0.1/x", "no address", "http://127.0.0.1:99999/"])
def test_an_address_that_cannot_be_asked_is_a_setting_to_correct(feed: Feed, url: str):
    with pytest.raises(FeedRefused, match="is no http address"):
        ask(feed, url=url)


@pytest.mark.parametrize(
    "reply",
    [
        says(404, KEY.encode()),
        says(500, f"<title>no {KEY}</title>".encode()),
        resets,
        says(302, b"", Location=f"//{KEY}/"),
    ],
    ids=["refused", "server_error", "reset", "redirect"],
)
def test_the_key_stands_in_no_error_and_no_log(
    feed: Feed, reply: Reply, no_waiting: None, caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.DEBUG)
    feed.replies = [reply]
    with pytest.raises(FeedError) as raised:
        ask(feed, url=feed.url + "/area/{map_key}/x", secrets={"map_key": SecretStr(KEY)})
    assert feed.asked[0] == f"/area/{KEY}/x"
    assert KEY not in str(raised.value)
    assert KEY not in str(raised.value.__cause__)
    assert KEY not in caplog.text


def test_a_log_of_httpx_shows_the_masked_address(feed: Feed, caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.INFO, logger="httpx")
    feed.replies = [says(200)]
    ask(feed, url=feed.url + "/area/{map_key}/x", secrets={"map_key": SecretStr(KEY)})
    assert "/area/***/x" in caplog.text


async def test_it_works_inside_a_running_loop_and_side_by_side(feed: Feed):
    feed.replies = [says(200)]
    assert ask(feed).content == BODY
    answers = await asyncio.gather(*(fetch_async(feed.request(), policy=QUICK, now=lambda: NOW) for _ in range(3)))
    assert [answer.content for answer in answers] == [BODY] * 3


def test_the_policy_that_ships_is_valid_and_a_void_one_is_refused():
    shipped = FetchPolicy(**section("fetch"))
    assert shipped.connect_s < shipped.attempt_s < shipped.deadline_s
    with pytest.raises(ValueError, match="positive"):
        replace(shipped, deadline_s=0)


@pytest.mark.parametrize(
    ("headers", "ahead_s"),
    [
        ({"Date": "Thu, 11 May 2017 06:00:00 GMT"}, 60.0),
        ({"Date": "Thu, 11 May 2017 05:50:00 GMT", "Age": "600"}, 60.0),
        ({"Date": "Thu, 11 May 2017 07:01:00 GMT", "Age": "soon"}, -3600.0),
        ({"Date": "yesterday"}, None),
        ({}, None),
    ],
    ids=["fast", "from a cache", "slow", "no date", "nothing"],
)
def test_an_answer_says_how_far_our_clock_is_ahead_of_its_server(
    headers: dict[str, str], ahead_s: float | None
) -> None:
    assert clock_ahead_s(headers, datetime(2017, 5, 11, 6, 1, tzinfo=UTC)) == ahead_s
