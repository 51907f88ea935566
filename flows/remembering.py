"""What is remembered of a feed or a flow from one round to the next."""

from __future__ import annotations

from datetime import datetime
from typing import TypeVar

from flows.wiring import House
from store.zone_levels import LevelRecord, document_of, memory_from

M = TypeVar("M")


def remembered(house: House, key: str, fresh: M) -> M:
    """The newest memory under a key; ``fresh`` where there is none."""
    record = house.levels.newest(key, world=house.world)
    return fresh if record is None else memory_from(record, type(fresh))


def remember(house: House, key: str, memory: object, *, level: str, at: datetime) -> None:
    """Keep a memory under its key."""
    record = LevelRecord(event_key=key, decided_utc=at, level=level, candidate_level=None, memory=document_of(memory))
    house.levels.save(record, world=house.world)
