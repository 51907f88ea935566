"""The archive of raw answers: a row for each answer, the bytes once in a file."""

from __future__ import annotations

import gzip
import hashlib
import os
import re
import tempfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from feeds.archive import Payload, digest
from store.database import Database
from store.dialect import upsert
from store.errors import NaiveInstant, NotInStore, StoreCorrupt, StoreError, StoreUnreadable
from store.schema import count, instant, metadata, number, text

payload = sa.Table(
    "payload",
    metadata,
    sa.Column("payload_id", sa.Text(), primary_key=True),
    text("world"),
    text("feed"),
    text("request_key"),
    instant("fetched_utc"),
    text("sha256"),
    count("status"),
    text("content_type"),
    count("size"),
    text("path"),
    number("clock_ahead_s", nullable=True),
    sa.Index("ix_payload_newest", "world", "feed", "request_key", "fetched_utc"),
    sa.Index("ix_payload_sha256", "feed", "sha256"),
)

_FEED_NAME = re.compile(r"[a-z0-9][a-z0-9_-]*")


@dataclass(frozen=True)
class Payloads:
    """Implements :class:`feeds.archive.Archive`. Files are written once and never touched again.

    Attributes:
        database: holds the rows.
        folder: holds ``<feed>/<yyyy>/<mm>/<dd>/<HHMMSS>-<first 12 digits of the digest>.gz``.
    """

    database: Database
    folder: Path

    def save(
        self,
        feed: str,
        request_key: str,
        content: bytes,
        *,
        fetched_utc: datetime,
        status: int,
        world: str,
        content_type: str = "",
        clock_ahead_s: float | None = None,
    ) -> Payload:
        """Keep an answer: first the file, then the row; the same bytes of one feed are stored once.

        Raises:
            StoreError: the feed's name cannot be a folder.
            StoreCorrupt: the file that this answer belongs in holds something else.
            StoreUnreadable: the archive cannot be written.
        """
        if not _FEED_NAME.fullmatch(feed):
            raise StoreError(f"feed {feed!r} cannot be a folder of the archive: use a-z, 0-9, _ and -")
        if fetched_utc.utcoffset() is None:
            raise NaiveInstant(f"{feed}: fetched_utc {fetched_utc!r} has no time zone")
        kept = Payload(
            payload_id=_payload_id(world, feed, request_key, fetched_utc, digest(content), status),
            feed=feed,
            request_key=request_key,
            fetched_utc=fetched_utc.astimezone(UTC),
            content=content,
            sha256=digest(content),
            status=status,
            content_type=content_type,
        )
        path = self._intact_copy(feed, kept.sha256) or self._write(kept)
        row = {column: getattr(kept, column) for column in _SHARED} | {"world": world, "size": len(content)}
        row |= {"clock_ahead_s": clock_ahead_s}
        with self.database.begin() as connection:
            statement = upsert(connection, payload).values(**row, path=path).on_conflict_do_nothing()
            connection.execute(statement)
        return kept

    def clock_ahead_s(self, *, since: datetime, world: str) -> float | None:
        """Our clock less those of the feeds' servers, by the answers since an instant; None where none said its time.

        Of a feed the least counts: what was on its way for long makes our clock look ahead, never behind. Of several
        feeds the one that agrees best: one server whose clock is wrong does not make ours wrong.
        """
        least = sa.select(sa.func.min(payload.c.clock_ahead_s)).where(
            payload.c.world == world, payload.c.fetched_utc >= since, payload.c.clock_ahead_s.is_not(None)
        )
        with self.database.read() as connection:
            found = connection.execute(least.group_by(payload.c.feed)).scalars().all()
        return min(map(float, found), key=abs, default=None)

    def load(self, payload_id: str) -> bytes:
        """The bytes of an answer.

        Raises:
            NotInStore: nothing is kept under this id (a ``KeyError``).
            StoreCorrupt: the file is missing, or what it holds does not match its digest.
        """
        with self.database.read() as connection:
            row = connection.execute(sa.select(payload).where(payload.c.payload_id == payload_id)).one_or_none()
        if row is None:
            raise NotInStore(f"no payload {payload_id!r} in the archive")
        return self._bytes(row.path, row.sha256)

    def newest(self, feed: str, request_key: str, *, not_after: datetime, world: str) -> Payload | None:
        """The answer to this question that was fetched last, but not after ``not_after``.

        Raises:
            StoreCorrupt: its file is missing, or what it holds does not match its digest.
        """
        statement = (
            sa.select(payload)
            .where(payload.c.world == world, payload.c.feed == feed, payload.c.request_key == request_key)
            .where(payload.c.fetched_utc <= not_after)
            .order_by(payload.c.fetched_utc.desc(), payload.c.payload_id)
            .limit(1)
        )
        with self.database.read() as connection:
            row = connection.execute(statement).one_or_none()
        if row is None:
            return None
        return _payload(row, self._bytes(row.path, row.sha256))

    def named(self, payload_ids: Sequence[str]) -> list[Payload]:
        """Answers by their ids, in the order of the ids.

        Raises:
            NotInStore: one of them is not in the archive.
            StoreCorrupt: a file is missing, or what it holds does not match its digest.
        """
        with self.database.read() as connection:
            rows = connection.execute(sa.select(payload).where(payload.c.payload_id.in_(list(payload_ids)))).all()
        by_id = {row.payload_id: row for row in rows}
        if missing := [one for one in payload_ids if one not in by_id]:
            raise NotInStore(f"no payload {missing[0]!r} in the archive")
        return [_payload(by_id[one], self._bytes(by_id[one].path, by_id[one].sha256)) for one in payload_ids]

    def newest_of_each(self, feed: str, *, not_after: datetime, world: str) -> list[Payload]:
        """The newest answer to each question of a feed up to an instant, by name of the question."""
        chosen = sa.select(payload.c.request_key).where(payload.c.world == world, payload.c.feed == feed)
        with self.database.read() as connection:
            keys = sorted(connection.execute(chosen.where(payload.c.fetched_utc <= not_after).distinct()).scalars())
        found = [self.newest(feed, key, not_after=not_after, world=world) for key in keys]
        return [one for one in found if one is not None]

    def _intact_copy(self, feed: str, sha256: str) -> str | None:
        """Path of the same bytes from this feed, if they are there and still sound."""
        statement = sa.select(payload.c.path).where(payload.c.feed == feed, payload.c.sha256 == sha256).distinct()
        with self.database.read() as connection:
            paths = connection.execute(statement).scalars().all()
        return next((path for path in paths if self._is_intact(path, sha256)), None)

    def _is_intact(self, path: str, sha256: str) -> bool:
        try:
            self._bytes(path, sha256)
        except StoreCorrupt:
            return False
        return True

    def _write(self, kept: Payload) -> str:
        path = f"{kept.feed}/{kept.fetched_utc:%Y/%m/%d/%H%M%S}-{kept.sha256[:12]}.gz"
        target = self.folder / path
        if target.exists():
            self._bytes(path, kept.sha256)
            return path
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            _write_durably(target, gzip.compress(kept.content, mtime=0))
        except OSError as error:
            raise StoreUnreadable(f"{target}: the answer cannot be kept ({error}); is the disk full?") from error
        return path

    def _bytes(self, path: str, sha256: str) -> bytes:
        file = self.folder / path
        try:
            content = gzip.decompress(file.read_bytes())
        except (OSError, EOFError, zlib.error) as error:
            raise StoreCorrupt(f"{file}: cannot be read ({error}); restore it from a backup") from error
        if digest(content) != sha256:
            raise StoreCorrupt(f"{file}: does not match its digest {sha256}; restore it from a backup")
        return content


_SHARED = ("payload_id", "feed", "request_key", "fetched_utc", "sha256", "status", "content_type")


def _payload(row: Any, content: bytes) -> Payload:
    return Payload(content=content, **{column: getattr(row, column) for column in _SHARED})


def _payload_id(world: str, feed: str, request_key: str, fetched_utc: datetime, sha256: str, status: int) -> str:
    fetched = fetched_utc.astimezone(UTC).isoformat()
    return hashlib.sha256("\n".join((world, feed, request_key, fetched, sha256, str(status))).encode()).hexdigest()[:32]


def _write_durably(target: Path, content: bytes) -> None:
    """Write beside the target, force to disk, rename: a reader sees all of it or nothing, also after a power loss."""
    handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=".", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).rename(target)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    directory = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
