from __future__ import annotations

from flows.by_hand import Mark, marked
from notify.texts import Envelope, Texts
from tests.flows.world import MORNING

ENVELOPE = Envelope(signature="森防通报", code="平0409-1", issued_utc=MORNING, exercise=False)
MARK = Mark("人工调整", "等级由张三人工调整")


def of_length(chars: int):
    return lambda envelope: Texts(envelope.mark + "字" * chars, "长文。")


def test_a_short_text_begins_with_its_mark_where_there_is_room() -> None:
    assert marked(of_length(30), ENVELOPE, MARK).short.startswith("人工调整，字")


def test_without_room_the_long_text_alone_says_it() -> None:
    told = marked(of_length(64), ENVELOPE, MARK)
    assert told.short == "字" * 64
    assert told.long == "长文。等级由张三人工调整。"
