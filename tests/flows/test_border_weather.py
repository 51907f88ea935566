"""What a letter says of the weather of the next day: what was foretold along the stretch, or 待核 and why not."""

from __future__ import annotations

from datetime import timedelta

import polars as pl
import pytest

from flows.border_weather import border_weather_zh
from flows.gathered import Gathered
from flows.wiring import House
from models.frames import WeatherFrame
from tests.flows import world
from tests.flows.world import DAY, HOUR, MORNING, ZONE

LEAD = "未来24小时（至4月11日07时）共同边界一带"
NEXT = world.on_the_hour(MORNING) + HOUR


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    return world.build_house(tmp_path_factory.mktemp("home"))


def said(house: House, *parts: pl.DataFrame, missing: tuple[str, ...] = ()) -> str:
    """Of Pinggu and Jizhou, on whose line S2 lies within 40 km and nothing nearer unless it is given."""
    border = house.catalogue.border(ZONE)
    stretch = next(one for one in border.stretches if {one.first.gb, one.second.gb} == {110117, 120119})
    frame = world.weather_frame(*parts) if parts else WeatherFrame.create_empty()
    gathered = Gathered(frame, (), (), None, missing)
    return border_weather_zh(house, border, stretch, gathered=gathered, as_of=MORNING)


def foretold(*, hours: int = 24, issued: timedelta = HOUR, station: str = "S2", first: timedelta = timedelta()):
    """Hours of one station: at 14:00 of the day it is windiest, at 15:00 driest."""
    begin = NEXT + first
    rows = world.weather_rows(begin, begin + (hours - 1) * HOUR, issued=MORNING - issued)
    windiest, driest = NEXT + 6 * HOUR, NEXT + 7 * HOUR
    return rows.filter(pl.col("station_id") == station).with_columns(
        pl.when(pl.col("valid_utc") == windiest).then(14.0).otherwise(5.0).alias("wind_speed_ms"),
        pl.when(pl.col("valid_utc") == windiest).then(315.0).otherwise(90.0).alias("wind_direction_deg"),
        pl.when(pl.col("valid_utc") == driest).then(9.4).otherwise(30.0).alias("relative_humidity_pct"),
    )


def test_the_strongest_wind_and_the_least_humidity_are_said_with_their_hours_and_their_source(house) -> None:
    assert said(house, foretold()) == f"{LEAD}最大风力西北风7级（14时），最小相对湿度9%（15时）（气象表预报06时起报）。"


def test_an_hour_of_tomorrow_has_its_day(house) -> None:
    night = foretold().with_columns(
        pl.when(pl.col("valid_utc") == NEXT + 19 * HOUR).then(20.0).otherwise(3.0).alias("wind_speed_ms")
    )
    assert "8级（4月11日03时）" in said(house, night)


def test_observed_hours_are_no_forecast(house) -> None:
    seen = world.weather_rows(NEXT - 5 * HOUR, NEXT - HOUR)
    assert said(house, seen) == f"{LEAD}天气待核：只有实况，没有预报。"


def test_an_old_forecast_is_named_and_not_quoted(house) -> None:
    assert said(house, foretold(issued=2 * DAY)) == f"{LEAD}天气待核：预报已过期（4月8日07时07分起报）。"


def test_a_feed_that_is_out_is_named(house) -> None:
    assert said(house, missing=("天气预报",)) == f"{LEAD}天气待核：天气预报缺测。"


def test_hours_that_nobody_foretold_are_counted(house) -> None:
    assert said(house, foretold(hours=18)).endswith("其中仅18小时有预报，其余待核。")


def test_a_forecast_of_later_days_says_nothing_of_the_next_one(house) -> None:
    assert said(house, foretold(first=2 * DAY)) == f"{LEAD}天气待核：60公里内没有这段时间的预报。"


def test_a_station_out_of_reach_does_not_speak_for_the_line(house) -> None:
    assert said(house, foretold(station="S7")) == f"{LEAD}天气待核：60公里内没有这段时间的预报。"


@pytest.mark.parametrize(
    ("column", "words"),
    [("wind_speed_ms", "最大风力待核（预报无风）"), ("relative_humidity_pct", "最小相对湿度待核（预报无湿度）")],
)
def test_a_quantity_that_the_forecast_lacks_is_said_by_itself(house, column: str, words: str) -> None:
    text = said(house, foretold().with_columns(pl.lit(None, pl.Float64).alias(column)))
    assert words in text
    assert "天气待核" not in text


def test_points_at_the_line_speak_before_those_further_away(house) -> None:
    lat, lon = world.LINE
    at_the_line = foretold().with_columns(
        pl.lit("L").alias("station_id"), pl.lit(lat).alias("lat_deg"), pl.lit(lon).alias("lon_deg")
    )
    stormy = foretold(station="S1").with_columns(pl.lit(25.0).alias("wind_speed_ms"))
    assert "西北风7级（14时）" in said(house, at_the_line, stormy)
