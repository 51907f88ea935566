"""Weather at a station from the other stations: what bringing weather to a cell costs, by method.

Each of the independent stations of Beijing (UCI data set 501) and of the stations of KDD Cup 2018 is left out in
turn, and its weather made from the others. Methods: the nearest station, the plain inverse-distance mean without
heights, and ours with heights. The FWI of a left-out UCI station runs through three springs on the weather that each
method gives.
``python -m bench.left_out`` prints the table; it needs the recorded data beside the checkout.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path

import dataframely as dy
import polars as pl

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
    """The weather of every station, made from the others."""
    parameters, with_heights = METHODS[method]
    parts = []
    for station in noon["station_id"].unique().sort():
        others = noon.filter(pl.col("station_id") != station)
        place = noon.filter(pl.col("station_id") == station).head(1)
        cell = place.select(pl.col("station_id").alias("cell_id"), "lat_deg", "lon_deg", "elevation_m")
        if not with_heights:
            cell = cell.with_columns(pl.lit(None, pl.Float64).alias("elevation_m"))
        parts.append(weather_at_cells(NoonFrame.validate(others), cell, parameters=parameters))
    return CellNoonFrame.validate(pl.concat(parts))


def errors(made: pl.DataFrame, noon: pl.DataFrame, *, station: str | None = None) -> dict[str, float]:
    """Mean absolute error of each quantity at the left-out stations."""
    own = noon if station is None else noon.filter(pl.col("station_id") == station)
    both = made.join(own, left_on=["cell_id", "local_date"], right_on=["station_id", "local_date"], suffix="_seen")
    means = both.select((pl.col(name) - pl.col(f"{name}_seen")).abs().mean() for name in QUANTITIES)
    return means.row(0, named=True)


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
    uci, kdd = uci_noon(), kdd_hours()
    seen = spring_fwi(as_cells(uci), uci)
    rows = []
    for method in METHODS:
        made = left_out(uci, method)
        fwi = spring_fwi(made, uci).join(seen, on=["cell_id", "local_date"], suffix="_seen")
        error = fwi.select((pl.col("fwi") - pl.col("fwi_seen")).abs().mean()).item()
        rows.append(("UCI, 8 stations, noon", method, errors(made, uci) | {"fwi": error}))
        for name in ("Huairou", "Dingling", "Changping"):
            own = fwi.filter(pl.col("cell_id") == name).select((pl.col("fwi") - pl.col("fwi_seen")).abs().mean())
            rows.append((f"UCI, {name}", method, errors(made, uci, station=name) | {"fwi": own.item()}))
        hours = left_out(kdd, method)
        rows.append(("KDD, 18 stations, all hours", method, errors(hours, kdd)))
        high = kdd.filter(pl.col("elevation_m") > HIGH_M)
        rows.append((f"KDD, {high['station_id'].n_unique()} above {HIGH_M:.0f} m", method, errors(hours, high)))
    return sorted(rows, key=lambda row: row[0])


def main() -> None:
    """Print the table."""
    print("| left out | method | T °C | RH % | wind km/h | FWI |\n|---|---|---|---|---|---|")
    for name, method, error in table():
        fwi = f"{error['fwi']:.1f}" if "fwi" in error else "–"
        figures = " | ".join(f"{error[quantity]:.2f}" for quantity in QUANTITIES)
        print(f"| {name} | {method} | {figures} | {fwi} |")


if __name__ == "__main__":
    main()
