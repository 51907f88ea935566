"""Exit codes: what a script may rely on."""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """0 done · 1 failed · 2 bad usage, input or configuration · 3 a feed is out · 4 done, degraded."""

    DONE = 0
    FAILED = 1
    BAD_INPUT = 2
    FEED_OUT = 3
    DEGRADED = 4
