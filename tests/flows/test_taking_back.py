"""A cancellation and a correction reach exactly those who got the alert, and nobody gets a bare all-clear."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from flows.taking_back import cancel, correct, former_rows
from notify.obligations import obligations
from store.audit import Audit
from store.errors import NotInStore, StoreConflict
from tests.flows import world
from tests.flows.world import DAY, MORNING, WET, hotspots, recorded_weather, seen_weather
from tests.notify.samples import OFFICES, alert

LATER = MORNING + timedelta(minutes=30)


@pytest.fixture
def burning(tmp_path):
    drill = world.told_fire(tmp_path / "home")
    return drill, told_code(drill)


def told_code(drill) -> str:
    """Of the only alert about the fire."""
    [alert] = drill.alerts.of_event(world.the_incident(drill), world=drill.world)
    return alert.code


def sent(drill, code: str) -> set[str]:
    rows = drill.ledger_frames.deliveries(world=drill.world).filter(state="sent")
    alert_id = drill.alerts.with_code(code, world=drill.world).alert_id
    return set(rows.filter(alert_id=alert_id)["office"])


def test_a_cancellation_reaches_exactly_the_former_recipients(burning) -> None:
    drill, code = burning
    world.dispatch(drill, MORNING + timedelta(minutes=1))
    got = sent(drill, code)
    done = cancel(drill, code, reason_zh="核实为工矿用火", by="张三", now=LATER)
    world.dispatch(drill, LATER)
    assert sent(drill, done.alert.code) == got != set()
    assert done.alert.text_short.startswith("【演练】")
    assert "核实为工矿用火" in done.alert.text_short
    assert code in done.alert.text_short


def test_who_never_got_the_alert_gets_no_cancellation_and_no_alert_either(burning) -> None:
    drill, code = burning
    done = cancel(drill, code, reason_zh="核实为工矿用火", by="张三", now=LATER)
    assert done.rows == ()
    world.dispatch(drill, LATER)
    assert world.messages(drill) == []


def test_who_may_have_got_it_is_told_too(burning) -> None:
    drill, code = burning
    (first, *_) = drill.ledger.claim(owner="crashed/1", now=MORNING, lease_s=60, limit=1, world=drill.world)
    assert drill.ledger.begin_sending(first, now=MORNING) is not None
    done = cancel(drill, code, reason_zh="核实为工矿用火", by="张三", now=LATER)
    assert [row.office for row in done.rows] == [first.office]


def test_nothing_of_the_alert_leaves_after_its_cancellation(burning) -> None:
    drill, code = burning
    claimed = drill.ledger.claim(owner="slow/1", now=MORNING, lease_s=600, limit=99, world=drill.world)
    cancel(drill, code, reason_zh="核实为工矿用火", by="张三", now=LATER)
    assert claimed
    assert [drill.ledger.begin_sending(row, now=LATER) for row in claimed] == [None] * len(claimed)


def test_a_correction_says_what_is_right_and_the_event_goes_on(burning) -> None:
    drill, code = burning
    world.dispatch(drill, MORNING + timedelta(minutes=1))
    done = correct(drill, code, wrong_zh="位置有误", right_zh="应为宝山镇，距赤城界3.1公里", by="张三", now=LATER)
    assert "应为宝山镇" in done.alert.text_short
    assert done.alert.level == drill.alerts.with_code(code, world=drill.world).level
    assert done.alert.revision == 2


def test_a_cancelled_fire_is_told_again_only_when_there_is_something_new(burning) -> None:
    drill, code = burning
    world.dispatch(drill, MORNING + timedelta(minutes=1))
    cancel(drill, code, reason_zh="核实为工矿用火", by="张三", now=LATER)
    assert hotspots(drill, LATER + timedelta(minutes=10)).outcome.alerts == ()


def test_twice_is_refused_and_an_unknown_code_is_named(burning) -> None:
    drill, code = burning
    cancel(drill, code, reason_zh="核实为工矿用火", by="张三", now=LATER)
    with pytest.raises(StoreConflict, match="withdrawn by"):
        cancel(drill, code, reason_zh="核实为工矿用火", by="李四", now=LATER)
    with pytest.raises(NotInStore, match="no alert has the code"):
        cancel(drill, "平0101-99", reason_zh="核实为工矿用火", by="张三", now=LATER)


def test_words_that_no_message_can_hold_change_nothing(burning) -> None:
    drill, code = burning
    with pytest.raises(ValueError, match="reason of a cancellation"):
        cancel(drill, code, reason_zh="很" * 40, by="张三", now=LATER)
    assert len(drill.alerts.of_event(drill.alerts.with_code(code, world=drill.world).event_id, world=drill.world)) == 1


def test_who_did_it_stands_in_the_audit_log(burning) -> None:
    drill, code = burning
    done = cancel(drill, code, reason_zh="核实为工矿用火", by="张三", now=LATER)
    (deed,) = Audit(drill.database).links(subject=code)
    assert (deed.actor, deed.action) == ("张三", "cancel")
    assert done.alert.code in deed.payload


def test_the_cancellation_is_a_cap_cancel_that_names_the_alert(burning) -> None:
    drill, code = burning
    world.dispatch(drill, MORNING + timedelta(minutes=1))
    done = cancel(drill, code, reason_zh="核实为工矿用火", by="张三", now=LATER)
    files = [*(drill.home.products / "cap" / drill.world).rglob(f"*-{done.alert.alert_id[:16]}-2.xml")]
    assert len(files) == 3
    assert "<msgType>Cancel</msgType>" in files[0].read_text(encoding="utf-8")


def test_a_recipient_who_left_the_contacts_keeps_a_row() -> None:
    said = alert()
    rows = [replace(row, unknowns=1) for row in obligations(said, OFFICES)]
    newer = replace(said, alert_id="n" * 32, revision=2)
    kept = former_rows(newer, rows, OFFICES[1:])
    assert [row.office for row in kept] == [row.office for row in rows]
    assert {row.alert_id for row in kept} == {newer.alert_id}


def test_the_end_of_a_warning_goes_to_those_only_whom_the_warning_left_for(dry) -> None:
    world.danger(dry)
    at = MORNING
    for _ in range(3):
        at += DAY
        wet = replace(dry, weather=recorded_weather(dry, seen_weather(at, air=WET)))
        world.danger(wet, at)
    ends = [one for one in dry.alerts.since(MORNING, world=dry.world) if one.reason == "danger_ended"]
    assert len(ends) == 1
    rows = dry.ledger_frames.deliveries(world=dry.world).filter(alert_id=ends[0].alert_id)
    assert rows.is_empty()
