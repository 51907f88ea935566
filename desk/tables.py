"""Tables that people hand in and take away: CSV, .csv.gz and Parquet, by the ending of the name."""

from __future__ import annotations

import gzip
import io
import os
import tempfile
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

import polars as pl

from desk.errors import InputError
from feeds.tables import ColumnMapping, TableFile

_ENDINGS = "a table ends in .csv, .csv.gz or .parquet"


def read_table(path: Path) -> pl.DataFrame:
    """Read a table. Cells of a CSV stay text: who computes with them says which must be numbers.

    Raises:
        InputError: no such file, another ending, not UTF-8, damaged, ragged, or without a header.
    """
    kind = _kind(path)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise InputError(str(path), error.strerror or str(error), remedy="give an existing, readable file") from error
    if kind == ".parquet":
        return _parquet(path, content)
    if kind == ".csv.gz":
        content = _unpacked(path, content)
    return _csv(path, content)


def mapping_named(name: str, declared: Mapping[str, ColumnMapping]) -> ColumnMapping | None:
    """The declared mapping of columns that ``--mapping`` names; None where none is named.

    Raises:
        InputError: it is not declared.
    """
    if name and name not in declared:
        raise InputError("--mapping", f"{name!r} is not declared", remedy=f"there are {', '.join(declared)}")
    return declared[name] if name else None


def write_table(path: Path, frame: pl.DataFrame) -> None:
    """Write a table so that ``path`` holds either what was there before or all of ``frame``.

    Raises:
        InputError: another ending, or a place that cannot be written.
    """
    encode = _ENCODERS[_kind(path)]
    content = encode(frame)
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except OSError as error:
        raise InputError(str(path), error.strerror or str(error), remedy="give a folder that can be written") from error
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except OSError as error:
        Path(name).unlink(missing_ok=True)
        raise InputError(
            str(path), error.strerror or str(error), remedy="check the free space and the rights"
        ) from error


def _kind(path: Path) -> str:
    for ending in _ENCODERS:
        if path.name.lower().endswith(ending):
            return ending
    raise InputError(str(path), f"{path.suffix or 'no ending'} is no kind of table", remedy=_ENDINGS)


def _unpacked(path: Path, content: bytes) -> bytes:
    try:
        return gzip.decompress(content)
    except (OSError, EOFError) as error:
        raise InputError(str(path), f"not a whole gzip file: {error}", remedy="hand the file over again") from error


def _csv(path: Path, content: bytes) -> pl.DataFrame:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(str(path), f"not UTF-8 at byte {error.start}", remedy="save the table as CSV UTF-8") from error
    if not text.strip():
        raise InputError(str(path), "empty", remedy="a table has a header line")
    try:
        # Empty lines at the end are how editors save a file, and no rows.
        return pl.read_csv(io.StringIO(text.rstrip("\r\n")), infer_schema=False, truncate_ragged_lines=False)
    except pl.exceptions.PolarsError as error:
        raise InputError(str(path), f"not a CSV table: {str(error).splitlines()[0]}") from error


def _parquet(path: Path, content: bytes) -> pl.DataFrame:
    try:
        return pl.read_parquet(io.BytesIO(content))
    except pl.exceptions.PolarsError as error:
        raise InputError(str(path), f"not a Parquet table: {str(error).splitlines()[0]}") from error


def _csv_bytes(frame: pl.DataFrame) -> bytes:
    return frame.write_csv().encode()


def _gzip_bytes(frame: pl.DataFrame) -> bytes:
    return gzip.compress(_csv_bytes(frame), mtime=0)


def _parquet_bytes(frame: pl.DataFrame) -> bytes:
    buffer = io.BytesIO()
    frame.write_parquet(buffer, compression="zstd")
    return buffer.getvalue()


_ENCODERS: dict[str, Callable[[pl.DataFrame], bytes]] = {
    ".csv.gz": _gzip_bytes,
    ".csv": _csv_bytes,
    ".parquet": _parquet_bytes,
}


def text_of(path: Path) -> str:
    """A text that was handed over.

    Raises:
        InputError: it cannot be read.
    """
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise InputError(str(path), error.strerror or "cannot be read") from error
    except UnicodeDecodeError as error:
        raise InputError(str(path), "is not text in UTF-8") from error


def table_file(path: Path) -> TableFile:
    """A file as a table that was handed over.

    Raises:
        InputError: it cannot be read.
    """
    try:
        return TableFile(path.name, path.read_bytes(), datetime.now(UTC))
    except OSError as error:
        raise InputError(str(path), error.strerror or "cannot be read") from error
