from __future__ import annotations

import io

import polars as pl
import pytest

from feeds import parquet
from feeds.errors import FeedMalformed
from feeds.parquet import parquet_frame

FRAME = pl.DataFrame({"station_id": ["54419", "54398"], "air_temperature_degc": [18.2, None]}).with_columns(
    valid_utc=pl.lit("2026-04-04T05:00:00Z").str.to_datetime(time_zone="UTC")
)


def sound() -> bytes:
    buffer = io.BytesIO()
    FRAME.write_parquet(buffer)
    return buffer.getvalue()


def test_a_sound_file_comes_with_its_types():
    assert parquet_frame(sound(), "w.parquet").equals(FRAME)


def test_a_file_that_was_cut_is_refused_before_it_is_read():
    with pytest.raises(FeedMalformed, match=r"^w\.parquet: the Parquet file is damaged: its end is missing"):
        parquet_frame(sound()[:-1], "w.parquet")


def test_a_damaged_file_is_refused_with_what_the_reader_said():
    content = bytearray(sound())
    content[-8:-4] = b"\xff\xff\xff\x7f"
    with pytest.raises(FeedMalformed, match=r"^w\.parquet: the Parquet file is damaged: \w+"):
        parquet_frame(bytes(content), "w.parquet")


@pytest.mark.parametrize(
    "reader",
    [
        "import os, sys; sys.stdin.buffer.read(); os.abort()",
        "import sys; sys.exit('no')",
        "import time; time.sleep(60)",
    ],
    ids=["aborts", "fails", "hangs"],
)
def test_a_file_that_brings_its_reader_down_leaves_us_standing(reader: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(parquet, "_READER", reader)
    monkeypatch.setattr(parquet, "_READ_S", 2.0)
    with pytest.raises(FeedMalformed, match="the Parquet file is damaged: (exit -6|no|not read in 2 s)"):
        parquet_frame(sound(), "w.parquet")
