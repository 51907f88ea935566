"""A paper as a message: what is known in its order, what is not by name."""

from __future__ import annotations

from notify.documents.layout import Fields, Heading, OfficialDocument, Paragraph, Voice, grid
from notify.documents.message_text import message_text
from tests.notify.samples import MORNING

PAPER = OfficialDocument(
    kind="notice",
    title="火情通报",
    number="火情通报〔2027〕1",
    made_utc=MORNING,
    to_zh=("丰宁县森防办",),
    copies_zh=("北京市森防办", "河北省森防办"),
    signature_zh="怀柔区森防办",
    date_zh="2027年4月10日",
    blocks=(
        Heading("一、基本情况"),
        Paragraph("系统初判，以现场核实为准。", Voice.NOTE),
        Fields((("状态", "疑似"), ("起火", "待核"))),
        Heading("二、威胁"),
        Fields((("村庄", "待核"),)),
        grid(("甲",), [("乙",)]),
    ),
    receipt=(Fields((("已收到", "________"), ("对口电话", "________"))),),
    exercise=True,
)


def test_it_says_what_is_known_and_names_what_is_not() -> None:
    assert message_text(PAPER).splitlines() == [
        "火情通报",
        "编号：火情通报〔2027〕1",
        "主送：丰宁县森防办",
        "一、基本情况：系统初判，以现场核实为准。状态：疑似。",
        "待核：起火、村庄。",
        "回执请填：已收到；对口电话。",
        "抄送：北京市森防办、河北省森防办",
        "怀柔区森防办　2027年4月10日",
    ]
