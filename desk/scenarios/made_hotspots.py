"""Hotspots of an exercise, written by us: what each satellite saw at each pass, as the rows of a FIRMS file."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from desk.scenarios.made_weather import instant_text


@dataclass(frozen=True, slots=True)
class Look:
    """What one satellite saw at one time."""

    acquired: datetime
    satellite: str
    delay_min: int
    """Until the row could be had."""
    daynight: str
    pixels: tuple[tuple[float, float, float, str], ...]
    """Latitude, longitude, radiative power in MW, confidence: percent of MODIS, a letter of the others."""


STEELWORKS = (39.702, 118.305)
"""A heat source far outside the watch area: its rows say that the satellite looked."""

INSTRUMENTS = {"Terra": "MODIS", "Aqua": "MODIS", "S-NPP": "VIIRS", "NOAA-20": "VIIRS", "Himawari-8": "AHI"}
FOOTPRINT_KM = {"MODIS": (1.2, 1.1), "VIIRS": (0.44, 0.38), "AHI": (2.4, 3.1)}

HOTSPOT_COLUMNS = (
    "latitude",
    "longitude",
    "brightness",
    "scan",
    "track",
    "acq_date",
    "acq_time",
    "satellite",
    "instrument",
    "confidence",
    "version",
    "frp",
    "daynight",
    "available_utc",
)


def hotspot_rows(looks: Sequence[Look]) -> Iterator[Sequence[object]]:
    """One row a pixel, in the order of acquisition, with the columns of a FIRMS file."""
    for look in looks:
        acquired = look.acquired.astimezone(UTC)
        instrument = INSTRUMENTS[look.satellite]
        for lat_deg, lon_deg, frp_mw, confidence in look.pixels:
            yield (
                f"{lat_deg:.4f}",
                f"{lon_deg:.4f}",
                round(300 + 14 * math.log1p(frp_mw), 1),
                *FOOTPRINT_KM[instrument],
                acquired.date().isoformat(),
                f"{acquired:%H%M}",
                look.satellite,
                instrument,
                confidence,
                "EXERCISE",
                frp_mw,
                look.daynight,
                instant_text(acquired + timedelta(minutes=look.delay_min)),
            )
