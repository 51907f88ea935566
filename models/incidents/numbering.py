"""Numbers: ``JJJ-HR-CD-2027-007`` of an incident, ``RD-110116-20270410-03`` of the hotspot that it began with.

In exercises and replays they are ``YL-HR-CD-2027-007`` and ``YL-RD-110116-20270410-03``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

LIVE_PREFIX = "JJJ"
EXERCISE_PREFIX = "YL"
UNKNOWN_COUNTY_GB = 0
"""Stands as ``000000`` in the number of a hotspot that lies in no known county."""
_HOTSPOT = re.compile(r"(?P<prefix>YL-)?RD-(?P<gb>\d{6})-(?P<day>\d{8})-(?P<nth>\d{2,})")
_NUMBER = re.compile(r"(?P<prefix>JJJ|YL)-(?P<zone>[A-Z0-9]+(?:-[A-Z0-9]+)*)-(?P<year>\d{4})-(?P<nth>\d{3,})")


@dataclass(frozen=True, slots=True)
class Numbering:
    """Which numbers of a world are taken."""

    prefix: str
    highest: Mapping[tuple[str, int], int] = field(default_factory=dict)
    """Highest number by joint unit and year."""
    highest_hotspot: Mapping[tuple[int, date], int] = field(default_factory=dict)
    """Highest number by county and local day."""

    def __post_init__(self) -> None:
        if self.prefix not in {LIVE_PREFIX, EXERCISE_PREFIX}:
            raise ValueError(f"an incident number begins with {LIVE_PREFIX} or {EXERCISE_PREFIX}, got {self.prefix!r}")

    @classmethod
    def after(cls, incident_ids: Iterable[str], *, exercise: bool, hotspot_nos: Iterable[str] = ()) -> Numbering:
        """Numbering that goes on after ``incident_ids``: of all incidents of the world, the ended ones too.

        Args:
            incident_ids: numbers of incidents.
            exercise: whether the world is an exercise's.
            hotspot_nos: numbers of hotspots; an empty one, of an incident that had none yet, is passed over.

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
        return cls(prefix, highest, _highest_hotspots(hotspot_nos, exercise=exercise))

    def incident_id(self, zone: str, year: int, *, nth: int = 1) -> str:
        """The ``nth`` free number of a joint unit and year, counted from 1."""
        return f"{self.prefix}-{zone}-{year}-{self.highest.get((zone, year), 0) + nth:03d}"

    def hotspot_no(self, county_gb: int | None, local_date: date, *, nth: int = 1) -> str:
        """The ``nth`` free number of a county and a local day, counted from 1."""
        gb = UNKNOWN_COUNTY_GB if county_gb is None else county_gb
        taken = self.highest_hotspot.get((gb, local_date), 0)
        mark = f"{EXERCISE_PREFIX}-" if self.prefix == EXERCISE_PREFIX else ""
        return f"{mark}RD-{gb:06d}-{local_date:%Y%m%d}-{taken + nth:02d}"


def _highest_hotspots(numbers: Iterable[str], *, exercise: bool) -> dict[tuple[int, date], int]:
    highest: dict[tuple[int, date], int] = {}
    for number in filter(None, numbers):
        found = _HOTSPOT.fullmatch(number)
        if found is None or (found["prefix"] is not None) != exercise:
            raise ValueError(
                f"{number!r} is not a hotspot number like {'YL-' if exercise else ''}RD-110116-20270410-03"
            )
        key = int(found["gb"]), date.fromisoformat(found["day"])
        highest[key] = max(highest.get(key, 0), int(found["nth"]))
    return highest
