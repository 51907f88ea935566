"""``firewatch dispatcher``: the process that sends, until it is told to end."""

from __future__ import annotations

import signal
from threading import Event

from flows.sending import keep_sending


def dispatcher() -> None:
    """Send what is due within a second, until Ctrl-C; ``firewatch serve`` keeps one. Example: firewatch dispatcher."""
    stop = Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    keep_sending(stop)
