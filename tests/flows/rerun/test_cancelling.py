"""A rerun that somebody cancels while it runs: who and why stand in its row, nothing of it stays, the unit is free."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest

from flows import danger_round
from flows.gathered import Gathered, WeatherSource
from flows.order import FlowName
from flows.rerun.again import Asked, rerun
from flows.wiring import House
from models.frames import WeatherFrame
from store.audit import AuditAction
from store.errors import AnswerUnclear, NotInStore, StoreConflict
from store.holds import RerunCancelled
from store.run_rows import RunOutcome
from tests.flows import world

ASKED = Asked(reason="复核", who="张三")


def cancelled(house: House) -> None:
    house.holds.cancel(
        FlowName.DANGER_WATCH, world.ZONE, by="李四", reason="选错了运行", now=house.clock(), world=house.world
    )


@dataclass(frozen=True)
class Interrupted:
    """Weather during whose gathering something happens."""

    weather: WeatherSource
    happens: Callable[[], None]

    def gather(self, *arguments: Any, **named: Any) -> Gathered[WeatherFrame]:
        self.happens()
        return self.weather.gather(*arguments, **named)


def at_the_start(house: House, monkeypatch: pytest.MonkeyPatch) -> House:
    return replace(house, weather=Interrupted(house.weather, lambda: cancelled(house)))


def when_products_are_written(house: House, monkeypatch: pytest.MonkeyPatch) -> House:
    draw = danger_round.draw_danger

    def drawn(*arguments: Any, **named: Any) -> Any:
        cancelled(house)
        return draw(*arguments, **named)

    monkeypatch.setattr(danger_round, "draw_danger", drawn)
    return house


@pytest.mark.parametrize("when", [at_the_start, when_products_are_written])
def test_a_cancelled_rerun_ends_says_by_whom_and_why_and_leaves_nothing(dry_held, monkeypatch, when) -> None:
    first = world.only_run(dry_held)
    files = set(dry_held.home.products.rglob("*"))
    with pytest.raises(RerunCancelled, match="重跑已由李四于4月10日07时07分取消，原因：选错了运行"):
        rerun(when(dry_held, monkeypatch), first, ASKED)
    [ended] = [one for one in dry_held.runs.last_runs(world=dry_held.world, limit=None) if one.rerun_of == first]
    assert ended.outcome is RunOutcome.SKIPPED
    assert "李四" in ended.end.note
    assert set(dry_held.home.products.rglob("*")) == files
    assert dry_held.products.of_run(ended.run_id) == []
    assert dry_held.holds.standing(now=dry_held.clock(), world=dry_held.world) == []
    [deed] = [one for one in dry_held.audit.links() if one.action == AuditAction.RERUN]
    assert (deed.actor, deed.subject) == ("李四", world.ZONE)
    monkeypatch.undo()
    assert rerun(dry_held, first, ASKED).diff.inputs_same


def test_a_cancellation_needs_a_name_a_reason_and_a_rerun_that_nobody_cancelled_yet(dry_held) -> None:
    def cancel(**changed: str) -> object:
        said = {"by": "李四", "reason": "选错了运行", "flow": "danger_watch", "zone": world.ZONE} | changed
        return dry_held.holds.cancel(now=dry_held.clock(), world=dry_held.world, **said)

    with pytest.raises(NotInStore, match="nobody reruns it"):
        cancel()
    names = {"who": "张三", "reason": "核对", "lasts": world.HOUR, "world": dry_held.world}
    with dry_held.holds.held("danger_watch", [world.ZONE], now=dry_held.clock(), **names) as refuse_cancelled:
        for lacking in ({"by": " "}, {"reason": ""}):
            with pytest.raises(AnswerUnclear, match="取消人和原因"):
                cancel(**lacking)
        refuse_cancelled()
        cancel()
        with pytest.raises(StoreConflict, match="已有人要求取消"):
            cancel()
        with pytest.raises(RerunCancelled):
            refuse_cancelled()
