"""A rerun on the desk: for members only, and nobody signs what they did not read."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from desk.web.app import desk_app
from desk.web.study import reruns
from flows.order import FlowName
from flows.rerun.waiting import Waiting
from flows.wiring import House
from store.holds import RerunCancelled
from store.run_rows import RunOutcome
from tests.desk.web.conftest import NIGHT, Browser, hidden

ELSEWHERE = {"zones": "HR-CD", "reason": "复核"}


@pytest.fixture
def browser(live) -> Browser:
    return Browser(desk_app(live, clock=lambda: NIGHT))


def inside(browser: Browser, login: str) -> Browser:
    other = Browser(browser.app)
    other.log_in(login)
    return other


def danger_run(house: House) -> str:
    return house.runs.last_runs(FlowName.DANGER_WATCH, world="live", limit=None)[-1].run_id


@pytest.mark.parametrize("login", ["sun", "wu", "zheng"])
def test_who_only_looks_reruns_nothing(browser, live, login: str) -> None:
    answer = inside(browser, login).send("/rerun", run=danger_run(live), **ELSEWHERE)
    assert answer.status_code == 403


def test_a_region_reruns_its_own_units_only(browser, live) -> None:
    assert inside(browser, "wang").send("/rerun", run=danger_run(live), **ELSEWHERE).status_code == 403


def test_a_rerun_without_a_reason_is_not_held(browser, live) -> None:
    before = len(live.runs.last_runs(world="live", limit=None))
    assert inside(browser, "li").send("/rerun", run=danger_run(live), zones="PG-JZ").status_code == 422
    assert len(live.runs.last_runs(world="live", limit=None)) == before


def test_only_what_was_read_is_signed_by_a_leader_and_the_record_says_who(browser, live) -> None:
    run_id = danger_run(live)
    shown = inside(browser, "zhang").send("/rerun", run=run_id, **ELSEWHERE)
    assert shown.status_code == 200
    assert "由带班领导办理" in shown.text
    assert "签发（" not in shown.text
    read = hidden(inside(browser, "li").send("/rerun", run=run_id, **ELSEWHERE).text, "shown")
    assert "***" not in read
    assert inside(browser, "zhang").send("/rerun/sign", run=run_id, shown=read, **ELSEWHERE).status_code == 403
    other = inside(browser, "li").send("/rerun/sign", run=run_id, shown=f"{read}x", **ELSEWHERE)
    assert other.status_code == 409
    assert "已不同" in other.text
    before = len(live.alerts.since(NIGHT.replace(year=2000), world="live"))
    for login in ("li", "zhao"):
        done = inside(browser, login).send("/rerun/sign", run=run_id, shown=read, **ELSEWHERE)
        assert done.status_code == 303
    assert len(live.alerts.since(NIGHT.replace(year=2000), world="live")) == before + 1
    record = inside(browser, "zhang").get(done.headers["location"]).text
    assert "平谷李四（带班领导）、北京赵六（带班领导）" in record
    assert re.search(r"0/\d+已签收", record)


def test_a_rerun_of_somebody_is_cancelled_on_the_desk_by_a_member_and_the_page_says_by_whom(browser, live) -> None:
    form = {"zone": "PG-JZ", "flow": "danger_watch", "reason": "选错了运行"}
    units = ["PG-JZ", "HR-CD"]
    named = {"who": "平谷李四", "reason": "核对湿度", "now": NIGHT, "lasts": timedelta(minutes=30), "world": "live"}
    with live.holds.held("danger_watch", units, **named) as refuse_cancelled:
        member = inside(browser, "wang")
        shown = member.get("/rerun").text
        assert "怀柔–承德、平谷–蓟州的火险正由平谷李四重跑" in shown
        assert shown.count("取消这次重跑") == 1
        assert inside(browser, "zheng").send("/rerun/cancel", **form).status_code == 403
        assert member.send("/rerun/cancel", on="/rerun", **(form | {"zone": "YQ-HL"})).status_code == 403
        assert member.send("/rerun/cancel", on="/rerun", **(form | {"reason": ""})).status_code == 422
        refuse_cancelled()
        assert member.send("/rerun/cancel", on="/rerun", **form).status_code == 303
        shown = member.get("/rerun").text
        assert "蓟州王五于07:12要求取消：选错了运行" in shown
        assert "取消这次重跑" not in shown
        with pytest.raises(RerunCancelled, match="蓟州王五"):
            refuse_cancelled()
    assert member.send("/rerun/cancel", on="/rerun", **form).status_code == 404


def test_a_rerun_that_waits_in_prefect_is_cancelled_on_the_same_page(browser, live, monkeypatch) -> None:
    units = ("PG-JZ", "HR-CD")
    waits = Waiting(
        "f00d", "lean-fox", "danger_watch", units, "平谷李四", "核对湿度", NIGHT, NIGHT, NIGHT, None, "live"
    )
    queue = [waits]
    monkeypatch.setattr(reruns, "waiting_reruns", lambda _: queue)
    member, form = inside(browser, "wang"), {"zone": "PG-JZ", "order": "f00d", "reason": "选错了运行"}
    shown = member.get("/rerun").text
    assert "平谷李四对平谷–蓟州、怀柔–承德的火险重跑在排队" in shown
    assert shown.count("取消这次排队的重跑") == 1
    assert inside(browser, "zheng").send("/rerun/cancel", **form).status_code == 403
    assert member.send("/rerun/cancel", on="/rerun", **(form | {"zone": "YQ-HL"})).status_code == 403
    assert member.send("/rerun/cancel", on="/rerun", **(form | {"reason": ""})).status_code == 422
    assert member.send("/rerun/cancel", on="/rerun", **form).status_code == 303
    row = live.runs.last_runs(FlowName.DANGER_WATCH, world="live", limit=1)[0]
    assert (row.outcome, row.who, row.reason) == (RunOutcome.SKIPPED, "平谷李四", "核对湿度")
    assert "已由蓟州王五于" in row.end.note
    assert "已由蓟州王五于" in member.send("/rerun/cancel", on="/rerun", **form).text
    queue.clear()
    late = member.send("/rerun/cancel", on="/rerun", **form)
    assert (late.status_code, "已不在排队" in late.text) == (409, True)


def test_where_nobody_can_see_the_queue_the_page_says_so(browser, monkeypatch) -> None:
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    assert "看不到排队的重跑" in inside(browser, "wang").get("/rerun").text
