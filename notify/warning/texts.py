"""The words of a warning and of a letter. Drafts: the first line says so until a person has signed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from notify.alert import WarningColour
from notify.phrases import BEIJING, clock_zh, date_zh, grade_zh, hour_minute_zh, lacking, length_of, listed
from notify.texts import DRILL, SHORT_LIMIT
from notify.warning.document import (
    BesideColour,
    TownshipColour,
    WarningAction,
    WarningDocument,
    missing_items,
)
from notify.warning.letter import Letter

COLOUR_ZH = {
    WarningColour.NONE: "无预警",
    WarningColour.BLUE: "蓝色",
    WarningColour.YELLOW: "黄色",
    WarningColour.ORANGE: "橙色",
    WarningColour.RED: "红色",
}
DRAFT_MARK = "【草稿】"
DRAFT_LINE = f"{DRAFT_MARK}系统初判，以现场核实为准；未经签发不得对外发布"
TO_SIGN = "签发：____"
_RELEASED = "发布时间："
_TO_COMPLETE = ("国家预警唯一标识：", "法定八项尚缺：")
_ORDINALS = "一二三四五六七八九十"


def end_zh(instant: datetime, *, year: bool = False) -> str:
    """An end as offices write it: 13日24时, never 00时 of the next day."""
    local = instant.astimezone(BEIJING)
    if (local.hour, local.minute) == (0, 0):
        return f"{date_zh((local - timedelta(days=1)).date(), year=year)}24时"
    return clock_zh(instant, year=year)


def validity_zh(document: WarningDocument) -> str:
    """4月10日19时至4月13日24时."""
    return f"{_begin_zh(document.begins_utc)}至{end_zh(document.ends_utc)}"


def short_text(document: WarningDocument, *, signature: str) -> str:
    """One short message of at most 70 characters: colour, time, area, one measure, answer."""
    head = DRILL if document.exercise else f"【{signature}】"
    tail = DRILL if document.exercise else ""
    county = document.county_zh
    if document.action is WarningAction.END:
        former = COLOUR_ZH[document.previous_colour]
        body = f"{county}森林火险{former}预警于{end_zh(document.ends_utc)}解除。请继续管控火源。"
    else:
        grades = [day.danger_grade for day in document.days if day.danger_grade is not None]
        grade = f"{grade_zh(max(grades))}" if grades else "待核"
        verb = "" if document.action is WarningAction.ISSUE else document.action.name_zh
        body = f"{verb}{COLOUR_ZH[document.colour]}预警：{validity_zh(document)}{county}森林火险{grade}。"
    measure = "" if document.action is WarningAction.END or not document.measures else f"{document.measures[0]}。"
    for extra in (measure, ""):
        text = f"{head}{body}{extra}收到回1。{tail}"
        if length_of(text) <= SHORT_LIMIT:
            return text
    return f"{head}{body}回1。{tail}"


def long_text(document: WarningDocument, *, number: str, previous_number: str, first_number: str) -> str:
    """The document (公文) with the eight items of article 64, for a person to complete, sign and print.

    Args:
        document: what it says.
        number: of this draft.
        previous_number: of the one that it follows; empty at the beginning of a chain.
        first_number: of the chain.
    """
    lines = [DRILL] if document.exercise else []
    lines += [DRAFT_LINE, f"编号：{number}", f"{document.publisher_zh}        {TO_SIGN}", ""]
    lines += [title_zh(document), ""]
    lines += [_lead(document), ""]
    lines += _sections(document)
    links = f"关联：{document.action.name_zh}自{previous_number}" if previous_number else "关联：首次发布"
    lines += ["", links + (f"，首期{first_number}" if first_number not in {number, previous_number} else "")]
    lines += [f"发布单位：{document.publisher_zh}", f"{_RELEASED}____（签发后填写）"]
    lines += [f"{_TO_COMPLETE[0]}____（回填）    系统起草：{clock_zh(document.decided_utc, year=True)}"]
    open_items = missing_items(document, released_utc=None)
    lines += [f"{_TO_COMPLETE[1]}{listed(open_items)}（突发事件应对法第六十四条）"]
    return "\n".join([*lines, DRILL] if document.exercise else lines)


def released_text(text: str, *, released_utc: datetime) -> str:
    """A draft's text as it goes out once it is signed: with its time, without what a person was to fill in."""
    lines = []
    for line in text.splitlines():
        said = line.strip().replace(":", "：")
        if said.startswith(_RELEASED):
            lines.append(f"{_RELEASED}{clock_zh(released_utc, year=True)}")
        elif said.endswith(TO_SIGN):
            lines.append(line[: -len(TO_SIGN)].rstrip())
        elif not said.startswith((DRAFT_MARK, *_TO_COMPLETE)):
            lines.append(line)
    return "\n".join(lines)


