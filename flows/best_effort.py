"""What must never stop an alert: tried, and a failure logged and left to the caller to tell."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TypeVar

_T = TypeVar("_T")


def attempt(what: str, act: Callable[[], _T], *, log: logging.Logger) -> tuple[_T | None, bool]:
    """Do ``act``: its result and True, or None and False after the error is in the log under ``could not <what>``."""
    try:
        return act(), True
    except Exception:
        log.exception("could not %s", what)
        return None, False
