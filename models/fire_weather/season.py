"""Codes of consecutive days from the state of the day before and the weather at cells.

The state is carried all year. No temperature starts or ends a season here: in North China such a rule would start
after the Qingming peak of early April. Cold days dry neither DMC nor DC by themselves.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date, timedelta

import dataframely as dy
import numpy as np
import numpy.typing as npt
import polars as pl

from models.fire_weather.arrays import CellWeather, Codes, FloatArray, Moisture, checked
from models.fire_weather.bui import buildup_index
from models.fire_weather.constant import FfmcConstant
from models.fire_weather.day import fire_weather_day
from models.frames import CellNoonFrame, CodesFrame, MoistureFrame

_WEATHER = tuple(field.name for field in fields(CellWeather))
_CODES = tuple(field.name for field in fields(Codes))


@dataclass(frozen=True, slots=True)
class FireWeatherParameters:
    """What the codes are computed with (``rules/danger.toml``, section ``fire_weather``)."""

    ffmc_constant: FfmcConstant = FfmcConstant.EXACT
    start_ffmc: float = 85.0
    start_dmc: float = 6.0
    start_dc: float = 15.0

    def __post_init__(self) -> None:
        for field in ("ffmc", "dmc", "dc"):
            checked(field, getattr(self, f"start_{field}"))


def fire_weather_days(
    start: dy.DataFrame[MoistureFrame] | None,
    weather: dy.DataFrame[CellNoonFrame],
    *,
    cells: pl.DataFrame,
    until_local_date: date | None = None,
    parameters: FireWeatherParameters,
) -> dy.DataFrame[CodesFrame]:
    """Codes per cell and day, from the day after a cell's state up to ``until_local_date``.

    A cell without a state starts from the standard values on the first day of ``weather``, with no spin-up days. A day
    without weather for a cell, also one between its state and the weather, holds the moisture codes and counts as a
    gap; it never restarts them. Weather up to the day of a cell's state is in that state already and not used again.

    Args:
        start: one row a cell; cells may stand at different days.
        weather: of any days; cells that are not in ``cells`` are an error.
        cells: ``cell_id`` and ``lat_deg``; a cell of two zones may occur twice.
        until_local_date: the last day wanted; by default the last day of ``weather``.
        parameters: constant and standard start.

    Returns:
        Sorted by day and cell. Carrying the state on from any day of it gives the same rows as one run.

    Raises:
        ValueError: weather or state of an unknown cell, two states of a cell, or no day to compute up to.
    """
    known = cells.select("cell_id", "lat_deg").unique("cell_id", maintain_order=True).sort("cell_id")
    known = known.with_row_index("row")
    last = _last_day(weather, until_local_date)
    state = _State.of(start, known, first_weather=_first_day(weather), parameters=parameters)
    first = state.first_day
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    if not days:
        return CodesFrame.create_empty()
    noon = _Noon.of(weather, known, days)
    latitudes = known["lat_deg"].to_numpy()
    parts = []
    for index, day in enumerate(days):
        active = state.active(day)
        codes = state.advance(day, noon.on(index), latitudes, constant=parameters.ffmc_constant)
        parts.append(state.frame(day, codes, known["cell_id"], noon.degraded[index]).filter(pl.Series(active)))
    return CodesFrame.validate(pl.concat(parts))


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
    present: npt.NDArray[np.bool_]
    is_forecast: npt.NDArray[np.bool_]
    degraded: npt.NDArray[np.bool_]

    @classmethod
    def of(cls, weather: pl.DataFrame, cells: pl.DataFrame, days: list[date]) -> _Noon:
        placed = weather.join(cells.select("cell_id", "row"), on="cell_id", how="left")
        unknown = placed.filter(pl.col("row").is_null())
        if unknown.height:
            raise ValueError(f"weather of cell {unknown['cell_id'][0]}, which is not among the cells asked for")
        placed = placed.filter(pl.col("local_date").is_between(days[0], days[-1]))
        row = placed["row"].to_numpy()
        day = (placed["local_date"] - days[0]).dt.total_days().to_numpy()
        shape = (len(days), cells.height)
        columns = [np.zeros(shape) for _ in _WEATHER]
        flags = [np.zeros(shape, dtype=np.bool_) for _ in range(3)]
        for array, name in zip(columns, _WEATHER, strict=True):
            array[day, row] = placed[name].to_numpy()
        present, is_forecast, degraded = flags
        present[day, row] = True
        is_forecast[day, row] = placed["is_forecast"].to_numpy()
        degraded[day, row] = placed["degraded"].to_numpy()
        return cls(CellWeather(*columns), present, is_forecast, degraded | ~present)

    def on(self, index: int) -> tuple[CellWeather, npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
        return self.weather[index], self.present[index], self.is_forecast[index]


@dataclass(slots=True)
class _State:
    """Where every cell stands: overwritten day by day."""

    moisture: Moisture
    spin_up_days: npt.NDArray[np.int64]
    gap_days: npt.NDArray[np.int64]
    stands_at: npt.NDArray[np.datetime64]
    """The day whose codes ``moisture`` holds."""
    is_forecast: npt.NDArray[np.bool_]

    @classmethod
    def of(
        cls,
        start: pl.DataFrame | None,
        cells: pl.DataFrame,
        *,
        first_weather: date | None,
        parameters: FireWeatherParameters,
    ) -> _State:
        rows = MoistureFrame.create_empty() if start is None else start
        _refuse_unknown_or_double(rows, cells)
        joined = cells.join(rows, on="cell_id", how="left", maintain_order="left")
        before_weather = None if first_weather is None else first_weather - timedelta(days=1)
        if before_weather is None and joined["local_date"].has_nulls():
            cell = joined.filter(pl.col("local_date").is_null())["cell_id"][0]
            raise ValueError(f"cell {cell} has neither a state nor any weather to start from")
        standard = {"ffmc": parameters.start_ffmc, "dmc": parameters.start_dmc, "dc": parameters.start_dc}
        filled = joined.with_columns(
            *(pl.col(name).fill_null(value) for name, value in standard.items()),
            pl.col("local_date").fill_null(pl.lit(before_weather, dtype=pl.Date)),
            pl.col("spin_up_days", "gap_days").fill_null(0),
        )
        return cls(
            Moisture(*(filled[name].to_numpy(writable=True) for name in standard)),
            filled["spin_up_days"].to_numpy(writable=True),
            filled["gap_days"].to_numpy(writable=True),
            filled["local_date"].to_numpy().astype("datetime64[D]"),
            np.zeros(filled.height, dtype=np.bool_),
        )

    @property
    def first_day(self) -> date:
        earliest: date = self.stands_at.min().astype(date)
        return earliest + timedelta(days=1)

    def active(self, day: date) -> npt.NDArray[np.bool_]:
        """Cells whose state does not contain ``day`` yet."""
        return np.asarray(self.stands_at < np.datetime64(day))

    def advance(
        self,
        day: date,
        noon: tuple[CellWeather, npt.NDArray[np.bool_], npt.NDArray[np.bool_]],
        lat_deg: FloatArray,
        *,
        constant: FfmcConstant,
    ) -> Codes:
        """Codes of ``day``; NaN in ISI, FWI and DSR where there is no weather."""
        weather, present, is_forecast = noon
        moved = np.flatnonzero(self.active(day) & present)
        codes = Codes(*self.moisture, *(np.full(present.shape, np.nan) for _ in range(4)))
        if moved.size:
            today = fire_weather_day(
                weather[moved], self.moisture[moved], lat_deg=lat_deg[moved], month=day.month, constant=constant
            )
            for array, values in zip(codes, today, strict=True):
                array[moved] = values
        held = np.flatnonzero(self.active(day) & ~present)
        codes.bui[held] = buildup_index(codes.dmc[held], codes.dc[held])
        self.spin_up_days[moved] += 1
        self.gap_days[held] += 1
        self.is_forecast[moved] |= is_forecast[moved]
        self.stands_at[moved] = self.stands_at[held] = np.datetime64(day)
        return codes

    def frame(self, day: date, codes: Codes, cell_id: pl.Series, degraded: npt.NDArray[np.bool_]) -> pl.DataFrame:
        """The day as rows: a copy, for the state moves on."""
        columns = {name: pl.Series(array.copy(), nan_to_null=True) for name, array in zip(_CODES, codes, strict=True)}
        return pl.DataFrame(
            {
                "cell_id": cell_id,
                "local_date": pl.Series([day]).new_from_index(0, len(cell_id)),
                **columns,
                "spin_up_days": self.spin_up_days.copy(),
                "gap_days": self.gap_days.copy(),
                "is_forecast": self.is_forecast.copy(),
                "degraded": degraded,
            }
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
