"""The four wrong inputs of the acceptance list, each as a table that an office hands in, read through its own door.

The sentence is what an officer on duty reads at the desk, in ``firewatch doctor`` and in ``danger.json``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import polars as pl
import pytest

from desk.web.board.danger import danger_notes
from feeds.tables import ColumnMapping, TableFile, parse_weather_table
from flows.gathered import Gathered
from flows.rules import shipped_rules
from flows.signed import SignedRules, load_signed
from flows.wiring import catalogue_of
from flows.wrong_weather import looks_wrong
from models.weather.doubt import Finding

START, DAYS = datetime(2026, 4, 1, tzinfo=UTC), 21
END = START + timedelta(days=DAYS)


@pytest.fixture(scope="module")
def rules() -> SignedRules:
    return load_signed(shipped_rules())


def april() -> pl.DataFrame:
    """Hours of two stations as April has them: warmest at 15:00 Beijing time, 2 m/s of wind, 40 mm of rain."""
    random = np.random.default_rng(7)
    number = np.arange(24 * DAYS)
    local_h = (number + 8) % 24
    return pl.concat(
        pl.DataFrame(
            {
                "station_id": station,
                "lat_deg": lat,
                "lon_deg": 116.6,
                "elevation_m": 50.0,
                "valid_utc": [f"{START + timedelta(hours=int(hour)):%Y-%m-%dT%H:%M:%SZ}" for hour in number],
                "air_temperature_degc": 14.8
                + 6 * np.cos((local_h - 15) / 24 * 2 * np.pi)
                + random.normal(0, 1, number.size),
                "relative_humidity_pct": 40 + random.normal(0, 5, number.size),
                "wind_speed_ms": random.gamma(2, 1.0, number.size),
                "wind_direction_deg": 300.0,
                "precipitation_mm": np.where(number % 60 == 0, 4.5, 0.0),
            }
        )
        for station, lat in (("54419", 40.37), ("54424", 40.17))
    )


def findings(rules: SignedRules, table: pl.DataFrame, *, units: Mapping[str, str] | None = None) -> list[Finding]:
    """What a round says of a table that came as ``table``, with the units that the office declared."""
    names = {name: name for name in table.columns}
    mapping = ColumnMapping(columns=names, units=dict(units), constants={}, utc_offset="") if units else None
    file = TableFile("office.csv", table.write_csv().encode(), END)
    parsed = parse_weather_table(file, bounds=rules.rejects, mapping=mapping)
    gathered = Gathered(parsed.frame, (), (), None, blanked=parsed.blanked)
    return list(looks_wrong(gathered, as_of=END, rules=rules.plausibility))


def sentence(rules: SignedRules, table: pl.DataFrame, **how: Any) -> str:
    (finding,) = findings(rules, table, **how)
    return finding.message


def test_a_right_table_is_left_alone(rules) -> None:
    assert findings(rules, april()) == []


def test_a_shifted_noon_is_caught_beijing_time_under_the_name_of_utc(rules) -> None:
    told = pl.col("valid_utc").str.to_datetime("%Y-%m-%dT%H:%M:%SZ") + pl.duration(hours=8)
    local = april().with_columns(told.dt.strftime("%Y-%m-%dT%H:%M:%SZ"))
    assert (
        sentence(rules, local.filter(pl.col("valid_utc") < f"{END:%Y-%m-%dT%H}"))
        == "气温日变化峰值在北京时23时，应在14至17时：时次约差+8小时，请核对时区（北京时或世界时）"
    )


def test_wind_in_metres_per_second_fed_as_km_per_hour_is_caught(rules) -> None:
    assert (
        sentence(rules, april(), units={"wind_speed_ms": "km/h"})
        == "平均风速0.6m/s，应在0.8至5m/s：请核对单位（可能把米每秒当作千米每小时）"
    )


def test_a_humidity_of_106_is_caught_with_its_count_and_never_computed_with(rules) -> None:
    def wet(rows: pl.Expr) -> pl.DataFrame:
        humidity = pl.when(rows).then(106.0).otherwise("relative_humidity_pct")
        return april().with_columns(humidity.alias("relative_humidity_pct"))

    number = pl.int_range(pl.len())
    told = "34个数值越界或不是数字（如相对湿度106.0），已作缺测处理，请核对来源"
    assert sentence(rules, wet(number % 30 == 0)) == told
    assert findings(rules, wet(number == 5)) == []


def test_rain_doubled_at_one_station_is_caught_by_its_neighbour(rules) -> None:
    twice = pl.when(pl.col("station_id") == "54424").then(pl.col("precipitation_mm") * 2).otherwise("precipitation_mm")
    assert sentence(rules, april().with_columns(twice)) == "54424降水81毫米，其他来源40毫米：可能重复累计或单位有误"


SHORT_BEFORE = "前期气象仅7天（可燃物湿度尚在累积）"


def test_the_desk_says_the_whole_sentence_in_the_place_of_the_short_word() -> None:
    summary = {"missing": ["风速单位存疑", SHORT_BEFORE], "implausible": ["平均风速0.6m/s"], "remarks": []}
    assert danger_notes(summary) == ("气象存疑：平均风速0.6m/s", SHORT_BEFORE)
    del summary["implausible"]
    assert danger_notes(json.loads(json.dumps(summary))) == ("数据存疑：风速单位", SHORT_BEFORE)


def test_the_desk_names_the_joint_unit_of_a_remark() -> None:
    zones = catalogue_of(None).zones
    summary = {"missing": [], "remarks": ["YQ-HL 5月17日：17时前后火险最高，正午为二级", "人工调整"]}
    assert danger_notes(summary, zones) == ("延庆–怀来5月17日：17时前后火险最高，正午为二级", "人工调整")
