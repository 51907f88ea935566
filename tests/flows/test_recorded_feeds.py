"""Recorded tables with the eyes of the time of a replay."""

from __future__ import annotations

from datetime import datetime

import polars as pl

from desk.replay import weather_of
from feeds.tables import TableFile
from tests.flows import world
from tests.flows.world import DAY, HOT_AND_DRY, HOUR, MORNING, WET

AT = world.on_the_hour(MORNING)
FORETOLD = (AT + HOUR, AT + 3 * HOUR)


def told_at(house, moment: datetime) -> pl.DataFrame:
    dry, wet = (
        world.weather_rows(*FORETOLD, air=air, issued=AT - hours * HOUR) for air, hours in ((HOT_AND_DRY, 6), (WET, 1))
    )
    content = pl.concat([wet, dry]).write_csv(datetime_format="%Y-%m-%dT%H:%M:%SZ").encode()
    weather = weather_of(TableFile("weather.csv", content, MORNING), house.rules, house.payloads)
    return weather.gather(moment, since=AT - DAY, live=False).frame


def test_an_hour_is_foretold_by_the_newest_forecast_that_was_known_then(house) -> None:
    early, late = told_at(house, AT - 2 * HOUR), told_at(house, AT)
    assert set(early["relative_humidity_pct"]) == {HOT_AND_DRY.humidity_pct}
    assert set(late["relative_humidity_pct"]) == {WET.humidity_pct}
    assert early.height == late.height == world.weather_rows(*FORETOLD).height
    assert set(early["model"]) == set(late["model"]) == {"table"}


def test_before_the_first_forecast_nothing_is_foretold(house) -> None:
    assert told_at(house, AT - 7 * HOUR).is_empty()
