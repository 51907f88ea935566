"""Whose weather a text rests on, and as of when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
import pytest

from flows.weather_words import SOURCE_MOST, source_of_area, source_of_point
from notify.phrases import length_of

NOON = datetime(2027, 4, 10, 4, tzinfo=UTC)
"""12:00 in Beijing."""


def hours(*rows: tuple[str, float, float | None]) -> pl.DataFrame:
    """Model, hours from noon of the valid time, hours from noon of the issue."""

    def at(offset_h: float | None) -> datetime | None:
        return None if offset_h is None else NOON + timedelta(hours=offset_h)

    return pl.DataFrame(
        [{"model": model, "valid_utc": at(valid), "issued_utc": at(issued)} for model, valid, issued in rows],
        schema_overrides={"issued_utc": pl.Datetime("us", "UTC")},
    )


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([("ecmwf_ifs025", 3, 2.2), ("cma_grapes_global", 3, 2.2)], "Open-Meteo（ECMWF、CMA）14时"),
        ([("ecmwf_ifs025", 3, 2.2), ("ecmwf_aifs", 3, 2.2)], "Open-Meteo（ECMWF）14时"),
        ([("ecmwf_ifs025", -1, None)], "Open-Meteo（ECMWF）11时"),
        ([("ecmwf_ifs025", 3, -16.0)], "Open-Meteo（ECMWF）4月9日20时"),
        ([("table", 3, -4.0), ("table", 4, -4.0)], "气象表预报08时起报"),
        ([("observed", -1, None), ("table", 3, -16.0)], "气象表预报4月9日20时起报"),
        ([("observed", -1, None), ("observed", 0, None)], "气象表实况12时"),
        ([(f"model{number}_x", 3, 2.0) for number in range(9)], "Open-Meteo（9个模式）14时"),
        ([], ""),
    ],
)
def test_the_source_of_an_area_is_who_and_when(rows: list[Any], said: str) -> None:
    assert source_of_area(hours(*rows), as_of=NOON) == said
    assert length_of(said) <= SOURCE_MOST


@pytest.mark.parametrize(
    ("station", "model", "valid_h", "said"),
    [
        ("54419", "observed", 2, "54419站14时"),
        ("怀柔站", "observed", 2, "怀柔站14时"),
        ("怀柔", "table", 2, "怀柔站14时预报"),
        ("54419", "observed", -13, "54419站4月9日23时"),
        ("P40.10N117.20E", "ecmwf_ifs025", 2, "Open-Meteo预报格点14时"),
        ("某\n站" * 30, "observed", 2, "测站14时"),
        ("", "observed", 2, "测站14时"),
    ],
)
def test_the_source_of_a_point_is_its_station_or_its_lattice(
    station: str, model: str, valid_h: float, said: str
) -> None:
    row = {"station_id": station, "model": model, "valid_utc": NOON + timedelta(hours=valid_h)}
    assert source_of_point(row, as_of=NOON) == said
    assert length_of(said) <= SOURCE_MOST
