"""What a notice says of the place of a fire, and of the wind there, from hotspots to texts."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest
import shapely

from flows.weather_near import DayOfRain, wind_and_rain_near, wind_near
from flows.wiring import House
from tests.flows import world
from tests.flows.world import HOUR, MORNING, alerts, recorded_hotspots, recorded_weather, weather_frame, weather_rows

JIZHOU, SANHE = 120119, 131082


def notice(house: House, lat_deg: float, lon_deg: float) -> dict[str, str]:
    rows = [world.fire(lat_deg=lat_deg, lon_deg=lon_deg), world.elsewhere()]
    burning = world.recorded(house, hotspots=recorded_hotspots(house, rows))
    world.hotspots(burning)
    (row,) = (row for row in alerts(burning).iter_rows(named=True) if row["kind"] == "incident")
    return row


def test_a_fire_on_the_line_of_jizhou_and_sanhe_is_of_jizhou_and_of_both_sides(house: House) -> None:
    stretches = house.catalogue.border("PG-JZ").stretches
    (line,) = [each.line for each in stretches if {each.first.gb, each.second.gb} == {JIZHOU, SANHE}]
    points = shapely.get_coordinates(line)
    lon_deg, lat_deg = points[len(points) // 2]
    row = notice(house, lat_deg, lon_deg)
    assert "疑似火情：蓟州，" in row["text_short"]
    assert "压三河界，" in row["text_short"]
    assert "商请两侧核查" in row["text_short"]
    assert "天津市蓟州区" in row["text_long"]
    assert "距省界：火点压线，蓟州、三河两侧都有可能。" in row["text_long"]
    assert {"120119", "131082", "110117"} <= set(row["recipients"])
    assert "转告" not in row["text_long"]


def test_a_fire_in_changping_is_passed_on_by_beijing(house: House) -> None:
    row = notice(house, 40.24, 115.91)
    assert row["zone"] == "YQ-HL"
    assert "疑似火情：昌平，" in row["text_short"]
    assert "怀来界" in row["text_short"]
    assert "北京市昌平区" in row["text_long"]
    assert "昌平不是本联防单元成员，请北京市值班室转告当地" in row["text_long"]
    assert "110000" in row["recipients"]


def test_a_member_of_another_unit_is_told_itself(house: House) -> None:
    row = notice(house, 40.82, 116.425)
    assert row["zone"] == "YQ-HL"
    assert "110116" in row["recipients"]
    assert "转告" not in row["text_long"]


def wind_at(house: House, *parts: pl.DataFrame) -> tuple[float | None, str, tuple[str, ...]]:
    found = wind_near(
        world.recorded(house, weather=recorded_weather(house, weather_frame(*parts))), *world.LINE, as_of=MORNING
    )
    return found.wind and found.wind.speed_ms, found.source, found.missing


SEVEN = world.on_the_hour(MORNING)
OBSERVED = weather_rows(SEVEN - 2 * HOUR, SEVEN)
FORETOLD = weather_rows(SEVEN - 2 * HOUR, SEVEN, air=world.WET, issued=SEVEN - 5 * HOUR)


def test_the_wind_is_that_of_the_nearest_station_at_its_newest_hour(house: House) -> None:
    assert wind_at(house, OBSERVED) == (9.0, "S2站07时", ())


def test_a_report_comes_before_a_forecast_of_the_same_hour(house: House) -> None:
    assert wind_at(house, FORETOLD, OBSERVED)[0] == 9.0
    assert "预报" not in wind_at(house, FORETOLD, OBSERVED)[1]


def test_a_forecast_is_named_as_one(house: House) -> None:
    speed_ms, source, _ = wind_at(house, FORETOLD)
    assert (speed_ms, source.endswith("站07时预报")) == (1.0, True)


def rain_at(house: House, *parts: pl.DataFrame) -> DayOfRain | None:
    known = world.recorded(house, weather=recorded_weather(house, weather_frame(*parts)))
    near, rain = wind_and_rain_near(known, *world.LINE, as_of=MORNING)
    assert near == wind_near(known, *world.LINE, as_of=MORNING)
    return rain


def test_the_rain_of_a_day_is_that_of_the_24_hours_up_to_the_newest(house: House) -> None:
    wet = replace(world.HOT_AND_DRY, rain_mm=0.5)
    assert rain_at(house, weather_rows(SEVEN - 30 * HOUR, SEVEN, air=wet)) == DayOfRain(12.0, foretold_h=0)
    foretold = weather_rows(SEVEN - 30 * HOUR, SEVEN, air=replace(wet, rain_mm=9.0), issued=SEVEN - 31 * HOUR)
    assert rain_at(house, weather_rows(SEVEN - 20 * HOUR, SEVEN, air=wet), foretold) == DayOfRain(37.5, foretold_h=3)


def test_rain_with_an_hour_that_nobody_reported_is_not_known(house: House) -> None:
    whole = weather_rows(SEVEN - 30 * HOUR, SEVEN)
    assert rain_at(house, whole) == DayOfRain(0.0, foretold_h=0)
    gap = pl.when(pl.col("valid_utc") != SEVEN - 9 * HOUR).then("precipitation_mm").alias("precipitation_mm")
    assert rain_at(house, whole.with_columns(gap)) is None
    assert rain_at(house, whole.filter(pl.col("valid_utc") < SEVEN - 9 * HOUR)) is None


@pytest.mark.parametrize("hours_old", [3.0, 30.0])
def test_wind_of_hours_ago_is_missing(house: House, hours_old: float) -> None:
    old = weather_rows(SEVEN - (hours_old + 2) * HOUR, SEVEN - hours_old * HOUR)
    assert wind_at(house, old) == (None, "", ("风",))


def test_a_station_far_away_says_nothing(house: House) -> None:
    assert wind_at(house, OBSERVED.filter(pl.col("station_id") == "S7")) == (None, "", ("风",))
