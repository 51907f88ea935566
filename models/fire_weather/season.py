"""Codes of consecutive days from the state of the day before and the weather at cells.

The state is carried all year. No temperature starts or ends a season here: in North China such a rule would start
after the Qingming peak of early April. Cold days dry neither DMC nor DC by themselves.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date, timedelta

import dataframely as dy
import numpy as np
import polars as pl

from models.fire_weather.arrays import CellWeather
from models.fire_weather.carry import LAST_DAYS, CellsOfADay, CellState
from models.fire_weather.parameters import FireWeatherParameters
from models.fire_weather.snow import Flags, SnowWeather
from models.frames import CellNoonFrame, CodesFrame, MoistureFrame

_WEATHER = tuple(field.name for field in fields(CellWeather))
_SNOW = tuple(field.name for field in fields(SnowWeather))


def fire_weather_days(
    start: dy.DataFrame[MoistureFrame] | None,
    weather: dy.DataFrame[CellNoonFrame],
    *,
    cells: pl.DataFrame,
    parameters: FireWeatherParameters,
    until_local_date: date | None = None,
    settled_until: date | None = None,
) -> dy.DataFrame[CodesFrame]:
    """Codes per cell and day, from the day after a cell's state up to ``until_local_date``.

    A cell without a state starts from the standard values on the first day of ``weather``, with no spin-up days. A day
    without weather for a cell, also one between its state and the weather, holds the moisture codes and counts as a
    gap. After more such days in a row than ``parameters.restart`` allows, the first day with weather starts anew from
    an overwintered DC, and says so. Weather up to the day of a cell's state is in that state already and not used
    again.

    Args:
        start: one row a cell; cells may stand at different days.
        weather: of any days; cells that are not in ``cells`` are an error.
        cells: ``cell_id`` and ``lat_deg``; a cell of two zones may occur twice.
        parameters: constant, standard start, snow and gaps.
        until_local_date: the last day wanted; by default the last day of ``weather``.
        settled_until: a forecast of a day up to this one will not be replaced by a report any more: it fills the day,
            is counted, and is state. A forecast of a later day is none. By default every forecast is of a later day.

    Returns:
        Sorted by day and cell. Carrying the state on from any day of it gives the same rows as one run.

    Raises:
        ValueError: weather or state of an unknown cell, two states of a cell, or no day to compute up to.
    """
    known = cells.select("cell_id", "lat_deg").unique("cell_id", maintain_order=True).sort("cell_id")
    known = known.with_row_index("row")
    last = _last_day(weather, until_local_date)
    rows = MoistureFrame.create_empty() if start is None else start
    _refuse_unknown_or_double(rows, known)
    state = CellState.of(rows, known, first_weather=_first_day(weather), parameters=parameters)
    days = [state.first_day + timedelta(days=number) for number in range((last - state.first_day).days + 1)]
    if not days:
        return CodesFrame.create_empty()
    noon = _Noon.of(weather, known, days, settled_until=settled_until)
    latitudes = known["lat_deg"].to_numpy()
    parts = []
    for index, day in enumerate(days):
        active = state.active(day)
        codes = state.advance(day, noon.on(index), latitudes, parameters)
        part = pl.DataFrame(
            {
                "cell_id": known["cell_id"],
                "local_date": pl.Series([day]).new_from_index(0, known.height),
                "degraded": noon.degraded[index],
                **state.columns(codes),
            }
        )
        parts.append(part.filter(pl.Series(active)).select(CodesFrame.column_names()))
    return CodesFrame.validate(pl.concat(parts))


def state_of(
    cells: pl.DataFrame, local_date: date, *, moisture: tuple[float, float, float], spin_up_days: int
) -> dy.DataFrame[MoistureFrame]:
    """One state for all ``cells`` (``cell_id``), with nothing held against it.

    Args:
        cells: of any zones.
        local_date: the day whose codes these are.
        moisture: FFMC, DMC, DC.
        spin_up_days: days of weather that they rest on.
    """
    ffmc, dmc, dc = moisture
    return MoistureFrame.validate(
        cells.select("cell_id")
        .unique()
        .sort("cell_id")
        .select(
            "cell_id",
            pl.lit(local_date).alias("local_date"),
            *(pl.lit(code).alias(name) for name, code in (("ffmc", ffmc), ("dmc", dmc), ("dc", dc))),
            pl.lit(spin_up_days).alias("spin_up_days"),
            *(pl.lit(0).alias(name) for name in ("gap_days", "filled_days", "gap_run_d", "snow_water_mm")),
            *(pl.lit(None).alias(name) for name in (*LAST_DAYS, "snow_free_days", "days_since_rain_d")),
        ),
        cast=True,
    )


def moisture_after(codes: dy.DataFrame[CodesFrame], local_date: date) -> dy.DataFrame[MoistureFrame]:
    """The state after a day, to start the next from. Cells whose codes contain a forecast are left out."""
    kept = codes.filter((pl.col("local_date") == local_date) & ~pl.col("is_forecast"))
    return MoistureFrame.validate(kept.select(MoistureFrame.column_names()))


def codes_from(codes: dy.DataFrame[CodesFrame], local_date: date) -> dy.DataFrame[CodesFrame]:
    """The codes of a day and all later ones: what a danger issued on that day is made of."""
    return CodesFrame.validate(codes.filter(pl.col("local_date") >= local_date))


@dataclass(slots=True)
class _Noon:
    """Weather as arrays of shape (days, cells); a cell without weather is not ``present``."""

    weather: CellWeather
    snow: SnowWeather
    present: Flags
    is_forecast: Flags
    filled: Flags
    degraded: Flags

    @classmethod
    def of(cls, weather: pl.DataFrame, cells: pl.DataFrame, days: list[date], *, settled_until: date | None) -> _Noon:
        placed = weather.join(cells.select("cell_id", "row"), on="cell_id", how="left")
        unknown = placed.filter(pl.col("row").is_null())
        if unknown.height:
            raise ValueError(f"weather of cell {unknown['cell_id'][0]}, which is not among the cells asked for")
        placed = placed.filter(pl.col("local_date").is_between(days[0], days[-1]))
        row = placed["row"].to_numpy()
        day = (placed["local_date"] - days[0]).dt.total_days().to_numpy()
        shape = (len(days), cells.height)
        columns = [*(np.zeros(shape) for _ in _WEATHER), *(np.full(shape, np.nan) for _ in _SNOW)]
        for array, name in zip(columns, (*_WEATHER, *_SNOW), strict=True):
            array[day, row] = placed[name].to_numpy()
        present, is_forecast, filled, degraded = (np.zeros(shape, dtype=np.bool_) for _ in range(4))
        present[day, row] = True
        ahead = placed["is_forecast"].to_numpy()
        settled = np.zeros_like(ahead) if settled_until is None else (placed["local_date"] <= settled_until).to_numpy()
        is_forecast[day, row] = ahead & ~settled
        filled[day, row] = ahead & settled
        degraded[day, row] = placed["degraded"].to_numpy()
        split = len(_WEATHER)
        return cls(
            CellWeather(*columns[:split]),
            SnowWeather(*columns[split:]),
            present,
            is_forecast,
            filled,
            degraded | ~present,
        )

    def on(self, index: int) -> CellsOfADay:
        return CellsOfADay(
            self.weather[index], self.snow[index], self.present[index], self.is_forecast[index], self.filled[index]
        )


def _first_day(weather: pl.DataFrame) -> date | None:
    return None if weather.is_empty() else _days(weather)[0]


def _last_day(weather: pl.DataFrame, until_local_date: date | None) -> date:
    if until_local_date is not None:
        return until_local_date
    if weather.is_empty():
        raise ValueError("no weather and no day to compute up to: give until_local_date")
    return _days(weather)[-1]


def _days(weather: pl.DataFrame) -> list[date]:
    return weather["local_date"].unique().sort().to_list()


def _refuse_unknown_or_double(start: pl.DataFrame, cells: pl.DataFrame) -> None:
    unknown = start.join(cells, on="cell_id", how="anti")
    if unknown.height:
        raise ValueError(f"state of cell {unknown['cell_id'][0]}, which is not among the cells asked for")
    double = start.filter(pl.col("cell_id").is_duplicated())
    if double.height:
        raise ValueError(f"cell {double['cell_id'][0]} has {double.height} states: give one row a cell, its newest")
