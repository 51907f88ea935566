"""Open-Meteo: hourly forecast, reanalysis and elevation at points.

Data CC BY 4.0, credit Open-Meteo.com. API: open-meteo.com/en/docs.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

import polars as pl

from feeds.errors import FeedError, FeedMalformed, FeedRefused, FeedUnavailable
from feeds.json_text import finite, json_value
from feeds.parsed import Parsed, newest
from feeds.rejects import ROW, RejectBounds
from feeds.request import FeedRequest
from feeds.weather_rows import ESSENTIAL, WeatherSource, weather
from models.frames import UTC, WeatherFrame

FEED = "open_meteo"
ELEVATION_FEED = "open_meteo_elevation"
ARCHIVE_FEED = "open_meteo_archive"
BASE_URL = "https://api.open-meteo.com"
ARCHIVE_URL = "https://archive-api.open-meteo.com"
MAX_POINTS = 100
"""Of one request. Every point counts as a call against 600 a minute, 5 000 an hour, 10 000 a day."""
_MAX_GRID_SHIFT_DEG = 0.3
"""An answer names the grid point it took. On a grid of 0.25° that is nearer than this, else it is for other points."""
_RETRY_AFTER_S = MappingProxyType({"minutely": 60.0, "hourly": 3600.0, "daily": 86400.0})


@dataclass(frozen=True)
class Variable:
    """An hourly variable: its name there, the unit asked for, our column and the factor between."""

    name: str
    unit: str
    column: str
    factor: float = 1.0


VARIABLES = (
    Variable("temperature_2m", "°C", "air_temperature_degc"),
    Variable("relative_humidity_2m", "%", "relative_humidity_pct"),
    Variable("precipitation", "mm", "precipitation_mm"),
    Variable("wind_speed_10m", "m/s", "wind_speed_ms"),
    Variable("wind_direction_10m", "°", "wind_direction_deg"),
    Variable("wind_gusts_10m", "m/s", "wind_gust_ms"),
    Variable("snow_depth", "m", "snow_depth_cm", 100.0),
)
_NO_UNIT = "undefined"
"""The unit of a variable that a model does not have; its values are all null."""
_MUST_HAVE = frozenset({*ESSENTIAL, "precipitation_mm"})


@dataclass(frozen=True)
class WeatherPoint:
    """A place for which weather is asked; ``station_id`` names it in the frame."""

    station_id: str
    lat_deg: float
    lon_deg: float


def chunks(points: Sequence[WeatherPoint], size: int = MAX_POINTS) -> Iterator[Sequence[WeatherPoint]]:
    """``points`` in parts that fit into one request each."""
    for start in range(0, len(points), size):
        yield points[start : start + size]


def forecast_request(
    points: Sequence[WeatherPoint],
    *,
    models: Sequence[str],
    past_days: int,
    forecast_days: int,
    base_url: str = BASE_URL,
) -> FeedRequest:
    """Ask for the hourly forecast of up to ``MAX_POINTS`` points, with the analysis of the past days before it.

    Raises:
        ValueError: no or too many points, no model, or days that the service does not have.
    """
    if not models or len(set(models)) != len(models):
        raise ValueError(f"{FEED}: models must be named once each, got {list(models)}")
    if not (0 <= past_days <= 92 and 1 <= forecast_days <= 16):
        raise ValueError(f"{FEED}: past_days 0–92 and forecast_days 1–16, got {past_days} and {forecast_days}")
    params = (
        *_coordinates(points, FEED),
        ("hourly", ",".join(variable.name for variable in VARIABLES)),
        ("models", ",".join(models)),
        ("wind_speed_unit", "ms"),
        ("timezone", "UTC"),
        ("timeformat", "iso8601"),
        ("past_days", str(past_days)),
        ("forecast_days", str(forecast_days)),
    )
    return FeedRequest(feed=FEED, url=f"{base_url}/v1/forecast", params=params)


def archive_request(
    points: Sequence[WeatherPoint], *, model: str, first: date, last: date, base_url: str = ARCHIVE_URL
) -> FeedRequest:
    """Ask for the hours of a reanalysis from one day to another (UTC) at up to ``MAX_POINTS`` points.

    Two weeks at a point count as one call, so a year counts as 26.

    Raises:
        ValueError: no or too many points, or days in the wrong order.
    """
    if last < first:
        raise ValueError(f"{ARCHIVE_FEED}: from {first} to {last}")
    params = (
        *_coordinates(points, ARCHIVE_FEED),
        ("hourly", ",".join(variable.name for variable in VARIABLES)),
        ("models", model),
        ("wind_speed_unit", "ms"),
        ("timezone", "UTC"),
        ("timeformat", "iso8601"),
        ("start_date", first.isoformat()),
        ("end_date", last.isoformat()),
    )
    return FeedRequest(feed=ARCHIVE_FEED, url=f"{base_url}/v1/archive", params=params)


def elevation_request(points: Sequence[WeatherPoint], *, base_url: str = BASE_URL) -> FeedRequest:
    """Ask for the terrain height at up to ``MAX_POINTS`` points (Copernicus DEM, 90 m).

    Raises:
        ValueError: no or too many points.
    """
    url = f"{base_url}/v1/elevation"
    return FeedRequest(feed=ELEVATION_FEED, url=url, params=_coordinates(points, ELEVATION_FEED))


def parse_forecast(
    content: bytes,
    points: Sequence[WeatherPoint],
    models: Sequence[str],
    *,
    fetched_utc: datetime,
    bounds: RejectBounds,
) -> Parsed[WeatherFrame]:
    """Read a forecast answer for ``points`` and ``models``, as they were asked.

    The service does not tell when a model run was issued: hours after ``fetched_utc`` count as a forecast issued then,
    hours up to it as an analysis (``issued_utc`` null). Temperature is brought to the height of the answer's
    ``elevation`` by the service, so the frame keeps the asked coordinates with that elevation.

    Raises:
        FeedUnavailable: an empty body, or a request limit (with the seconds to wait).
        FeedRefused: the service names a fault of the request.
        FeedMalformed: another shape, unit, time zone or set of points than was asked; too many unusable values.
    """
    answer = json_value(content, FEED)
    _raise_if_error(answer, FEED)
    places = answer if isinstance(answer, list) else [answer]
    if len(places) != len(points):
        raise FeedMalformed(FEED, f"{len(points)} points were asked, {len(places)} answered")
    frames = [
        _rows(place, point, model, alone=len(models) == 1)
        for place, point in zip(places, points, strict=True)
        for model in models
    ]
    frame = pl.concat(frames).with_columns(pl.int_range(1, pl.len() + 1, dtype=pl.Int64).alias(ROW))
    ahead = pl.col("valid_utc") > pl.lit(fetched_utc)
    frame = frame.with_columns(pl.when(ahead).then(pl.lit(fetched_utc)).alias("issued_utc"))
    source = WeatherSource(FEED, ",".join(models), frame.height, time_text="time")
    return weather(frame, source=source, bounds=bounds)


def reach_by_model(frame: pl.DataFrame) -> dict[str, datetime | None]:
    """Newest valid time with data of each model of a weather frame: one model can stop while the other goes on."""
    complete = pl.all_horizontal(pl.col(*_MUST_HAVE).is_not_null())
    return {
        str(model): newest(rows.filter(complete), "valid_utc")
        for (model,), rows in frame.group_by("model", maintain_order=True)
    }


def parse_elevation(content: bytes, points: Sequence[WeatherPoint]) -> tuple[float | None, ...]:
    """Terrain height in metres of each of ``points``; None where the service has none.

    Raises:
        FeedUnavailable: an empty body, or a request limit.
        FeedRefused: the service names a fault of the request.
        FeedMalformed: another shape or number of points than was asked, or a height that is not on this planet.
    """
    answer = json_value(content, ELEVATION_FEED)
    _raise_if_error(answer, ELEVATION_FEED)
    heights = answer.get("elevation") if isinstance(answer, dict) else None
    if not isinstance(heights, list) or len(heights) != len(points):
        raise FeedMalformed(ELEVATION_FEED, f"no list `elevation` of {len(points)} heights in the answer")
    numbers = [finite(height) for height in heights]
    for place, height in enumerate(numbers):
        if height is not None and height == height and not -500 <= height <= 9000:
            raise FeedMalformed(ELEVATION_FEED, f"height {place} is {height} m; expected -500 to 9000 m")
    return tuple(None if height is None or height != height else height for height in numbers)


def _coordinates(points: Sequence[WeatherPoint], feed: str) -> tuple[tuple[str, str], ...]:
    if not 1 <= len(points) <= MAX_POINTS:
        raise ValueError(f"{feed}: 1–{MAX_POINTS} points a request, got {len(points)}")
    return (
        ("latitude", ",".join(f"{point.lat_deg:.4f}" for point in points)),
        ("longitude", ",".join(f"{point.lon_deg:.4f}" for point in points)),
    )


def _raise_if_error(answer: Any, feed: str) -> None:
    """Open-Meteo answers a fault with ``{"error": true, "reason": …}`` and a status that a proxy may have changed."""
    if not (isinstance(answer, dict) and answer.get("error")):
        return
    reason = str(answer.get("reason", "no reason given"))[:200]
    raise _named_error(reason, feed)


def _named_error(reason: str, feed: str) -> FeedError:
    if "limit exceeded" in reason.lower():
        period = next((wait for word, wait in _RETRY_AFTER_S.items() if word in reason.lower()), 60.0)
        return FeedUnavailable(feed, reason, retry_after_s=period)
    return FeedRefused(feed, reason, "the request is not one that the service knows; check models, days and address")


def _rows(place: Any, point: WeatherPoint, model: str, *, alone: bool) -> pl.DataFrame:
    """The hours of one model at one point."""
    hourly, units = _hourly(place, point)
    times = hourly["time"]
    columns = {
        variable.column: _values(variable, hourly, units, suffix="" if alone else f"_{model}", model=model)
        for variable in VARIABLES
    }
    for name, values in columns.items():
        if len(values) != len(times):
            raise FeedMalformed(FEED, f"{point.station_id}: {len(times)} times but {len(values)} values of {name}")
    elevation = finite(place.get("elevation"))
    text = pl.Series("time", [time if isinstance(time, str) else None for time in times], dtype=pl.String)
    return pl.DataFrame(
        [text, *(pl.Series(name, values, dtype=pl.Float64) for name, values in columns.items())]
    ).with_columns(
        pl.col("time")
        .str.to_datetime("%Y-%m-%dT%H:%M", time_unit="us", strict=False)
        .dt.replace_time_zone(UTC)
        .alias("valid_utc"),
        pl.lit(point.station_id).alias("station_id"),
        pl.lit(model).alias("model"),
        pl.lit(point.lat_deg).alias("lat_deg"),
        pl.lit(point.lon_deg).alias("lon_deg"),
        pl.lit(elevation, dtype=pl.Float64).alias("elevation_m"),
    )


def _hourly(place: Any, point: WeatherPoint) -> tuple[dict[str, Any], dict[str, Any]]:
    """The hourly block and its units, once the place is seen to be the asked one, in UTC."""
    if not isinstance(place, dict):
        raise FeedMalformed(FEED, f"{point.station_id}: a place is not an object")
    if place.get("utc_offset_seconds") != 0 or str(place.get("timezone", "UTC")) not in {"UTC", "GMT"}:
        zone = f"{place.get('timezone')} (offset {place.get('utc_offset_seconds')} s)"
        raise FeedMalformed(FEED, f"{point.station_id}: times are in {zone}; UTC was asked")
    shift = [finite(place.get(name)) for name in ("latitude", "longitude")]
    for name, got, asked in zip(("latitude", "longitude"), shift, (point.lat_deg, point.lon_deg), strict=True):
        if got is None or not abs(got - asked) <= _MAX_GRID_SHIFT_DEG:
            raise FeedMalformed(FEED, f"{point.station_id}: {name} {asked} was asked, {got} answered")
    hourly, units = place.get("hourly"), place.get("hourly_units")
    if not isinstance(hourly, dict) or not isinstance(hourly.get("time"), list):
        raise FeedMalformed(FEED, f"{point.station_id}: hourly.time is missing")
    if not isinstance(units, dict) or units.get("time") != "iso8601":
        raise FeedMalformed(FEED, f"{point.station_id}: hourly_units is missing or its time is not iso8601")
    return hourly, units


def _values(
    variable: Variable, hourly: dict[str, Any], units: dict[str, Any], *, suffix: str, model: str
) -> list[float | None]:
    key = variable.name + suffix
    if not suffix and key not in hourly:
        key = f"{variable.name}_{model}"
    listed, unit = hourly.get(key), units.get(key)
    if listed is None and variable.column not in _MUST_HAVE:
        return [None] * len(hourly["time"])
    if not isinstance(listed, list):
        raise FeedMalformed(FEED, f"hourly.{key} is missing; the answer has {', '.join(sorted(hourly))[:200]}")
    values = [finite(value) for value in listed]
    absent = unit == _NO_UNIT and all(value is None for value in values)
    if unit != variable.unit and not absent:
        raise FeedMalformed(FEED, f"{key} comes in {unit!r}; {variable.unit!r} was asked")
    return (
        values if variable.factor == 1.0 else [None if value is None else value * variable.factor for value in values]
    )
