"""Units fanned out as tasks: the same products as one round, one standing product of all, and nothing doubled."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Iterator

import pytest

from flows.due import waits
from flows.errors import ConfigurationError
from flows.order import FlowName
from flows.standing import standing_danger
from flows.wiring import House, using
from notify.alert import LIVE
from tests.flows import world
from tests.flows.world import MORNING

UNITS = ["HR-CD", "PG-JZ", "YQ-HL"]


@pytest.fixture(autouse=True)
def _leftovers_are_collected_here() -> Iterator[None]:
    yield
    gc.collect()


@pytest.fixture
def live(house) -> House:
    opened = world.recorded(house, world=LIVE)
    opened.moisture.save(world.moisture(opened, zones=UNITS), made_by_run="start", world=LIVE)
    return opened


def standing_zones(house: House) -> list[str]:
    standing = standing_danger(house)
    assert standing is not None
    return sorted({row["zone"] for row in standing["zones"]})


def test_a_round_of_one_unit_leaves_the_others_standing(live) -> None:
    world.danger(live, zones=(), live=True)
    assert standing_zones(live) == UNITS
    before = standing_danger(live)
    world.danger(live, MORNING + world.HOUR, live=True, zones=("PG-JZ",))
    after = standing_danger(live)
    assert before is not None
    assert after is not None
    assert standing_zones(live) == UNITS
    assert len(after["zones"]) == len(before["zones"])
    assert {row["issued_utc"] for row in after["zones"] if row["zone"] != "PG-JZ"} == {
        row["issued_utc"] for row in before["zones"]
    }


def test_rounds_of_all_units_serve_the_plan_together_and_some_of_them_do_not(live) -> None:
    for unit in UNITS[:2]:
        world.danger(live, live=True, zones=(unit,))
    assert waits(live, FlowName.DANGER_WATCH, now=MORNING) == MORNING
    world.danger(live, live=True, zones=(UNITS[2],))
    assert waits(live, FlowName.DANGER_WATCH, now=MORNING) is None


@pytest.mark.flow
@pytest.mark.usefixtures("prefect_server")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning", "ignore::ResourceWarning")
def test_fanned_out_each_unit_is_decided_once_and_all_stand_together(live) -> None:
    from flows.danger_by_unit import danger_by_unit

    async def twice() -> None:
        for _ in range(2):
            told = await danger_by_unit(reason="试验", as_of=MORNING, send=True)
            assert sorted(one["zone"] for one in told) == UNITS
            assert {one["outcome"] for one in told} == {"done"}

    with using(live):
        asyncio.run(twice())
    assert standing_zones(live) == UNITS
    events = world.alerts(live)["event_id"].to_list()
    assert len(events) == len(set(events)) == len(UNITS)


def test_a_task_runner_that_is_not_installed_is_named() -> None:
    from flows.danger_by_unit import runner_of

    with pytest.raises(ConfigurationError, match=r"prefect_dask:DaskTaskRunner.*docs/scaling.md"):
        runner_of("prefect_dask:DaskTaskRunner")
