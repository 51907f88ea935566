"""An invitation to confer is a draft until it is signed, and then reaches both sides of the line."""

from __future__ import annotations

from dataclasses import replace

import pytest

from flows.cap_products import publish_cap
from flows.consulting import Meeting, draft_consultation
from flows.releasing import needed, sign
from notify.alert import LIVE, Reason
from notify.warning.document import DocumentState
from store.errors import AnswerUnclear
from tests.flows.world import DAY, HOUR, MORNING

MEETING = Meeting("清明火险视频会商", MORNING + DAY, MORNING + 3 * HOUR, "123456", ("边界巡护",))


def test_it_waits_for_two_persons_and_then_reaches_the_whole_unit(house) -> None:
    row = draft_consultation(house, "PG-JZ", MEETING, by="平谷森防办", now=MORNING)
    assert row.state is DocumentState.DRAFT
    assert needed(house, row) == 2
    assert "商请参加清明火险视频会商" in row.text_long
    assert sign(house, row.number, by="张三", now=MORNING).alert is None
    alert = sign(house, row.number, by="李四", now=MORNING).alert
    assert alert is not None
    assert alert.reason is Reason.NOTICE
    assert "签发：张三、李四" in alert.text_long
    offices = set(house.ledger_frames.deliveries(world=LIVE)["office"])
    assert {"110117", "120119"} <= offices


def test_it_is_no_warning_and_has_no_cap(house) -> None:
    row = draft_consultation(house, "PG-JZ", MEETING, by="平谷森防办", now=MORNING)
    for name in ("张三", "李四"):
        sign(house, row.number, by=name, now=MORNING)
    assert publish_cap(house, now=MORNING, run_id="test") == ()


@pytest.mark.parametrize(
    ("meeting", "by", "says"),
    [
        (MEETING, " ", "who invites"),
        (replace(MEETING, answer_by_utc=MORNING - HOUR), "张三", "is over"),
        (replace(MEETING, subject_zh="很" * 40), "张三", "subject"),
    ],
)
def test_what_cannot_be_said_is_refused_with_its_reason(house, meeting, by, says) -> None:
    with pytest.raises(AnswerUnclear, match=says):
        draft_consultation(house, "PG-JZ", meeting, by=by, now=MORNING)
