"""What hysteresis remembers of each event, run by run, and the decisions not to tell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any, TypeVar

import sqlalchemy as sa
from pydantic import TypeAdapter, ValidationError

from notify.alert import LIVE, Reason, Silence
from store.database import Database
from store.dialect import upsert
from store.errors import StoreCorrupt
from store.known import Known, refuse_writing
from store.schema import count, document, instant, metadata, serial, text

zone_level = sa.Table(
    "zone_level",
    metadata,
    text("world"),
    text("event_key"),
    instant("decided_utc"),
    text("level"),
    text("candidate_level", nullable=True),
    count("runs_below"),
    instant("since_utc", nullable=True),
    document("memory"),
    sa.PrimaryKeyConstraint("world", "event_key", "decided_utc"),
    sa.CheckConstraint("runs_below >= 0", name="runs_below"),
)

silence = sa.Table(
    "silence",
    metadata,
    serial("seq"),
    text("world"),
    text("event_id"),
    text("zone", nullable=True),
    text("level"),
    text("reason"),
    instant("decided_utc"),
    text("note"),
    sa.UniqueConstraint("world", "event_id", "decided_utc", "reason"),
)

_M = TypeVar("_M")


@dataclass(frozen=True, slots=True)
class LevelRecord:
    """The level of one event after one run. The columns are for people; ``memory`` is what the next run reads."""

    event_key: str
    """Stable over episodes: ``danger:PG-JZ``, an incident's number, ``feed:firms_viirs_snpp``."""
    decided_utc: datetime
    level: str
    candidate_level: str | None
    """What the data of this run alone asked for; null when they did not say."""
    runs_below: int = 0
    since_utc: datetime | None = None
    memory: Mapping[str, Any] = field(default_factory=dict)
    """From :func:`document_of`."""


_ADAPTERS: dict[type, TypeAdapter[Any]] = {}


def _adapter(kind: type) -> TypeAdapter[Any]:
    """Made once: making one costs milliseconds, and a round needs one for each incident."""
    if kind not in _ADAPTERS:
        _ADAPTERS[kind] = TypeAdapter(kind)
    return _ADAPTERS[kind]


def document_of(memory: object) -> dict[str, Any]:
    """A frozen dataclass of ``notify`` as a JSON document."""
    content = _adapter(type(memory)).dump_python(memory, mode="json")
    return dict(content)


def memory_from(record: LevelRecord, kind: type[_M]) -> _M:
    """The dataclass that :func:`document_of` was given.

    Raises:
        StoreCorrupt: the document is of another kind.
    """
    try:
        found: _M = _adapter(kind).validate_python(record.memory)
    except ValidationError as error:
        when = record.decided_utc.isoformat()
        raise StoreCorrupt(f"level of {record.event_key} at {when} is no {kind.__name__}: {error}") from error
    return found


@dataclass(frozen=True)
class ZoneLevels:
    """Keeps the level history of events, and silences."""

    database: Database
    known: Known | None = None
    """How far a look back reads; None for all."""

    def save(self, record: LevelRecord, *, world: str = LIVE) -> None:
        """Keep the level after a run. The same run decided again (same event, same time) replaces what it said."""
        refuse_writing(self.known)
        row = {item.name: getattr(record, item.name) for item in fields(LevelRecord)} | {"memory": dict(record.memory)}
        keys = (zone_level.c.world, zone_level.c.event_key, zone_level.c.decided_utc)
        with self.database.begin() as connection:
            statement = upsert(connection, zone_level).values(world=world, **row)
            connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=row))

    def newest(self, event_key: str, *, before: datetime | None = None, world: str = LIVE) -> LevelRecord | None:
        """The newest level of an event; with ``before``, the newest decided earlier than that."""
        statement = _of_event(event_key, world)
        if self.known is not None:
            statement = statement.where(zone_level.c.decided_utc < self.known.as_of_utc)
        if before is not None:
            statement = statement.where(zone_level.c.decided_utc < before)
        with self.database.read() as connection:
            row = connection.execute(statement.limit(1)).one_or_none()
        return None if row is None else _record(row)

    def history(self, event_key: str, *, world: str = LIVE, limit: int | None = None) -> list[LevelRecord]:
        """The levels of an event, newest first."""
        with self.database.read() as connection:
            return [_record(row) for row in connection.execute(_of_event(event_key, world).limit(limit))]

    def keep_silence(self, decision: Silence, *, world: str = LIVE) -> None:
        """Record a decision not to tell; the same one again writes nothing."""
        row = {item.name: getattr(decision, item.name) for item in fields(Silence)}
        with self.database.begin() as connection:
            connection.execute(upsert(connection, silence).values(world=world, **row).on_conflict_do_nothing())

    def silences(self, *, since: datetime, world: str = LIVE) -> list[Silence]:
        """Decisions not to tell since an instant, oldest first."""
        statement = (
            sa.select(silence)
            .where(silence.c.world == world, silence.c.decided_utc >= since)
            .order_by(silence.c.decided_utc, silence.c.seq)
        )
        with self.database.read() as connection:
            return [_silence(row) for row in connection.execute(statement)]


def _of_event(event_key: str, world: str) -> sa.Select[Any]:
    chosen = sa.select(zone_level).where(zone_level.c.world == world, zone_level.c.event_key == event_key)
    return chosen.order_by(zone_level.c.decided_utc.desc())


def _record(row: Any) -> LevelRecord:
    return LevelRecord(**{item.name: getattr(row, item.name) for item in fields(LevelRecord)})


def _silence(row: Any) -> Silence:
    found = {item.name: getattr(row, item.name) for item in fields(Silence)}
    return Silence(**found | {"reason": Reason(row.reason)})
