"""A frame in a row: as Parquet, with its digest beside it; what does not match its digest is refused."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from typing import Any, TypeVar

import dataframely as dy
import polars as pl

from store.errors import StoreCorrupt

S = TypeVar("S", bound=dy.Schema)


def packed(frame: pl.DataFrame) -> bytes:
    """The bytes of a frame."""
    buffer = io.BytesIO()
    frame.write_parquet(buffer, compression="zstd")
    return buffer.getvalue()


def unpacked(
    schema: type[S],
    row: Any,
    *,
    what: str,
    remedy: str,
    first: Callable[[pl.DataFrame], pl.DataFrame] = lambda frame: frame,
) -> dy.DataFrame[S]:
    """The frame of a row with ``frame`` and ``sha256``.

    Args:
        schema: of the frame.
        row: as it was kept.
        what: it is, for the error.
        remedy: what a person does about it.
        first: brings what an older version kept to the schema of today.

    Raises:
        StoreCorrupt: the bytes do not match their digest, or are no such frame.
    """
    if hashlib.sha256(row.frame).hexdigest() != row.sha256:
        raise StoreCorrupt(f"{what}: its bytes do not match their digest; {remedy}")
    try:
        return schema.validate(first(pl.read_parquet(io.BytesIO(row.frame))))
    except (pl.exceptions.PolarsError, dy.exc.ValidationError, dy.exc.SchemaError) as error:
        raise StoreCorrupt(f"{what}: {error}") from error
