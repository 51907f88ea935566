"""Weather at a station from the other stations: what bringing weather to a cell costs, by method.

Each of the independent stations of Beijing (UCI data set 501) and of the stations of KDD Cup 2018 is left out in
turn, and its weather made from the others. Methods: the nearest station, the plain inverse-distance mean without
heights, the linear interpolation between the three stations around it (what bilinear is to a net without a lattice),
and ours with heights. The FWI of a left-out UCI station runs through three springs on the weather that each method
gives. Where two sites of a set repeat one instrument, each is left out with the other, day by day. The linear method
speaks only of stations that lie between others: rows "between others" hold all methods to those alone.
``python -m bench.left_out`` prints the table; it needs the recorded data beside the checkout.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from pathlib import Path

import dataframely as dy
import numpy as np
import polars as pl
from scipy.interpolate import LinearNDInterpolator
from scipy.spatial import QhullError

from feeds.prsa import SITES, parse_prsa
from feeds.rejects import RejectBounds
from feeds.tables import TableFile
from models.fire_weather.parameters import FireWeatherParameters
from models.fire_weather.season import fire_weather_days
from models.frames import CellNoonFrame, NoonFrame, SnowWeather, WeatherFrame
from models.weather.interpolate import InterpolationParameters, weather_at_cells
from models.weather.noon import noon_weather

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data" / "weather"
INDEPENDENT = ("Aotizhongxin", "Changping", "Dingling", "Gucheng", "Huairou", "Shunyi", "Tiantan", "Wanliu")
QUANTITIES = ("air_temperature_degc", "relative_humidity_pct", "wind_speed_kmh")
SPRING = (3, 4, 5)
HIGH_M = 250.0
STATIONS = {
    "beijing": 54511,
    "chaoyang": 54433,
    "daxing": 54594,
    "fangshan": 54596,
    "fengtai": 54514,
    "hadian": 54399,
    "huairou": 54419,
    "mentougou": 54505,
    "miyun": 54416,
    "pingchang": 54499,
    "pinggu": 54424,
    "shangdianzi": 54421,
    "shijingshan": 54513,
    "shunyi": 54398,
    "tongzhou": 54431,
    "xiayunling": 54597,
    "yanqing": 54406,
    "zhaitang": 54501,
}
"""Names of the competition and the station numbers that they stand for."""
_BOUNDS = RejectBounds(max_reject_share=0.05, max_blank_share=0.2, allowed_rows=1)
_OURS = InterpolationParameters()
_WEATHER = (*QUANTITIES, "precipitation_mm")
LINEAR = "linear between three"
METHODS: Mapping[str, tuple[InterpolationParameters, bool]] = {
    "nearest": (InterpolationParameters(neighbours=1), False),
    "plain inverse distance": (_OURS, False),
    "ours, with heights": (_OURS, True),
}


def uci_noon() -> dy.DataFrame[NoonFrame]:
    """Noon weather of the independent stations, March 2013 to February 2016."""
    read_utc = datetime(2026, 1, 1, tzinfo=UTC)
    parts = []
    for name in INDEPENDENT:
        (path,) = (SHARED / "uci_prsa").glob(f"PRSA_Data_{name}_*.csv.gz")
        file = TableFile(path.name, path.read_bytes(), read_utc)
        parts.append(parse_prsa(file, SITES[name], bounds=_BOUNDS).frame)
    return noon_weather(WeatherFrame.validate(pl.concat(parts))).noon


def kdd_hours() -> dy.DataFrame[NoonFrame]:
    """All hours of the 18 stations of 26 to 30 April 2018, each in the place of the noon of a day of its own.

    Four of them lie at 290 to 490 m, in or behind the mountains: the only recorded ones that tell heights apart.
    """
    folder = SHARED / "kdd2018"
    values = ("temperature", "humidity", "wind_speed")
    rows = pl.concat(
        pl.read_csv(path, infer_schema=False).select("station_id", "time", *values)
        for path in sorted(folder.glob("*_station_meo.csv.gz"))
    ).unique(["station_id", "time"], keep="first", maintain_order=True)
    hour = (pl.col("time").str.to_datetime("%Y-%m-%d %H:%M:%S") - datetime(2018, 4, 1)).dt.total_hours()  # noqa: DTZ001
    temperature, humidity, wind_ms = (pl.col(name).cast(pl.Float64) for name in values)
    frame = rows.join(_places(), on="station_id").select(
        "station_id",
        "lat_deg",
        "lon_deg",
        "elevation_m",
        (pl.lit(date(2000, 1, 1)) + pl.duration(days=hour)).alias("local_date"),
        temperature.alias("air_temperature_degc"),
        humidity.alias("relative_humidity_pct"),
        (wind_ms * 3.6).alias("wind_speed_kmh"),
        *(pl.lit(0).alias(name) for name in ("precipitation_mm", "rain_hours_missing_h", "noon_offset_h")),
        pl.lit(value=False).alias("is_forecast"),
        *(pl.lit(None, pl.Float64).alias(name) for name in SnowWeather.column_names()),
    )
    sound = frame.filter(temperature_is_possible() & pl.col("relative_humidity_pct").is_between(0, 100))
    return NoonFrame.validate(sound.select(NoonFrame.column_names()), cast=True)


def temperature_is_possible() -> pl.Expr:
    """The recorder wrote 999999 for what it did not have."""
    return pl.col("air_temperature_degc").is_between(-60, 60) & pl.col("wind_speed_kmh").is_between(0, 330)


def _places() -> pl.DataFrame:
    listed = pl.read_csv(SHARED / "stations" / "cma_stations_margin_box.csv.gz")
    names = pl.DataFrame({"station_id": [f"{name}_meo" for name in STATIONS], "number": list(STATIONS.values())})
    return names.join(listed, left_on="number", right_on="station_id").select(
        "station_id",
        pl.col("lat").alias("lat_deg"),
        pl.col("lon").alias("lon_deg"),
        pl.col("alt_m").cast(pl.Float64).alias("elevation_m"),
    )


def left_out(noon: dy.DataFrame[NoonFrame], method: str) -> dy.DataFrame[CellNoonFrame]:
    """The weather of every station, made from the others; of the linear method on days when it lies between them."""
    if method == LINEAR:
        return _between(noon)
    parameters, with_heights = METHODS[method]
    parts = []
    for own, others in _each_left_out(noon):
        cell = own.head(1).select(pl.col("station_id").alias("cell_id"), "lat_deg", "lon_deg", "elevation_m")
        if not with_heights:
            cell = cell.with_columns(pl.lit(None, pl.Float64).alias("elevation_m"))
        parts.append(weather_at_cells(others, cell, parameters=parameters))
    return CellNoonFrame.validate(pl.concat(parts))


def _each_left_out(
    noon: dy.DataFrame[NoonFrame],
) -> Iterator[tuple[dy.DataFrame[NoonFrame], dy.DataFrame[NoonFrame]]]:
    """Each station's own rows, and those of the others without the ones that repeat it to the last digit."""
    for station in noon["station_id"].unique().sort():
        own = NoonFrame.validate(noon.filter(pl.col("station_id") == station))
        repeated = own.select("local_date", *QUANTITIES)
        others = noon.filter(pl.col("station_id") != station)
        yield own, NoonFrame.validate(others.join(repeated, on=["local_date", *QUANTITIES], how="anti"))


