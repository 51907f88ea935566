"""``firewatch rerun`` as an operator runs it: from the archive alone, with its difference, and nothing sent."""

from __future__ import annotations

import pytest

from desk import rerunning
from desk.exits import Exit
from flows.order import FlowName
from flows.rerun.waiting import Waiting
from flows.wiring import House
from store.holds import RerunCancelled
from tests.flows import world

pytestmark = pytest.mark.usefixtures("pictures_are_drawn")  # bytes are compared


@pytest.mark.parametrize("flow", ["danger", "hotspots"])
def test_a_live_run_is_made_again_from_the_archive_to_the_byte(firewatch, feeds, flow) -> None:
    run = firewatch("run", flow, "--json").document["runs"][0]
    asked = len(feeds.asked)
    done = firewatch("rerun", run["run_id"], "--reason", "复核", "--by", "张三", "--json")
    assert done.code == Exit.DONE, done.err
    assert done.document["diff"]["empty"], done.document["diff"]
    assert done.document["rerun_of"] == run["run_id"]
    assert done.document["would_send"] == []
    assert len(feeds.asked) == asked


def test_a_rerun_tells_an_operator_that_nothing_differs_and_nothing_is_sent(firewatch, feeds) -> None:
    firewatch("run", "hotspots")
    done = firewatch("rerun", "hotspots", "--as-of", "2026-04-04T15:00+08:00", "--reason", "复核", "--by", "张三")
    assert done.code == Exit.DONE, done.err
    assert "逐字节相同" in done.out
    assert "不发送任何消息" in done.out
    nothing = firewatch("rerun", "hotspots", "--as-of", "2026-04-04T15:00+08:00", "--reason", "复核", "--send")
    assert nothing.code == Exit.BAD_INPUT
    assert "nobody is named" in nothing.err


def test_every_run_says_who_why_from_what_and_by_which_rules(firewatch, told) -> None:
    rows = firewatch("runs", "--json").document["runs"]
    by_flow = {row["flow"]: row for row in rows}
    danger = by_flow["danger_watch"]
    assert (danger["who"], danger["reason"], danger["sent"]) == ("tester", "试验", "发送")
    assert all(len(danger[name]) == 12 for name in ("inputs_sha256", "outputs_sha256", "rules", "code_version"))
    firewatch("rerun", danger["run_id"], "--reason", "复核", "--by", "张三")
    newest = firewatch("runs", "--json").document["runs"][0]
    assert (newest["rerun_of"], newest["sent"], newest["who"]) == (danger["run_id"], "未发送", "张三")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("R1", "--reason", "复核"), "no run 'R1'"),
        (("danger", "--reason", "复核"), "of when?"),
        (("danger", "--as-of", "2024-04-10T08:00+08:00", "--reason", " ", "--by", "张三"), "no run of danger_watch"),
    ],
    ids=["no such run", "no time", "nothing to repeat"],
)
def test_what_cannot_be_repeated_is_said(firewatch, house, arguments, said) -> None:
    done = firewatch("rerun", *arguments)
    assert done.code == Exit.BAD_INPUT
    assert said in done.err


def test_a_rerun_of_somebody_else_is_cancelled_with_a_reason(firewatch, house) -> None:
    now, units = house.clock(), [world.ZONE, "HR-CD"]
    named = {"who": "李四", "reason": "核对湿度", "lasts": world.HOUR, "world": "live"}
    with house.holds.held("danger_watch", units, now=now, **named) as refuse_cancelled:
        done = firewatch("cancel-rerun", world.ZONE, "--by", "张三", "--reason", "选错了运行")
        assert "已要求取消李四对PG-JZ的重跑（核对湿度）" in done.out
        with pytest.raises(RerunCancelled, match="张三.*选错了运行"):
            refuse_cancelled()
    again = firewatch("cancel-rerun", world.ZONE, "--by", "张三", "--reason", "选错了运行")
    assert again.code == Exit.BAD_INPUT
    assert "nobody reruns it now" in again.err


def in_the_queue(house: House, order_id: str, *, who: str = "李四", reason: str = "核对湿度") -> Waiting:
    """A rerun of two units that was ordered in Prefect and has not begun."""
    now, flow = house.clock(), FlowName.DANGER_WATCH
    return Waiting(order_id, "lean-fox", flow, (world.ZONE, "HR-CD"), who, reason, now, now, now, None, "live")


def test_a_rerun_that_waits_is_cancelled_by_the_same_command(firewatch, house, monkeypatch) -> None:
    queue = [in_the_queue(house, "f00d")]
    monkeypatch.setattr(rerunning, "waiting_reruns", lambda _: queue)
    shown = firewatch("runs", "--waiting", "--json").document
    assert [(one["order_id"], one["who"]) for one in shown] == [("f00d", "李四")]
    done = firewatch("cancel-rerun", world.ZONE, "--by", "张三", "--reason", "选错了运行")
    assert "李四对PG-JZ的重跑（核对湿度）尚未开始，已取消，运行号R" in done.out
    assert "Prefect服务未应答：那里仍显示排队，轮到时不运行" in done.out
    [row] = firewatch("runs", "--json").document["runs"]
    assert (row["outcome"], row["who"], row["reason"]) == ("skipped", "李四", "核对湿度")
    again = firewatch("cancel-rerun", world.ZONE, "--by", "王五", "--reason", "选错了运行")
    assert again.code == Exit.FAILED
    assert "李四的重跑已由张三于" in again.err
    queue.append(in_the_queue(house, "beef", who="王五", reason="复核"))
    which = firewatch("cancel-rerun", world.ZONE, "--by", "张三", "--reason", "选错了运行")
    assert which.code == Exit.BAD_INPUT
    assert "f00d 李四（核对湿度）; beef 王五（复核）" in which.err
    chosen = firewatch("cancel-rerun", "HR-CD", "--order", "beef", "--by", "张三", "--reason", "选错了运行", "--json")
    assert (chosen.document["order_id"], chosen.document["told_prefect"]) == ("beef", False)
    nobody = firewatch("cancel-rerun", "YQ-HL", "--by", "张三", "--reason", "选错了运行")
    assert "no such rerun waits in Prefect" in nobody.err
