"""Where every cell stands from day to day: the codes, and what they have been through."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date, timedelta
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from models.fire_weather.arrays import CellWeather, Codes, FloatArray, Moisture
from models.fire_weather.bui import buildup_index
from models.fire_weather.day import fire_weather_day
from models.fire_weather.parameters import FireWeatherParameters
from models.fire_weather.restart import restarted_dc
from models.fire_weather.snow import Flags, SnowDay, SnowWeather, snow_day
from models.frames import MoistureFrame

Days = npt.NDArray[np.datetime64]
Counts = npt.NDArray[np.int64]
NEVER = np.datetime64("NaT", "D")
NO_SNOW = -1
"""``snow_free_days`` of a cell that is through with its snow, or never had any."""
NO_RAIN = -1
"""``days_since_rain_d`` of a cell of which nobody knows when it last rained."""
RAIN_DAY_MM = 1.0
"""Rain of 24 h from which on a day is none of the dry days: as the climate services count rain days."""
_COUNTS = ("spin_up_days", "gap_days", "gap_run_d", "filled_days", "snow_free_days", "days_since_rain_d")
LAST_DAYS = ("last_gap_local_date", "last_filled_local_date", "restarted_local_date")
_CODES = tuple(field.name for field in fields(Codes))


class CellsOfADay(NamedTuple):
    """The weather of one day, one number a cell; only cells that are ``present`` have any."""

    weather: CellWeather
    snow: SnowWeather
    present: Flags
    is_forecast: Flags
    filled: Flags
    """The weather is an older forecast that no report will replace any more."""


@dataclass(slots=True)
class CellState:
    """One number a cell, overwritten day by day."""

    moisture: Moisture
    stands_at: Days
    """The day whose codes ``moisture`` holds."""
    is_forecast: Flags
    spin_up_days: Counts
    gap_days: Counts
    gap_run_d: Counts
    filled_days: Counts
    last_gap_local_date: Days
    last_filled_local_date: Days
    restarted_local_date: Days
    snow_water_mm: FloatArray
    snow_free_days: Counts
    days_since_rain_d: Counts

    @classmethod
    def of(
        cls,
        start: pl.DataFrame,
        cells: pl.DataFrame,
        *,
        first_weather: date | None,
        parameters: FireWeatherParameters,
    ) -> CellState:
        """The state of ``cells`` from the rows of a MoistureFrame; a cell without one starts from standard values.

        Raises:
            ValueError: a cell that has neither a row nor any weather to start before.
        """
        joined = cells.join(start, on="cell_id", how="left", maintain_order="left")
        before_weather = None if first_weather is None else first_weather - timedelta(days=1)
        if before_weather is None and joined["local_date"].has_nulls():
            cell = joined.filter(pl.col("local_date").is_null())["cell_id"][0]
            raise ValueError(f"cell {cell} has neither a state nor any weather to start from")
        standard = {"ffmc": parameters.start_ffmc, "dmc": parameters.start_dmc, "dc": parameters.start_dc}
        filled = joined.with_columns(
            *(pl.col(name).fill_null(value) for name, value in standard.items()),
            pl.col("local_date").fill_null(pl.lit(before_weather, dtype=pl.Date)),
            pl.col("spin_up_days", "gap_days", "gap_run_d", "filled_days").fill_null(0),
            pl.col("snow_water_mm").fill_null(0.0),
            pl.col("snow_free_days").fill_null(NO_SNOW),
            pl.col("days_since_rain_d").fill_null(NO_RAIN),
        )
        column = {name: filled[name].to_numpy().copy() for name in MoistureFrame.column_names() if name != "cell_id"}
        days = {name: array.astype("datetime64[D]") for name, array in column.items() if name.endswith("local_date")}
        return cls(
            Moisture(*(column[name] for name in standard)),
            days.pop("local_date"),
            np.zeros(filled.height, dtype=np.bool_),
            **days,
            **{name: column[name] for name in _COUNTS},
            snow_water_mm=column["snow_water_mm"],
        )

    @property
    def first_day(self) -> date:
        """The day after that of the cell that stands farthest back."""
        earliest: date = self.stands_at.min().astype(date)
        return earliest + timedelta(days=1)

    def active(self, day: date) -> Flags:
        """Cells whose state does not contain ``day`` yet."""
        return np.asarray(self.stands_at < np.datetime64(day))

    def advance(self, day: date, noon: CellsOfADay, lat_deg: FloatArray, parameters: FireWeatherParameters) -> Codes:
        """Codes of ``day``; NaN in ISI, FWI and DSR where there is no weather."""
        moved = np.flatnonzero(self.active(day) & noon.present)
        held = np.flatnonzero(self.active(day) & ~noon.present)
        codes = Codes(*self.moisture, *(np.full(noon.present.shape, np.nan) for _ in range(4)))
        if moved.size:
            self._begin(day, moved, parameters)
            today = self._today(day, noon, moved, lat_deg, parameters)
            for array, values in zip(codes, today, strict=True):
                array[moved] = values
        codes.bui[held] = buildup_index(codes.dmc[held], codes.dc[held])
        self._count(day, noon, moved, held)
        self._count_dry_days(noon, moved, held)
        return codes

    def _begin(self, day: date, moved: npt.NDArray[np.intp], parameters: FireWeatherParameters) -> None:
        """Start anew where too many days were missing, and forget gaps that are no longer felt."""
        rules = parameters.restart
        late = moved[self.gap_run_d[moved] > rules.hold_max_d]
        if late.size:
            self.moisture.dc[late] = restarted_dc(
                self.moisture.dc[late],
                until=day,
                gap_run_d=self.gap_run_d[late],
                snow_water_mm=self.snow_water_mm[late],
                rules=rules,
            )
            self.moisture.ffmc[late], self.moisture.dmc[late] = parameters.start_ffmc, parameters.start_dmc
            self.restarted_local_date[late] = np.datetime64(day)
            self.spin_up_days[late], self.snow_water_mm[late], self.snow_free_days[late] = 0, 0.0, NO_SNOW
            self.days_since_rain_d[late] = NO_RAIN
        self.gap_run_d[moved] = 0
        horizon = np.datetime64(day) - np.timedelta64(rules.memory_d, "D")
        for last, counted in (
            (self.last_gap_local_date, self.gap_days),
            (self.last_filled_local_date, self.filled_days),
            (self.restarted_local_date, None),
        ):
            over = moved[last[moved] <= horizon]
            last[over] = NEVER
            if counted is not None:
                counted[over] = 0

    def _today(
        self,
        day: date,
        noon: CellsOfADay,
        moved: npt.NDArray[np.intp],
        lat_deg: FloatArray,
        parameters: FireWeatherParameters,
    ) -> Codes:
        weather, rules = noon.weather[moved], parameters.snow
        snow = snow_day(
            noon.snow[moved],
            noon_degc=weather.air_temperature_degc,
            precipitation_mm=weather.precipitation_mm,
            snow_water_before_mm=self.snow_water_mm[moved],
            rules=rules,
        )
        before = self.moisture[moved]
        self._count_snow(moved, snow, before, parameters)
        wetted = CellWeather(
            weather.air_temperature_degc,
            weather.relative_humidity_pct,
            weather.wind_speed_kmh,
            np.minimum(snow.wetting_mm, 1000.0),
        )
        codes = fire_weather_day(
            wetted, before, lat_deg=lat_deg[moved], month=day.month, constant=parameters.ffmc_constant
        )
        lies = np.flatnonzero(snow.covered)
        if lies.size:
            _hold_under_snow(codes, before, lies, rules.held_ffmc)
        return codes

    def _count_snow(
        self, moved: npt.NDArray[np.intp], snow: SnowDay, before: Moisture, parameters: FireWeatherParameters
    ) -> None:
        """Count snow-free days; at their end let the fine fuel start from its standard value, unless it is drier."""
        self.snow_water_mm[moved] = snow.snow_water_mm
        since = self.snow_free_days[moved]
        since = np.where(snow.covered, 0, np.where(since >= 0, since + 1, NO_SNOW))
        anew = since >= parameters.snow.restart_after_d
        before.ffmc[anew] = np.maximum(before.ffmc[anew], parameters.start_ffmc)
        self.snow_free_days[moved] = np.where(anew, NO_SNOW, since)

    def _count(self, day: date, noon: CellsOfADay, moved: npt.NDArray[np.intp], held: npt.NDArray[np.intp]) -> None:
        self.spin_up_days[moved] += 1
        self.gap_days[held] += 1
        self.gap_run_d[held] += 1
        self.last_gap_local_date[held] = np.datetime64(day)
        filled = moved[noon.filled[moved]]
        self.filled_days[filled] += 1
        self.last_filled_local_date[filled] = np.datetime64(day)
        self.is_forecast[moved] |= noon.is_forecast[moved]
        self.stands_at[moved] = self.stands_at[held] = np.datetime64(day)

    def _count_dry_days(self, noon: CellsOfADay, moved: npt.NDArray[np.intp], held: npt.NDArray[np.intp]) -> None:
        """A day without weather is taken for dry, as long as the codes are held over it."""
        both = np.concatenate([moved, held])
        since = self.days_since_rain_d[both]
        self.days_since_rain_d[both] = np.where(since >= 0, since + 1, NO_RAIN)
        wet = moved[noon.weather.precipitation_mm[moved] >= RAIN_DAY_MM]
        self.days_since_rain_d[wet] = 0

    def columns(self, codes: Codes) -> dict[str, pl.Series]:
        """The state and the codes of a day as columns: copies, for the state moves on."""
        named = dict(zip(_CODES, codes, strict=True))
        named |= {name: getattr(self, name) for name in (*_COUNTS, *LAST_DAYS, "snow_water_mm", "is_forecast")}
        columns = {name: pl.Series(array.copy(), nan_to_null=True) for name, array in named.items()}
        since, dry = columns["snow_free_days"], columns["days_since_rain_d"]
        told = {"snow_free_days": since.replace(NO_SNOW, None), "days_since_rain_d": dry.replace(NO_RAIN, None)}
        return columns | told | {"snow": since == 0}


def _hold_under_snow(codes: Codes, before: Moisture, lies: npt.NDArray[np.intp], held_ffmc: float) -> None:
    """Nothing dries and nothing burns under snow."""
    codes.ffmc[lies], codes.dmc[lies], codes.dc[lies] = held_ffmc, before.dmc[lies], before.dc[lies]
    codes.bui[lies] = buildup_index(before.dmc[lies], before.dc[lies])
    for index in (codes.isi, codes.fwi, codes.dsr):
        index[lies] = 0.0
