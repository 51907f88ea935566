"""What can go wrong with the memory, named for the caller's next step."""

from __future__ import annotations

from sqlalchemy.exc import DontWrapMixin


class StoreError(Exception):
    """Base of the floor. Every message names the file or row and what to do."""


class StoreUnreadable(StoreError):
    """The database cannot be opened, read or written: a person must look at the file or the server."""


class StoreBusy(StoreError):
    """Another writer held the database for too long: try again later; nothing was written."""


class StoreTooNew(StoreError):
    """The database was written by a newer version of the program: install that version."""


class StoreCorrupt(StoreError):
    """Kept bytes are missing or no longer match their digest: restore them from a backup."""


class StoreConflict(StoreError):
    """The row is there already and says something else: read it again and decide again."""


class AnswerUnclear(StoreError):
    """An answer to an alert that does not say who answers for which office: say it."""


class NotInStore(StoreError, KeyError):
    """Nothing is kept under this id."""

    def __str__(self) -> str:
        return str(self.args[0]) if self.args else ""


class NaiveInstant(StoreError, ValueError, DontWrapMixin):
    """A time without an offset: it could mean two instants eight hours apart, so it is refused."""
