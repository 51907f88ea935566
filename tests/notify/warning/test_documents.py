"""The eight items of the law, the words of a warning and of a letter."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.danger_notes import raised_zh
from flows.rules import shipped_rules
from flows.signed import load_signed
from notify.alert import WarningColour
from notify.phrases import length_of
from notify.warning.document import (
    ITEMS,
    NEXT_STATES,
    Basis,
    BesideColour,
    DocumentState,
    GradeDay,
    TownshipColour,
    WarningAction,
    WarningDocument,
    WarningReason,
    missing_items,
    next_state,
)
from notify.warning.letter import Letter, differing
from notify.warning.texts import end_zh, letter_text, long_text, released_text, short_text

BEGIN = datetime(2027, 4, 10, 11, tzinfo=UTC)
END = datetime(2027, 4, 13, 16, tzinfo=UTC)
HUAIROU = WarningDocument(
    zone="HR-CD",
    county_gb=110116,
    county_zh="怀柔区",
    action=WarningAction.ISSUE,
    reason=WarningReason.GRADE_ROSE,
    colour=WarningColour.ORANGE,
    previous_colour=WarningColour.NONE,
    begins_utc=BEGIN,
    ends_utc=END,
    decided_utc=BEGIN,
    publisher_zh="怀柔区森林草原防灭火指挥部办公室",
    affected_zh=("怀柔区边界林区", "喇叭沟门满族乡"),
    cautions=("严禁一切野外用火",),
    measures=("严禁野外用火，加密边界巡护", "队伍待命"),
    phones=("12119", "119"),
    danger_zh="高度危险，容易燃烧、容易快速蔓延",
    days=(GradeDay(date(2027, 4, 10), 4), GradeDay(date(2027, 4, 11), None)),
    townships=(TownshipColour(110116213, "喇叭沟门满族乡", WarningColour.ORANGE, by_county=True, unverified=True),),
    superiors=(BesideColour(110000, "北京市", WarningColour.RED, Basis.RECORDED),),
    neighbours=(BesideColour(130826, "丰宁满族自治县", WarningColour.YELLOW, Basis.DRAFTED),),
)
NUMBER = "JJJ-YJ-110116-2027-012"


def long_of(document: WarningDocument) -> str:
    return long_text(document, number=NUMBER, previous_number="", first_number=NUMBER)


def test_a_draft_lacks_only_the_time_of_release_of_the_eight_items() -> None:
    assert missing_items(HUAIROU, released_utc=None) == ("发布时间",)
    assert missing_items(HUAIROU, released_utc=BEGIN) == ()
    assert len(ITEMS) == 8


@pytest.mark.parametrize(
    ("changes", "item"),
    [
        ({"affected_zh": ()}, "可能影响的范围"),
        ({"cautions": ("  ",)}, "警示事项"),
        ({"measures": ()}, "应当采取的措施"),
        ({"publisher_zh": " "}, "发布单位"),
    ],
)
def test_each_item_that_is_empty_is_named(changes, item) -> None:
    assert missing_items(replace(HUAIROU, **changes), released_utc=BEGIN) == (item,)


def test_the_short_text_fits_one_message_and_ends_at_24_hours() -> None:
    text = short_text(HUAIROU, signature="北京森防")
    said = "橙色预警：4月10日19时至4月13日24时怀柔区森林火险四级。严禁野外用火，加密边界巡护。"
    assert text == f"【北京森防】{said}收到回1。"
    assert length_of(text) <= 70


def test_an_end_names_what_it_ends() -> None:
    end = replace(HUAIROU, action=WarningAction.END, colour=WarningColour.NONE, previous_colour=WarningColour.ORANGE)
    assert "怀柔区森林火险橙色预警于4月13日24时解除" in short_text(end, signature="北京森防")
    assert "解除森林火险橙色预警" in long_of(end)


def test_the_long_text_is_a_draft_until_it_is_signed_and_says_what_is_still_missing() -> None:
    text = long_of(HUAIROU)
    assert text.splitlines()[0].startswith("【草稿】系统初判，以现场核实为准")
    assert "签发：____" in text
    assert "最高四级（高度危险，容易燃烧、容易快速蔓延）" in text
    assert "法定八项尚缺：发布时间" in text
    assert "4月11日无数据" in text
    assert "执行等级：红色（取本级与上级中较高者）" in text
    assert "相邻：丰宁满族自治县黄色（系统初判）" in text
    assert "喇叭沟门满族乡橙色*" in text
    assert "12119、119" in text


def test_a_signed_text_says_when_it_was_released_and_nothing_that_was_there_for_who_completes_it() -> None:
    said = released_text(long_of(replace(HUAIROU, exercise=True)), released_utc=BEGIN)
    assert "发布时间：2027年4月10日19时" in said
    assert [word for word in ("草稿", "____", "尚缺", "回填", "系统起草") if word in said] == []
    assert "特发布森林火险橙色预警" in said
    assert released_text("商请两侧核查。", released_utc=BEGIN) == "商请两侧核查。"


def test_a_draft_from_before_the_full_width_signs_goes_out_clean_too() -> None:
    old = "【草稿】系统初判,以现场核实为准\n编号:1        签发:____\n发布时间:____(签发后填写)\n法定八项尚缺:发布时间"
    assert released_text(old, released_utc=BEGIN) == "编号:1\n发布时间：2027年4月10日19时"


HALF_WIDTH = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef][,:;()]|[,:;()][\u4e00-\u9fff]")


def test_no_mark_of_half_width_stands_beside_a_chinese_character() -> None:
    """Numbers and units stay of half width; commas, colons and brackets are those of an official text."""
    peak = GradeDay(date(2027, 4, 12), 4, raised_zh(BEGIN, 3))
    whole = replace(HUAIROU, days=(*HUAIROU.days, peak), missing=("网格高程",), degraded=True)
    texts = [short_text(whole, signature="北京森防")]
    texts += [long_of(replace(whole, reason=reason)) for reason in WarningReason]
    words = load_signed(shipped_rules()).warning_words
    texts += [line for lines in (*words.measures.values(), *words.cautions.values()) for line in lines]
    texts += words.danger_words.values()
    assert [text for text in texts if HALF_WIDTH.search(text)] == []


def test_an_exercise_begins_and_ends_as_one() -> None:
    drill = replace(HUAIROU, exercise=True)
    for text in (short_text(drill, signature="北京森防"), long_of(drill)):
        assert text.startswith("【演练】")
        assert text.endswith("【演练】")


def test_the_effective_colour_is_the_higher_of_own_and_superior() -> None:
    assert HUAIROU.effective_colour is WarningColour.RED
    assert replace(HUAIROU, superiors=()).effective_colour is WarningColour.ORANGE


def test_a_colour_must_go_with_its_action_and_an_end_comes_after_the_beginning() -> None:
    with pytest.raises(ValueError, match="发布 with the colour none"):
        replace(HUAIROU, colour=WarningColour.NONE)
    with pytest.raises(ValueError, match="before it begins"):
        replace(HUAIROU, ends_utc=BEGIN - timedelta(hours=1))


@given(st.sampled_from(DocumentState), st.sampled_from(DocumentState))
def test_a_document_changes_state_only_as_the_law_of_its_life_allows(state, wanted) -> None:
    if wanted in NEXT_STATES[state]:
        assert next_state(state, wanted) is wanted
    else:
        with pytest.raises(ValueError, match="cannot become"):
            next_state(state, wanted)


def test_every_state_reason_and_action_has_a_chinese_name() -> None:
    assert all(one.name_zh for one in (*DocumentState, *WarningAction, *Basis))
    assert all(reason.words_zh for reason in WarningReason)


def test_midnight_is_written_as_the_end_of_its_day() -> None:
    assert end_zh(END) == "4月13日24时"
    assert end_zh(datetime(2027, 4, 13, 15, 30, tzinfo=UTC)) == "4月13日23时30分"


OFFICES = ("怀柔区森防办", "丰宁满族自治县森防办")


def beside(gb: int, colour: WarningColour, basis: Basis = Basis.SIGNED) -> BesideColour:
    return BesideColour(gb, str(gb), colour, basis)


def test_only_pairs_that_differ_enough_get_a_letter_and_the_higher_side_writes() -> None:
    low, high = beside(1, WarningColour.BLUE), beside(2, WarningColour.ORANGE)
    assert differing([(low, high), (high, high)], min_difference=1) == ((high, low),)
    assert differing([(low, high)], min_difference=3) == ()


@pytest.mark.parametrize(("basis", "verb"), [(Basis.SIGNED, "已升至"), (Basis.DRAFTED, "拟升至")])
def test_a_letter_says_whether_the_colour_is_signed_and_asks_politely(basis, verb) -> None:
    sender, receiver = beside(110116, WarningColour.ORANGE, basis), beside(130826, WarningColour.BLUE)
    letter = Letter("HR-CD", "怀柔—丰宁", sender, receiver, OFFICES, (), "未来24小时最大风力5级。", BEGIN)
    text = letter_text(letter, number="JJJ-TS-110116-2027-001")
    assert verb in text
    assert "丰宁满族自治县森防办：" in text
    assert "怀柔区森防办联系人" in text
    assert "未来24小时最大风力5级。" in text
    assert "商请关注" in text
    assert "应" not in text.split("商请关注")[1]
    assert letter_text(replace(letter, exercise=True), number="YL-TS-1").endswith("【演练】")


def test_a_letter_from_the_lower_side_is_refused() -> None:
    with pytest.raises(ValueError, match="from the higher colour to the lower"):
        Letter("HR-CD", "x", beside(1, WarningColour.BLUE), beside(2, WarningColour.BLUE), OFFICES, (), "", BEGIN)
