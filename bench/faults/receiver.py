"""A provider on this machine that behaves as its address says, and keeps the only log that counts.

``/<contract>/<behaviour>/<office>``. Contract: ``keyed`` drops a second copy by its key; ``plain`` does not; ``lookup``
does not either, but answers ``GET /receipt?key=…``. Behaviour: see :data:`BEHAVIOURS`.
"""

from __future__ import annotations

import json
import random
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from math import inf
from typing import Any
from urllib.parse import parse_qs, urlsplit

SLOW_S = 2.5
"""Longer than any deadline of the matrix: the sender gives up, and the message is taken all the same."""
_RESET = b"\x01\x00\x00\x00\x00\x00\x00\x00"


@dataclass(frozen=True, slots=True)
class Arrival:
    """A message that was taken."""

    key: str
    document: dict[str, Any]
    at_s: float


@dataclass
class Truth:
    """What arrived, and what was done to the sender."""

    arrivals: list[Arrival] = field(default_factory=list)
    requests: list[tuple[str, float]] = field(default_factory=list)
    """Key and time of every request, taken or not."""
    faults: Counter[str] = field(default_factory=Counter)
    repeats: int = 0
    """Second copies that a keyed receiver dropped."""
    down: bool = False
    lock: threading.Lock = field(default_factory=threading.Lock)
    rolls: random.Random = field(default_factory=lambda: random.Random(1))
    patience_s: dict[str, tuple[float, float]] = field(default_factory=dict)
    """When an office or an account was asked for patience, and until when."""
    port: int = 0
    clock: Callable[[], float] = time.monotonic
    """Seconds: of the machine, or of a clock that is driven."""
    heard: Callable[[Arrival], object] = lambda _: None
    """Is told of each message that is taken."""
    _keys: set[str] = field(default_factory=set, repr=False)

    @property
    def copies(self) -> Counter[str]:
        """Copies of each key that were taken."""
        with self.lock:
            return Counter(arrival.key for arrival in self.arrivals)

    def has(self, key: str) -> bool:
        """Whether a key was taken."""
        with self.lock:
            return key in self._keys

    def take(self, key: str, document: dict[str, Any], *, keyed: bool) -> None:
        """Take a message over; a keyed receiver takes each once."""
        with self.lock:
            if keyed and key in self._keys:
                self.repeats += 1
                return
            self._keys.add(key)
            arrival = Arrival(key, document, time.monotonic())
            self.arrivals.append(arrival)
            self.heard(arrival)

    def roll(self) -> float:
        """A number of a fixed seed."""
        with self.lock:
            return self.rolls.random()

    def note(self, fault: str) -> None:
        """Count a fault that was played."""
        with self.lock:
            self.faults[fault] += 1


Take = Callable[[], None]


