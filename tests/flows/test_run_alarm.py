"""A run that fails raises the operator's alarm, and hides nothing by it."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from flows import carry_out as carrying
from flows import run_alarm
from flows.order import FlowName, Order, Outcome, new_run_id, spoken_run_id
from flows.wiring import House
from store.run_rows import RunOutcome
from tests.flows import world
from tests.flows.world import HOUR, MORNING, alerts, messages, order

OPERATIONS = "operations"


class Broken(RuntimeError):
    """What nobody foresaw."""


@pytest.fixture
def rounds(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Lets a flow fail with an error, or be good again without one."""

    def break_flow(flow: FlowName, error: BaseException | None = None, outcome: RunOutcome = RunOutcome.DONE) -> None:
        def held(house: House, order: Order, run_id: str) -> Outcome:
            if error is not None:
                raise error
            return Outcome(outcome)

        monkeypatch.setitem(carrying.ROUNDS, flow, held)  # type: ignore[arg-type]  # the mapping is a dict

    return break_flow


def held(house: House, flow: FlowName, at_h: float = 0.0, **changes: Any) -> Any:
    at = MORNING + at_h * HOUR
    house.clock.now = at
    return carrying.carry_out(house, order(flow, at, world=house.world, **changes))


def failing(house: House, flow: FlowName, at_h: float = 0.0, **changes: Any) -> None:
    with pytest.raises(Broken):
        held(house, flow, at_h, **changes)


def system(house: House) -> list[dict[str, Any]]:
    return [row for row in alerts(house).iter_rows(named=True) if row["kind"] == "system"]


def test_a_failed_run_is_raised_recorded_and_told_to_operations_alone(drill: House, rounds) -> None:
    rounds(FlowName.HOTSPOT_WATCH, Broken("no cells"))
    failing(drill, FlowName.HOTSPOT_WATCH)
    (run,) = drill.runs.last_runs(world=drill.world)
    assert (run.outcome, run.end.note) == (RunOutcome.FAILED, "Broken: no cells")
    (alert,) = system(drill)
    assert (alert["reason"], alert["level"], alert["zone"]) == ("run_failed", "out", None)
    assert alert["recipients"] == [OPERATIONS]
    assert run.run_id in alert["text_long"]
    assert "原因：Broken（no cells）" in alert["text_long"]
    assert f"运行号{spoken_run_id(run.run_id)}" in alert["text_short"]
    assert alert["text_short"].startswith("【演练】")
    assert "07时07分热点运行失败" in alert["text_short"]


def test_operations_receive_it_with_the_next_round_of_sending(drill: House, rounds) -> None:
    rounds(FlowName.HOTSPOT_WATCH, Broken("no cells"))
    failing(drill, FlowName.HOTSPOT_WATCH)
    assert messages(drill) == []
    world.dispatch(drill)
    assert [office for office, _ in messages(drill)] == [OPERATIONS]


def test_a_flow_that_goes_on_failing_is_told_once_and_its_recovery_once(drill: House, rounds) -> None:
    flow = FlowName.HOTSPOT_WATCH
    rounds(flow, Broken("no cells"))
    for at_h in (0.0, 1.0, 2.0):
        failing(drill, flow, at_h)
    rounds(flow)
    held(drill, flow, 3.0)
    held(drill, flow, 4.0)
    failed, recovered = system(drill)
    assert (failed["reason"], recovered["reason"]) == ("run_failed", "run_recovered")
    assert failed["event_id"] == recovered["event_id"]
    assert "热点运行10时07分恢复，中断3小时，失败3次" in recovered["text_short"]
    rounds(flow, Broken("again"))
    failing(drill, flow, 5.0)
    assert [row["reason"] for row in system(drill)] == ["run_failed", "run_recovered", "run_failed"]


def test_flows_that_fail_for_one_error_are_told_together_when_the_interval_is_over(drill: House, rounds) -> None:
    for flow in FlowName:
        rounds(flow, Broken("no cells"))
        failing(drill, flow)
    (first,) = system(drill)
    failing(drill, FlowName.DISPATCH_ROUND, 0.6)
    _, rest = system(drill)
    assert (rest["event_id"], rest["revision"]) == (first["event_id"], 2)
    for flow in FlowName:
        assert run_alarm.FLOW_ZH[flow] in rest["text_short"]
        assert f"{run_alarm.FLOW_ZH[flow]}：{run_alarm.EFFECT_ZH[flow]}" in rest["text_long"]
    assert "Broken（no cells）" in rest["text_long"]


