"""The catalogue of product files: which map or bulletin is the newest, and of which run."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from notify.alert import LIVE
from store.database import Database
from store.dialect import upsert
from store.errors import StoreConflict
from store.known import Known
from store.run_rows import run
from store.schema import flag, instant, metadata, serial, text

product = sa.Table(
    "product",
    metadata,
    serial("seq"),
    text("world"),
    text("run_id"),
    text("kind"),
    text("zone", nullable=True),
    text("path"),
    text("sha256"),
    instant("valid_from_utc"),
    instant("valid_to_utc"),
    instant("made_utc"),
    flag("degraded"),
    sa.UniqueConstraint("world", "run_id", "path"),
    sa.CheckConstraint("valid_from_utc <= valid_to_utc", name="validity"),
    sa.Index("ix_product_newest", "world", "kind", "zone", "made_utc"),
)


@dataclass(frozen=True, slots=True)
class Product:
    """One file that a run made."""

    run_id: str
    kind: str
    """For example ``danger_csv``, ``danger_map``, ``cap``, ``bulletin``."""
    zone: str | None
    """Null when it covers all zones."""
    path: str
    """Under products/."""
    sha256: str
    valid_from_utc: datetime
    valid_to_utc: datetime
    made_utc: datetime
    degraded: bool = False
    world: str = LIVE


@dataclass(frozen=True)
class Products:
    """Keeps the catalogue."""

    database: Database
    known: Known | None = None
    """How far a look back reads; None for all."""

    def forget(self, run_id: str, *, world: str) -> None:
        """Take the files of a run that was cancelled out of the catalogue."""
        with self.database.begin() as connection:
            connection.execute(product.delete().where(product.c.world == world, product.c.run_id == run_id))

    def save(self, made: Product) -> bool:
        """Enter a file; False when the same run entered the same file before.

        Raises:
            StoreConflict: the same run entered this path with other content.
        """
        key = (product.c.world == made.world, product.c.run_id == made.run_id, product.c.path == made.path)
        row = {item.name: getattr(made, item.name) for item in fields(Product)}
        with self.database.begin() as connection:
            statement = upsert(connection, product).values(**row)
            statement = statement.on_conflict_do_nothing(
                index_elements=[product.c.world, product.c.run_id, product.c.path]
            )
            if connection.execute(statement.returning(product.c.seq)).scalar() is not None:
                return True
            before = _product(connection.execute(sa.select(product).where(*key)).one())
        if before.sha256 != made.sha256:
            raise StoreConflict(f"run {made.run_id} entered {made.path} before with other content; use a new path")
        return False

    def entered(self, path: str, *, world: str = LIVE) -> bool:
        """Whether a run of this world entered a file of this path."""
        chosen = sa.select(product.c.seq).where(product.c.world == world, product.c.path == path).limit(1)
        with self.database.read() as connection:
            return connection.execute(chosen).scalar() is not None

    def newest(self, kind: str, zone: str | None = None, *, world: str = LIVE) -> Product | None:
        """The file of a kind that was made last, of one zone, or of those that cover all.

        What a rerun made counts from its release on: until then it is a preview.
        """
        previews = sa.select(run.c.run_id).where(run.c.rerun_of.is_not(None), run.c.released_utc.is_(None))
        statement = (
            sa.select(product)
            .where(product.c.world == world, product.c.kind == kind, product.c.zone.is_not_distinct_from(zone))
            .where(product.c.run_id.not_in(previews))
            .order_by(product.c.made_utc.desc(), product.c.seq.desc())
            .limit(1)
        )
        if self.known is not None:
            statement = statement.where(product.c.seq <= self.known.mark(product.name))
        with self.database.read() as connection:
            row = connection.execute(statement).one_or_none()
        return None if row is None else _product(row)

    def newest_named(self, kind: str, name: str, *, world: str = LIVE) -> Product | None:
        """The file of a kind and of this name, without its folder, that was made last."""
        ending = sa.func.substr(product.c.path, -(len(name) + 1)) == f"/{name}"
        mine = (product.c.world == world, product.c.kind == kind, ending)
        statement = sa.select(product).where(*mine).order_by(product.c.made_utc.desc(), product.c.seq.desc()).limit(1)
        with self.database.read() as connection:
            row = connection.execute(statement).one_or_none()
        return None if row is None else _product(row)

    def since(self, kind: str, made_utc: datetime, *, world: str = LIVE) -> list[Product]:
        """The files of a kind that were made at or after an instant, newest first, each path once."""
        mine = (product.c.world == world, product.c.kind == kind, product.c.made_utc >= made_utc)
        statement = sa.select(product).where(*mine).order_by(product.c.made_utc.desc(), product.c.seq.desc())
        newest: dict[str, Product] = {}
        with self.database.read() as connection:
            for row in connection.execute(statement):
                newest.setdefault(row.path, _product(row))
        return list(newest.values())

    def of_run(self, run_id: str) -> list[Product]:
        """The files of a run in the order in which they were entered."""
        statement = sa.select(product).where(product.c.run_id == run_id).order_by(product.c.seq)
        with self.database.read() as connection:
            return [_product(row) for row in connection.execute(statement)]


def _product(row: Any) -> Product:
    return Product(**{item.name: getattr(row, item.name) for item in fields(Product)})
