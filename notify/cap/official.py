"""The 31-character identifier of the national release system (国家突发事件预警信息发布系统), read and never minted.

Only the system that an office releases through gives such a number; it is filled in afterwards (回填). Ours begin with
``JJJ-`` and cannot be taken for one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from notify.phrases import BEIJING

OURS = "JJJ-"
_FORM = re.compile(r"([1-8]\d{5})(\d{3})([0-9A-Z]{3})(\d{2})_(\d{14})_([1-9A-Z])")


@dataclass(frozen=True, slots=True)
class OfficialIdentifier:
    """``ZZZZZZDDDUUUXX_YYYYMMDDhhmmss_N`` in its parts."""

    text: str
    division_gb: int
    """GB/T 2260."""
    body: str
    """GB/T 4657 and the unit: eight characters."""
    released: datetime
    """Beijing time."""


def parse_official(text: str) -> OfficialIdentifier:
    """Read an identifier that an officer copied from the release system.

    Raises:
        ValueError: it is not of that form, is one of ours, or names a time that is none.
    """
    found = _FORM.fullmatch(text)
    if found is None:
        raise ValueError(f"{text!r} is no identifier of the release system: 14 characters, _, 14 digits of time, _, 1")
    try:
        released = datetime.strptime(found[5], "%Y%m%d%H%M%S").replace(tzinfo=BEIJING)
    except ValueError as error:
        raise ValueError(f"{text!r}: {found[5]} is no time") from error
    return OfficialIdentifier(text, int(found[1]), found[2] + found[3] + found[4], released)
