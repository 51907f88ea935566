"""Where every answer is kept before anybody reads it. The store implements it; this floor only says what it needs."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol


@dataclass(frozen=True)
class Payload:
    """An answer as it came, byte for byte.

    ``request_key`` is the stable text of what was asked (``FeedRequest.request_key``, or a file name), without secrets.
    """

    payload_id: str
    feed: str
    request_key: str
    fetched_utc: datetime
    content: bytes = field(repr=False)
    sha256: str
    status: int
    """HTTP status; 200 for a file from a folder."""
    content_type: str = ""

    def __post_init__(self) -> None:
        if self.fetched_utc.utcoffset() != timedelta(0):
            raise ValueError(f"{self.feed}: fetched_utc must be aware and in UTC, got {self.fetched_utc!r}")
        if digest(self.content) != self.sha256:
            raise ValueError(
                f"{self.feed}: payload {self.payload_id} does not match its digest; the archive is damaged"
            )


def digest(content: bytes) -> str:
    """SHA-256 of an answer in lower-case hexadecimal."""
    return hashlib.sha256(content).hexdigest()


class Archive(Protocol):
    """Keeps answers. Rows of one ``world`` are never seen from another."""

    def save(
        self,
        feed: str,
        request_key: str,
        content: bytes,
        *,
        fetched_utc: datetime,
        status: int,
        world: str,
        content_type: str = "",
        clock_ahead_s: float | None = None,
    ) -> Payload:
        """Keep an answer, durably, and give it back with its id and digest. A second copy of the same is no error."""
        ...

    def load(self, payload_id: str) -> bytes:
        """The bytes of an answer.

        Raises:
            KeyError: nothing is kept under this id.
        """
        ...

    def newest(self, feed: str, request_key: str, *, not_after: datetime, world: str) -> Payload | None:
        """The answer to this question that was fetched last, but not after ``not_after``; None when there is none."""
        ...
