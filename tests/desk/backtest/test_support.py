"""What the weather of a back-test can carry."""

from __future__ import annotations

from datetime import date

import polars as pl

from desk.backtest.support import support
from models.weather.interpolate import InterpolationParameters

DAY = date(2022, 4, 5)


def told(*stations: tuple[float, float, date, int]) -> dict[str, int]:
    columns = ["lat_deg", "lon_deg", "local_date", "rain_hours_missing_h"]
    noon = pl.DataFrame(list(stations), schema=columns, orient="row")
    places = pl.DataFrame({"lat_deg": [40.0, 40.0], "lon_deg": [116.0, 117.0]})
    return support(noon, places, period=(DAY, DAY), parameters=InterpolationParameters())  # type: ignore[arg-type]


def test_a_point_with_a_station_within_reach_is_near_and_another_is_far() -> None:
    assert told((40.0, 116.5, DAY, 0))["points_far_from_weather"] == 0
    assert told((40.0, 116.0, DAY, 0))["points_far_from_weather"] == 1
    assert told((-33.9, 151.2, DAY, 0))["points_far_from_weather"] == 2


def test_rain_is_unreported_where_no_station_reported_it_on_a_day_of_the_period() -> None:
    assert told((40.0, 116.0, DAY, 24))["days_with_rain_unreported"] == 1
    assert told((40.0, 116.0, DAY, 24), (40.0, 117.0, DAY, 6))["days_with_rain_unreported"] == 0
    assert told((40.0, 116.0, DAY.replace(day=6), 24))["days_with_rain_unreported"] == 0
