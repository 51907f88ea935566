"""Logs without numbers, mailboxes, keys and tokens: a filter on every handler of this process, Prefect's as well."""

from __future__ import annotations

import logging
import sys
import traceback
from collections.abc import Iterable, Iterator
from types import TracebackType

from notify.masking import MaskingFilter, masked, worth_hiding

_TALKATIVE = ("apprise", "urllib3", "requests", "httpx", "httpcore", "paho")
"""They write addresses at DEBUG and INFO."""


class _Held:
    """The secrets of every house that this process has opened."""

    known: tuple[str, ...] = ()


def mask_logs(secrets: Iterable[str] = ()) -> None:
    """Mask what every handler writes, and what an error that nobody caught prints. Safe to call again.

    Args:
        secrets: keys and addresses that are known by now; they add to those of former calls.
    """
    _Held.known = worth_hiding((*_Held.known, *secrets))
    for handler in _handlers():
        if not any(isinstance(one, MaskingFilter) for one in handler.filters):
            handler.addFilter(MaskingFilter(lambda: _Held.known))
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
    sys.stderr.write(masked("".join(traceback.format_exception(kind, error, trace)), known=_Held.known))
