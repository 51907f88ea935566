"""A rerun of some units beside a run of more: what of the older run is about the units that are repeated. Pure."""

from __future__ import annotations

import io
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

import polars as pl

from store.run_rows import Run


@dataclass(frozen=True, slots=True)
class Units:
    """Joint units of a run and of its rerun."""

    again: frozenset[str]
    left: frozenset[str] = frozenset()
    """Held by the run and not by the rerun: what was found there stands, and is no difference."""

    @classmethod
    def of(cls, before: Run, after: Run, every: Collection[str]) -> Units:
        """Those of two rows; a row that names none is of all."""
        held, again = (frozenset(run.parameters.get("zones") or every) for run in (before, after))
        return cls(again, held - again)

    def is_about(self, words: str) -> bool:
        """Whether a file or an event with a unit in its name is one of those that are compared."""
        return not any(unit in words for unit in self.left)

    def of_file(self, name: str, old: bytes, new: bytes, read: Any) -> tuple[Any, Any]:
        """Two files as far as they are about the same units: tables as bytes, documents as ``read`` makes them."""
        suffix = PurePosixPath(name).suffix
        if suffix == ".csv":
            return self._tables(old, new)
        return (self._document(read(old)), self._document(read(new))) if suffix == ".json" else (old, new)

    def _tables(self, old: bytes, new: bytes) -> tuple[bytes, bytes]:
        """Read as text and written again: no value is rounded or guessed before it is compared."""
        before, after = (pl.read_csv(io.BytesIO(content), infer_schema=False) for content in (old, new))
        if "zone" in before.columns:
            before = before.filter(pl.col("zone").is_in(self.again))
        elif "cell_id" in before.columns:
            before = before.filter(pl.col("cell_id").is_in(after["cell_id"].implode()))
        return before.write_csv().encode(), after.write_csv().encode()

    def _document(self, found: Any) -> Any:
        if isinstance(found, dict):
            return {key: self._document(value) for key, value in found.items() if key not in self.left}
        if isinstance(found, list):
            return [self._document(one) for one in found if not self._is_of_left(one)]
        return found

    def _is_of_left(self, one: Any) -> bool:
        """An item of a list that is about another unit: a row with its name, or a remark that begins with it."""
        if isinstance(one, str):
            return one.startswith(tuple(self.left))
        return isinstance(one, dict) and one.get("zone") in self.left
