"""A table in, a table out: the science on its own, for whoever wants to check it or use it elsewhere.

Every column of the input stays as it is and the results follow it, row for row in the order of the input. A table that
has a wrong row anywhere gives no output at all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from desk.columns import number, refused, require
from desk.compute_spread import compute_arrival, compute_fbp
from desk.errors import InputError
from desk.series import consecutive_days, consecutive_hours
from desk.tables import read_table, write_table
from models.fire_weather.arrays import CellWeather, FloatArray, Moisture, OutOfRange, check_range
from models.fire_weather.constant import FfmcConstant
from models.fire_weather.day import fire_weather_series
from models.fire_weather.hourly_ffmc import START_FFMC, hourly_ffmc
from models.fire_weather.overwinter import overwintered_dc

STANDARD_START = (85.0, 6.0, 15.0)
"""FFMC, DMC and DC of the day before the first."""
_WEATHER = {
    "temp": "air_temperature_degc",
    "rh": "relative_humidity_pct",
    "ws": "wind_speed_kmh",
    "prec": "precipitation_mm",
}
_DATE = ("yr", "mon", "day")
_STARTS = ("ffmc", "dmc", "dc")
_CODES = ("FFMC", "DMC", "DC", "ISI", "BUI", "FWI", "DSR")
_OVERWINTER = {
    "DCf": "dc",
    "rw": "winter_precipitation_mm",
    "a": "carry_over_fraction",
    "b": "wetting_efficiency",
}


def compute_fwi(
    table: pl.DataFrame,
    *,
    constant: FfmcConstant = FfmcConstant.EXACT,
    start: Sequence[float] = STANDARD_START,
    source: str = "table",
) -> pl.DataFrame:
    """The seven codes day by day.

    Args:
        table: ``id, lat, yr, mon, day, temp, rh, ws, prec``, at noon local standard time; each id on consecutive days
            in order and at one latitude. Ids may alternate.
        constant: see :class:`FfmcConstant`.
        start: FFMC, DMC and DC of the day before the first, for every id.
        source: what the table is called in errors.

    Returns:
        ``table`` with ``FFMC, DMC, DC, ISI, BUI, FWI, DSR``.

    Raises:
        InputError: a column or number is missing or out of range, or days are double, out of order or left out.
    """
    require(table, ("id", "lat", *_DATE, *_WEATHER), results=_CODES, source=source)
    numbers = {name: number(table, name, source) for name in ("lat", *_DATE, *_WEATHER)}
    weather = _weather(numbers, source)
    _within("lat", "lat_deg", numbers["lat"], source)
    series = consecutive_days(table, numbers, source=source)
    series.refuse_changing("lat", numbers["lat"])
    begin = _start(start, wanted=3)
    columns = [np.empty(table.height) for _ in _CODES]
    months = numbers["mon"].astype(np.int64)
    for rows in series.blocks():  # (days, ids): ids of one length and one first day
        moisture = Moisture(*(np.full(rows.shape[1], value) for value in begin))
        codes = fire_weather_series(
            weather[rows],
            moisture,
            lat_deg=numbers["lat"][rows[0]],
            months=months[rows[:, 0]].tolist(),
            constant=constant,
        )
        for column, code in zip(columns, codes, strict=True):
            column[rows] = code
    return table.with_columns(pl.Series(name, column) for name, column in zip(_CODES, columns, strict=True))


def compute_hffmc(
    table: pl.DataFrame,
    *,
    constant: FfmcConstant = FfmcConstant.EXACT,
    start: Sequence[float] = (START_FFMC,),
    source: str = "table",
) -> pl.DataFrame:
    """The hourly FFMC, hour by hour.

    Args:
        table: ``id, lat, yr, mon, day, hr, temp, rh, ws, prec``, rain of the hour; each id in consecutive hours.
        constant: see :class:`FfmcConstant`.
        start: FFMC of the hour before the first.
        source: what the table is called in errors.

    Returns:
        ``table`` with ``hffmc``.

    Raises:
        InputError: as for :func:`compute_fwi`.
    """
    require(table, ("id", "lat", *_DATE, "hr", *_WEATHER), results=("hffmc",), source=source)
    numbers = {name: number(table, name, source) for name in ("lat", *_DATE, "hr", *_WEATHER)}
    weather = _weather(numbers, source)
    _within("lat", "lat_deg", numbers["lat"], source)
    series = consecutive_hours(table, numbers, source=source)
    (begin,) = _start(start, wanted=1)
    column = np.empty(table.height)
    for rows in series.blocks():
        code: FloatArray = np.full(rows.shape[1], begin)
        for step in rows:
            code = hourly_ffmc(weather[step], code, constant=constant)
            column[step] = code
    return table.with_columns(pl.Series("hffmc", column))


def compute_overwinter(table: pl.DataFrame, *, source: str = "table") -> pl.DataFrame:
    """The Drought Code after a winter.

    Args:
        table: ``DCf, rw, a, b``: code in autumn, precipitation of the winter in mm, carry-over and wetting fractions.
        source: what the table is called in errors.

    Returns:
        ``table`` with ``DCs``.

    Raises:
        InputError: a column or number is missing or out of range.
    """
    require(table, tuple(_OVERWINTER), results=("DCs",), source=source)
    numbers = {name: number(table, name, source) for name in _OVERWINTER}
    try:
        spring = overwintered_dc(
            numbers["DCf"], numbers["rw"], carry_over_fraction=numbers["a"], wetting_efficiency=numbers["b"]
        )
    except OutOfRange as error:
        theirs = {ours: theirs for theirs, ours in _OVERWINTER.items()}
        raise refused(error, theirs[error.field], source) from error
    return table.with_columns(pl.Series("DCs", spring))


COMPUTE: Mapping[str, Callable[..., pl.DataFrame]] = {
    "fwi": compute_fwi,
    "hffmc": compute_hffmc,
    "overwinter": compute_overwinter,
    "fbp": compute_fbp,
    "arrival": compute_arrival,
}
STARTED = ("fwi", "hffmc")
"""What goes on from day to day or hour to hour, from codes to start with."""


def run_compute(
    kind: str,
    in_path: Path,
    out_path: Path,
    *,
    constant: FfmcConstant = FfmcConstant.EXACT,
    start: Sequence[float] | None = None,
) -> int:
    """Compute a table into another; nothing is written unless all of it could be computed.

    Args:
        kind: one of ``COMPUTE``.
        in_path: CSV, .csv.gz or Parquet.
        out_path: the same; replaced if it exists.
        constant: see :class:`FfmcConstant`.
        start: codes to start from, for ``STARTED``.

    Returns:
        Rows written.

    Raises:
        InputError: see the functions above; ``kind`` unknown; or a start where none is used.
    """
    if kind not in COMPUTE:
        raise InputError(kind, "no such computation", remedy=f"one of {', '.join(COMPUTE)}")
    options: dict[str, Any] = {} if start is None else {"start": start}
    if kind not in STARTED and options:
        raise InputError("--start", f"{kind} starts from the table's own columns, for overwinter its own DCf")
    if kind in (*STARTED, "fbp"):
        options["constant"] = constant
    result = COMPUTE[kind](read_table(in_path), source=str(in_path), **options)
    write_table(out_path, result)
    return result.height


def _start(start: Sequence[float], *, wanted: int) -> Sequence[float]:
    names = _STARTS[:wanted]
    if len(start) != wanted:
        raise InputError("--start", f"{len(start)} numbers, {wanted} are needed", remedy=",".join(names).upper())
    for name, value in zip(names, start, strict=True):
        try:
            check_range(name, np.array([value]))
        except OutOfRange as error:
            raise InputError("--start", f"{name.upper()} {value:g} is outside {error.allowed}") from error
    return start


def _weather(numbers: Mapping[str, FloatArray], source: str) -> CellWeather:
    for theirs, ours in _WEATHER.items():
        _within(theirs, ours, numbers[theirs], source)
    return CellWeather(*(numbers[theirs] for theirs in _WEATHER))


def _within(theirs: str, ours: str, values: FloatArray, source: str) -> None:
    try:
        check_range(ours, values)
    except OutOfRange as error:
        raise refused(error, theirs, source) from error
