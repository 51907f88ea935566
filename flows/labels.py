"""What people verified, as labels for training: incident, place, day, label."""

from __future__ import annotations

import polars as pl

from flows.wiring import House
from notify.alert import LIVE
from notify.phrases import BEIJING

SCHEMA = pl.Schema(
    {
        "incident_id": pl.String(),
        "zone": pl.String(),
        "county_gb": pl.Int64(),
        "lat_deg": pl.Float64(),
        "lon_deg": pl.Float64(),
        "local_date": pl.Date(),
        "result": pl.String(),
        "label": pl.Int64(),
    }
)
"""``label`` is 1 for a wildfire, 0 for heat that was none, null where nobody can say (未找到, 境外火)."""


def verified_labels(house: House) -> pl.DataFrame:
    """One row for each incident of the live world with a final result; columns of :data:`SCHEMA`.

    The day is that of the first hotspot; the place that of the hotspot nearest to the line.
    """
    incidents = {one.incident_id: one for one in house.incidents.all_incidents(world=LIVE)}
    rows = [
        {
            "incident_id": number,
            "zone": incidents[number].zone,
            "county_gb": incidents[number].county_gb,
            "lat_deg": incidents[number].lat_deg,
            "lon_deg": incidents[number].lon_deg,
            "local_date": incidents[number].first_seen_utc.astimezone(BEIJING).date(),
            "result": result.value,
            "label": result.label,
        }
        for number, result in house.verification.results(world=LIVE).items()
        if number in incidents
    ]
    return pl.DataFrame(rows, schema=SCHEMA)


def hotspots_of_no_fire(house: House) -> frozenset[str]:
    """Hotspots of incidents that people found to be no wildfire: a training takes them for no ignition."""
    labels = {number for number, result in house.verification.results(world=LIVE).items() if result.label == 0}
    found = (one for one in house.incidents.all_incidents(world=LIVE) if one.incident_id in labels)
    return frozenset(hotspot_id for one in found for hotspot_id in one.hotspot_ids)
