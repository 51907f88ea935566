"""The weather that an exercise read, for who looks at it afterwards."""

from __future__ import annotations

from flows.recorded_feeds import WEATHER
from flows.recorded_tables import within_recorded
from flows.weather_near import wind_near
from tests.flows import world
from tests.flows.world import DRILL, HOUR, MORNING


def test_who_looks_at_an_exercise_sees_the_weather_that_its_rounds_read(house) -> None:
    rows = world.weather_rows(world.on_the_hour(MORNING) - 5 * HOUR, world.on_the_hour(MORNING))
    table = rows.write_csv(datetime_format="%Y-%m-%dT%H:%M:%SZ").encode()
    house.payloads.save(WEATHER, "weather.csv", table, fetched_utc=house.clock(), status=200, world=DRILL)
    seen = within_recorded(house, DRILL)
    near = wind_near(seen, 40.08, 117.2, as_of=MORNING)
    assert (seen.world, near.wind is not None, near.relative_humidity_pct) == (DRILL, True, 12.0)
    assert near.source == "S2站07时"


def test_a_world_that_read_no_table_keeps_the_feeds_of_the_house(house) -> None:
    assert within_recorded(house, "exercise-live-feeds").weather is house.weather
