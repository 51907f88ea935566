"""The facts of a warning, from the frames of a round."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import polars as pl
import pytest

from flows.danger_words import danger_facts, weather_around
from flows.gathered import Gathered
from flows.wiring import House
from models.frames import WeatherFrame
from notify.alert import AlertKind, Draft, Reason, WarningColour
from notify.danger_facts import DangerFacts
from notify.decide_danger import DangerDay
from tests.flows import world
from tests.flows.world import DAY, HOUR, MORNING, TODAY, WET, ZONE, Air, weather_frame, weather_rows

CALM = Air(20.0, 60.0, 2.0, 0.0)


def gathered(*parts: pl.DataFrame) -> Gathered[WeatherFrame]:
    return Gathered(weather_frame(*parts), (), (), None)


def draft(reason: Reason = Reason.DANGER_RAISED, colour: WarningColour = WarningColour.ORANGE) -> Draft:
    return Draft(
        event_id=f"danger:{ZONE}:{TODAY}",
        revision=1,
        kind=AlertKind.DANGER,
        zone=ZONE,
        level=colour,
        previous_level=WarningColour.NONE if reason is Reason.DANGER_RAISED else WarningColour.RED,
        reason=reason,
        decided_utc=MORNING,
        regions=("beijing",),
        degraded=False,
    )


def facts(
    house: House, weather: Gathered[WeatherFrame], told: Draft | None = None, grades: Sequence[int | None] = (3, 4)
) -> DangerFacts:
    days = [DangerDay(ZONE, TODAY + lead * DAY, grade) for lead, grade in enumerate(grades)]
    return danger_facts(
        house.catalogue.zone(ZONE),
        told or draft(),
        days,
        weather=weather,
        rules=house.rules.danger_alert,
        began_utc=None,
        notes=("网格高程",),
    )


def forecast(air: Air = CALM, *, hours: int = 30, **fields: Any) -> pl.DataFrame:
    begin = world.on_the_hour(MORNING) + HOUR
    return weather_rows(begin, begin + hours * HOUR, air=air, issued=MORNING - 4 * HOUR, **fields)


def observed(air: Air = world.HOT_AND_DRY, *, until_h_ago: float = 0.0) -> pl.DataFrame:
    until = world.on_the_hour(MORNING) - until_h_ago * HOUR
    return weather_rows(until - 30 * HOUR, until, air=air)


def test_the_weather_is_that_of_the_days_ahead_and_has_its_source(house: House) -> None:
    found = facts(house, gathered(observed(), forecast()))
    assert found.wind is not None
    assert (found.wind.speed_ms, found.least_humidity_pct, found.precipitation_mm) == (2.0, 60.0, 0.0)
    assert found.wind.direction_deg == pytest.approx(225.0)
    assert (found.weather_source, found.weather_past) == ("气象表预报03时起报", False)
    assert found.missing == ("网格高程",)


def test_without_a_forecast_it_is_that_of_the_day_before_and_says_so(house: House) -> None:
    found = facts(house, gathered(observed(WET)))
    assert (found.least_humidity_pct, found.precipitation_mm) == (95.0, 48.0)
    assert (found.weather_source, found.weather_past) == ("气象表实况07时", True)


def test_weather_of_long_ago_is_not_said_at_all(house: House) -> None:
    found = facts(house, gathered(observed(until_h_ago=25.0)))
    assert (found.wind, found.least_humidity_pct, found.precipitation_mm) == (None, None, None)
    assert (found.weather_source, found.weather_past) == ("", False)


def test_a_unit_speaks_of_its_own_weather(house: House) -> None:
    near, far = observed(WET), observed(CALM)
    cells = house.catalogue.cells(ZONE)
    own = ("S1", "S2", "S3", "S4")
    mixed = gathered(near.filter(pl.col("station_id").is_in(own)), far.filter(~pl.col("station_id").is_in(own)))
    around = weather_around(mixed, cells)
    assert set(around.frame["station_id"]) <= set(own)
    assert facts(house, around).least_humidity_pct == 95.0


def test_a_unit_without_a_station_speaks_of_what_there_is(house: House) -> None:
    far = gathered(observed().filter(pl.col("station_id") == "S7"))
    assert weather_around(far, house.catalogue.cells(ZONE)) is far


@pytest.mark.parametrize(("grades", "kept"), [((2, 2), True), ((None, 3), True), ((2, 4), False), ((5, 2), False)])
def test_a_colour_above_what_the_grades_ask_for_is_known_as_kept(
    house: House, grades: tuple[int | None, ...], kept: bool
) -> None:
    lowered = draft(Reason.DANGER_LOWERED)
    assert facts(house, gathered(forecast()), lowered, grades).colour_is_kept is kept


def test_days_are_those_of_the_window_and_a_day_without_a_row_is_missing(house: House) -> None:
    found = facts(house, gathered(forecast()), grades=(4,))
    assert [(day.local_date, day.danger_grade) for day in found.days] == [(TODAY, 4), (TODAY + DAY, None)]
    assert found.missing_days == (TODAY + DAY,)
    assert found.peak_days == (TODAY,)


def test_the_beginning_stands_only_in_the_end(house: House) -> None:
    days = [DangerDay(ZONE, TODAY + lead * DAY, 1) for lead in range(2)]
    ended = replace(draft(Reason.DANGER_ENDED), level=WarningColour.NONE)
    parts: dict[str, Any] = {"weather": gathered(forecast()), "rules": house.rules.danger_alert, "notes": ()}
    zone, began = house.catalogue.zone(ZONE), MORNING - timedelta(days=2)
    assert danger_facts(zone, ended, days, began_utc=began, **parts).began_utc == began
    assert danger_facts(zone, draft(), days, began_utc=began, **parts).began_utc is None
