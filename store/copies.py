"""Copies of what a run was configured by, each once under its digest: rules, estimators, what stood."""

from __future__ import annotations

import hashlib
import zlib
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from notify.alert import LIVE
from store.database import Database
from store.dialect import upsert
from store.errors import NotInStore, StoreCorrupt
from store.schema import instant, metadata, text

copy_table = sa.Table(
    "kept_copy",
    metadata,
    text("world"),
    text("sha256"),
    text("kind"),
    instant("first_utc"),
    sa.Column("content", sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint("world", "sha256"),
)


@dataclass(frozen=True)
class Copies:
    """Keeps bytes under their digest."""

    database: Database

    def keep(self, kind: str, content: bytes, *, at: datetime, world: str = LIVE) -> str:
        """Keep a copy, once. Returns its digest."""
        sha256 = hashlib.sha256(content).hexdigest()
        mine = (copy_table.c.world == world, copy_table.c.sha256 == sha256)
        with self.database.read() as connection:
            known = connection.execute(sa.select(copy_table.c.kind).where(*mine)).scalar()
        if known is None:
            row = {"world": world, "sha256": sha256, "kind": kind, "first_utc": at, "content": zlib.compress(content)}
            with self.database.begin() as connection:
                connection.execute(upsert(connection, copy_table).values(row).on_conflict_do_nothing())
        return sha256

    def load(self, sha256: str) -> bytes:
        """A copy, of whatever world kept it.

        Raises:
            NotInStore: none has this digest.
            StoreCorrupt: it does not match it.
        """
        chosen = sa.select(copy_table.c.content).where(copy_table.c.sha256 == sha256).limit(1)
        with self.database.read() as connection:
            content: bytes | None = connection.execute(chosen).scalar()
        if content is None:
            raise NotInStore(f"no copy {sha256[:12]}… was kept")
        found = zlib.decompress(content)
        if hashlib.sha256(found).hexdigest() != sha256:
            raise StoreCorrupt(f"copy {sha256[:12]}… does not match its digest; restore a backup")
        return found
