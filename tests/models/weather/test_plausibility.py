"""Weather that is wrong in a known way is found, and weather that is right is left alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import pytest

from models.weather.doubt import PlausibilityRules, WeatherContext
from models.weather.plausibility import CHECKS, implausible

RULES = PlausibilityRules()
START = datetime(2015, 4, 1, tzinfo=UTC)


def april(days: int = 30) -> pl.DataFrame:
    """Hours of two stations as April has them: warmest at 15:00 Beijing time, some wind, a little rain."""
    random = np.random.default_rng(1)
    hours = [START + timedelta(hours=number) for number in range(24 * days)]
    local = np.array([(hour.hour + 8) % 24 for hour in hours])
    parts = []
    for station in ("a", "b"):
        temperature = 14.8 + 6 * np.cos((local - 15) / 24 * 2 * np.pi) + random.normal(0, 1, len(hours))
        parts.append(
            pl.DataFrame(
                {
                    "station_id": station,
                    "model": "observed",
                    "valid_utc": hours,
                    "elevation_m": 50.0,
                    "air_temperature_degc": temperature,
                    "relative_humidity_pct": 40 + random.normal(0, 5, len(hours)),
                    "wind_speed_ms": random.gamma(2, 1.0, len(hours)),
                    "precipitation_mm": np.where(np.arange(len(hours)) % 100 == 0, 5.0, 0.0),
                }
            )
        )
    return pl.concat(parts)


def found(hours: pl.DataFrame, blanked: int = 0) -> list[str]:
    return [finding.check for finding in implausible(WeatherContext(hours, RULES, blanked))]


def message(hours: pl.DataFrame) -> str:
    (finding,) = implausible(WeatherContext(hours, RULES))
    return finding.message


def test_right_weather_is_left_alone() -> None:
    assert found(april()) == []


@pytest.mark.parametrize("hours", [-8, -4, 4, 8])
def test_a_shifted_noon_is_found_with_its_shift(hours: int) -> None:
    shifted = april().with_columns(pl.col("valid_utc") + pl.duration(hours=hours))
    assert found(shifted) == ["clock"]
    assert f"{hours:+d}小时" in message(shifted)


def test_local_times_read_as_utc_are_found() -> None:
    local = april().with_columns(pl.col("valid_utc") + pl.duration(hours=8))
    assert "请核对时区" in message(local)


def test_km_per_hour_read_as_metres_per_second_are_found() -> None:
    assert "千米每小时当作米每秒" in message(april().with_columns(pl.col("wind_speed_ms") * 3.6))


def test_metres_per_second_read_as_km_per_hour_are_found() -> None:
    assert "米每秒当作千米每小时" in message(april().with_columns(pl.col("wind_speed_ms") / 3.6))


def test_a_humidity_of_106_is_blanked_and_said() -> None:
    hours = april()
    assert found(hours, blanked=5) == []
    (finding,) = implausible(WeatherContext(hours, RULES, 100, example_zh="相对湿度106"))
    assert finding.message == "100个数值越界或不是数字（如相对湿度106），已作缺测处理，请核对来源"


def test_a_humidity_that_is_a_fraction_is_found() -> None:
    assert found(april().with_columns(pl.col("relative_humidity_pct") / 100)) == ["humidity"]


def test_rain_doubled_at_one_source_is_found() -> None:
    twice = pl.when(pl.col("station_id") == "a").then(pl.col("precipitation_mm") * 2).otherwise("precipitation_mm")
    assert found(april().with_columns(twice)) == ["rain"]


def test_rain_doubled_everywhere_is_found_where_it_leaves_the_climate() -> None:
    wet = april().with_columns(
        pl.when(pl.col("precipitation_mm") > 0).then(6.0).otherwise(0.0).alias("precipitation_mm")
    )
    assert found(wet) == []
    assert found(wet.with_columns(pl.col("precipitation_mm") * 2)) == ["rain"]


def drizzle(times: float = 1.0, *, step_mm: float = 0.1) -> pl.DataFrame:
    """A dry month: in one hour of thirty a few steps of the gauge, most often one."""
    random = np.random.default_rng(3)
    hours = april()
    steps = np.where(random.random(hours.height) < 1 / 30, random.geometric(0.5, hours.height), 0)
    return hours.with_columns(pl.Series("precipitation_mm", steps * step_mm * times))


def test_rain_doubled_everywhere_in_a_dry_month_is_found_by_the_step_of_its_amounts() -> None:
    assert found(drizzle()) == []
    assert found(drizzle(2.0)) == ["rain_step"]
    assert "个有雨时次的降水都是0.2毫米的整倍数：可能加倍或重复累计" in message(drizzle(2.0))


def test_rain_doubled_at_one_source_in_a_dry_month_is_found_by_its_name() -> None:
    mixed = pl.concat([drizzle(2.0).filter(pl.col("station_id") == "a"), drizzle().filter(pl.col("station_id") == "b")])
    assert message(mixed).startswith("a")


@pytest.mark.parametrize("step_mm", [0.254, 0.5, 1.0, 0.13])
def test_a_gauge_of_another_step_is_not_called_doubled(step_mm: float) -> None:
    assert found(drizzle(step_mm=step_mm)) == []


def test_an_office_whose_gauges_step_by_two_tenths_turns_the_check_off() -> None:
    coarse = WeatherContext(drizzle(step_mm=0.2), PlausibilityRules(rain_step_mm=0.0))
    assert implausible(coarse) == ()


def test_few_wet_hours_tell_no_step() -> None:
    wet = drizzle(2.0).with_columns(pl.col("precipitation_mm").cum_count().alias("at"))
    few = wet.with_columns(
        pl.when(pl.col("at") < 200).then("precipitation_mm").otherwise(0.0).alias("precipitation_mm")
    )
    assert 0 < few.filter(pl.col("precipitation_mm") > 0).height < RULES.rain_step_hours
    assert found(few) == []


def test_the_daily_maximum_in_the_place_of_noon_is_found() -> None:
    noon = pl.col("valid_utc").dt.hour() == 4
    highest = pl.col("air_temperature_degc").max().over("station_id", pl.col("valid_utc").dt.date())
    wrong = april().with_columns(
        pl.when(noon).then(highest).otherwise("air_temperature_degc").alias("air_temperature_degc")
    )
    assert found(wrong) == ["noon"]


@pytest.mark.parametrize("days", [-31, 31])
def test_a_date_that_is_off_by_a_month_is_found(days: int) -> None:
    assert "season" in found(april().with_columns(pl.col("valid_utc") + pl.duration(days=days)))


def test_too_short_a_record_says_nothing() -> None:
    windy = april(days=2).with_columns(pl.col("wind_speed_ms") * 3.6)
    assert found(windy) == []
    assert found(windy.clear()) == []


def test_every_check_has_a_short_word() -> None:
    assert len({check.name for check in CHECKS}) == len(CHECKS)
    for finding in implausible(WeatherContext(april().with_columns(pl.col("wind_speed_ms") * 9), RULES)):
        assert finding.short == "风速单位存疑"


def test_rules_that_exclude_each_other_are_refused() -> None:
    with pytest.raises(ValueError, match="below their upper bounds"):
        PlausibilityRules(wind_mean_least_ms=9.0)
    with pytest.raises(ValueError, match="one a month"):
        PlausibilityRules(mean_degc=(1.0,))
    with pytest.raises(ValueError, match="rain_step_hours at least 2"):
        PlausibilityRules(rain_step_hours=1)
