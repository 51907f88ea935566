from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from boundary_zones.heat_sources import HeatKind, HeatSource
from models.incidents.heat import Heat, static_heat
from tests.models.incidents.synthetic import HEAT_RULES, KM_PER_DEG_LAT, frame, hotspot

NOW = datetime(2027, 4, 10, 5, tzinfo=UTC)
WORKS = HeatSource("S-1", "某钢厂", HeatKind.STEEL, 40.30, 117.20, 1.0, "某人", date(2027, 1, 1), "台账")


def at(days_ago: float, north_km: float = 0.0, **fields: object) -> dict[str, object]:
    lat = 40.30 + north_km / KM_PER_DEG_LAT
    return hotspot(acquired_utc=NOW - timedelta(days=days_ago), lat_deg=lat, **fields)


def seen(*days_ago: float, **fields: object) -> list[dict[str, object]]:
    return [at(days, **fields) for days in days_ago]


def judged(
    new: list[dict[str, object]], history: list[dict[str, object]], sources: tuple[HeatSource, ...] = ()
) -> list:
    found = static_heat(frame(new), Heat(frame(history), sources), HEAT_RULES)
    return found.sort("hotspot_id").select("doubt", "static").rows()


KNOWN = seen(100, 60, 20)


def test_a_place_that_was_hot_on_three_days_over_a_month_is_static_heat() -> None:
    assert judged([at(0)], KNOWN) == [("persistent_heat", True)]


@pytest.mark.parametrize(
    "history",
    [[], seen(100, 60), seen(20, 10, 1), seen(100, 100.1, 60)],
    ids=["nothing", "two days", "three days of one month", "three looks on two days"],
)
def test_before_that_nothing_is_known_and_nothing_is_held_back(history) -> None:
    assert judged([at(0)], history) == []


def test_burning_in_the_same_weeks_of_three_years_is_no_works() -> None:
    assert judged([at(0)], seen(3 * 365, 2 * 365 - 5, 365 + 4)) == []


def test_what_is_older_than_the_archive_reaches_is_forgotten() -> None:
    assert judged([at(0)], seen(6 * 365, 60, 20)) == []


def test_the_day_itself_is_no_history() -> None:
    assert judged([at(0)], [*seen(100, 60), at(0.1)]) == []


def test_a_fire_beside_the_works_has_no_row() -> None:
    assert judged([at(0, north_km=2.5)], KNOWN) == []


def test_more_power_than_its_history_passes_on_and_says_so() -> None:
    found = static_heat(frame([at(0, frp_mw=40.0)]), Heat(frame(KNOWN)), HEAT_RULES)
    assert found["static"].to_list() == [False]
    assert "超出其历史" in found["why_zh"][0]


def test_more_pixels_than_its_history_pass_on_together() -> None:
    five = [at(0, north_km=km / 5, frp_mw=1.0) for km in range(5)]
    assert judged(five, KNOWN) == [("persistent_heat", False)] * 5
    assert judged(five[:4], KNOWN) == [("persistent_heat", True)] * 4


def test_power_that_is_not_known_cannot_be_compared_and_passes_on() -> None:
    found = static_heat(frame([at(0, frp_mw=None)]), Heat(frame(KNOWN)), HEAT_RULES)
    assert found["static"].to_list() == [False]
    assert "缺测" in found["why_zh"][0]


def test_a_registered_source_is_held_back_from_its_first_look_within_its_bounds() -> None:
    assert judged([at(0)], [], (WORKS,)) == [("registered_heat", True)]
    assert judged([at(0, frp_mw=25.0)], [], (WORKS,)) == [("registered_heat", False)]
    assert judged([at(0, north_km=1.5)], [], (WORKS,)) == []


def test_a_solar_park_gives_no_heat_at_night() -> None:
    park = HeatSource("P-1", "某光伏", HeatKind.SOLAR, 40.30, 117.20, 1.0, "某人", date(2027, 1, 1), "台账")
    assert judged([at(0)], [], (park,)) == [("registered_heat", True)]
    assert judged([at(0, daynight="N")], [], (park,)) == []
    assert judged([at(0, daynight=None)], [], (park,)) == []


@given(data=st.data())
@settings(max_examples=25, deadline=None)
def test_the_order_of_rows_and_history_plays_no_part(data) -> None:
    new = [at(0, north_km=km / 4, frp_mw=3.0 + km) for km in range(4)]
    expected = judged(new, KNOWN, (WORKS,))
    assert judged(data.draw(st.permutations(new)), data.draw(st.permutations(KNOWN)), (WORKS,)) == expected


def test_without_anything_new_there_is_nothing() -> None:
    assert isinstance(static_heat(frame([]), Heat(frame(KNOWN), (WORKS,)), HEAT_RULES), pl.DataFrame)
    assert judged([], KNOWN, (WORKS,)) == []
