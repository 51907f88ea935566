from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from models.standards.table_index import Status, TablesMissing, table_index_of

FILE = Path(__file__).resolve().parents[3] / "rules" / "standards" / "ly_t_1172_1995.toml"


@pytest.fixture
def document() -> dict[str, Any]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


def with_c(document: dict[str, Any]) -> dict[str, Any]:
    """The shipped file with a made-up table C, for the arithmetic alone."""
    made_up = {"bounds": [1, 5], "by_bounds": [2.0], "values": [[10, 20, 30], [0, 10, 20]]}
    tables = [table | made_up if table["name"] == "C" else table for table in document["table"]]
    return {**document, "table": tables}


DAY = {
    "air_temperature_max_degc": [25.0, 25.1],
    "relative_humidity_min_pct": [30.0, 71.0],
    "days_since_rain_d": [6, 0],
    "last_rain_mm": [1.0, 5.0],
    "wind_speed_max_ms": [8.0, 0.1],
    "green_cover_pct": [0.0, 50.0],
    "snow_cover_pct": [0.0, 95.0],
}


def test_the_shipped_index_does_not_run_because_table_c_is_not_known(document: dict[str, Any]) -> None:
    with pytest.raises(TablesMissing, match=r"LY/T 1172-1995: table C is not known"):
        table_index_of(document).of(DAY)


def test_terms_are_looked_up_summed_and_classed(document: dict[str, Any]) -> None:
    index = table_index_of(with_c(document))
    # 25.0 is 16 and 25.1 is 20; 30 % is 20; six dry days 30; 8.0 m/s is 25; nothing green.
    assert index.of(DAY).tolist() == [16 + 20 + 30 + 25, 20 + 0 + 0 + 0 - 20]
    assert index.grade(DAY).tolist() == [5, 1]


def test_of_green_and_snow_the_larger_counts_and_not_both(document: dict[str, Any]) -> None:
    index = table_index_of(with_c(document))
    both = {**DAY, "green_cover_pct": [100.0, 100.0], "snow_cover_pct": [95.0, 0.0]}
    assert index.of(both).tolist() == [91 - 20, 20 - 20]


def test_an_index_is_as_sure_as_its_least_sure_table(document: dict[str, Any]) -> None:
    assert table_index_of(with_c(document)).status is Status.UNVERIFIED


def test_every_shipped_table_says_where_it_is_from(document: dict[str, Any]) -> None:
    assert {table["name"]: table["status"] for table in document["table"]} == {
        "A": "single-source",
        "B": "unverified",
        "C": "unverified",
        "D": "single-source",
        "E, green cover": "verified",
        "E, snow cover": "verified",
    }
    assert all(table["source"] for table in document["table"])


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"values": [1, 2]}, "table A: 5 bounds make 6 values"),
        ({"bounds": [5, 4, 3, 2, 1]}, "table A: bounds .* do not ascend"),
        ({"source": " "}, "a source is needed"),
        ({"status": "sure"}, "sure"),
    ],
)
def test_a_table_that_is_not_whole_is_refused_by_name(
    document: dict[str, Any], change: dict[str, Any], problem: str
) -> None:
    document["table"][0] |= change
    with pytest.raises(ValueError, match=problem):
        table_index_of(document)


def test_a_quantity_that_is_missing_or_no_number_is_named(document: dict[str, Any]) -> None:
    index = table_index_of(with_c(document))
    with pytest.raises(ValueError, match="last_rain_mm is missing"):
        index.of({name: values for name, values in DAY.items() if name != "last_rain_mm"})
    with pytest.raises(ValueError, match="wind_speed_max_ms: no number at position 1"):
        index.of({**DAY, "wind_speed_max_ms": [3.0, float("nan")]})
