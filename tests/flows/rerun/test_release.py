"""What a rerun comes to is sent once, under the same event, after as many names as the rules ask for."""

from __future__ import annotations

from dataclasses import replace

import pytest

from flows.errors import OrderRefused
from flows.rerun.again import Again, Asked, rerun
from flows.rerun.release import release
from flows.signed import load_signed
from flows.wiring import House
from store.errors import StoreConflict
from tests.flows import world
from tests.flows.world import MORNING

pytestmark = pytest.mark.long


@pytest.fixture
def lenient(dry, tmp_path) -> House:
    """A house whose bound of the highest grade is wrong: nothing is ever red."""
    folder = world.changed_rules(tmp_path, "danger.toml", "[day_grade.grade_5_fwi]", "999.0")
    settings = dry.settings.model_copy(update={"rules": folder})
    return replace(dry, rules=load_signed(folder), settings=settings)


def again(house: House, run_id: str) -> Again:
    return rerun(house, run_id, Asked(reason="阈值有误", who="张三"))


def test_what_differs_goes_out_as_a_revision_of_the_same_event_after_two_names(lenient, dry) -> None:
    first = world.danger(lenient)
    found = again(dry, first.run_id)
    assert [(one.previous_level, one.level, one.revision) for one in found.proposals] == [("orange", "red", 2)]
    waiting = release(dry, found, by="张三", now=MORNING + world.HOUR)
    assert (waiting.missing, waiting.sent) == (1, ())
    with pytest.raises(StoreConflict, match="张三 has signed it already"):
        release(dry, found, by="张三", now=MORNING + world.HOUR)
    done = release(dry, again(dry, first.run_id), by="李四", now=MORNING + world.HOUR)
    assert (done.missing, done.signed_by) == (0, ("张三", "李四"))
    told = world.alerts(dry)
    assert told["event_id"].n_unique() == 1
    assert told["revision"].to_list() == [1, 2]
    assert told["level"].to_list() == ["orange", "red"]
    assert told_offices(dry, 2) == told_offices(dry, 1) != set()


def told_offices(house: House, revision: int) -> set[str]:
    rows = world.told_at_once(house)
    return {row["office"] for row in rows.to_dicts() if row["revision"] == revision}


def test_once_sent_the_same_conclusion_sends_nothing(lenient, dry) -> None:
    first = world.danger(lenient)
    found = again(dry, first.run_id)
    for name in ("张三", "李四"):
        release(dry, found, by=name, now=MORNING + world.HOUR)
    later = again(dry, first.run_id)
    assert later.proposals == ()
    with pytest.raises(OrderRefused, match="nothing would be told anew"):
        release(dry, later, by="王五", now=MORNING + world.HOUR)
    assert world.alerts(dry).height == 2


def test_a_run_that_a_later_one_has_overtaken_is_not_sent(lenient, dry) -> None:
    first = world.danger(lenient)
    at = MORNING + world.DAY
    world.danger(world.recorded(lenient, at=at), at)
    found = again(dry, first.run_id)
    with pytest.raises(OrderRefused, match="looked later and stands"):
        release(dry, found, by="张三", now=at)


def test_the_products_of_a_released_rerun_stand(lenient, dry) -> None:
    first = world.danger(lenient)
    found = again(dry, first.run_id)
    newest = dry.products.newest("danger_csv", world=dry.world)
    assert newest is not None
    assert newest.run_id == first.run_id
    for name in ("张三", "李四"):
        release(dry, found, by=name, now=MORNING + world.HOUR)
    newest = dry.products.newest("danger_csv", world=dry.world)
    assert newest is not None
    assert newest.run_id == found.after.run_id
