"""会商材料包 and 会商纪要 of one consultation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from flows.consulting import NUMBER_PREFIX
from flows.documents.period import Period, answers_grid, county_grid, pct, period_of, rate_zh, region_grid
from flows.documents.pictures import answers_picture, danger_picture
from flows.documents.words import (
    danger_grid,
    danger_zh,
    local_day,
    measures,
    offices_of_zone,
    season_zh,
    waiting_grid,
    warnings_zh,
)
from flows.hearing import units_of
from flows.processes.cases import case_of
from flows.wiring import House
from flows.world_time import newest_moment
from models.processes.case import Case
from models.processes.law import State
from notify.alert import LIVE
from notify.documents.forms.meeting_shapes import MINUTES, PACK
from notify.documents.forms.shape import Around, Shape, filled
from notify.documents.layout import Block, OfficialDocument, Paragraph, grid, known
from notify.phrases import clock_zh, date_zh, listed

NUMBERED_ZH = {PACK.kind: "会商材料", MINUTES.kind: "会商纪要"}
"""In the place of 会商邀请 in the number of a consultation."""
LOOK_BACK = timedelta(days=30)
TO_BE_SAID = "待核：会商时由各方补充"


def pack_of(house: House, number: str) -> OfficialDocument:
    """The pack (会商材料包) of a consultation: what stands in the thirty days before now.

    Raises:
        NotInStore: no such consultation.
    """
    case, now = case_of(house, number), newest_moment(house)
    period = period_of(house, now - LOOK_BACK, now, now=now)
    row = house.warning_documents.load(number, world=house.world)
    units = units_of(house, case.event_id, case.zone)
    values = {
        **_meeting(case),
        "host": case.steps[0].by,
        "offices": listed(offices_of_zone(house, *units, superiors=False)),
        "meeting_no": row.content.get("meeting_no"),
        "agenda": listed([str(point) for point in row.content.get("agenda", ())]),
        "season": season_zh(house, local_day(now)),
        "danger": danger_zh(house, units),
        "warnings": warnings_zh(house, now),
        "hotspots": f"近30日推送{period.count.total.pushed}个，已反馈{period.count.total.fed_back}个",
        "confirmed": f"{period.count.total.confirmed}个",
        "rate": rate_zh(period.count.total),
        "fires": f"{period.fires}起（经核实）",
        "notices": f"{len(period.notices)}次",
        "answers": _answers(period),
    }
    beside: dict[str, Sequence[Block]] = {
        "二、当前形势": [
            danger_grid(house, units),
            *(one for unit in units for one in danger_picture(house, unit)),
        ],
        "三、热点与核查": [region_grid(house, period.count), county_grid(house, period.count), *_missing(period)],
        "四、跨界通报与签收": [answers_grid(period.answers), *answers_picture(house, period)],
        "六、未办结事项": [waiting_grid(house, now)],
        "七、针对性措施": measures(house, now),
    }
    return filled(PACK, values, _around(house, case, PACK, now), beside=beside)


def minutes_of(house: House, number: str) -> OfficialDocument:
    """The minutes (会商纪要) of a consultation, from what each office said.

    Raises:
        NotInStore: no such consultation.
    """
    case, now = case_of(house, number), newest_moment(house)
    period = period_of(house, now - LOOK_BACK, now, now=now)
    opinions = [step for step in case.steps if step.state is State.OPINIONS]
    said = {step.fields.get("office", ""): step.fields.get("opinion", "") for step in opinions}
    invited = offices_of_zone(house, *units_of(house, case.event_id, case.zone), superiors=False)
    values = {
        **_meeting(case),
        "host": case.steps[0].by,
        "present": listed(list(said)) or None,
        "absent": listed([one for one in invited if one not in said]) if said else None,
    }
    beside: dict[str, Sequence[Block]] = {
        "一、当前形势（各方分别）": [
            Paragraph(_situation(house, period, now)),
            grid(("单位", "意见"), list(said.items()), shares=(1, 3), empty=TO_BE_SAID),
        ],
        "二、会商认为": [Paragraph(f"会商认为：{_sentence(case.said('conclusion'))}")],
        "三、分歧与不确定性": [Paragraph(_sentence(case.said("disagreement")))],
        "四、议定事项": [_agreed(house, case)],
    }
    return filled(MINUTES, values, _around(house, case, MINUTES, now), beside=beside)


def _meeting(case: Case) -> Mapping[str, object]:
    begins = case.said("begins")
    return {
        "subject": case.said("subject"),
        "begins": f"{clock_zh(datetime.fromisoformat(begins), year=True)}，视频" if begins else None,
    }


def _situation(house: House, period: Period, now: datetime) -> str:
    total = period.count.total
    return (
        f"{clock_zh(period.begin_utc, year=True)}至{clock_zh(period.end_utc)}：推送疑似热点事件{total.pushed}个，"
        f"查实{total.confirmed}个，查实率（查实÷推送）{pct(total.confirmed_of_pushed_pct)}；核实火情{period.fires}起。"
        f"火险：{known(danger_zh(house))}。预警：{warnings_zh(house, now)}。"
    )


def _agreed(house: House, case: Case) -> Block:
    """Tasks named in the last step, with who and when where a 督办 case of that number exists."""
    named = [one.strip() for one in case.said("tasks").replace("，", "、").split("、") if one.strip()]
    kept = {one.case_no: one for one in house.processes.cases(world=house.world)}
    rows = []
    for number, name in enumerate(named, start=1):
        task = kept.get(name)
        due = task.said("due") if task else ""
        rows.append(
            (
                number,
                task.said("what") if task else name,
                task.said("who") if task else None,
                clock_zh(datetime.fromisoformat(due)) if due else None,
                task.said("contact") if task else None,
            )
        )
    columns = ("序号", "事项", "责任单位", "时限", "联系人")
    return grid(columns, rows, shares=(0.8, 4, 2, 2, 1.6), empty="议定事项待核")


def _sentence(said: str) -> str:
    return f"{known(said).rstrip('。')}。"


def _answers(period: Period) -> str:
    owed, answered = sum(one.owed for one in period.answers), sum(one.answered for one in period.answers)
    mean = period.mean_answer_min
    return f"应签收{owed}件次，已签收{answered}件次" + (f"，平均{mean:.0f}分" if mean is not None else "")


def _missing(period: Period) -> list[Block]:
    if not period.missing_zh:
        return []
    return [Paragraph(f"缺测：{listed(period.missing_zh)}，期间热点数不完整，不等于无火情。")]


def _around(house: House, case: Case, shape: Shape, now: datetime) -> Around:
    units = units_of(house, case.event_id, case.zone)
    named = listed([house.catalogue.zone(unit).name_zh for unit in units])
    return Around(
        number=case.case_no.replace(NUMBER_PREFIX, NUMBERED_ZH[shape.kind]),
        made_utc=now,
        title=f"{named}{shape.title}" if shape is PACK else shape.title,
        subtitle=case.said("subject"),
        to_zh=offices_of_zone(house, *units, superiors=False),
        copies_zh=offices_of_zone(house, *units, superiors=True),
        signature_zh=f"{named}联防单元",
        date_zh=date_zh(local_day(now), year=True),
        attachments=("火险分区图", "风险清单", "值班通讯录"),
        exercise=house.world != LIVE,
    )
