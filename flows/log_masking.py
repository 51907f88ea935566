"""Logs without numbers, mailboxes, keys and tokens: a filter on every handler of this process, Prefect's as well."""

from __future__ import annotations

import logging
import sys
import traceback
from collections.abc import Iterator
from types import TracebackType

from notify.masking import MaskingFilter, masked

_TALKATIVE = ("apprise", "urllib3", "requests", "httpx", "httpcore", "paho")
"""They write addresses at DEBUG and INFO."""


def mask_logs() -> None:
    """Mask what every handler writes, and what an error that nobody caught prints. Safe to call again."""
    for handler in _handlers():
        if not any(isinstance(one, MaskingFilter) for one in handler.filters):
            handler.addFilter(MaskingFilter())
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)
    sys.excepthook = _masked_trace


def _handlers() -> Iterator[logging.Handler]:
    named = [logging.getLogger(name) for name in list(logging.root.manager.loggerDict)]
    for logger in (logging.root, *named):
        yield from logger.handlers
    if logging.lastResort is not None:
        yield logging.lastResort


def _masked_trace(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    sys.stderr.write(masked("".join(traceback.format_exception(kind, error, trace))))