class Caller(BaseHTTPRequestHandler):
    """One request."""

    truth: Truth

    def do_POST(self) -> None:
        """Take it, or do what the address asks for."""
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        _, contract, behaviour, *_ = self.path.split("/")
        key = self.headers["Idempotency-Key"]
        with self.truth.lock:
            self.truth.requests.append((key, time.monotonic()))
        document = json.loads(body)
        play = BEHAVIOURS[behaviour] if not self.truth.down else refuse
        play(self, lambda: self.truth.take(key, document, keyed=contract == "keyed"))

    def do_GET(self) -> None:
        """A receipt, or the login page that a redirect leads to."""
        if self.path.startswith("/receipt"):
            key = parse_qs(urlsplit(self.path).query)["key"][0]
            self.say(200, json.dumps({"arrived": self.truth.has(key)}).encode())
        else:
            self.say(200, b"<html>login</html>", content_type="text/html")

    def say(self, status: int, body: bytes = b"", *, content_type: str = "application/json", **more: str) -> None:
        """Answer."""
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        for name, value in more.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def date_time_string(self, timestamp: float | None = None) -> str:
        """The Date of an answer, on the clock that the receiver goes by."""
        return super().date_time_string(self.truth.clock() if timestamp is None else timestamp)

    def break_off(self) -> None:
        """End the connection with a reset."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        self.connection.close()

    def finish(self) -> None:
        """A sender that was killed has gone: that is what these runs are about."""
        try:
            super().finish()
        except OSError:
            self.close_connection = True

    def log_message(self, *_: Any) -> None:
        """Keep quiet."""


def clean(caller: Caller, take: Take) -> None:
    """Take it and say so."""
    take()
    caller.say(200, b"{}")


def flaky(caller: Caller, take: Take) -> None:
    """5 % 500, 2 % 429, 2 % reset before and 2 % after taking it, 2 % too slow."""
    roll = caller.truth.roll()
    if roll < 0.05:
        caller.truth.note("500")
        caller.say(500)
    elif roll < 0.07:
        caller.truth.note("429")
        caller.say(429, Retry_After="1")
    elif roll < 0.09:
        caller.truth.note("reset before")
        caller.break_off()
    elif roll < 0.11:
        caller.truth.note("reset after")
        take()
        caller.break_off()
    elif roll < 0.13:
        caller.truth.note("slow")
        time.sleep(SLOW_S)
        take()
        caller.say(200, b"{}")
    else:
        clean(caller, take)


def half(caller: Caller, take: Take) -> None:
    """Half a second, then taken."""
    time.sleep(0.5)
    clean(caller, take)


def brief(caller: Caller, take: Take) -> None:
    """20 ms, then taken: long enough to be killed in the middle."""
    time.sleep(0.02)
    clean(caller, take)


def drip(caller: Caller, take: Take) -> None:  # noqa: ARG001  # it is never taken
    """One byte at a time, without end."""
    caller.wfile.write(b"HTTP/1.1 200 ")
    while True:
        caller.wfile.write(b"O")
        caller.wfile.flush()
        time.sleep(0.2)


def login(caller: Caller, take: Take) -> None:  # noqa: ARG001
    """A redirect to a page that says 200."""
    caller.say(302, Location="/login")


def refuse(caller: Caller, take: Take) -> None:  # noqa: ARG001
    """Out of service."""
    caller.say(503)


def gone(caller: Caller, take: Take) -> None:  # noqa: ARG001
    """No such receiver."""
    caller.say(404)


def _patience(header: Callable[[float], str], seconds: float) -> Callable[[Caller, Take], None]:
    """The first request of each office is asked for patience; those that come too early are counted.

    One that comes too early for its account, and left at another instant than the request that was refused, is counted
    too, and judged by its office's time.
    """

    def play(caller: Caller, take: Take) -> None:
        office, account, now = caller.path, caller.headers["Authorization"], caller.truth.clock()
        with caller.truth.lock:
            asked, until = caller.truth.patience_s.get(office, (now, inf))
            account_asked, account_until = caller.truth.patience_s.get(account, (now, now))
            if until == inf:
                caller.truth.patience_s[office] = caller.truth.patience_s[account] = now, now + seconds
        if account_asked < now < account_until:
            caller.truth.note("account too early")
        if asked < now < until < inf:
            caller.truth.note("too early")
        if now < until:
            caller.say(429, Retry_After=header(now))
        else:
            clean(caller, take)

    return play


BEHAVIOURS: dict[str, Callable[[Caller, Take], None]] = {
    "clean": clean,
    "flaky": flaky,
    "half": half,
    "brief": brief,
    "drip": drip,
    "login": login,
    "refuse": refuse,
    "gone": gone,
    "wait1": _patience(lambda _: "1", 1.0),
    "wait3": _patience(lambda _: "3", 3.0),
    "wait30": _patience(lambda _: "30", 30.0),
    "wait3600": _patience(lambda _: "3600", 120.0),
    "date": _patience(lambda now: formatdate(now + 45.0, usegmt=True), 44.0),
    "garbage": _patience(lambda _: "soon", 0.0),
}
"""An hour's patience is cut at 120 s. The date form needs a clock that counts from 1970, and has whole seconds."""


@contextmanager
def receiver(seed: int = 1) -> Iterator[Truth]:
    """Serve for the length of a block, on this machine only."""
    truth = Truth(rolls=random.Random(seed))
    handler = type("Here", (Caller,), {"truth": truth})

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 1024

        def handle_error(self, *_: Any) -> None:
            """A sender that went away is no news."""

    server = Server(("127.0.0.1", 0), handler)
    truth.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield truth
    finally:
        server.shutdown()
        server.server_close()
