"""What the weather of a back-test can carry: how far its stations lie, and how much of the rain nobody reported."""

from __future__ import annotations

from datetime import date

import dataframely as dy
import numpy as np
import polars as pl

from boundary_zones.geodesy import WGS84
from models.backtest.burning import nearest_point
from models.frames import NoonFrame
from models.weather.interpolate import InterpolationParameters


def support(
    noon: dy.DataFrame[NoonFrame],
    places: pl.DataFrame,
    *,
    period: tuple[date, date],
    parameters: InterpolationParameters,
) -> dict[str, int]:
    """Counts for the verdict.

    Args:
        noon: at the stations.
        places: ``lat_deg, lon_deg`` of the points.
        period: first and last day that is judged.
        parameters: from how far on a point is degraded, and how many hours of rain may be missing.
    """
    stations = noon.select("lat_deg", "lon_deg").unique(maintain_order=True)
    near = stations[nearest_point(places, stations).tolist()]
    here, there = (each.select("lon_deg", "lat_deg").to_numpy().T for each in (places, near))
    metres = WGS84.inv(here[0], here[1], there[0], there[1])[2]
    fullest = noon.group_by("local_date").agg(pl.col("rain_hours_missing_h").min())
    unreported = pl.col("rain_hours_missing_h") > parameters.rain_hours_missing_max_h
    return {
        "points": places.height,
        "points_far_from_weather": int((np.asarray(metres) > 1000.0 * parameters.far_km).sum()),
        "days_with_rain_unreported": fullest.filter(pl.col("local_date").is_between(*period) & unreported).height,
    }
