"""The formal notice of a fire waits for two persons, reaches every office, and is a step of the event's case."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from flows.documents.catalogue import document_of
from flows.noticing import draft_notice
from flows.processes.notices import notice_cases
from flows.releasing import needed, sign
from flows.wiring import House
from models.processes.law import State
from notify.alert import Reason
from notify.documents.layout import words_of
from notify.phrases import length_of
from notify.warning.document import DocumentState
from store.errors import AnswerUnclear, NotInStore
from store.owed import Owed
from tests.flows import world
from tests.flows.world import DRILL, MORNING

LATER = MORNING + timedelta(minutes=20)


@pytest.fixture(scope="module")
def drill(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    drill = world.told_fire(Path(tmp_path_factory.mktemp("notice")) / "home")
    world.dispatch(drill, MORNING + timedelta(minutes=1))
    yield drill
    drill.close()


def test_two_persons_sign_it_and_it_is_owed_to_every_office_as_any_alert_is(drill) -> None:
    number = world.the_incident(drill)
    row = draft_notice(drill, number, by="平谷森防办张三", now=LATER)
    assert (row.state, needed(drill, row)) == (DocumentState.DRAFT, 2)
    assert sign(drill, row.number, by="张三（值班长）", now=LATER).alert is None
    alert = sign(drill, row.number, by="李四（带班领导）", now=LATER).alert
    assert alert is not None
    assert alert.reason is Reason.NOTICE
    assert alert.text_short.startswith("【演练】疑似火情：平谷")
    assert f"回1（{alert.code}）" in alert.text_short
    assert length_of(alert.text_short) <= 70
    for word in ("火情通报", "回执", "签发：张三（值班长）、李四（带班领导）", f"编号{alert.code}"):
        assert word in alert.text_long
    assert "草稿" not in alert.text_long
    assert alert.text_long.count("【演练】") == 2
    assert "状态：疑似，待核实" in alert.text_long
    assert "待核：" in alert.text_long
    assert (alert.text_long[:4], alert.text_long[-4:]) == ("【演练】", "【演练】")
    owed = Owed(drill.database).offices(event_id=alert.event_id, world=DRILL)
    assert {"110117", "120119", "131082", "110000", "120000", "130000"} <= {one.office for one in owed}
    [case] = notice_cases(drill)
    last = case.steps[-1]
    assert (last.state, last.fields["document"], last.by) == (
        State.FOLLOW_UP,
        row.number,
        "张三（值班长）、李四（带班领导）",
    )
    assert "张三（值班长）、李四（带班领导）" in "".join(words_of(document_of(drill, "notice", row.number)))


def test_an_office_answers_it_by_its_code(drill) -> None:
    row = draft_notice(drill, world.the_incident(drill), by="张三", now=LATER)
    for name in ("王五", "赵六"):
        done = sign(drill, row.number, by=name, now=LATER)
    assert done.alert is not None
    world.dispatch(drill, LATER + timedelta(minutes=1))
    answered = drill.ledger.acknowledge(
        done.alert.code, office="120119", by="蓟州值班员", via="phone", now=LATER + timedelta(minutes=2), world=DRILL
    )
    assert [one.office for one in answered] == ["120119"]


@pytest.mark.parametrize(("number", "by", "says"), [("YL-none", "张三", "YL-none"), ("", " ", "who drafts")])
def test_what_cannot_be_drafted_is_refused_with_its_reason(drill, number: str, by: str, says: str) -> None:
    with pytest.raises((AnswerUnclear, NotInStore), match=says):
        draft_notice(drill, number or world.the_incident(drill), by=by, now=LATER)