def letter_text(letter: Letter, *, number: str) -> str:
    """T5 提示函: what we did, where the other side stands, what is offered for attention."""
    sender, receiver = letter.sender, letter.receiver
    office, addressed = letter.offices_zh
    done = "已升至" if sender.basis.value != "drafted" else "拟升至"
    lines = [DRILL] if letter.exercise else []
    lines += [
        DRAFT_LINE,
        f"编号：{number}        {TO_SIGN}",
        "",
        f"关于{letter.segment_zh}段森林火险的工作提示",
        "",
        f"{addressed}：",
        f"  截至{clock_zh(letter.decided_utc)}，我方{sender.name_zh}森林火险预警{done}{COLOUR_ZH[sender.colour]}"
        f"（{sender.basis.name_zh}）；贵方{receiver.name_zh}当前为{COLOUR_ZH[receiver.colour]}（{receiver.basis.name_zh}）。"
        + (f"共同边界我方乡镇：{listed(letter.townships_zh)}。" if letter.townships_zh else "")
        + letter.weather_zh,
        "  商请关注：1．边界巡护和卡口检查；2．边界队伍备勤；3．火情信息互通，发现烟火及时相互通报。特此函告。",
        f"  {office}联系人：待核　值班电话：待核",
    ]
    return "\n".join([*lines, DRILL] if letter.exercise else lines)


def title_zh(document: WarningDocument) -> str:
    """Heading of the document: 森林火险橙色预警, 解除森林火险橙色预警."""
    if document.action is WarningAction.END:
        return f"解除森林火险{COLOUR_ZH[document.previous_colour]}预警"
    words = {
        WarningAction.ISSUE: f"森林火险{COLOUR_ZH[document.colour]}预警",
        WarningAction.RAISE: f"森林火险预警升级为{COLOUR_ZH[document.colour]}",
        WarningAction.LOWER: f"森林火险预警降为{COLOUR_ZH[document.colour]}",
        WarningAction.EXTEND: f"继续发布森林火险{COLOUR_ZH[document.colour]}预警",
    }
    return words[document.action]


def _lead(document: WarningDocument) -> str:
    why = f"依据：{document.reason.words_zh}。"
    lacks = lacking(document.missing) or ("部分输入不足" if document.degraded else "")
    missing = f"{lacks}，等级按现有数据推算。" if lacks else ""
    if document.action is WarningAction.END:
        return f"  {document.county_zh}森林火险预警于{end_zh(document.ends_utc)}解除。{why}{missing}"
    known = [day.danger_grade for day in document.days if day.danger_grade is not None]
    grade = f"最高{grade_zh(max(known))}（{document.danger_zh}）" if known else "待核"
    return (
        f"  预计{validity_zh(document)}，{document.county_zh}边界林区森林火险等级{grade}，{_done(document)}"
        f"（有效期：{validity_zh(document)}）。{why}{missing}"
    )


def _done(document: WarningDocument) -> str:
    """特发布森林火险橙色预警."""
    colour = COLOUR_ZH[document.colour]
    return {
        WarningAction.RAISE: f"特将森林火险预警升级为{colour}",
        WarningAction.LOWER: f"森林火险预警降为{colour}",
        WarningAction.EXTEND: f"继续发布森林火险{colour}预警",
    }.get(document.action, f"特发布森林火险{colour}预警")


def _sections(document: WarningDocument) -> Iterator[str]:
    sections: list[tuple[str, Sequence[str]]] = [
        ("影响范围", [listed(document.affected_zh), *_townships(document.townships)]),
        ("分日等级", [_days(document)]),
        ("警示事项", document.cautions),
        ("应当采取的措施", [f"（{_ORDINALS[index]}）{line}" for index, line in enumerate(document.measures)]),
        ("与上级、相邻预警的关系", tuple(_beside(document))),
        ("报告要求", [f"有火必报、报扑同步；报警电话{listed(document.phones)}；值班电话待核"]),
    ]
    for index, (heading, content) in enumerate(sections):
        yield f"  {_ORDINALS[index]}、{heading}"
        yield from (f"    {line}" for line in content if line)


def _townships(townships: Sequence[TownshipColour]) -> Iterator[str]:
    if not townships:
        return
    words = [f"{one.name_zh}{_colour_zh(one.colour)}{'*' if one.by_county else ''}" for one in townships]
    yield "边界乡镇★：" + listed(words)
    if any(one.by_county for one in townships):
        yield "*按所在县区推算，乡镇位置待办公室提供"
    if any(one.unverified for one in townships):
        yield "乡镇清单未确认"


def _colour_zh(colour: WarningColour | None) -> str:
    return "无数据" if colour is None else COLOUR_ZH[colour]


def _days(document: WarningDocument) -> str:
    grades = [
        f"{date_zh(day.local_date)}{grade_zh(day.danger_grade) if day.danger_grade is not None else '无数据'}"
        f"{f'（{day.basis_zh}）' if day.basis_zh else ''}"
        for day in document.days
    ]
    return listed(grades) if grades else "无数据"


def _beside(document: WarningDocument) -> Iterator[str]:
    for label, colours in (("上级", document.superiors), ("相邻", document.neighbours)):
        yield f"{label}：" + (listed([_coloured(one) for one in colours]) if colours else "未登记")
    effective = document.effective_colour
    if effective is not document.colour:
        yield f"执行等级：{COLOUR_ZH[effective]}（取本级与上级中较高者）"


def _coloured(one: BesideColour) -> str:
    return f"{one.name_zh}{COLOUR_ZH[one.colour]}（{one.basis.name_zh}）"


def _begin_zh(instant: datetime) -> str:
    local = instant.astimezone(BEIJING)
    return f"{date_zh(local.date())}{hour_minute_zh(instant)}"
