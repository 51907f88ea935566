"""Reads a Parquet file in a process of its own.

The decoder trusts the lengths that a file states. A flipped byte in one of them makes it ask for more memory than there
is, and the process is aborted: no exception, nothing to catch. A damaged file on a memory stick must not end the watch.
"""

from __future__ import annotations

import io
import subprocess
import sys

import polars as pl

from feeds.errors import FeedMalformed

MAGIC = b"PAR1"
_READ_S = 120.0
_READER = """
import io, sys
import polars as pl
pl.read_parquet(io.BytesIO(sys.stdin.buffer.read())).write_ipc(sys.stdout.buffer)
"""


def parquet_frame(content: bytes, name: str) -> pl.DataFrame:
    """The table in a Parquet file.

    Raises:
        FeedMalformed: the file is cut or damaged.
    """
    if not content.endswith(MAGIC):
        raise FeedMalformed(name, "the Parquet file is damaged: its end is missing", "send it again")
    try:
        read = subprocess.run(  # noqa: S603 - fixed arguments; the content goes to standard input
            [sys.executable, "-I", "-c", _READER], input=content, capture_output=True, timeout=_READ_S, check=True
        )
    except subprocess.CalledProcessError as error:
        said = error.stderr.decode(errors="replace").strip().splitlines() or [f"exit {error.returncode}"]
        raise FeedMalformed(name, f"the Parquet file is damaged: {said[-1][:120]}", "send it again") from error
    except subprocess.TimeoutExpired as error:
        raise FeedMalformed(name, f"the Parquet file is damaged: not read in {_READ_S:g} s", "send it again") from error
    return pl.read_ipc(io.BytesIO(read.stdout))
