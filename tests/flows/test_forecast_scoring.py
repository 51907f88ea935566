"""A round keeps what it forecasts, and a later one scores it when the day has come."""

from __future__ import annotations

from datetime import timedelta

from flows.recorded_feeds import RecordedWeather
from tests.flows.world import MORNING, TODAY, Air, danger, seen_weather

COOLER = Air(15.0, 45.0, 4.0, 0.0)


def rounds(house, later: Air):
    """Two rounds: one in the morning, one in the evening, when the noon of today has come as ``later``."""
    danger(house, MORNING, send=True)
    bounds = house.rules.freshness["weather_table"]
    evening = MORNING + timedelta(hours=10)
    weather = RecordedWeather(seen_weather(evening, air=later), (), bounds)
    return danger(house.within(house.world, weather=weather), evening, send=True)


def test_what_was_forecast_this_morning_is_scored_in_the_evening(dry) -> None:
    report = rounds(dry, COOLER)
    assert report.outcome.counts["forecasts_scored"] > 0
    scores = dry.forecasts.scores(from_local_date=TODAY, to_local_date=TODAY, world=dry.world)
    morning = scores.filter(scores["issued_utc"] == MORNING)
    warmer = morning.filter(morning["quantity"] == "air_temperature_degc").row(0, named=True)
    assert warmer["error_sum"] / warmer["count"] > 5
    assert warmer["lead_d"] == 0
    drier = morning.filter(morning["quantity"] == "fwi").row(0, named=True)
    assert drier["error_sum"] > 0


def test_a_round_that_only_looks_keeps_no_forecast(dry) -> None:
    report = danger(dry, MORNING, send=False)
    assert report.outcome.counts["forecasts_scored"] == 0
    assert dry.forecasts.newest_issue_utc(world=dry.world) is None
