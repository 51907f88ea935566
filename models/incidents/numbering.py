"""Incident numbers: ``JJJ-HR-CD-2027-007``, in exercises and replays ``YL-HR-CD-2027-007``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

LIVE_PREFIX = "JJJ"
EXERCISE_PREFIX = "YL"
_NUMBER = re.compile(r"(?P<prefix>JJJ|YL)-(?P<zone>[A-Z0-9]+(?:-[A-Z0-9]+)*)-(?P<year>\d{4})-(?P<nth>\d{3,})")


@dataclass(frozen=True, slots=True)
class Numbering:
    """Which numbers of a world are taken."""

    prefix: str
    highest: Mapping[tuple[str, int], int] = field(default_factory=dict)
    """Highest number by joint unit and year."""

    def __post_init__(self) -> None:
        if self.prefix not in {LIVE_PREFIX, EXERCISE_PREFIX}:
            raise ValueError(f"an incident number begins with {LIVE_PREFIX} or {EXERCISE_PREFIX}, got {self.prefix!r}")

    @classmethod
    def after(cls, incident_ids: Iterable[str], *, exercise: bool) -> Numbering:
        """Numbering that goes on after ``incident_ids``: of all incidents of the world, the ended ones too.

        Raises:
            ValueError: one is not a number of this world.
        """
        prefix = EXERCISE_PREFIX if exercise else LIVE_PREFIX
        highest: dict[tuple[str, int], int] = {}
        for incident_id in incident_ids:
            found = _NUMBER.fullmatch(incident_id)
            if found is None or found["prefix"] != prefix:
                raise ValueError(f"{incident_id!r} is not an incident number like {prefix}-HR-CD-2027-007")
            key = found["zone"], int(found["year"])
            highest[key] = max(highest.get(key, 0), int(found["nth"]))
        return cls(prefix, highest)

    def incident_id(self, zone: str, year: int, *, nth: int = 1) -> str:
        """The ``nth`` free number of a joint unit and year, counted from 1."""
        return f"{self.prefix}-{zone}-{year}-{self.highest.get((zone, year), 0) + nth:03d}"
