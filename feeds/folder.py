"""A folder into which an office without internet drops tables. Files still being written are waited for."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from feeds.archive import digest
from feeds.errors import FeedUnavailable
from feeds.tables import TableFile

SUFFIXES = (".csv", ".csv.gz", ".parquet")


@dataclass(frozen=True)
class Listing:
    """What lies in the folder.

    ``waiting`` names the files that are still being written, ``ignored`` those that are no tables: both are shown, so
    that a file with the wrong ending does not look like no file.
    """

    ready: tuple[TableFile, ...]
    waiting: tuple[str, ...]
    ignored: tuple[str, ...]


def load_new_tables(folder: Path, *, seen: Collection[str], read_utc: datetime, settle_s: float) -> Listing:
    """Read the tables of ``folder`` whose content was not seen before, in the order of their names.

    Args:
        folder: where the office drops its tables; sub-folders are not entered.
        seen: SHA-256 digests of the contents that were taken already.
        read_utc: the time of reading.
        settle_s: a file that was touched less than this ago may still grow, and is left for the next round.

    Raises:
        FeedUnavailable: the folder or a file in it cannot be read. An absent folder is no empty folder.
    """
    ready: list[TableFile] = []
    waiting: list[str] = []
    ignored: list[str] = []
    taken = set(seen)
    try:
        for path in sorted(folder.iterdir()):
            if path.is_dir():
                continue
            if path.name.startswith(".") or not path.name.lower().endswith(SUFFIXES):
                ignored.append(path.name)
                continue
            content = _settled_content(path, read_utc, settle_s)
            if content is None:
                waiting.append(path.name)
            elif digest(content) not in taken:
                taken.add(digest(content))
                ready.append(TableFile(path.name, content, read_utc))
    except OSError as error:
        raise FeedUnavailable(
            f"folder {folder.name}", f"{error.strerror}: {error.filename}", "check that the drive is there and readable"
        ) from error
    return Listing(tuple(ready), tuple(waiting), tuple(ignored))


def _settled_content(path: Path, read_utc: datetime, settle_s: float) -> bytes | None:
    """The bytes of a file that nobody is writing to; None while it is being written."""
    before = path.stat()
    touched = datetime.fromtimestamp(before.st_mtime, UTC)
    # A time of change that lies ahead is a clock of another machine, not a file that is being written.
    if timedelta(0) <= read_utc - touched < timedelta(seconds=settle_s):
        return None
    content = path.read_bytes()
    after = path.stat()
    same = (before.st_size, before.st_mtime_ns) == (after.st_size, after.st_mtime_ns)
    return content if same and len(content) == after.st_size else None
