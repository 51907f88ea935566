"""A provider that runs: what it was asked, what it took over, how it says yes and no, its rate and its blocks."""

from __future__ import annotations

import json
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

PHONE = "13912345678"
SECRET = "fake-sign-secret"
_BLOCK_S = 600.0


@dataclass(frozen=True)
class Asked:
    """One request that arrived whole."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes

    @property
    def document(self) -> dict[str, Any]:
        """The body as JSON."""
        found = json.loads(self.body)
        assert isinstance(found, dict)
        return found

    @property
    def form(self) -> dict[str, str]:
        """The body as a form."""
        return dict(parse_qsl(self.body.decode(), keep_blank_values=True))


@dataclass(frozen=True)
class Reply:
    """What is answered: a status and a body, or what a broken far end does instead."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    fault: str = ""
    """``reset``, ``silent``, ``drip``, ``cut``: the body stops in the middle."""
    accepts: bool = False
    """Whether the message counts as taken over, whatever is said of it."""


def say(document: object, status: int = 200, **more: Any) -> Reply:
    """A JSON answer."""
    return Reply(status, json.dumps(document).encode(), **more)


@dataclass(frozen=True)
class Receipt:
    """What became of a message that was taken over."""

    key: str
    ending: str
    """``delivered``, ``failed``, or ``waits`` for the carrier."""


@dataclass
class Provider:
    """One provider: how it is addressed, what it checks, how it says yes and no."""

    name: str
    channel: str
    address: str
    """With ``{api}`` for where this one stands."""
    yes: Callable[[Asked], dict[str, Any]]
    no: Callable[[Any], dict[str, Any]]
    check: Callable[[Asked], Any]
    """The error code of a request that is not in order, or None."""
    key: Callable[[Asked], str]
    """What identifies the message: the ledger's key where one is carried, else the text."""
    before: Callable[[Asked], Reply | None] = lambda _: None
    """Answers a request that is no message: a token, a look-up."""
    look_up: Callable[[Asked, Sequence[Receipt]], dict[str, Any]] | None = None


@dataclass
class Fake:
    """A provider that runs. ``accepted`` is the truth: what it took over, in order."""

    provider: Provider
    port: int = 0
    accepted: list[str] = field(default_factory=list)
    endings: dict[str, str] = field(default_factory=dict)
    """How a message that was taken over ended, by its key; one that is not named was delivered."""
    asked: list[Asked] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    script: deque[Reply] = field(default_factory=deque)
    """What the next messages are answered; when it is empty: yes, or the code of what is wrong."""
    always: Reply | None = None
    per_min: int | None = None
    blocks: int = 0
    """How often the rate was overrun; each is ten minutes of refusals."""
    clock: Callable[[], float] = time.monotonic
    _blocked_until: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def address(self) -> str:
        """What stands in a contacts file."""
        return self.provider.address.format(api=f"http://127.0.0.1:{self.port}")

    def reply(self, asked: Asked) -> Reply:
        """What this request is answered, and whether it was a message that is taken over."""
        with self._lock:
            if (early := self.provider.before(asked)) is not None:
                return early
            if self.provider.look_up is not None and (found := self.provider.look_up(asked, self._receipts())):
                return say(found)
            self.asked.append(asked)
            self.times.append(self.clock())
            told = self._told(asked)
            if told.accepts:
                self.accepted.append(self.provider.key(asked))
            return told

    def _receipts(self) -> list[Receipt]:
        return [Receipt(key, self.endings.get(key, "delivered")) for key in self.accepted]

    def _told(self, asked: Asked) -> Reply:
        if self._overrun():
            return say(self.provider.no(410100 if self.provider.name == "dingtalk" else 45009))
        if self.script:
            return self.script.popleft()
        if self.always is not None:
            return self.always
        code = self.provider.check(asked)
        return say(self.provider.yes(asked), accepts=True) if code is None else say(self.provider.no(code))

    def _overrun(self) -> bool:
        if self.per_min is None:
            return False
        now = self.clock()
        if now < self._blocked_until:
            return True
        if sum(now - 60 < at <= now for at in self.times) > self.per_min:
            self.blocks += 1
            self._blocked_until = now + _BLOCK_S
            return True
        return False
