"""What a page gathered, kept until the store changes: many open pages of one office ask the same question at once."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeVar, cast

KEPT_FOR = timedelta(seconds=20)
"""Countdowns and ages move on without any write; nothing is shown that is older than this."""
_MOST = 64
_T = TypeVar("_T")


@dataclass
class Kept:
    """Answers by question, each with the beat of the store and the time that it was given at."""

    _answers: OrderedDict[Hashable, tuple[str, datetime, Any]] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def get(self, question: Hashable, make: Callable[[], _T], *, beat: str, now: datetime) -> _T:
        """The kept answer while the store beats the same and it is young; else a new one."""
        with self._lock:
            found = self._answers.get(question)
        if found is not None and found[0] == beat and abs(now - found[1]) <= KEPT_FOR:
            return cast("_T", found[2])
        made = make()
        with self._lock:
            self._answers[question] = (beat, now, made)
            self._answers.move_to_end(question)
            while len(self._answers) > _MOST:
                self._answers.popitem(last=False)
        return made
