"""Tables that an office drops into a folder, in the place of feeds that are asked: whole, or failing in a way."""

from __future__ import annotations

import os
import shutil
from datetime import datetime, timedelta
from pathlib import Path

import polars as pl

from tests.flows import world
from tests.flows.feed_server import far_away, hotspot_table, on_the_line

WEATHER, HOTSPOTS = "weather", "hotspots"
PRODUCT = "VIIRS_NOAA20_NRT"
PAGE = b"<!DOCTYPE html><html><title>Maintenance</title></html>"
SETTLED_S = 3600.0
STALE_BY = {WEATHER: timedelta(days=10), HOTSPOTS: timedelta(days=3)}


def drop(folder: Path, kind: str, way: str, now: datetime) -> None:
    """Let the folder of a kind hold what it holds at ``now``: whole where ``way`` is empty.

    Out is a drive that is not there; slow is a table that somebody is still writing.
    """
    place = folder / kind
    shutil.rmtree(place, ignore_errors=True)
    if way == "out":
        return
    place.mkdir(parents=True)
    content = _table(kind, now - STALE_BY[kind] if way == "stale" else now)
    if way == "wrong":
        content = PAGE
    if way == "half":
        content = content[: len(content) // 2] if kind == WEATHER else content[:-40]
    path = place / "table.csv"
    path.write_bytes(content)
    touched = now.timestamp() - (0.0 if way == "slow" else SETTLED_S)
    os.utime(path, (touched, touched))


def _table(kind: str, now: datetime) -> bytes:
    if kind == HOTSPOTS:
        return hotspot_table(PRODUCT, far_away(now, 2.0), *(far_away(now, 3.0) for _ in range(30)), on_the_line(now))
    hour = world.on_the_hour(now)
    seen = world.weather_rows(hour - timedelta(days=7), hour)
    ahead = world.weather_rows(hour + world.HOUR, hour + timedelta(days=5), issued=now - world.HOUR)
    text: str = pl.concat([seen, ahead]).write_csv(datetime_format="%Y-%m-%dT%H:%M:%SZ")
    return text.encode()
