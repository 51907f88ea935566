"""The local climate of the three joint units rebuilt from years of hourly weather, read one year after the other.

Made-up ERA5 at points of 0.25° goes through the codes, the course of each day and the counts of its FWI, as
``firewatch climatology`` does it. One year and three are rebuilt in fresh processes: the time of a further year, times
thirty, is a rebuild of thirty, and the two peaks of memory show whether it grows. No peer does all of this.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime

import dataframely as dy
import numpy as np
import polars as pl

from bench.measurement import Measurement, at_most, in_a_fresh_process, peak_memory_mb
from boundary_zones.catalogue import load_catalogue
from flows.grades import climatology_of
from flows.live_feeds import weather_points
from flows.reanalysis import SPACING_DEG
from flows.rules import shipped_rules
from flows.signed import load_signed
from models.frames import WeatherFrame

FEW, MORE, WHOLE = 1, 3, 30
TARGET_MIN, TARGET_MB, TARGET_GROWTH = 30.0, 2048.0, 1.1


def run() -> list[Measurement]:
    """Measure; some four minutes on two cores."""
    few_s, few_mb = in_a_fresh_process(_timed, FEW)
    more_s, more_mb = in_a_fresh_process(_timed, MORE)
    year_s = (more_s - few_s) / (MORE - FEW)
    name = "climate of the three units"
    hours = "bringing hours to cells, and the fine fuel from hour to hour"
    pace, memory = f"{name}: {WHOLE} years, at the pace of one more year", f"{name}: peak memory, {MORE} years"
    growth = f"{name}: memory of {MORE} years over that of {FEW}"
    return [
        at_most(pace, "min", year_s * WHOLE / 60, target=TARGET_MIN, bound_by=hours),
        at_most(memory, "MB", more_mb, target=TARGET_MB, bound_by="one year of hours, two months of codes"),
        at_most(growth, "1", more_mb / few_mb, target=TARGET_GROWTH, bound_by="days are counted by bin"),
    ]


def _timed(years: int) -> tuple[float, float]:
    rules, catalogue = load_signed(shipped_rules()), load_catalogue(None)
    cells = pl.concat([catalogue.cells(zone.id) for zone in catalogue.zones]).unique("cell_id", maintain_order=True)
    placed = cells.with_columns((pl.int_range(pl.len()) % 1500).cast(pl.Float64).alias("elevation_m"))
    start = time.perf_counter()
    climatology_of(weather(years, cells), placed, rules)
    taken = time.perf_counter() - start
    return taken, peak_memory_mb()


def weather(years: int, cells: pl.DataFrame) -> Iterator[dy.DataFrame[WeatherFrame]]:
    """Made-up hours of one year after the other, from July to June."""
    random = np.random.default_rng(1995)
    points = pl.DataFrame(
        [(point.station_id, point.lat_deg, point.lon_deg) for point in weather_points(cells, SPACING_DEG)],
        schema=["station_id", "lat_deg", "lon_deg"],
        orient="row",
    )
    for year in range(years):
        first, last = (datetime(1995 + year + each, 7, 1, tzinfo=UTC) for each in (0, 1))
        hours = pl.DataFrame({"valid_utc": pl.datetime_range(first, last, "1h", closed="left", eager=True)})
        grid = points.join(hours, how="cross")
        day, hour = grid["valid_utc"].dt.ordinal_day().to_numpy(), grid["valid_utc"].dt.hour().to_numpy()
        count = grid.height
        warmth = 12 - 15 * np.cos(2 * np.pi * day / 365) + 6 * np.sin((hour - 1) / 24 * 2 * np.pi)
        frame = grid.with_columns(
            pl.lit("era5").alias("model"),
            pl.lit(200.0).alias("elevation_m"),
            pl.Series("air_temperature_degc", warmth + random.normal(0, 2, count)),
            pl.Series("relative_humidity_pct", random.uniform(10, 90, count)),
            pl.Series("wind_speed_ms", random.gamma(2, 1.5, count)),
            pl.Series("precipitation_mm", np.where(random.random(count) < 0.02, 2.0, 0.0)),
            pl.lit(None, pl.Datetime("us", "UTC")).alias("issued_utc"),
            *(pl.lit(None, pl.Float64).alias(name) for name in ("wind_gust_ms", "wind_direction_deg", "snow_depth_cm")),
        )
        yield WeatherFrame.validate(frame.select(WeatherFrame.column_names()), cast=True)


if __name__ == "__main__":
    for measurement in run():
        print(f"{measurement.name}: {measurement.ours:.3g} {measurement.unit}, ratio {measurement.ratio:.2f}")