def _between(noon: dy.DataFrame[NoonFrame]) -> dy.DataFrame[CellNoonFrame]:
    """Linear over the triangle of stations that a left-out one lies in; days with the same stations go together."""
    parts = []
    for own, others in _each_left_out(noon):
        present = others.sort("local_date", "station_id").group_by("local_date").agg("station_id")
        for (_,), days in present.with_columns(pl.col("station_id").list.join(",").alias("net")).group_by("net"):
            there = others.join(days.select("local_date"), on="local_date", how="semi").sort("local_date", "station_id")
            made = _in_triangle(there, own.select("lat_deg", "lon_deg").row(0))
            if made is not None:
                parts.append(made.select(pl.lit(own["station_id"][0]).alias("cell_id"), pl.all()))
    filled = pl.concat(parts).with_columns(
        pl.lit(value=False).alias("is_forecast"),
        pl.lit(value=False).alias("degraded"),
        *(pl.lit(None, pl.Float64).alias(name) for name in SnowWeather.column_names()),
    )
    return CellNoonFrame.validate(filled.select(CellNoonFrame.column_names()))


def _in_triangle(net: pl.DataFrame, place: tuple[float, float]) -> pl.DataFrame | None:
    """Weather of the days of one net at a place; None outside of it. Rows of ``net`` stand by day, then station."""
    stations = net["station_id"].n_unique()
    values = net.select(_WEATHER).to_numpy().reshape(-1, stations, len(_WEATHER)).transpose(1, 0, 2)
    points = net.head(stations).select("lat_deg", "lon_deg").to_numpy()
    try:
        found = LinearNDInterpolator(points, values.reshape(stations, -1))(*place).reshape(-1, len(_WEATHER))
    except QhullError:
        return None
    if np.isnan(found).all():
        return None
    days = net["local_date"].unique().sort()
    return pl.DataFrame(found, schema=list(_WEATHER)).with_columns(days.alias("local_date"))


