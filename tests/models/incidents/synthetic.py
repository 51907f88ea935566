"""Hotspots made for tests: numbers of our own in the shape of the frames."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import dataframely as dy
import polars as pl

from models.frames import HotspotFrame, JudgedHotspotFrame
from models.incidents.false_alarm_rules import HeatRules

START = datetime(2027, 4, 3, 5, 0, tzinfo=UTC)
KM_PER_DEG_LAT = 6371.0088 * 3.141592653589793 / 180

HEAT_RULES = HeatRules(
    learn_days=3,
    learn_spread_d=30,
    lookback_d=1826,
    reach_km=1.5,
    frp_factor=2.0,
    frp_floor_mw=15.0,
    pixels_more=3,
    registered_frp_mw=20.0,
    registered_pixels=6,
)


def hotspot(**fields: Any) -> dict[str, Any]:
    """One VIIRS row at 40.30 N 117.20 E at START, with ``fields`` in the place of its own; the id follows from them."""
    row: dict[str, Any] = {
        "feed": "area",
        "satellite": "S-NPP",
        "instrument": "VIIRS",
        "acquired_utc": START,
        "lat_deg": 40.30,
        "lon_deg": 117.20,
        "frp_mw": 4.0,
        "brightness_k": 340.0,
        "scan_km": 0.4,
        "track_km": 0.4,
        "confidence": "nominal",
        "confidence_pct": None,
        "daynight": "D",
        "location_error_km": 0.375,
    } | fields
    row.setdefault("available_utc", row["acquired_utc"] + timedelta(hours=2))
    spelt = (row["satellite"], row["acquired_utc"].isoformat(), f"{row['lat_deg']:.4f}", f"{row['lon_deg']:.4f}")
    return {"hotspot_id": "|".join(spelt)} | row


def frame(rows: Sequence[Mapping[str, Any]]) -> dy.DataFrame[HotspotFrame]:
    """Rows as a checked frame."""
    return HotspotFrame.validate(pl.DataFrame(rows, schema=HotspotFrame.create_empty().schema))


def located(rows: Sequence[Mapping[str, Any]]) -> dy.DataFrame[JudgedHotspotFrame]:
    """Rows with a place: by default 3 km inside Pinggu, with Jizhou across the line to the east."""
    place = {
        "zone": "PG-JZ",
        "region": "beijing",
        "county_gb": 110117,
        "signed_distance_km": 3.0,
        "distance_to_border_km": 3.0,
        "neighbour_county_gb": 120119,
        "neighbour_region": "tianjin",
        "bearing_to_border_deg": 90.0,
        "touched_county_gbs": [110117],
        "source_kind": "satellite",
        "certainty": "medium",
        "doubt": None,
        "reason_zh": "",
    }
    full = [place | dict(row) for row in rows]
    return JudgedHotspotFrame.validate(pl.DataFrame(full, schema=JudgedHotspotFrame.create_empty().schema))
