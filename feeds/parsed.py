"""What a parser hands on: a frame, what was left out, and what a missing row would mean."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Generic, TypeVar

import dataframely as dy
import polars as pl

from feeds.rejects import Rejects

Schema = TypeVar("Schema", bound=dy.Schema)


@dataclass(frozen=True)
class Parsed(Generic[Schema]):
    """A good answer of a feed.

    That it exists is the statement that the feed answered: within ``product`` and up to ``covered_until_utc``, what is
    not in ``frame`` was not seen. Where there is no ``Parsed`` there are no data, and nothing can be said.
    """

    feed: str
    product: str
    """What the answer covers: a satellite product, a set of models, a file."""
    frame: dy.DataFrame[Schema]
    rows_in: int
    """Rows that came, the header aside: accepted + rejected + duplicates."""
    duplicates: int
    """Rows that repeated an accepted one and were merged into it."""
    rejects: Rejects
    blanked: Rejects
    """Values that could not be used and are null in ``frame``; their rows were kept."""
    newest_content_utc: datetime | None
    """Newest time inside the whole answer, before any cropping; None when it holds no row."""
    covered_until_utc: datetime | None
    """Up to when the absence of a row means that nothing was seen; None when that cannot be said."""

    def __post_init__(self) -> None:
        if self.frame.height + self.rejects.total + self.duplicates != self.rows_in:
            raise ValueError(
                f"{self.feed}: {self.frame.height} accepted + {self.rejects.total} rejected + {self.duplicates} "
                f"duplicate rows are not the {self.rows_in} that came"
            )

    @property
    def quiet(self) -> bool:
        """The feed answered well and had nothing to tell."""
        return self.rows_in == 0


def newest(frame: pl.DataFrame, column: str) -> datetime | None:
    """Newest instant of a column; None for a frame without rows."""
    value = frame.get_column(column).max()
    return value.astimezone(UTC) if isinstance(value, datetime) else None


def declared_range(schema: type[dy.Schema], column: str) -> tuple[float, float]:
    """The bounds that a frame declares for a number: what is outside cannot enter it."""
    declared = schema.columns()[column]
    if not isinstance(declared, dy.Float64):
        raise TypeError(f"{schema.__name__}.{column} is no Float64")
    low = -math.inf if declared.min is None else declared.min
    return low, math.inf if declared.max is None else declared.max
