"""The auditor as a run: the heartbeat goes out only when all that is owed is sent or in time."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from flows.auditing import audit_of, lapsed_offices
from flows.carry_out import Report, carry_out
from flows.order import FlowName
from flows.replaying import DrivenClock
from flows.wiring import House
from notify.account import Account
from notify.alert import LIVE, Reason
from notify.audit_words import AuditFacts, audit_texts
from notify.auditor import audit_memory_of
from notify.channels import credential_of
from notify.delivery_states import Outcome, OutcomeClass
from notify.obligations import failover_rows, obligations
from notify.phrases import clock_zh, hour_minute_zh
from notify.texts import Envelope
from store.run_rows import RunOutcome, Trigger
from store.senders import Senders
from tests.flows import world
from tests.flows.world import MORNING, elsewhere, fire, hotspots
from tests.notify.samples import alert

MINUTE = timedelta(minutes=1)


@pytest.fixture
def live(open_one, tmp_path) -> House:
    """A live house with a fire on the line, whose watcher is a file."""
    house = open_one(heartbeat_url=(tmp_path / "beat.json").as_uri())
    return world.recorded(house, world=LIVE, hotspots=world.recorded_hotspots(house, [fire(), elsewhere()]))


def audit(house: House, after: timedelta = timedelta(0), *, trigger: Trigger = Trigger.MANUAL) -> Report:
    house.clock.now = MORNING + after
    order = world.order(FlowName.AUDIT_ROUND, house.clock.now, world=house.world, trigger=trigger)
    return carry_out(house, order)


def beat(tmp_path) -> str | None:
    file = tmp_path / "beat.json"
    return json.loads(file.read_text())["beat_utc"] if file.exists() else None


def to_operations(house: House, *, about: str = "audit:") -> list[str]:
    rows = world.alerts(house).iter_rows(named=True)
    return [row["text_short"] for row in rows if row["kind"] == "system" and row["event_id"].startswith(about)]


def test_a_quiet_ledger_sends_the_heartbeat(live, tmp_path) -> None:
    assert audit(live).outcome.outcome is RunOutcome.DONE
    assert beat(tmp_path) == MORNING.isoformat()


def test_an_alert_that_was_sent_in_time_sends_it_too(live, tmp_path) -> None:
    hotspots(live)
    world.dispatch(live, MORNING + MINUTE)
    found = audit(live, 2 * MINUTE)
    assert found.outcome.counts["owed"] == found.outcome.counts["finished"] > 0
    assert beat(tmp_path) == (MORNING + 2 * MINUTE).isoformat()


def test_a_dispatcher_that_stands_still_is_heard_of_within_its_clock_and_the_heartbeat_stops(live, tmp_path) -> None:
    hotspots(live)
    assert audit(live, 2 * MINUTE).outcome.outcome is RunOutcome.DONE
    before = beat(tmp_path)
    late = audit(live, 11 * MINUTE)
    assert late.outcome.outcome is RunOutcome.DEGRADED
    assert "心跳停发" in late.outcome.missing
    assert beat(tmp_path) == before
    (text,) = to_operations(live)
    assert text.startswith("【火险管线】送达异常：")
    audit(live, 12 * MINUTE)
    assert len(to_operations(live)) == 1, "each problem once"


def test_when_all_are_reached_again_the_heartbeat_comes_back_and_operations_hear_it(live, tmp_path) -> None:
    hotspots(live)
    audit(live, 11 * MINUTE)
    world.dispatch(live, MORNING + 12 * MINUTE)
    audit(live, 13 * MINUTE)
    assert beat(tmp_path) == (MORNING + 13 * MINUTE).isoformat()
    assert "恢复正常" in to_operations(live)[-1]


def test_an_office_without_a_way_stops_the_heartbeat_before_there_is_a_fire(live, tmp_path) -> None:
    left = tuple(one for one in live.contacts.recipients if one.office != "130800")
    gap = replace(live, contacts=replace(live.contacts, recipients=left))
    assert "承德市森防办没有可用渠道" in audit(gap).outcome.missing
    assert beat(tmp_path) is None


def test_an_office_without_a_way_is_owed_the_alert_and_operations_are_called_at_once(live) -> None:
    left = tuple(one for one in live.contacts.recipients if one.office != "131000")
    gap = replace(live, contacts=replace(live.contacts, recipients=left))
    hotspots(gap)
    world.dispatch(gap, MORNING + MINUTE)
    called = gap.alerts.called(since=MORNING, world=LIVE)
    assert [(row.office, row.for_office) for row in called] == [("operations", "131000")]
    assert any("廊坊市森防办未收到" in problem.said_zh for problem in audit_of(gap).problems)


def test_a_clock_without_a_dispatcher_and_one_whose_dispatcher_fell_silent_stop_the_heartbeat(live, tmp_path) -> None:
    assert audit(live, trigger=Trigger.SCHEDULED).outcome.missing[0] == "发送进程从未启动"
    assert beat(tmp_path) is None
    senders = Senders(live.database)
    senders.note("a", started_utc=MORNING, now=MORNING + MINUTE)
    assert audit(live, MINUTE, trigger=Trigger.SCHEDULED).outcome.outcome is RunOutcome.DONE
    assert beat(tmp_path) == (MORNING + MINUTE).isoformat()
    assert audit(live, 2 * MINUTE).outcome.missing == ("发送进程已1分0秒无响应", "心跳停发")
    senders.note("b", started_utc=MORNING, now=MORNING + 3 * MINUTE)
    assert audit(live, 3 * MINUTE).outcome.outcome is RunOutcome.DONE
    assert "恢复正常" in to_operations(live)[-1]


def test_an_endpoint_that_keeps_refusing_is_told_to_operations_until_it_takes_one_and_the_heartbeat_goes_on(
    live, tmp_path
) -> None:
    way = next(one for one in live.contacts.recipients if one.office == "120119")
    for number, (outcome, said) in enumerate(
        [(OutcomeClass.REJECT_PERMANENT, 0), (OutcomeClass.REJECT_PERMANENT, 1), (OutcomeClass.OK, 0)]
    ):
        told = alert(f"sick-{number}", decided_utc=MORNING, regions=(way.region,))
        live.ledger.commit(told, obligations(told, [way]))
        (row,) = live.ledger.claim(owner="t", now=MORNING, lease_s=60, limit=1, world=LIVE)
        live.ledger.record(live.ledger.begin_sending(row, now=MORNING), Outcome(outcome), now=MORNING, retry_at=None)
        sick = [problem for problem in audit_of(live).problems if problem.key.startswith("sick:")]
        assert len(sick) == said, number
        if sick:
            assert "连续2次未送出" in sick[0].said_zh
            assert audit_of(live).ok


def test_an_account_that_is_cut_off_is_told_to_operations_with_its_detours_and_the_heartbeat_goes_on(live) -> None:
    way = next(one for one in live.contacts.recipients if one.office == "120119")
    told = alert("cut-off", decided_utc=MORNING, regions=(way.region,))
    live.ledger.commit(told, obligations(told, [way]))
    (row,) = live.ledger.claim(owner="t", now=MORNING, lease_s=60, limit=1, world=LIVE)
    account = Account(
        credential_of(way.address), per_min=60, burst=9, circuit=replace(live.rules.dispatch.circuit, ill_most=1)
    )
    begun = live.ledger.begin_sending(row, now=MORNING, account=account)
    other = failover_rows(told, row, [replace(way, channel="mail", rank=2)])
    doubt = Outcome(OutcomeClass.UNKNOWN)
    live.ledger.record(begun, doubt, now=MORNING, retry_at=MORNING + MINUTE, account=account, detour=other)
    found = audit_of(live)
    (cut_off,) = [problem for problem in found.problems if problem.cause == "cut_off"]
    assert cut_off.said_zh == f"{row.channel}渠道账号{hour_minute_zh(MORNING)}起发不出"
    assert cut_off.means_zh == "1条已改走备用渠道，其中1条可能重复"
    assert found.ok
    tomorrow = replace(live, clock=DrivenClock(MORNING + timedelta(days=1)))
    assert clock_zh(MORNING) in next(one.said_zh for one in audit_of(tomorrow).problems if one.cause == "cut_off")
    moved = [replace(one, address="inbox://another/account") for one in live.contacts.recipients]
    replaced = replace(live, contacts=replace(live.contacts, recipients=tuple(moved)))
    assert not [one for one in audit_of(replaced).problems if one.cause == "cut_off"], "nobody sends through it"


def test_an_exercise_sends_no_heartbeat(dry, tmp_path) -> None:
    audit(dry)
    assert beat(tmp_path) is None


def test_without_a_watcher_the_round_says_so(open_one) -> None:
    house = replace(open_one(), clock=DrivenClock(MORNING))
    assert audit(house).outcome.missing == ("未设置外部心跳",)


def rounds(house: House, at_min: float) -> None:
    """Everything that the schedule would hold, once."""
    house.clock.now = MORNING + at_min * MINUTE
    world.hotspots(house, house.clock.now, live=True)
    world.dispatch(house, house.clock.now)


def test_while_nobody_looks_for_fires_the_heartbeat_stops_and_operations_hear_what_it_means(live, tmp_path) -> None:
    rounds(live, 0)
    assert audit(live, MINUTE).outcome.outcome is RunOutcome.DONE
    for minute in range(2, 25, 2):
        world.dispatch(live, MORNING + minute * MINUTE)
        blind = audit(live, minute * MINUTE)
    assert blind.outcome.missing == ("07时13分热点未运行", "心跳停发"), "nothing is owed, and yet it is not calm"
    assert datetime.fromisoformat(beat(tmp_path)) == MORNING + 14 * MINUTE
    (text,) = to_operations(live)
    assert text.startswith("【火险管线】运行异常：07时08分热点未运行，请查服务。")
    assert any("无数据不等于无火" in said for said in long_texts(live))
    rounds(live, 25)
    assert audit(live, 26 * MINUTE).outcome.outcome is RunOutcome.DONE
    assert datetime.fromisoformat(beat(tmp_path)) == MORNING + 26 * MINUTE
    assert "恢复正常" in to_operations(live)[1]


def test_looks_that_tell_nobody_do_not_stand_for_rounds(live) -> None:
    rounds(live, 0)
    for minute in range(5, 21, 5):
        world.hotspots(live, MORNING + minute * MINUTE, live=True, send=False)
        world.dispatch(live, MORNING + minute * MINUTE)
    assert "07时08分热点未运行" in audit(live, 20 * MINUTE).outcome.missing


def test_an_exercise_has_no_schedule_to_keep(dry) -> None:
    assert audit_of(replace(dry, clock=DrivenClock(MORNING + timedelta(days=1)))).problems == ()


def test_a_clock_that_ran_out_is_told_by_name_and_its_end_too_while_the_heartbeat_goes_on(live, tmp_path) -> None:
    hotspots(live)
    world.dispatch(live, MORNING + MINUTE)
    found = audit(live, 11 * MINUTE)
    assert (found.outcome.outcome, found.outcome.counts["late"]) == (RunOutcome.DONE, 1)
    (text,) = to_operations(live, about="clock:")
    assert text.startswith("【火险管线】环节超时：")
    assert "接收超时1分" in text
    assert beat(tmp_path) == (MORNING + 11 * MINUTE).isoformat()
    audit(live, 12 * MINUTE)
    (row,) = (row for row in world.alerts(live).iter_rows(named=True) if row["kind"] == "incident")
    (task,) = live.verification.tasks()
    live.ledger.acknowledge(row["code"], office=str(task.county_gb), by="张三", via="phone", now=MORNING + 13 * MINUTE)
    audit(live, 14 * MINUTE)
    assert [said[:17] for said in to_operations(live, about="clock:")] == [text[:17], "【火险管线】超时环节07时21分均"]


def long_texts(house: House) -> list[str]:
    rows = world.alerts(house)
    return [row["text_long"] for row in rows.iter_rows(named=True) if row["kind"] == "system"]


def test_an_alert_that_expired_unsent_is_named_and_never_said_to_be_made_good(live) -> None:
    hotspots(live)
    audit(live, 11 * MINUTE)
    world.dispatch(live, MORNING + timedelta(hours=13))
    audit(live, timedelta(hours=13))
    (said,) = (text for text in long_texts(live) if "过期仍未收到" in text)
    assert "请运维值班电话补通知" in said
    last = live.alerts.latest(event_prefix="audit:", world=LIVE)
    assert last is not None
    lapsed = lapsed_offices(live, audit_memory_of(last), now=MORNING + timedelta(hours=80))
    assert lapsed
    facts = AuditFacts(Reason.OFFICES_REACHED, (), MORNING, lapsed, len(lapsed))
    closing = audit_texts(facts, Envelope("火险管线", "运0410-09", MORNING, exercise=False))
    assert "已超过核对期" in closing.long
    assert "恢复正常" not in closing.short
