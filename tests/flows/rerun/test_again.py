"""A run held again: the same bytes from the same inputs, a difference from another rule, and nothing sent."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from flows.elevation import FlatCells, TableElevation
from flows.errors import OrderRefused
from flows.order import FlowName
from flows.rerun.again import Again, Asked, rerun, run_to_repeat
from flows.rerun.then import house_then
from flows.signed import load_signed
from flows.wiring import House
from store.holds import UnitHeld
from tests.flows import world
from tests.flows.world import MORNING, elsewhere, fire

pytestmark = pytest.mark.usefixtures("pictures_are_drawn")  # bytes are compared

ASKED = Asked(reason="复核", who="张三")


def again(house: House, run_id: str, asked: Asked = ASKED) -> Again:
    return rerun(house, run_id, asked)


@pytest.fixture
def burning(dry) -> House:
    """A fire on the line."""
    return world.recorded(dry, hotspots=world.recorded_hotspots(dry, [fire(), elsewhere()]))


def test_the_same_inputs_make_the_same_bytes_and_an_empty_diff(dry_held) -> None:
    first = world.only_run(dry_held)
    done = again(dry_held, first)
    assert done.diff.empty
    assert {one.name for one in done.diff.products} >= {"danger.csv", "danger.json", f"danger-{world.ZONE}.png"}
    assert done.diff.inputs_same
    assert done.before.end is not None
    assert done.after.end is not None
    assert done.after.end.outputs_sha256 == done.before.end.outputs_sha256
    assert (done.after.rerun_of, done.after.who, done.after.reason) == (first, "张三", "复核")


def test_a_rerun_finds_the_state_of_then_whatever_was_kept_since(dry_held) -> None:
    first = world.only_run(dry_held)
    world.danger(world.recorded(dry_held, at=MORNING + world.DAY), MORNING + world.DAY)
    done = again(dry_held, first)
    assert done.diff.empty
    assert done.overtaken_by


def test_a_hotspot_round_is_repeated_to_the_byte_after_later_rounds_changed_the_fire(burning) -> None:
    first = world.hotspots(burning)
    grown = world.recorded(
        burning,
        hotspots=world.recorded_hotspots(burning, [fire(), fire(1.5, north_km=0.4), elsewhere(0, at=MORNING)]),
        at=MORNING + world.HOUR,
    )
    world.hotspots(grown, MORNING + world.HOUR)
    done = again(burning, first.run_id)
    assert done.diff.empty, done.diff.document()
    assert [one["told"] for one in done.after.end.conclusions if one["kind"] == "incident"] == [True]


def test_another_rule_makes_a_difference_that_names_it(dry_held, tmp_path) -> None:
    first = world.only_run(dry_held)
    signed = load_signed(world.changed_rules(tmp_path, "danger.toml", "[day_grade.grade_5_fwi]", "999.0"))
    folder = dry_held.settings.model_copy(update={"rules": tmp_path})
    done = again(replace(dry_held, rules=signed, settings=folder), first)
    assert not done.diff.empty
    assert done.diff.configuration["rules"] == ("danger.toml [day_grade.grade_5_fwi]value: 55.5 → 999.0",)
    (table,) = (one for one in done.diff.products if one.name == "danger.csv")
    assert any(line.startswith("danger_grade: ") and line.endswith("最多差 1") for line in table.said)
    assert [one.after["level"] for one in done.diff.conclusions if one.after] == ["orange"]


def test_the_rules_of_then_make_the_bytes_of_then(dry_held, tmp_path) -> None:
    first = world.only_run(dry_held)
    signed = load_signed(world.changed_rules(tmp_path, "danger.toml", "[day_grade.grade_5_fwi]", "999.0"))
    changed = replace(dry_held, rules=signed, settings=dry_held.settings.model_copy(update={"rules": tmp_path}))
    done = again(changed, first, replace(ASKED, as_then=True))
    assert done.diff.empty
    assert "rules" not in done.diff.configuration
    assert done.after.configuration["rules"] == done.before.configuration["rules"]


def test_nothing_is_sent_and_nothing_is_remembered(burning) -> None:
    first = world.hotspots(burning)
    before = world.alerts(burning).height, burning.levels.history(first.outcome.conclusions[0].event_id)
    done = again(burning, first.run_id)
    assert done.proposals == ()
    after = world.alerts(burning).height, burning.levels.history(first.outcome.conclusions[0].event_id)
    assert after == before
    assert (
        burning.hotspots.sightings(
            next(iter(burning.incidents.all_incidents(world=burning.world)[0].hotspot_ids)), world=burning.world
        )
        == 1
    )


def test_a_unit_that_somebody_reruns_is_held_and_the_other_hears_by_whom(dry_held) -> None:
    first = world.only_run(dry_held)
    held = dry_held.holds.held(
        "danger_watch",
        [world.ZONE],
        who="李四",
        reason="核对湿度",
        now=dry_held.clock(),
        lasts=timedelta(minutes=30),
        world=dry_held.world,
    )
    with held, pytest.raises(UnitHeld, match="正由李四重跑.*核对湿度"):
        again(dry_held, first)
    assert again(dry_held, first).diff.empty


def test_a_rerun_needs_a_reason_and_a_name() -> None:
    with pytest.raises(OrderRefused, match="reason"):
        Asked(reason=" ", who="张三")


def test_the_run_to_repeat_is_the_last_one_before_an_instant(dry_held) -> None:
    first = world.only_run(dry_held)
    found = run_to_repeat(dry_held, FlowName.DANGER_WATCH, MORNING + world.HOUR)
    assert found.run_id == first
    with pytest.raises(OrderRefused, match="no run of danger_watch"):
        run_to_repeat(dry_held, FlowName.DANGER_WATCH, MORNING - world.HOUR)


def test_the_heights_of_an_exercise_are_those_of_its_own_table(dry_held) -> None:
    first = world.only_run(dry_held)
    begun = dry_held.runs.load(first)
    other = replace(dry_held, elevation=FlatCells())
    found = house_then(other, begun, as_then=False).elevation
    assert isinstance(found, TableElevation)
    assert found.points.equals(world.heights().points)
