"""What our Apprise plugins share: what comes in and what goes out, beside the bool that Apprise knows."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import apprise

from notify.channel_rules import UNLIMITED, ChannelLimits
from notify.delivery_states import Outcome, OutcomeClass
from notify.parcel import Parcel


def _no_secret(_: str) -> str | None:
    return None


@dataclass(frozen=True, slots=True)
class ChannelSettings:
    """What channels need beside an address.

    Raises:
        ValueError: a deadline that is not positive.
    """

    inbox_dir: Path
    deadline_s: float
    """Total, from connecting to the last byte."""
    limits: ChannelLimits = UNLIMITED
    secret: Callable[[str], str | None] = field(default=_no_secret, repr=False)
    """The secrets that addresses ask for by name."""

    def __post_init__(self) -> None:
        if self.deadline_s <= 0:
            raise ValueError(f"deadline_s must be positive, got {self.deadline_s}")


@dataclass(slots=True)
class UnderWay:
    """One send: what goes out, and what came of it."""

    parcel: Parcel
    settings: ChannelSettings
    outcome: Outcome | None = None


_UNTYPED: Any = apprise
"""Apprise has annotations in part only, and wrong ones for what a plugin overrides."""

_under_way: ContextVar[UnderWay | None] = ContextVar("under_way", default=None)


class _Discretion(logging.Filter):
    """Drops what Apprise and urllib3 log during a send of ours: addresses and tokens stand in it at several levels."""

    def filter(self, record: logging.LogRecord) -> bool:
        return super().filter(record) and _under_way.get() is None


for _name in ("apprise", "urllib3.connectionpool", "requests", "httpx", "paho"):
    logging.getLogger(_name).addFilter(_Discretion())


@contextmanager
def sending(parcel: Parcel, settings: ChannelSettings) -> Iterator[UnderWay]:
    """Hand a parcel to the plugin that runs in this thread, and its outcome back."""
    current = UnderWay(parcel, settings)
    token = _under_way.set(current)
    try:
        yield current
    finally:
        _under_way.reset(token)


class OwnChannel(_UNTYPED.NotifyBase):  # type: ignore[misc]  # apprise: see _UNTYPED
    """A channel that says what is known after a send. Subclasses implement :meth:`deliver`."""

    protocol: str | None = None
    secure_protocol: str | None = None

    def __init__(self, raw: str, **parsed: Any) -> None:
        super().__init__(**parsed)
        self._raw = raw

    @staticmethod
    def parse_url(url: str, *_: Any, **__: Any) -> dict[str, str]:
        """Keep the address as it stands: Apprise's own parser changes paths, queries and the case of keys."""
        return {"schema": url.partition("://")[0].strip().lower(), "raw": url}

    def url(self, *_: Any, **__: Any) -> str:
        """Only the schema: everything else in an address is personal or secret."""
        return f"{self.schema}://***"

    def send(self, *_: Any, **__: Any) -> bool:
        """Deliver the parcel that is under way in this thread; the outcome goes back beside the bool."""
        current = _under_way.get()
        if current is None:
            return False
        current.outcome = self.deliver(self._raw, current.parcel, settings=current.settings)
        return current.outcome.outcome_class is OutcomeClass.OK

    def deliver(self, address: str, parcel: Parcel, *, settings: ChannelSettings) -> Outcome:
        """Try once, within the deadline."""
        raise NotImplementedError


def register(*channels: type[OwnChannel]) -> None:
    """Make plugins known to Apprise.

    Raises:
        RuntimeError: a schema is taken by another plugin.
    """
    plugins = _UNTYPED.NotificationManager()
    with warnings.catch_warnings():
        # Some of the plugins that Apprise loads here import what Python is about to drop.
        warnings.simplefilter("ignore", DeprecationWarning)
        plugins.load_modules()
    for channel in channels:
        schemas = {name for name in (channel.protocol, channel.secure_protocol) if name}
        if all(name in plugins and plugins[name] is channel for name in schemas):
            continue
        if not plugins.add(channel, schemas=schemas):
            raise RuntimeError(f"Apprise has another plugin for one of {', '.join(sorted(schemas))}")
