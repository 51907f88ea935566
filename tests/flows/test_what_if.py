"""Other weather, kept apart: more danger, an earlier arrival, and nothing of it in the store or the products."""

from __future__ import annotations

import json

import pytest

from flows.errors import OrderRefused
from flows.what_if import Change, changed, what_if
from tests.flows import world
from tests.flows.world import MORNING


def test_stronger_wind_and_drier_air_raise_the_danger_and_leave_no_trace_in_the_store(drill) -> None:
    mild = world.recorded_weather(drill, world.seen_weather(air=world.Air(18.0, 45.0, 3.0)))
    house = world.recorded(drill, weather=mild)
    house.moisture.save(world.moisture(house), made_by_run="start", world=house.world)
    before = house.runs.last_runs(world=house.world), list(house.home.products.rglob("*"))
    found = what_if(house, Change(wind_force=2, humidity_pct=-20), zones=(world.ZONE,), who="张三", reason="会商")
    assert all(row["fwi_p95_what_if"] > row["fwi_p95"] for row in found.danger[1:])
    assert found.danger
    assert (house.runs.last_runs(world=house.world), list(house.home.products.rglob("*"))) == before
    assert world.alerts(house).is_empty()
    said = json.loads((found.folder / "what-if.json").read_text(encoding="utf-8"))
    assert (said["mark"], said["what_if"]) == ("推演", "风力+2级、相对湿度-20%")
    assert sorted(path.name for path in found.folder.iterdir()) == ["danger-推演.csv", "what-if.json"]


def test_what_has_been_is_not_changed_and_a_step_of_wind_is_one_of_the_scale() -> None:
    frame = world.seen_weather(air=world.Air(20.0, 40.0, 4.0))
    other = changed(frame, Change(wind_force=2, humidity_pct=-50), after=MORNING)
    past, ahead = (other.filter(test) for test in (other["valid_utc"] <= MORNING, other["valid_utc"] > MORNING))
    assert past["wind_speed_ms"].unique().to_list() == [4.0]
    (wind,) = ahead["wind_speed_ms"].unique().to_list()
    assert 8.0 <= wind < 10.8
    assert ahead["relative_humidity_pct"].unique().to_list() == [1.0]


@pytest.mark.parametrize("numbers", [{}, {"wind_force": 7}, {"humidity_pct": -70}], ids=["none", "wind", "humidity"])
def test_a_question_that_changes_nothing_or_too_much_is_refused(numbers) -> None:
    with pytest.raises(OrderRefused):
        Change(**numbers)
