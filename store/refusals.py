"""What a database refuses, in the errors of this floor, each with the name of the database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, IntegrityError, SQLAlchemyError

from store.errors import StoreBusy, StoreConflict, StoreError, StoreUnreadable


@contextmanager
def named(name: str) -> Iterator[None]:
    """Raise what goes wrong in a block as an error of the store."""
    try:
        yield
    except IntegrityError as error:
        raise StoreConflict(f"{name}: a constraint refused the row: {error.orig}") from error
    except DBAPIError as error:
        if _is_busy(error):
            raise StoreBusy(f"{name}: another writer held the database; nothing was written: {error.orig}") from error
        raise StoreUnreadable(f"{name}: {error.orig}; look at the file or server, or restore a backup") from error
    except SQLAlchemyError as error:
        raise StoreError(f"{name}: {error}") from error


def _is_busy(error: DBAPIError) -> bool:
    """Locked (SQLite), or deadlock, serialization failure or lock not available (PostgreSQL)."""
    state = getattr(error.orig, "sqlstate", None)
    return "locked" in str(error.orig) if state is None else state in {"40001", "40P01", "55P03"}
