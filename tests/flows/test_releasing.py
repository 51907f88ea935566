"""Formal texts go out only when as many persons as the rules ask for have signed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from flows.noticing import draft_notice
from flows.overdue_clocks import overdue_clocks
from flows.releasing import needed, send_back, sign
from notify.alert import WarningColour
from notify.release import ReleaseRules, signers
from notify.warning.document import DocumentState, WarningAction, WarningReason
from store.audit import Audit
from store.errors import AnswerUnclear, StoreConflict
from store.warning_documents import LETTER, WARNING, DocumentRow
from tests.flows import world
from tests.flows.world import DAY, MORNING

W = WarningColour
RULES = ReleaseRules(
    (W.ORANGE, W.RED),
    two_person_cross_border=True,
    silence_most_h=24.0,
    drill_most_h=12.0,
    sign_ladder={"red": ("10 值班长", "20 带班领导"), "cross_border": ("5 带班领导",), "other": ()},
)


def document(number: str = "京平预〔2024〕3", colour: W = W.YELLOW, *, previous: W = W.NONE, **parts) -> DocumentRow:
    made = {
        "kind": WARNING,
        "action": WarningAction.ISSUE,
        "reason": WarningReason.GRADE_ROSE,
        "receiver_gb": None,
    } | parts
    return DocumentRow(
        number=number,
        zone="PG-JZ",
        county_gb=110117,
        state=DocumentState.DRAFT,
        colour=colour,
        previous_colour=previous,
        begins_utc=MORNING,
        ends_utc=MORNING + DAY,
        decided_utc=MORNING,
        first_number=number,
        text_short="【平谷森防】黄色预警:4月10日平谷森林火险三级。收到回1。",
        text_long="【草稿】系统初判，以现场核实为准；未经签发不得对外发布\n森林火险黄色预警",
        **made,
    )


@pytest.mark.parametrize(
    ("colours", "cross_border", "persons"),
    [((W.BLUE, W.NONE), False, 1), ((W.ORANGE, W.NONE), False, 2), ((W.YELLOW, W.RED), False, 2),
     ((W.YELLOW, W.NONE), True, 2), ((W.RED, W.ORANGE), True, 2)],
)  # fmt: skip
def test_orange_red_and_what_crosses_the_line_need_two_persons(colours, cross_border, persons) -> None:
    assert RULES.signatures_needed(colours, cross_border=cross_border) == persons


def test_one_person_is_one_however_often_they_sign() -> None:
    assert signers(["张三", " 张三", "李四", ""]) == ("张三", "李四")


def test_one_signature_releases_a_yellow_warning_to_the_whole_unit(house) -> None:
    house.warning_documents.save(document())
    done = sign(house, "京平预〔2024〕3", by="张三", now=MORNING)
    assert done.missing == 0
    assert done.document.state is DocumentState.RELEASED
    assert done.document.signed_by == "张三"
    assert done.alert is not None
    assert "草稿" not in done.alert.text_long
    assert "签发：张三" in done.alert.text_long
    rows = house.ledger_frames.deliveries(world="live")
    assert {"110117", "120119", "130822", "131082"} <= set(rows["office"])


def test_red_waits_for_a_second_person_and_the_same_one_is_none(house) -> None:
    house.warning_documents.save(document(colour=W.RED))
    first = sign(house, "京平预〔2024〕3", by="张三（值班长）", now=MORNING)
    assert (first.missing, first.alert) == (1, None)
    assert house.alerts.since(MORNING - DAY) == []
    with pytest.raises(StoreConflict, match="another person"):
        sign(house, "京平预〔2024〕3", by=" 张三 ", now=MORNING)
    second = sign(house, "京平预〔2024〕3", by="李四（带班领导）", now=MORNING)
    assert second.alert is not None
    assert second.document.signed_by == "张三（值班长）、李四（带班领导）"
    assert "签发：张三（值班长）、李四（带班领导）。" in second.alert.text_long
    assert [deed.action for deed in Audit(house.database).links(subject="京平预〔2024〕3")] == [
        "sign",
        "sign",
        "publish",
    ]


def test_a_letter_to_the_other_side_needs_two(house) -> None:
    letter = document("函1", kind=LETTER, action=None, reason=None, receiver_gb=120119)
    assert needed(house, letter) == 2


def test_what_was_sent_back_or_released_is_signed_no_more(house) -> None:
    house.warning_documents.save(document())
    assert (
        send_back(house, "京平预〔2024〕3", by="张三", reason="会商未通过", now=MORNING).state
        is DocumentState.DISCARDED
    )
    with pytest.raises(StoreConflict, match="only a draft"):
        sign(house, "京平预〔2024〕3", by="李四", now=MORNING)
    house.warning_documents.save(document("另一"))
    with pytest.raises(AnswerUnclear, match="say who"):
        sign(house, "另一", by=" ", now=MORNING)


def test_a_drill_s_formal_text_begins_and_ends_as_one(house) -> None:
    drill = world.recorded(house)
    drill.warning_documents.save(document(), world=drill.world)
    done = sign(drill, "京平预〔2024〕3", by="张三", now=MORNING + timedelta(minutes=1))
    assert done.alert is not None
    for text in (done.alert.text_short, done.alert.text_long):
        assert text.startswith("【演练】")
        assert text.endswith("【演练】")


@pytest.mark.parametrize(
    ("colour", "across", "minutes", "whom"),
    [
        (W.RED, False, 9, None),
        (W.RED, False, 10, "值班长"),
        (W.RED, False, 500, "带班领导"),
        (W.NONE, True, 5, "带班领导"),
        (W.BLUE, False, 500, None),
    ],
)
def test_who_is_asked_to_sign_follows_from_what_it_is_and_how_long_it_waits(
    colour: W, across: bool, minutes: int, whom: str | None
) -> None:
    rung = RULES.asked_now(colour, cross_border=across, waited=timedelta(minutes=minutes))
    assert (rung and rung.whom_zh) == whom


@pytest.mark.parametrize("ladder", [("soon 值班长",), ("10",), ("20 值班长", "10 带班领导"), ("0 值班长",)])
def test_a_ladder_of_signatures_that_cannot_be_climbed_is_refused(ladder: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="sign_ladder"):
        replace(RULES, sign_ladder={"other": ladder})


def test_a_draft_that_nobody_signs_asks_for_somebody_higher_each_time(drill) -> None:
    world.hotspots(replace(drill, hotspots_feed=world.recorded_hotspots(drill, [world.fire(), world.elsewhere()])))
    row = draft_notice(drill, world.the_incident(drill), by="张三", now=world.MORNING)
    said = []
    for minutes in (9, 12, 25, 60):
        found = overdue_clocks(drill, now=world.MORNING + timedelta(minutes=minutes))
        said += [one.said_zh for one in found if row.number in one.said_zh]
    assert said == [
        f"{row.number}已等12分，请值班长签发",
        f"{row.number}已等25分，请带班领导签发",
        f"{row.number}已等60分，请主管领导签发",
    ]
