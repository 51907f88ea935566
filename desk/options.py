"""Options that several commands share, and how their texts become values."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer

from desk.errors import InputError

Json = Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")]
ZoneOption = Annotated[list[str] | None, typer.Option("--zone", help="Joint unit; may be given several times.")]
_STEP = re.compile(r"(\d+)\s*(min|h|d)")
_UNITS = {"min": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}


def instant(text: str, option: str) -> datetime:
    """An ISO 8601 time with an offset, in UTC.

    Raises:
        InputError: no time, or one without an offset.
    """
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise InputError(option, f"{text!r} is no time", remedy="write 2017-05-11T16:00+08:00") from error
    if moment.tzinfo is None:
        raise InputError(option, f"{text!r} has no offset", remedy="write 2017-05-11T16:00+08:00")
    return moment.astimezone(UTC)


def step(text: str, option: str) -> timedelta:
    """A length of time: ``10min``, ``1h``, ``1d``.

    Raises:
        InputError: anything else.
    """
    found = _STEP.fullmatch(text.strip())
    if found is None or int(found[1]) == 0:
        raise InputError(option, f"{text!r} is no step", remedy="write 10min, 1h or 1d")
    return int(found[1]) * _UNITS[found[2]]
