"""A rerun that was ordered begins, or is called off before it begins: one of both, whoever comes first."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from store.audit import Audit, AuditAction
from store.database import Database
from store.errors import AnswerUnclear, StoreConflict
from store.holds import RerunCancelled
from store.rerun_orders import RerunBegan, RerunOrders
from tests.store.examples import minutes

NOON = minutes(0)


@pytest.fixture
def orders(database: Database) -> RerunOrders:
    return RerunOrders(database)


def begin(orders: RerunOrders, order_id: str = "a") -> None:
    orders.begin(order_id, who="张三", reason="复核", now=NOON)


def cancel(orders: RerunOrders, order_id: str = "a", *, by: str = "李四", reason: str = "选错了运行") -> None:
    orders.cancel(order_id, by=by, reason=reason, now=NOON, of="张三")


def test_what_was_called_off_does_not_begin_and_says_by_whom_and_why(orders: RerunOrders) -> None:
    cancel(orders)
    with pytest.raises(RerunCancelled, match="重跑尚未开始，已由李四于.*取消，原因：选错了运行"):
        begin(orders)
    with pytest.raises(StoreConflict, match="张三的重跑已由李四于.*取消"):
        cancel(orders, by="王五")
    begin(orders, "another")
    [deed] = Audit(orders.database).links()
    assert (deed.actor, deed.action, deed.subject) == ("李四", AuditAction.RERUN, "a")


def test_what_has_begun_is_not_called_off_and_goes_on_when_it_is_started_again(orders: RerunOrders) -> None:
    begin(orders)
    with pytest.raises(RerunBegan, match="张三的重跑已于.*开始，没有取消"):
        cancel(orders)
    begin(orders)
    assert list(Audit(orders.database).links()) == []


@pytest.mark.parametrize("lacking", [{"by": " "}, {"reason": ""}], ids=["nobody", "no reason"])
def test_nobody_calls_off_without_a_name_and_a_reason(orders: RerunOrders, lacking: dict[str, str]) -> None:
    with pytest.raises(AnswerUnclear, match="取消人和原因"):
        cancel(orders, **lacking)
    begin(orders)


def test_of_a_start_and_a_cancellation_at_once_exactly_one_comes_first(
    url: str, opened: Callable[[str], Database]
) -> None:
    rooms = [RerunOrders(opened(url)) for _ in range(2)]
    together = Barrier(2)

    def one_of_both(act: Callable[[RerunOrders, str], None], room: RerunOrders, order_id: str) -> bool:
        together.wait(60)
        try:
            act(room, order_id)
        except (RerunCancelled, RerunBegan):
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        for number in range(15):
            acts = [
                pool.submit(one_of_both, act, room, str(number))
                for act, room in zip((begin, cancel), rooms, strict=True)
            ]
            assert sorted(act.result() for act in acts) == [False, True]
