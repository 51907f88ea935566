"""Papers of texts that a person signs: 预警信息, 工作提示函 and 会商邀请, each with its own words."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from pydantic import TypeAdapter

from flows.consulting import CONSULTATION
from flows.documents.notice_papers import notice_of
from flows.documents.words import local_day, office_zh, offices_of_zone
from flows.hearing import units_of
from flows.wiring import House
from notify.alert import LIVE
from notify.documents.forms.drafted import from_text
from notify.documents.forms.shape import Around
from notify.documents.layout import Block, Heading, OfficialDocument, Paragraph, fields, grid, known
from notify.phrases import clock_zh, date_zh, grade_zh, listed
from notify.warning.document import DocumentState, WarningDocument
from notify.warning.texts import COLOUR_ZH, end_zh, title_zh
from store.warning_documents import NOTICE, WARNING, DocumentRow

BESIDE_ZH = ("林草（园林绿化）部门", "气象台", "公安", "消防救援", "文旅", "电力")
"""Offices of the same level that an orange or red warning goes to as well (domain.md §3.2)."""
TO_BRING_ZH = "本地气温、降水、大风和火险等级，热点与查实情况，火源管控和力量备勤，需对方配合的事项"
"""What every office brings to a meeting, as the message says it."""
TABLES_ZH = "分区分日等级表"
_WARNING = TypeAdapter(WarningDocument)


def drafted_of(house: House, number: str) -> OfficialDocument:
    """The paper of a warning, a letter or an invitation.

    Raises:
        NotInStore: no such document.
    """
    row = house.warning_documents.load(number, world=house.world)
    if row.kind == WARNING:
        return _warning(house, row)
    if row.content.get("form") == NOTICE:
        return replace(notice_of(house, str(row.content["event_id"])), number=row.number, signed_by=row.signed_by or "")
    return _invitation(house, row) if row.content.get("form") == CONSULTATION else _letter(house, row)


def _warning(house: House, row: DocumentRow) -> OfficialDocument:
    document = _WARNING.validate_python(dict(row.content))
    neighbours = [
        one for one in offices_of_zone(house, row.zone, superiors=False) if not one.startswith(document.county_zh)
    ]
    superiors = offices_of_zone(house, row.zone, superiors=True)
    around = _around(
        house,
        row,
        title=title_zh(document),
        issuer_zh=document.publisher_zh,
        to_zh=(f"{document.county_zh}各乡镇政府、街道办事处", "森防指各成员单位"),
        copies_zh=(*neighbours, *superiors, *BESIDE_ZH),
        signature_zh=document.publisher_zh,
    )
    around = replace(around, attachments=(TABLES_ZH,), annex=tuple(_tables(document)))
    items = fields(
        [
            ("预警类别", "森林火险"),
            ("级别", COLOUR_ZH[document.colour]),
            ("起始时间", clock_zh(document.begins_utc, year=True)),
            ("有效期至", end_zh(document.ends_utc, year=True)),
            ("发布单位", document.publisher_zh),
            ("发布时间", clock_zh(row.released_utc, year=True) if row.released_utc else None),
            ("签发人", row.signed_by),
            ("执行等级", COLOUR_ZH[document.effective_colour]),
            ("关联", f"{document.action.name_zh}自{row.previous_number}" if row.previous_number else "首次发布"),
            ("国家预警唯一标识", None),
        ]
    )
    return from_text("warning", row.text_long, around, before=(items,))


def _tables(document: WarningDocument) -> list[Block]:
    """分区分日等级: by day with the turn against the day before, and by township."""
    days, before = [], None
    for day in document.days:
        grade = day.danger_grade
        turn = "" if before is None or grade is None or grade == before else "↑" if grade > before else "↓"
        days.append((date_zh(day.local_date), grade_zh(grade) + turn if grade is not None else "无数据"))
        before = grade
    towns = [
        (
            f"★{one.name_zh}",
            COLOUR_ZH[one.colour] if one.colour is not None else "无数据",
            "按所在县区" if one.by_county else "按乡镇网格",
            "未确认" if one.unverified else "已确认",
        )
        for one in document.townships
    ]
    return [
        Heading(TABLES_ZH, 2),
        grid(("日期", "火险等级（较前一日↑↓）"), days, empty="无数据"),
        grid(("边界乡镇", "预警颜色", "推算依据", "清单"), towns, empty="边界乡镇清单待核"),
    ]


def _letter(house: House, row: DocumentRow) -> OfficialDocument:
    title = next((line.strip() for line in row.text_long.splitlines() if line.startswith("关于")), "工作提示函")
    around = _around(
        house,
        row,
        title=title,
        issuer_zh=office_zh(house, row.county_gb),
        to_zh=tuple(filter(None, [office_zh(house, row.receiver_gb)])),
        copies_zh=offices_of_zone(house, row.zone, superiors=True),
        signature_zh=office_zh(house, row.county_gb),
    )
    return from_text("letter", row.text_long, around)


def _invitation(house: House, row: DocumentRow) -> OfficialDocument:
    units = units_of(house, str(row.content.get("event_id", "")), row.zone)
    around = _around(
        house,
        row,
        title="关于召开联合会商的邀请函",
        issuer_zh="",
        to_zh=offices_of_zone(house, *units, superiors=False),
        copies_zh=offices_of_zone(house, *units, superiors=True),
        signature_zh=f"{listed([house.catalogue.zone(unit).name_zh for unit in units])}联防单元",
    )
    said = row.content
    asked = fields(
        [
            ("会商名称", said.get("subject")),
            ("时间", clock_zh(datetime.fromisoformat(said["begins"]), year=True)),
            ("方式", "视频"),
            ("会议号", said.get("meeting_no")),
            ("议题", listed([str(point) for point in said.get("agenda", ())]) or said.get("subject")),
            ("事件编号", said.get("event_id") or "无"),
            ("召集", said.get("by")),
        ]
    )
    by = said.get("answer_by")
    until = f"{clock_zh(datetime.fromisoformat(by))}前" if by else "会前"
    words = (
        Paragraph(f"商请贵单位派员参加{known(said.get('subject'))}，有关事项函告如下。"),
        asked,
        Paragraph(f"请准备：{TO_BRING_ZH}。"),
        Paragraph(f"请于{until}报参会名单。特此函告。"),
    )
    return around.document("invitation", words)


def _around(
    house: House,
    row: DocumentRow,
    *,
    title: str,
    issuer_zh: str,
    to_zh: tuple[str, ...],
    copies_zh: tuple[str, ...],
    signature_zh: str,
) -> Around:
    signed = row.state in {DocumentState.SIGNED, DocumentState.RELEASED}
    at = row.released_utc or row.decided_utc
    return Around(
        number=row.number,
        made_utc=at,
        title=title,
        subtitle="" if signed else row.state.name_zh,
        issuer_zh=issuer_zh,
        signed_by=(row.signed_by or "") if signed else "",
        to_zh=to_zh,
        copies_zh=copies_zh,
        signature_zh=signature_zh,
        date_zh=date_zh(local_day(at), year=True),
        exercise=house.world != LIVE,
    )
