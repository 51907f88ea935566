"""Daily records brought to noon values, for stations and archives that give no hours.

The shares are fitted to hourly records of twelve Beijing stations of March 2013 to February 2016 (UCI data set 501,
13 089 station-days); docs/science/fire_weather.md gives the errors.
"""

from __future__ import annotations

from dataclasses import dataclass

import dataframely as dy
import numpy as np
import polars as pl

from models.frames import DailyRecordFrame, NoonFrame, NoonGapFrame
from models.weather.humidity import relative_humidity_pct, vapour_pressure
from models.weather.noon import NoonWeather

_KMH_PER_MS = 3.6
_NEEDED = ("air_temperature_max_degc", "air_temperature_min_degc", "relative_humidity_min_pct", "wind_speed_mean_ms")


@dataclass(frozen=True, slots=True)
class DailyParameters:
    """How noon lies between the figures of a day (``rules/danger.toml``, section ``daily``).

    Raises:
        ValueError: a share outside 0 to 1, or a wind factor that is not positive.
    """

    noon_temperature_share: float = 0.85
    """T(noon) = Tmin + share x (Tmax - Tmin)."""
    noon_vapour_share: float = 0.5
    """e(noon) = share x e(Tmax, RHmin) + (1 - share) x e(Tmean, RHmean)."""
    noon_wind_factor: float = 1.35
    """W(noon) = factor x mean wind, at most the largest 10-minute mean."""

    def __post_init__(self) -> None:
        for name in ("noon_temperature_share", "noon_vapour_share"):
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"{name}: {getattr(self, name)} is not a share from 0 to 1")
        if not self.noon_wind_factor > 0:
            raise ValueError(f"noon_wind_factor: {self.noon_wind_factor} is not positive")


def noon_weather_from_daily(records: dy.DataFrame[DailyRecordFrame], *, parameters: DailyParameters) -> NoonWeather:
    """Noon weather per station and day.

    Temperature lies at a fixed share of the day's range; humidity comes from a vapour pressure between that of the
    driest moment and that of the day's means (from the driest alone where a mean is missing); wind is the mean times a
    factor; rain is the record of the day, 20:00 to 20:00, as it stands: cut into noon-to-noon days it would turn one
    rain into two. Rain that is missing counts as dry with all 24 hours missing.

    Args:
        records: as declared.
        parameters: the shares.

    Returns:
        Every row of ``records`` is either in ``noon`` or in ``gaps``, there with the first field that is missing.
    """
    complete = records.drop_nulls(_NEEDED)
    reason = pl.coalesce(pl.when(pl.col(name).is_null()).then(pl.lit(name)) for name in _NEEDED)
    gaps = records.join(complete, on=["station_id", "local_date"], how="anti")
    noon = complete.with_columns(
        *_noon_air(complete, parameters),
        _noon_wind_kmh(parameters).alias("wind_speed_kmh"),
        pl.col("precipitation_mm").fill_null(0.0),
        pl.when(pl.col("precipitation_mm").is_null()).then(24).otherwise(0).alias("rain_hours_missing_h"),
        pl.lit(0).alias("noon_offset_h"),
        *(pl.lit(None, pl.Float64).alias(name) for name in ("snow_depth_cm", "air_temperature_in_rain_degc")),
        pl.lit(value=False).alias("is_forecast"),
    )
    return NoonWeather(
        NoonFrame.validate(noon.select(NoonFrame.column_names()).sort("local_date", "station_id"), cast=True),
        NoonGapFrame.validate(
            gaps.select("station_id", "local_date", reason.alias("reason")).sort("local_date", "station_id"), cast=True
        ),
    )


def _noon_air(records: pl.DataFrame, parameters: DailyParameters) -> tuple[pl.Series, pl.Series]:
    """Temperature and relative humidity at noon."""
    warmest, coldest = (records[f"air_temperature_{which}_degc"].to_numpy() for which in ("max", "min"))
    temperature = coldest + parameters.noon_temperature_share * (warmest - coldest)
    driest = vapour_pressure(warmest, records["relative_humidity_min_pct"].to_numpy())
    means = (records[name].to_numpy() for name in ("air_temperature_mean_degc", "relative_humidity_mean_pct"))
    mean = vapour_pressure(*means)  # NaN where either mean is missing
    share = parameters.noon_vapour_share
    pressure = np.where(np.isnan(mean), driest, share * driest + (1.0 - share) * mean)
    return (
        pl.Series("air_temperature_degc", temperature),
        pl.Series("relative_humidity_pct", relative_humidity_pct(temperature, pressure)),
    )


def _noon_wind_kmh(parameters: DailyParameters) -> pl.Expr:
    noon_ms = pl.min_horizontal(pl.col("wind_speed_mean_ms") * parameters.noon_wind_factor, "wind_speed_max_ms")
    return noon_ms * _KMH_PER_MS
