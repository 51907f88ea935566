"""What is read of ourselves, for the auditor and for the metrics: disk, clock, database, ends of keys, feeds."""

from __future__ import annotations

import shutil
import time
import tomllib
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta

from cryptography import x509

from flows.errors import ConfigurationError
from flows.feed_watch import feeds_of
from flows.wiring import House
from notify.phrases import BEIJING
from notify.self_watch import Reading

EXPIRY_FILE = "expiry.toml"
"""Beside the secrets: the last good day of each that has one, for example ``wecom_secret = 2027-03-01``."""
CAP_CERTIFICATE_ZH = "CAP证书"
CLOCKS_OF = timedelta(hours=3)
"""Answers of feeds that are young enough to say how our clock stands."""
_NO_END_YEAR = 9999


def reading_of(house: House, *, now: datetime) -> Reading:
    """Read what can be read of ourselves.

    Raises:
        ConfigurationError: the file of ends cannot be read.
    """
    began_s = time.monotonic()
    newest = house.runs.newest_started(world=house.world)
    database_s = time.monotonic() - began_s
    feeds = feeds_of(house)
    return Reading(
        disk_free_gb=shutil.disk_usage(house.home.root).free / 1e9,
        clock_ahead_s=_clock_ahead_s(house, newest, now),
        database_s=database_s,
        expires=ends_of(house),
        feeds=len(feeds),
        feeds_out=sum(feed.is_out for feed in feeds),
    )


def _clock_ahead_s(house: House, newest: datetime | None, now: datetime) -> float | None:
    """Ours less that of the database server; without one, less those of the feeds' servers.

    Behind a row of our own, it was set back, whatever the others say.
    """
    told = house.database.server_now()
    if told is not None:
        return (datetime.now(UTC) - told).total_seconds()
    if newest is not None and newest > now:
        return (now - newest).total_seconds()
    by_feeds = house.payloads.clock_ahead_s(since=now - CLOCKS_OF, world=house.world)
    return 0.0 if by_feeds is None and newest is not None else by_feeds


def ends_of(house: House) -> Mapping[str, datetime]:
    """When each certificate and each secret with an end is no longer good.

    Raises:
        ConfigurationError: the file of ends cannot be read; the message names it.
    """
    ends = {name: _day_after(day) for name, day in _written_ends(house).items()}
    if house.cap_key is not None:
        found = x509.load_pem_x509_certificate(house.cap_key.certificate_pem).not_valid_after_utc
        if found.year < _NO_END_YEAR:
            ends[CAP_CERTIFICATE_ZH] = found
    return ends


def _written_ends(house: House) -> Mapping[str, date]:
    folder = house.secrets_held.folder
    path = None if folder is None else folder / EXPIRY_FILE
    if path is None or not path.is_file():
        return {}
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigurationError(f"{path}: {error}") from error
    wrong = [name for name, day in told.items() if not isinstance(day, date) or isinstance(day, datetime)]
    if wrong:
        raise ConfigurationError(f"{path}: {wrong[0]} must be a day, for example {wrong[0]} = 2027-03-01")
    return told


def _day_after(day: date) -> datetime:
    return datetime.combine(day, datetime.min.time(), BEIJING).astimezone(UTC) + timedelta(days=1)
