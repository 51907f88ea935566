"""A drafted or signed text (预警信息、提示函、会商邀请) as an official document: its own words, laid out. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from notify.documents.forms.shape import Around
from notify.documents.layout import Block, Heading, OfficialDocument, Paragraph
from notify.texts import DRILL
from notify.warning.texts import DRAFT_MARK

_HEAD = ("编号：", "发布单位：", "发布时间：", "国家预警唯一标识：", "关联：", "法定八项尚缺：")
_ORDINALS = "一二三四五六七八九十"


def from_text(
    kind: str, text: str, around: Around, *, before: Sequence[Block] = (), after: Sequence[Block] = ()
) -> OfficialDocument:
    """The document of a text in lines, as ``notify.warning.texts`` and the message templates write it.

    Args:
        kind: name of the form.
        text: in lines; what the page has in a place of its own (number, signature line) is not said again.
        around: numbers and names; its title where the text has none.
        before: blocks above the text.
        after: blocks below it.
    """
    lines = [line.rstrip() for line in text.splitlines() if line.strip()]
    lines = [line for line in lines if line != DRILL and not line.startswith(DRAFT_MARK) and "签发：" not in line]
    stands_above = {around.title, f"{'、'.join(around.to_zh)}："}
    said = [line for line in lines if not line.startswith(_HEAD) and line.strip() not in stands_above]
    words = _blocks(said)
    return around.document(kind, (*before, *words, *after))


def _blocks(lines: Sequence[str]) -> Iterator[Block]:
    for line in lines:
        words = line.strip()
        if len(words) > 1 and words[0] in _ORDINALS and words[1] == "、" and len(words) < 20:
            yield Heading(words)
        else:
            yield Paragraph(words)
