"""Where the state lies on disk."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from store.errors import StoreUnreadable


@dataclass(frozen=True, slots=True)
class Home:
    """The folder ``FIREWATCH_HOME`` and what stands in it."""

    root: Path

    @property
    def database(self) -> Path:
        """The SQLite file."""
        return self.root / "firewatch.db"

    @property
    def database_url(self) -> str:
        """URL of the SQLite file, for :func:`store.database.open_database`."""
        return f"sqlite:///{self.database.absolute()}"

    @property
    def archive(self) -> Path:
        """Raw answers."""
        return self.root / "archive"

    @property
    def products(self) -> Path:
        """Maps, CAP messages, bulletins, reports."""
        return self.root / "products"

    @property
    def inbox(self) -> Path:
        """What the embedded channel received, ``<region>/<office>.jsonl``."""
        return self.root / "inbox"

    def ensure(self) -> Home:
        """Make the folders that are missing.

        Raises:
            StoreUnreadable: a folder cannot be made or written.
        """
        for folder in (self.root, self.archive, self.products, self.inbox):
            try:
                folder.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise StoreUnreadable(f"{folder}: cannot make the folder ({error}); set FIREWATCH_HOME") from error
        return self
