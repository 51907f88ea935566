"""Grades beside that of EFFIS: by the cell's own climate, kept in the home; and standards by their tables."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from io import BytesIO
from pathlib import Path
from typing import Any

import dataframely as dy
import polars as pl

from flows.errors import ConfigurationError
from flows.rules import shipped_rules
from flows.signed import SignedRules
from models.fire_weather.day_curve import day_curves
from models.fire_weather.season import fire_weather_days, moisture_after
from models.frames import CodesFrame, MoistureFrame, NoonFrame, WeatherFrame
from models.local_grade import SEASON_MONTHS, LocalBoundsFrame, SeasonCounts
from models.standards.table_index import TableIndex, empty_slot, table_index_of
from models.weather.interpolate import weather_at_cells
from models.weather.noon import noon_weather
from notify.whole_file import write_whole

FOLDER = "climatology"
BOUNDS, PROVENANCE = "fwi_bounds.parquet", "fwi_bounds.json"
EFFIS_ZH = "EFFIS固定分级（正午与当日最高时次取高，界限折算为同等警报面积）"
EFFIS_ALONE_ZH = f"{EFFIS_ZH}；本地百分位分级未建"
_CHUNK_D = 60
_HOURS_BEFORE = timedelta(days=3)
"""The rain of a noon needs a day of hours, the course of a day the evening before it."""
_KEPT = ("cell_id", "local_date", "fwi", "peak_fwi", "spin_up_days")


class Standard(StrEnum):
    """Standards that an index may be computed by, where their tables are known."""

    LY_T_1172 = "ly_t_1172_1995"
    QX_T_77 = "qx_t_77_2007"
    GB_T_36743 = "gb_t_36743_2018"

    @property
    def cited(self) -> str:
        """As the standard is cited."""
        return {
            "ly_t_1172_1995": "LY/T 1172-1995",
            "qx_t_77_2007": "QX/T 77-2007",
            "gb_t_36743_2018": "GB/T 36743-2018",
        }[self.value]


def load_standard(standard: Standard, rules: Path | None, tables: Path | None = None) -> TableIndex:
    """The index of a standard from ``tables``, else from ``standards/`` of the rules, else from the shipped rules.

    Raises:
        TablesMissing: there is no table file.
        ConfigurationError: the file cannot be read, or is not whole; names it.
    """
    name = Path("standards") / f"{standard}.toml"
    places = [tables] if tables else [folder / name for folder in (rules, shipped_rules()) if folder is not None]
    path = next((place for place in places if place.is_file()), None)
    if path is None:
        raise empty_slot(standard.cited, str(places[0] if tables else Path("rules") / name))
    try:
        return table_index_of(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        raise ConfigurationError(f"standard {path.name}: {error}") from error


class PartsOverlap(ValueError):
    """A table of years begins before the end of the one before it."""


def climatology_of(
    weather: Iterable[dy.DataFrame[WeatherFrame]], cells: pl.DataFrame, rules: SignedRules
) -> dy.DataFrame[LocalBoundsFrame]:
    """Local bounds of cells from years of weather, in memory that does not grow with their number.

    Args:
        weather: parts one after the other in time, each of them read when the one before is done with.
        cells: ``cell_id, lat_deg, lon_deg`` and, where known, ``elevation_m``.
        rules: how weather is brought to cells and codes are computed.

    Raises:
        PartsOverlap: a part begins before the end of the one before.
    """
    years = _Years(cells, rules)
    for part in weather:
        years.take(part)
        del part
    return years.bounds()


@dataclass
class _Years:
    """Years that are counted, and what they leave to the next part."""

    cells: pl.DataFrame
    rules: SignedRules
    counts: SeasonCounts = field(init=False)
    state: dy.DataFrame[MoistureFrame] | None = None
    last_day: pl.DataFrame | None = None
    """The codes of the last day: the course of the next one begins with them."""
    done: date = date.min
    """Days up to this one are counted."""
    tail: pl.DataFrame = field(default_factory=WeatherFrame.create_empty)
    """The last hours: the last day may go on in the next part."""

    def __post_init__(self) -> None:
        self.counts = SeasonCounts(self.cells["cell_id"])

    def take(self, part: dy.DataFrame[WeatherFrame]) -> None:
        """Count the days of a part but for its last, which waits for the next part."""
        if part.is_empty():
            return
        begin, end = part["valid_utc"].min(), self.tail["valid_utc"].max()
        assert isinstance(begin, datetime)
        if isinstance(end, datetime) and begin <= end:
            raise PartsOverlap(
                f"begins at {begin:%Y-%m-%d %H}Z, before the end of the table before it, {end:%Y-%m-%d %H}Z"
            )
        joined = WeatherFrame.validate(pl.concat([self.tail, part]))
        self._count(joined, waiting=1)
        self.tail = joined.filter(pl.col("valid_utc") > pl.col("valid_utc").max() - _HOURS_BEFORE)

    def bounds(self) -> dy.DataFrame[LocalBoundsFrame]:
        """What the years give, the day that waited among them."""
        self._count(WeatherFrame.validate(self.tail), waiting=0)
        self.tail = self.tail.clear()
        return self.counts.bounds()

    def _count(self, weather: dy.DataFrame[WeatherFrame], *, waiting: int) -> None:
        noon = noon_weather(weather).noon.filter(pl.col("local_date") > self.done)
        days = noon["local_date"].unique().sort().to_list()
        days = days[: len(days) - waiting]
        for first in range(0, len(days), _CHUNK_D):
            chunk = days[first : first + _CHUNK_D]
            part = NoonFrame.validate(noon.filter(pl.col("local_date").is_between(chunk[0], chunk[-1])))
            at_cells = weather_at_cells(part, self.cells, parameters=self.rules.interpolation)
            codes = fire_weather_days(self.state, at_cells, cells=self.cells, parameters=self.rules.fire_weather)
            season = _season(codes, weather, self.cells, self.rules, before=self.last_day)
            self.counts.add(season, spin_up_required_d=self.rules.danger.spin_up_required_d)
            self.state, self.done = moisture_after(codes, chunk[-1]), chunk[-1]
            self.last_day = codes.filter(pl.col("local_date") == chunk[-1])


def _season(
    codes: dy.DataFrame[CodesFrame],
    weather: pl.DataFrame,
    cells: pl.DataFrame,
    rules: SignedRules,
    *,
    before: pl.DataFrame | None,
) -> pl.DataFrame:
    """The days of the fire season among some, with their worst hour."""
    season = codes.filter(pl.col("local_date").dt.month().is_in(SEASON_MONTHS))
    days = season["local_date"].unique().sort().to_list()
    placed = cells.with_columns(pl.lit("").alias("zone"))
    if "elevation_m" not in placed.columns:
        placed = placed.with_columns(pl.lit(None, pl.Float64).alias("elevation_m"))
    told = codes if before is None else CodesFrame.validate(pl.concat([before, codes]))
    last = told["local_date"].max()
    assert isinstance(last, date)
    near = weather.filter(pl.col("valid_utc").dt.date() <= last)
    peaks = day_curves(near, told, placed, days=days, parameters=rules.interpolation).peaks
    own = peaks.select("cell_id", "local_date", pl.col("fwi").alias("peak_fwi"))
    return season.join(own, on=["cell_id", "local_date"], how="left").select(_KEPT)


def keep_climatology(home: Path, bounds: dy.DataFrame[LocalBoundsFrame], provenance: Mapping[str, Any]) -> None:
    """Write the bounds and where they come from."""
    table = BytesIO()
    bounds.write_parquet(table)
    write_whole(home / FOLDER / BOUNDS, table.getvalue())
    told = json.dumps(provenance, ensure_ascii=False, indent=1, default=str)
    write_whole(home / FOLDER / PROVENANCE, told.encode())


def standing_bounds(home: Path) -> tuple[dy.DataFrame[LocalBoundsFrame] | None, str]:
    """The bounds of the home, and what the grades rest on, in Chinese.

    Raises:
        ConfigurationError: the files cannot be read.
    """
    path = home / FOLDER / BOUNDS
    if not path.is_file():
        return None, EFFIS_ALONE_ZH
    try:
        told = json.loads((home / FOLDER / PROVENANCE).read_text(encoding="utf-8"))
        bounds = LocalBoundsFrame.validate(_of_noon_before(pl.read_parquet(path)), cast=True)
        return bounds, f"{EFFIS_ZH}，并列本地百分位分级（{told['from']}至{told['to']}，{told['source']}）"
    except (OSError, ValueError, KeyError, pl.exceptions.PolarsError, dy.exc.ValidationError) as error:
        raise ConfigurationError(
            f"climatology {path.name}: {error}; build it again with firewatch climatology"
        ) from error


def _of_noon_before(bounds: pl.DataFrame) -> pl.DataFrame:
    """Bounds that were built when grades looked at noon only."""
    return bounds if "of_day" in bounds.columns else bounds.with_columns(pl.lit(value=False).alias("of_day"))
