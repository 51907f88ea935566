"""How often anybody may try: a sliding window in this process. After a restart everybody begins anew."""

from __future__ import annotations

import threading
from collections import OrderedDict, deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta

_MOST_KEYS = 10_000


@dataclass
class Attempts:
    """Counts events by key; the oldest keys are forgotten when there are too many, so that memory has an end."""

    window: timedelta
    _seen: OrderedDict[str, deque[datetime]] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def count(self, key: str, *, at: datetime) -> int:
        """Events of a key within the window."""
        with self._lock:
            return len(self._current(key, at))

    def add(self, key: str, *, at: datetime) -> int:
        """Note one more; how many there are now."""
        with self._lock:
            current = self._current(key, at)
            current.append(at)
            self._seen[key] = current
            self._seen.move_to_end(key)
            while len(self._seen) > _MOST_KEYS:
                self._seen.popitem(last=False)
            return len(current)

    def forget(self, key: str) -> None:
        """Begin anew."""
        with self._lock:
            self._seen.pop(key, None)

    def _current(self, key: str, at: datetime) -> deque[datetime]:
        kept = self._seen.get(key, deque())
        while kept and at - kept[0] > self.window:
            kept.popleft()
        return kept
