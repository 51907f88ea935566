"""An archive for tests, and the promises that every archive keeps."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from feeds.archive import Payload, digest


@dataclass
class ArchiveInMemory:
    """Implements ``feeds.archive.Archive``."""

    kept: dict[str, tuple[str, Payload]] = field(default_factory=dict)

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
        payload_id = f"{world}/{feed}/{fetched_utc:%Y%m%dT%H%M%S%f}/{digest(content)[:16]}"
        payload = Payload(payload_id, feed, request_key, fetched_utc, content, digest(content), status, content_type)
        self.kept[payload_id] = (world, payload)
        return payload

    def load(self, payload_id: str) -> bytes:
        return self.kept[payload_id][1].content

    def newest(self, feed: str, request_key: str, *, not_after: datetime, world: str) -> Payload | None:
        fitting = [
            payload
            for kept_world, payload in self.kept.values()
            if (kept_world, payload.feed, payload.request_key) == (world, feed, request_key)
            and payload.fetched_utc <= not_after
        ]
        return max(fitting, key=lambda payload: payload.fetched_utc, default=None)
