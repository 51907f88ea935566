"""Followed fires and the hotspots that each is made of."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from pydantic import TypeAdapter, ValidationError

from models.incidents.incident import Confidence, Doubt, Incident, IncidentState, Projection, SourceKind
from notify.alert import LIVE
from store.counters import next_in
from store.database import Database
from store.dialect import upsert
from store.errors import NotInStore, StoreConflict, StoreCorrupt
from store.schema import closed, count, document, flag, instant, metadata, number, serial, text

incident = sa.Table(
    "incident",
    metadata,
    text("world"),
    text("incident_id"),
    text("zone"),
    text("state"),
    instant("first_seen_utc"),
    instant("first_available_utc"),
    instant("last_seen_utc"),
    number("lat_deg"),
    number("lon_deg"),
    number("location_error_km"),
    number("frp_mw", nullable=True),
    number("distance_to_border_km"),
    number("signed_distance_km"),
    number("bearing_to_border_deg"),
    text("region", nullable=True),
    count("county_gb", nullable=True),
    count("neighbour_county_gb"),
    document("neighbour_regions"),
    text("source_kind"),
    flag("suppressed"),
    text("reason"),
    document("satellites"),
    text("hotspot_no"),
    text("confidence"),
    text("suppressed_by", nullable=True),
    count("looks"),
    count("most_pixels"),
    document("county_gbs"),
    text("level"),
    document("level_reasons"),
    sa.Column("projection", sa.JSON(none_as_null=True), nullable=True),
    text("merged_into", nullable=True),
    document("merged_from"),
    text("split_from", nullable=True),
    document("other_zones"),
    sa.PrimaryKeyConstraint("world", "incident_id"),
    closed("state", IncidentState),
    sa.Index("ix_incident_open", "world", "state"),
)

# No key to hotspot: an incident may outlive the rows of its pixels, and must never wait for them.
incident_hotspot = sa.Table(
    "incident_hotspot",
    metadata,
    text("world"),
    text("incident_id"),
    text("hotspot_id"),
    sa.PrimaryKeyConstraint("world", "incident_id", "hotspot_id"),
    sa.ForeignKeyConstraint(
        ["world", "incident_id"], ["incident.world", "incident.incident_id"], name="fk_incident_hotspot_incident"
    ),
    sa.Index("ix_incident_hotspot_hotspot", "world", "hotspot_id"),
)

incident_version = sa.Table(
    "incident_version",
    metadata,
    serial("seq"),
    text("world"),
    text("incident_id"),
    document("document"),
    sa.Index("ix_incident_version_incident", "world", "incident_id", "seq"),
)
"""Every incident as each save left it: what a rerun begins with."""

_LISTS = ("neighbour_regions", "satellites", "county_gbs", "level_reasons", "merged_from", "other_zones")
_DOCUMENT = TypeAdapter(Incident)
_PROJECTION = TypeAdapter(Projection)
_LOCK = 0x1C1
"""Of PostgreSQL's advisory locks; the second key is the world's."""
_PLAIN = tuple(column.name for column in incident.c if column.name not in {"world", "projection", *_LISTS})


@dataclass(frozen=True)
class Incidents:
    """Keeps :class:`models.incidents.incident.Incident` by world and number."""

    database: Database

    @contextmanager
    def alone(self, *, world: str = LIVE) -> Iterator[sa.Connection]:
        """One write transaction in which nobody else numbers or changes incidents of this world.

        What it reads is what stands until it ends: of two rounds at once, the second sees what the first has numbered.
        SQLite has one writer at a time anyway.
        """
        with self.database.begin() as connection:
            if not self.database.is_sqlite:
                key = sa.func.hashtext(f"incidents:{world}")
                connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK, key)))
            yield connection

    def save(self, incidents: Iterable[Incident], *, world: str = LIVE) -> None:
        """Keep incidents as they are now: new ones, and all fields and hotspots of those that were there.

        Raises:
            StoreConflict: one that has ended would live again; a new fire needs a new number.
        """
        with self.database.begin() as connection:
            for item in sorted(incidents, key=lambda found: found.incident_id):
                _refuse_return(connection, item, world)
                _save_row(connection, item, world)
                _save_hotspots(connection, item, world)
                _save_version(connection, item, world)

    def load(self, incident_id: str, *, world: str = LIVE) -> Incident:
        """One incident.

        Raises:
            NotInStore: no such number in this world.
        """
        found = self._list(incident.c.incident_id == incident_id, world=world)
        if not found:
            raise NotInStore(f"no incident {incident_id!r} in world {world!r}")
        return found[0]

    def resolve(self, number: str, *, world: str = LIVE) -> Incident:
        """The incident that a number leads to: its own, that of its first hotspot, or one that was merged.

        Raises:
            NotInStore: no such number in this world.
        """
        found = self._list(sa.or_(incident.c.incident_id == number, incident.c.hotspot_no == number), world=world)
        if not found:
            raise NotInStore(f"no incident or hotspot {number!r} in world {world!r}")
        here = found[0]
        while here.merged_into is not None:
            here = self.load(here.merged_into, world=world)
        return here

    def zones_of_event(self, event_id: str, *, world: str = LIVE) -> tuple[str, ...]:
        """The joint units of the incident that an alert was about; none where it was about something else."""
        return next((each.zones for each in self._list(incident.c.incident_id == event_id, world=world)), ())

    def open_incidents(self, *, world: str = LIVE) -> list[Incident]:
        """All that have not ended, by number."""
        return self._list(incident.c.state != IncidentState.ENDED, world=world)

    def all_incidents(self, *, world: str = LIVE) -> list[Incident]:
        """All, by number."""
        return self._list(sa.true(), world=world)

    def standing(self, *, seen_since: datetime, and_of: Collection[str] = (), world: str = LIVE) -> list[Incident]:
        """All that have not ended, were seen at or after an instant, or are named, by number."""
        now = sa.or_(incident.c.state != IncidentState.ENDED, incident.c.last_seen_utc >= seen_since)
        return self._list(sa.or_(now, incident.c.incident_id.in_(sorted(and_of))), world=world)

    def count(self, zones: Collection[str], *, world: str = LIVE) -> int:
        """How many there are of some joint units, ended ones too."""
        chosen = sa.select(sa.func.count()).select_from(incident).where(*_of(zones, world))
        with self.database.read() as connection:
            return int(connection.execute(chosen).scalar_one())

    def newest(self, zones: Collection[str], *, limit: int, after: int = 0, world: str = LIVE) -> list[Incident]:
        """A page of all of some joint units, the last seen first."""
        latest = sa.select(incident.c.incident_id).where(*_of(zones, world))
        latest = latest.order_by(incident.c.last_seen_utc.desc(), incident.c.incident_id.desc())
        with self.database.read() as connection:
            ids = list(connection.execute(latest.limit(limit).offset(after)).scalars())
        found = {each.incident_id: each for each in self._list(incident.c.incident_id.in_(ids), world=world)}
        return [found[each] for each in ids]

    def next_number(self, zone: str, year: int, *, world: str = LIVE) -> int:
        """The next incident number of a zone and year, from 1.

        Inside ``database.begin()`` together with :meth:`save`, a number is never lost: both are written, or neither.
        """
        with self.database.begin() as connection:
            return next_in(connection, f"incident:{zone}:{year}", world=world)

    def _list(self, condition: sa.ColumnElement[bool], *, world: str) -> list[Incident]:
        chosen = sa.select(incident).where(incident.c.world == world, condition).order_by(incident.c.incident_id)
        members = (
            sa.select(incident_hotspot.c.incident_id, incident_hotspot.c.hotspot_id)
            .join_from(incident_hotspot, incident)
            .where(incident.c.world == world, condition)
            .order_by(incident_hotspot.c.incident_id)
        )
        with self.database.read() as connection:
            rows = connection.execute(chosen).all()
            pairs = connection.execute(members).all()
        by_incident = {key: frozenset(pair[1] for pair in group) for key, group in groupby(pairs, lambda pair: pair[0])}
        return [_incident(row, by_incident.get(row.incident_id, frozenset())) for row in rows]


def _of(zones: Collection[str], world: str) -> tuple[sa.ColumnElement[bool], ...]:
    others = sa.cast(incident.c.other_zones, sa.Text)
    named = [others.contains(f'"{zone}"', autoescape=True) for zone in sorted(zones)]
    return incident.c.world == world, sa.or_(incident.c.zone.in_(sorted(zones)), *named)


def _refuse_return(connection: sa.Connection, item: Incident, world: str) -> None:
    statement = sa.select(incident.c.state).where(*_key(incident, item, world)).with_for_update()
    before = connection.execute(statement).scalar()
    if before == IncidentState.ENDED and item.state is not IncidentState.ENDED:
        raise StoreConflict(f"incident {item.incident_id} has ended and cannot be {item.state}; open a new one")


def _save_row(connection: sa.Connection, item: Incident, world: str) -> None:
    row: dict[str, Any] = {name: getattr(item, name) for name in _PLAIN}
    row |= {name: list(getattr(item, name)) for name in _LISTS}
    row |= {"projection": _document(item.projection) if item.projection else None}
    statement = upsert(connection, incident).values(world=world, **row)
    connection.execute(
        statement.on_conflict_do_update(index_elements=[incident.c.world, incident.c.incident_id], set_=row)
    )


def _save_hotspots(connection: sa.Connection, item: Incident, world: str) -> None:
    table = incident_hotspot
    key = _key(table, item, world)
    before = set(connection.execute(sa.select(table.c.hotspot_id).where(*key)).scalars())
    gone, new = sorted(before - item.hotspot_ids), sorted(item.hotspot_ids - before)
    if gone:
        parameters: Sequence[dict[str, str]] = [{"gone": hotspot_id} for hotspot_id in gone]
        connection.execute(table.delete().where(*key, table.c.hotspot_id == sa.bindparam("gone")), parameters)
    if new:
        ids = {"world": world, "incident_id": item.incident_id}
        statement = upsert(connection, table).on_conflict_do_nothing()
        connection.execute(statement, [ids | {"hotspot_id": hotspot_id} for hotspot_id in new])


def _save_version(connection: sa.Connection, item: Incident, world: str) -> None:
    """A version where the incident is another than at the last save."""
    kept = _DOCUMENT.dump_python(item, mode="json") | {"hotspot_ids": sorted(item.hotspot_ids)}
    mine = (incident_version.c.world == world, incident_version.c.incident_id == item.incident_id)
    newest = sa.select(incident_version.c.document).where(*mine).order_by(incident_version.c.seq.desc()).limit(1)
    if connection.execute(newest).scalar() != kept:
        row = {"world": world, "incident_id": item.incident_id, "document": kept}
        connection.execute(incident_version.insert().values(row))


def incident_of(kept: Any) -> Incident:
    """The incident of a version.

    Raises:
        StoreCorrupt: the document is of another kind.
    """
    try:
        found: Incident = _DOCUMENT.validate_python(kept)
    except ValidationError as error:
        raise StoreCorrupt(f"version of an incident: {error}; restore a backup") from error
    return found


def _key(table: sa.Table, item: Incident, world: str) -> tuple[sa.ColumnElement[bool], sa.ColumnElement[bool]]:
    return table.c.world == world, table.c.incident_id == item.incident_id


def _incident(row: Any, hotspot_ids: frozenset[str]) -> Incident:
    plain: dict[str, Any] = {name: getattr(row, name) for name in _PLAIN} | {
        "state": IncidentState(row.state),
        "source_kind": SourceKind(row.source_kind),
        "confidence": Confidence(row.confidence),
        "suppressed_by": Doubt(row.suppressed_by) if row.suppressed_by else None,
        "projection": _projection(row.projection, row.last_seen_utc) if row.projection else None,
    }
    plain |= {name: tuple(getattr(row, name)) for name in _LISTS}
    return Incident(**plain, hotspot_ids=hotspot_ids)


def _document(projection: Projection) -> dict[str, Any]:
    kept: dict[str, Any] = _PROJECTION.dump_python(projection, mode="json")
    return kept | {"projected_utc": projection.projected_utc.isoformat()}


def _projection(kept: dict[str, Any], last_seen_utc: datetime) -> Projection:
    """A projection of a version that did not say when it was made counted from the last look."""
    found: Projection = _PROJECTION.validate_python({"projected_utc": last_seen_utc} | kept)
    return found
