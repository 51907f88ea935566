"""The tables of an exercise of our own making.

Nothing here is a record. Weather, hotspots and heights are written by us so that they fit what is known of a day, and
the ``scenario.toml`` of each exercise says what that is. The same weather and looks make the same bytes.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from desk.scenarios.made_ground import elevation_rows
from desk.scenarios.made_hotspots import HOTSPOT_COLUMNS, Look, hotspot_rows
from desk.scenarios.made_weather import WEATHER_COLUMNS, Weather, weather_rows


def tables(weather: Weather, looks: Sequence[Look]) -> dict[str, bytes]:
    """Content of the tables by file name."""
    return {
        "weather.csv": _csv(WEATHER_COLUMNS, weather_rows(weather)),
        "hotspots.csv": _csv(HOTSPOT_COLUMNS, hotspot_rows(looks)),
        "elevation.csv": _csv(("lat_deg", "lon_deg", "elevation_m"), elevation_rows()),
    }


def _csv(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue().encode()