def test_another_error_is_told_at_once(drill: House, rounds) -> None:
    rounds(FlowName.HOTSPOT_WATCH, Broken("no cells"))
    failing(drill, FlowName.HOTSPOT_WATCH)
    rounds(FlowName.DANGER_WATCH, OSError("no space"))
    with pytest.raises(OSError, match="no space"):
        held(drill, FlowName.DANGER_WATCH)
    texts = [row["text_long"] for row in system(drill)]
    assert len(texts) == 2
    assert all(error in texts[-1] for error in ("Broken（no cells）", "OSError（no space）"))


def test_a_good_run_of_another_flow_tells_what_was_held(drill: House, rounds) -> None:
    for flow in (FlowName.HOTSPOT_WATCH, FlowName.DANGER_WATCH):
        rounds(flow, Broken("no cells"))
        failing(drill, flow)
    rounds(FlowName.AUDIT_ROUND)
    held(drill, FlowName.AUDIT_ROUND, 0.1)
    assert len(system(drill)) == 1
    held(drill, FlowName.AUDIT_ROUND, 0.6)
    assert "火险、热点运行失败" in system(drill)[-1]["text_short"]


def test_one_of_two_that_is_good_again_leaves_the_other_named(drill: House, rounds) -> None:
    for at_h, flow in ((0.0, FlowName.HOTSPOT_WATCH), (0.6, FlowName.DANGER_WATCH)):
        rounds(flow, Broken("no cells"))
        failing(drill, flow, at_h)
    rounds(FlowName.HOTSPOT_WATCH)
    held(drill, FlowName.HOTSPOT_WATCH, 1.2)
    rounds(FlowName.DANGER_WATCH)
    held(drill, FlowName.DANGER_WATCH, 1.3)
    texts = [row["text_short"] for row in system(drill)]
    assert len(texts) == 4
    assert "热点恢复；火险仍运行失败" in texts[2]
    assert "火险运行08时25分恢复，中断42分钟，失败1次" in texts[3]


def test_a_failed_round_of_sending_waits_for_the_next_and_sends_nothing_itself(drill: House, rounds) -> None:
    calls = []
    error = Broken("no cells")

    def refuse(*_: object) -> Outcome:
        calls.append(1)
        raise error

    rounds(FlowName.DISPATCH_ROUND)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(carrying.ROUNDS, FlowName.DISPATCH_ROUND, refuse)
        failing(drill, FlowName.DISPATCH_ROUND)
        failing(drill, FlowName.DISPATCH_ROUND, 1.0)
    assert (len(calls), len(system(drill)), messages(drill)) == (2, 1, [])


def test_a_run_that_only_looks_raises_no_alarm(drill: House, rounds) -> None:
    rounds(FlowName.DANGER_WATCH, Broken("no cells"))
    failing(drill, FlowName.DANGER_WATCH, send=False)
    assert system(drill) == []
    rounds(FlowName.DANGER_WATCH)
    held(drill, FlowName.DANGER_WATCH, 1.0, send=False)
    assert system(drill) == []


def test_a_look_does_not_tell_that_a_flow_is_good_again(drill: House, rounds) -> None:
    rounds(FlowName.DANGER_WATCH, Broken("no cells"))
    failing(drill, FlowName.DANGER_WATCH)
    rounds(FlowName.DANGER_WATCH)
    held(drill, FlowName.DANGER_WATCH, 1.0, send=False)
    assert [row["reason"] for row in system(drill)] == ["run_failed"]


def test_an_interrupt_is_recorded_and_is_no_alarm(drill: House, rounds) -> None:
    rounds(FlowName.DANGER_WATCH, KeyboardInterrupt())
    with pytest.raises(KeyboardInterrupt):
        held(drill, FlowName.DANGER_WATCH)
    assert drill.runs.last_runs(world=drill.world)[0].outcome is RunOutcome.FAILED
    assert system(drill) == []


def test_good_runs_write_nothing_of_alarms(drill: House, rounds) -> None:
    rounds(FlowName.DISPATCH_ROUND)
    held(drill, FlowName.DISPATCH_ROUND)
    assert drill.levels.newest("run:dispatch_round", world=drill.world) is None
    assert drill.levels.silences(since=MORNING - HOUR, world=drill.world) == []


def test_a_feed_that_is_out_is_no_failure_of_the_run(drill: House, rounds) -> None:
    rounds(FlowName.HOTSPOT_WATCH, outcome=RunOutcome.FEED_OUT)
    held(drill, FlowName.HOTSPOT_WATCH)
    assert system(drill) == []


def test_a_crash_between_alert_and_memory_does_not_tell_twice(
    drill: House, rounds, monkeypatch: pytest.MonkeyPatch
) -> None:
    flow = FlowName.HOTSPOT_WATCH
    rounds(flow, Broken("no cells"))
    with monkeypatch.context() as patch:
        patch.setattr("flows.telling._remember", lambda *_: (_ for _ in ()).throw(OSError("killed")))
        failing(drill, flow)
    failing(drill, flow, 1.0)
    rounds(flow)
    held(drill, flow, 2.0)
    assert [row["reason"] for row in system(drill)] == ["run_failed", "run_recovered"]