def _beside(made: dy.DataFrame[CellNoonFrame], noon: dy.DataFrame[NoonFrame], *, days: bool) -> pl.DataFrame:
    """What was made beside what was seen; with ``days``, each with the FWI of spring that follows from it."""
    keys = ["cell_id", "local_date"]
    seen = as_cells(noon)
    both = made.join(seen, on=keys, suffix="_seen")
    if not days:
        return both
    told = spring_fwi(made, noon).join(spring_fwi(seen, noon), on=keys, suffix="_seen")
    return both.join(told, on=keys, how="left")


def _mean_errors(both: pl.DataFrame) -> dict[str, float]:
    """Mean absolute error of each quantity that there is."""
    names = [name for name in (*QUANTITIES, "fwi") if name in both.columns]
    return both.select((pl.col(name) - pl.col(f"{name}_seen")).abs().mean() for name in names).row(0, named=True)


def spring_fwi(weather: dy.DataFrame[CellNoonFrame], noon: pl.DataFrame) -> pl.DataFrame:
    """FWI of March to May per station and day."""
    cells = noon.unique("station_id").select(pl.col("station_id").alias("cell_id"), "lat_deg")
    codes = fire_weather_days(None, weather, cells=cells, parameters=FireWeatherParameters())
    spring = codes.filter(pl.col("local_date").dt.month().is_in(SPRING)).drop_nulls("fwi")
    return spring.select("cell_id", "local_date", "fwi")


def as_cells(noon: pl.DataFrame) -> dy.DataFrame[CellNoonFrame]:
    """What the stations themselves saw."""
    own = noon.rename({"station_id": "cell_id"}).with_columns(pl.lit(value=False).alias("degraded"))
    return CellNoonFrame.validate(own.select(CellNoonFrame.column_names()))


def table() -> list[tuple[str, str, dict[str, float]]]:
    """Rows of data set, method and mean absolute errors."""
    rows = [
        *_rows("UCI, 8 stations, noon", uci_noon(), ("Huairou", "Dingling", "Changping"), days=True),
        *_rows("KDD, 18 stations, all hours", kdd_hours(), (), days=False),
    ]
    return sorted(rows, key=lambda row: row[0])


def _rows(
    name: str, noon: dy.DataFrame[NoonFrame], shown: tuple[str, ...], *, days: bool
) -> Iterator[tuple[str, str, dict[str, float]]]:
    """Errors of every method at all stations, at those that lie between others, at high ones and at some by name."""
    made = {method: left_out(noon, method) for method in (*METHODS, LINEAR)}
    between = made[LINEAR].select("cell_id", "local_date")
    inside = f"{name}: {between['cell_id'].n_unique()} between others"
    high = noon.filter(pl.col("elevation_m") > HIGH_M)["station_id"].unique()
    groups = {f"{name}: {station}": [station] for station in shown}
    if len(high):
        groups[f"{name}: {len(high)} above {HIGH_M:.0f} m"] = high.to_list()
    for method, weather in made.items():
        both = _beside(weather, noon, days=days)
        yield inside, method, _mean_errors(both.join(between, on=["cell_id", "local_date"], how="semi"))
        if method == LINEAR:
            continue
        yield name, method, _mean_errors(both)
        for group, stations in groups.items():
            yield group, method, _mean_errors(both.filter(pl.col("cell_id").is_in(stations)))


def main() -> None:
    """Print the table."""
    print("| left out | method | T °C | RH % | wind km/h | FWI |\n|---|---|---|---|---|---|")
    for name, method, error in table():
        fwi = f"{error['fwi']:.1f}" if "fwi" in error else "–"
        figures = " | ".join(f"{error[quantity]:.2f}" for quantity in QUANTITIES)
        print(f"| {name} | {method} | {figures} | {fwi} |")


if __name__ == "__main__":
    main()
