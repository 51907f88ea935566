"""How far the store is read by a run that looks back: what stood in it when another run began, and nothing later."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from store.errors import StoreError

if TYPE_CHECKING:
    import polars as pl

    from store.coverage import FeedCoverage


@dataclass(frozen=True)
class Known:
    """The store at one moment. What a run that looks back adds stays in here, and reaches no table.

    Attributes:
        as_of_utc: levels, judgements and lifts of this instant and later are not seen.
        marks: for each table the number of its last row then.
        coverage: how far each feed was known.
        standing: the danger product that stood, as a document; None when there was none.
        seen: hotspots that the looking run itself parses.
        restored: digests of what was put back as it was then, by part of the configuration.
    """

    as_of_utc: datetime
    marks: Mapping[str, int]
    coverage: dict[str, FeedCoverage] = field(default_factory=dict)
    standing: Mapping[str, Any] | None = None
    seen: list[pl.DataFrame] = field(default_factory=list)
    restored: Mapping[str, str] = field(default_factory=dict)

    def mark(self, table: str) -> int:
        """Number of the last row of a table then.

        Raises:
            StoreError: nobody noted it.
        """
        if table not in self.marks:
            raise StoreError(f"the run noted no mark of {table}; it was made by an older version and cannot be rerun")
        return self.marks[table]

    def mark_if_noted(self, table: str) -> int:
        """The same of a table that came later: a run of a version without it noted no mark, and it held no row."""
        return self.marks.get(table, 0)


def refuse_writing(known: Known | None) -> None:
    """A look back changes nothing.

    Raises:
        StoreError: it was about to.
    """
    if known is not None:
        raise StoreError("a run that looks back was about to write into the present; this is an error of ours")