def test_when_telling_fails_the_first_error_is_raised_and_both_are_logged(
    drill: House, rounds, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    rounds(FlowName.HOTSPOT_WATCH, Broken("no cells"))

    def refuse(*_: object, **__: object) -> None:
        raise OSError("ledger is gone")

    monkeypatch.setattr(run_alarm, "settle", refuse)
    with caplog.at_level(logging.ERROR, "firewatch.run"):
        failing(drill, FlowName.HOTSPOT_WATCH)
    end, alarm = caplog.records
    assert json.loads(end.getMessage())["error"] == "Broken: no cells"
    assert alarm.getMessage() == "could not raise the operator's alarm"
    assert "ledger is gone" in str(alarm.exc_info)


def test_a_database_that_is_gone_hides_neither_the_error_nor_the_end_line(
    drill: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise Broken("no database")

    monkeypatch.setattr("store.database.Database.begin", refuse)
    with caplog.at_level(logging.ERROR, "firewatch.run"):
        failing(drill, FlowName.DISPATCH_ROUND)
    said = [record.getMessage() for record in caplog.records]
    assert json.loads(said[0])["error"] == "Broken: no database"
    assert "could not record the end of the run" in said
    assert "could not raise the operator's alarm" in said


def test_a_recovery_that_cannot_be_told_leaves_the_run_good(
    drill: House, rounds, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    flow = FlowName.HOTSPOT_WATCH
    rounds(flow, Broken("no cells"))
    failing(drill, flow)
    rounds(flow)
    with monkeypatch.context() as patch, caplog.at_level(logging.ERROR, "firewatch.run"):
        patch.setattr(run_alarm, "settle", lambda *_: (_ for _ in ()).throw(OSError("locked")))
        assert held(drill, flow, 1.0).outcome.outcome is RunOutcome.DONE
    assert "could not say that the flow is good again" in caplog.text
    held(drill, flow, 2.0)
    assert [row["reason"] for row in system(drill)] == ["run_failed", "run_recovered"]


def test_a_failed_danger_run_marks_the_page_as_old_and_says_so(dry: House, rounds) -> None:
    held(dry, FlowName.DANGER_WATCH, zones=(world.ZONE,))
    rounds(FlowName.DANGER_WATCH, Broken("no cells"))
    failing(dry, FlowName.DANGER_WATCH, 8.0)
    standing = json.loads((dry.home.products / dry.world / "danger.json").read_text())
    assert (standing["stale"], standing["label"], standing["missing"]) == (True, "过期：8.0小时前的结果", ["运行失败"])
    text = system(dry)[-1]
    assert "页面已标过期" in text["text_short"]
    assert "上次成功为2024年4月10日07时07分" in text["text_long"]


def test_no_key_password_or_address_stands_in_the_alarm(open_one, rounds, tmp_path: Path) -> None:
    from boundary_zones.catalogue import SHIPPED

    contacts = tmp_path / "contacts.toml"
    text = (SHIPPED / "contacts.example.toml").read_text(encoding="utf-8")
    secret = "mailto://duty-desk:hunter2@smtp.example.org?to=chief"
    inbox = 'channel = "inbox"\naddress = "inbox://hebei/131082"'
    assert inbox in text
    contacts.write_text(text.replace(inbox, f'channel = "mail"\naddress = "{secret}"'), encoding="utf-8")
    house = world.recorded(open_one(contacts=contacts, FIRMS_MAP_KEY="k3y-of-ours"))
    said = f"refused {secret} hunter2 duty-desk chief k3y-of-ours at smtp.example.org\n[SQL: SELECT hunter2]"
    rounds(FlowName.HOTSPOT_WATCH, Broken(said))
    failing(house, FlowName.HOTSPOT_WATCH)
    (alert,) = system(house)
    for word in ("hunter2", "duty-desk", "chief", "k3y-of-ours", "example", "SQL", "mailto"):
        assert word not in alert["text_long"] + alert["text_short"]
    assert "Broken（refused … … … … … at …）" in alert["text_long"]


def test_a_run_is_named_by_the_time_of_beijing_and_its_short_name_is_part_of_it() -> None:
    run_id = new_run_id(MORNING, FlowName.DANGER_WATCH)
    assert run_id.startswith("R20240410-0707-danger-")
    assert spoken_run_id(run_id) == "R0410-0707"


def test_every_flow_has_its_words() -> None:
    assert set(run_alarm.FLOW_ZH) == set(run_alarm.EFFECT_ZH) == set(FlowName)
