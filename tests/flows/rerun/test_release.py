"""What a rerun comes to is sent once, under the same event, after as many names as the rules ask for."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from flows.errors import OrderRefused
from flows.rerun.again import Again, Asked, rerun
from flows.rerun.release import release
from flows.signed import load_signed
from flows.wiring import House
from store.errors import StoreConflict
from tests.flows import world
from tests.flows.world import MORNING

pytestmark = pytest.mark.usefixtures("pictures_are_drawn")  # bytes are compared


@pytest.fixture(scope="module")
def lenient_home(tmp_path_factory) -> Path:
    """A home whose round was held with a wrong bound of the highest grade: nothing was red."""
    folder = world.changed_rules(tmp_path_factory.mktemp("rules"), "danger.toml", "[day_grade.grade_5_fwi]", "999.0")

    def held(house: House) -> None:
        drill = world.dry_spring(house)
        settings = drill.settings.model_copy(update={"rules": folder})
        world.danger(replace(drill, rules=load_signed(folder), settings=settings))

    return world.made_home(tmp_path_factory.mktemp("lenient"), held)


@pytest.fixture
def held(copied, lenient_home) -> House:
    """The drill of that home, with the rules put right."""
    return copied(lenient_home)


def again(house: House, run_id: str) -> Again:
    return rerun(house, run_id, Asked(reason="阈值有误", who="张三"))


def test_what_differs_goes_out_as_a_revision_of_the_same_event_after_two_names(held) -> None:
    first = world.only_run(held)
    found = again(held, first)
    assert [(one.previous_level, one.level, one.revision) for one in found.proposals] == [("orange", "red", 2)]
    waiting = release(held, found, by="张三", now=MORNING + world.HOUR)
    assert (waiting.missing, waiting.sent) == (1, ())
    with pytest.raises(StoreConflict, match="张三 has signed it already"):
        release(held, found, by="张三", now=MORNING + world.HOUR)
    done = release(held, again(held, first), by="李四", now=MORNING + world.HOUR)
    assert (done.missing, done.signed_by) == (0, ("张三", "李四"))
    told = world.alerts(held)
    assert told["event_id"].n_unique() == 1
    assert told["revision"].to_list() == [1, 2]
    assert told["level"].to_list() == ["orange", "red"]
    assert told_offices(held, 2) == told_offices(held, 1) != set()


def told_offices(house: House, revision: int) -> set[str]:
    rows = world.told_at_once(house)
    return {row["office"] for row in rows.to_dicts() if row["revision"] == revision}


def test_once_sent_the_same_conclusion_sends_nothing(held) -> None:
    first = world.only_run(held)
    found = again(held, first)
    for name in ("张三", "李四"):
        release(held, found, by=name, now=MORNING + world.HOUR)
    later = again(held, first)
    assert later.proposals == ()
    with pytest.raises(OrderRefused, match="没有可发送的内容"):
        release(held, later, by="王五", now=MORNING + world.HOUR)
    assert world.alerts(held).height == 2


def test_a_run_that_a_later_one_has_overtaken_is_not_sent(held) -> None:
    first = world.only_run(held)
    at = MORNING + world.DAY
    world.danger(world.recorded(held, at=at), at)
    found = again(held, first)
    with pytest.raises(OrderRefused, match="looked later and stands"):
        release(held, found, by="张三", now=at)


def test_the_products_of_a_released_rerun_stand(held) -> None:
    first = world.only_run(held)
    found = again(held, first)
    newest = held.products.newest("danger_csv", world=held.world)
    assert newest is not None
    assert newest.run_id == first
    for name in ("张三", "李四"):
        release(held, found, by=name, now=MORNING + world.HOUR)
    newest = held.products.newest("danger_csv", world=held.world)
    assert newest is not None
    assert newest.run_id == found.after.run_id
