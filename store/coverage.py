"""How far each feed is known: what tells "no hotspot" from "no data"."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime
from functools import partial
from typing import Any

import sqlalchemy as sa

from notify.alert import LIVE
from store.database import Database
from store.dialect import upsert
from store.known import Known
from store.schema import flag, instant, metadata, text

coverage = sa.Table(
    "coverage",
    metadata,
    text("world"),
    text("feed"),
    instant("newest_content_utc", nullable=True),
    instant("last_success_utc", nullable=True),
    instant("last_attempt_utc", nullable=True),
    text("last_error", nullable=True),
    flag("quiet"),
    text("left_out", nullable=True),
    sa.PrimaryKeyConstraint("world", "feed"),
)


@dataclass(frozen=True, slots=True)
class FeedCoverage:
    """What is known of one feed."""

    feed: str
    newest_content_utc: datetime | None = None
    """Newest valid time inside any answer so far: content age, not fetch age."""
    last_success_utc: datetime | None = None
    last_attempt_utc: datetime | None = None
    last_error: str | None = None
    """Null when the newest attempt succeeded."""
    quiet: bool = False
    """The newest good answer was whole and had no row: nothing burnt, and that is known."""
    left_out: str | None = None
    """What beside the newest good answer could not be used, and what to do; null where nothing was left out."""

    @property
    def is_out(self) -> bool:
        """Whether silence of this feed means nothing: it never answered, or its newest attempt failed."""
        return self.last_success_utc is None or self.last_error is not None


def after_success(
    known: FeedCoverage, *, attempted_utc: datetime, newest_content_utc: datetime | None, left_out: str | None = None
) -> FeedCoverage:
    """What is known after a good answer; without a content time it was a quiet one. An older attempt moves no error."""
    if _is_older(known.last_success_utc, attempted_utc):
        return replace(known, newest_content_utc=_newer(known.newest_content_utc, newest_content_utc))
    newest = not _is_older(known.last_attempt_utc, attempted_utc)
    return replace(
        known,
        newest_content_utc=_newer(known.newest_content_utc, newest_content_utc),
        last_success_utc=attempted_utc,
        last_attempt_utc=_newer(known.last_attempt_utc, attempted_utc),
        last_error=None if newest else known.last_error,
        quiet=newest_content_utc is None,
        left_out=left_out if newest else known.left_out,
    )


def after_failure(known: FeedCoverage, *, attempted_utc: datetime, error: str) -> FeedCoverage:
    """What is known after an attempt that gave nothing; one older than the newest attempt changes nothing."""
    if _is_older(known.last_attempt_utc, attempted_utc):
        return known
    return replace(known, last_attempt_utc=attempted_utc, last_error=error or "no reason was given", left_out=None)


@dataclass(frozen=True)
class Coverage:
    """Keeps one row a feed and a world."""

    database: Database
    known: Known | None = None
    """A look back sees, and moves, what was known then."""

    def record_success(
        self,
        feed: str,
        *,
        attempted_utc: datetime,
        newest_content_utc: datetime | None,
        left_out: str | None = None,
        world: str = LIVE,
    ) -> FeedCoverage:
        """A good answer came; ``newest_content_utc`` is null when it held no row, ``left_out`` when all was used."""
        after = partial(
            after_success, attempted_utc=attempted_utc, newest_content_utc=newest_content_utc, left_out=left_out
        )
        if self.known is not None:
            return self._note(after(self.of(feed)))
        with self.database.begin() as connection:
            return _put(connection, after(_locked(connection, feed, world)), world)

    def record_failure(self, feed: str, *, attempted_utc: datetime, error: str, world: str = LIVE) -> FeedCoverage:
        """No answer, or one that could not be read or was stale."""
        if self.known is not None:
            return self._note(after_failure(self.of(feed), attempted_utc=attempted_utc, error=error))
        with self.database.begin() as connection:
            known = _locked(connection, feed, world)
            return _put(connection, after_failure(known, attempted_utc=attempted_utc, error=error), world)

    def of(self, feed: str, *, world: str = LIVE) -> FeedCoverage:
        """What is known of a feed; a feed that was never asked is out."""
        if self.known is not None:
            return self.known.coverage.get(feed, FeedCoverage(feed))
        with self.database.read() as connection:
            row = connection.execute(_row(feed, world)).one_or_none()
        return FeedCoverage(feed) if row is None else _coverage(row)

    def all_feeds(self, *, world: str = LIVE) -> list[FeedCoverage]:
        """All feeds that were ever asked, by name."""
        if self.known is not None:
            return [self.known.coverage[feed] for feed in sorted(self.known.coverage)]
        statement = sa.select(coverage).where(coverage.c.world == world).order_by(coverage.c.feed)
        with self.database.read() as connection:
            return [_coverage(row) for row in connection.execute(statement)]

    def _note(self, found: FeedCoverage) -> FeedCoverage:
        assert self.known is not None
        self.known.coverage[found.feed] = found
        return found


def _is_older(known: datetime | None, other: datetime) -> bool:
    return known is not None and other < known


def _newer(known: datetime | None, other: datetime | None) -> datetime | None:
    return max((item for item in (known, other) if item is not None), default=None)


def _row(feed: str, world: str) -> sa.Select[Any]:
    return sa.select(coverage).where(coverage.c.world == world, coverage.c.feed == feed)


def _locked(connection: sa.Connection, feed: str, world: str) -> FeedCoverage:
    empty = upsert(connection, coverage).values(world=world, feed=feed, quiet=False).on_conflict_do_nothing()
    connection.execute(empty)
    return _coverage(connection.execute(_row(feed, world).with_for_update()).one())


def _put(connection: sa.Connection, known: FeedCoverage, world: str) -> FeedCoverage:
    connection.execute(
        coverage.update().where(coverage.c.world == world, coverage.c.feed == known.feed).values(asdict(known))
    )
    return known


def _coverage(row: Any) -> FeedCoverage:
    return FeedCoverage(**{field.name: getattr(row, field.name) for field in fields(FeedCoverage)})
