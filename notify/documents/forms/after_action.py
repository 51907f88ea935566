"""复盘报告: what happened, clock by clock, what was late, and what is still to be written by those who were there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from models.processes.case import Case
from models.processes.law import Process, State
from notify.course import Clocks, Course, Standing, Timed
from notify.course_clocks import answer_clocks, late, late_in_words, step_clocks
from notify.course_moments import moments, said_zh
from notify.documents.layout import (
    Block,
    Heading,
    OfficialDocument,
    Paragraph,
    Picture,
    Voice,
    fields,
    grid,
    known,
)
from notify.phrases import BEIJING, clock_zh, date_zh, duration_zh, hour_minute_zh, same_day

REQUIRED = (
    "事件编号", "地点", "坐标", "距界", "首次观测", "首次通报", "核实", "明火扑灭", "销号", "起因", "过火面积（估算）",
    "受害森林面积", "伤亡", "时间线", "火情通报", "会商研判", "联动响应", "力量物资", "经验", "问题", "整改",
)  # fmt: skip
"""What a review must have (domain.md §3.8 T8)."""
_TO_BE_WRITTEN = "待核：由参与单位共同复盘后填写。"


@dataclass(frozen=True, slots=True)
class AfterActionFacts:
    """A course, and the words for its place.

    ``unit_zh`` is the joint unit; ``offices_zh`` those who are invited to the review.
    """

    course: Course
    clocks: Clocks
    unit_zh: str
    place_zh: str
    border_zh: str
    offices_zh: tuple[str, ...]
    pictures: tuple[Picture, ...] = ()
    exercise: bool = False


def after_action(facts: AfterActionFacts) -> OfficialDocument:
    """The report as a draft."""
    course = facts.course
    number = course.incident.incident_id
    return OfficialDocument(
        kind="after_action",
        title=f"{facts.unit_zh}边界火情{'演练' if facts.exercise else ''}复盘报告",
        subtitle=number,
        number=f"复盘 {number}",
        issuer_zh="",
        blocks=tuple(_blocks(facts)),
        made_utc=course.ends_utc,
        to_zh=facts.offices_zh,
        signature_zh=f"{facts.unit_zh}联防单元",
        date_zh=date_zh(course.ends_utc.astimezone(BEIJING).date(), year=True),
        attachments=("发送与签收台账（系统导出）", "核查反馈单"),
        exercise=facts.exercise,
    )


def _blocks(facts: AfterActionFacts) -> Iterator[Block]:
    course, now = facts.course, facts.course.ends_utc
    answers = answer_clocks(course, facts.clocks.escalation)
    steps = step_clocks(course, facts.clocks)
    tardy = (*late(steps, now), *late(answers, now))
    yield Heading("一、事件概况")
    yield Paragraph(_summary(facts, answers, tardy))
    yield _outline(facts)
    yield from facts.pictures
    yield Heading("二、时间线（系统自动）")
    rows = [(clock_zh(one.at_utc), one.stage_zh, one.text) for one in moments(course)]
    yield grid(("时间", "环节", "经过"), rows, shares=(3.2, 1.2, 9))
    yield Heading("三、三项流程评价")
    yield from _notice(facts, answers)
    yield from _consultation(course)
    yield from _response(course)
    yield Heading("四、时限评价")
    yield grid(("环节", "单位", "起算", "时限", "实际", "用时", "评价"), [_clock_row(one, facts) for one in steps],
               shares=(3, 2.45, 3.2, 1.45, 1.9, 1.45, 2.15))  # fmt: skip
    yield Paragraph("时限均为系统规则中的默认值，未经单位确认的不作为考核依据。", Voice.NOTE)
    yield Heading("五、力量物资")
    yield from _forces(course)
    yield Heading("六、经验与问题")
    yield Heading("（一）经验", 2)
    yield Paragraph(_TO_BE_WRITTEN)
    yield Heading("（二）问题", 2)
    yield from _problems(tardy, facts)
    yield Heading("七、整改")
    yield from _mending(course, tardy)


def _summary(facts: AfterActionFacts, answers: tuple[Timed, ...], tardy: tuple[Timed, ...]) -> str:
    course = facts.course
    incident = course.incident
    offices = {one.who_zh for one in answers}
    said = {one.who_zh for one in answers if one.came_utc is not None}
    seen = clock_zh(incident.first_seen_utc, year=True)
    began = f"{seen}，卫星首次观测到热点，最新定位{facts.place_zh}，{facts.border_zh}。"
    told = f"系统通报{len(course.alerts)}次，应告{len(offices)}个单位，其中{len(said)}个单位至少签收一次。"
    if not course.alerts:
        told = "没有发出通报。"
    found = f"{clock_zh(course.verified_utc)}核实为火情。" if course.verified_utc else "现场核实结果没有记录，待核。"
    out = f"明火于{clock_zh(course.flames_out_utc)}扑灭。" if course.flames_out_utc else "明火扑灭时间没有记录，待核。"
    count = f"各环节中{len(tardy)}项迟于时限或至本报告截止时未完成，见第六部分。" if tardy else "各环节均在时限内。"
    return f"{began}{told}{found}{out}{count}"


def _outline(facts: AfterActionFacts) -> Block:
    course, incident = facts.course, facts.course.incident
    last = course.reports[-1] if course.reports else None
    first_told = [one.sent_utc for one in course.offices if one.sent_utc is not None]
    return fields(
        [
            ("事件编号", incident.incident_id),
            ("热点编号", incident.hotspot_no),
            ("地点", facts.place_zh),
            ("坐标", f"东经{incident.lon_deg:.4f}度，北纬{incident.lat_deg:.4f}度（CGCS2000）"),
            ("距界", f"{facts.border_zh}，误差约{incident.location_error_km:.1f}公里"),
            ("首次观测", clock_zh(incident.first_seen_utc, year=True)),
            ("数据可得", clock_zh(incident.first_available_utc, year=True)),
            ("首次通报", clock_zh(min(first_told), year=True) if first_told else None),
            ("核实", clock_zh(course.verified_utc, year=True) if course.verified_utc else None),
            ("明火扑灭", clock_zh(course.flames_out_utc, year=True) if course.flames_out_utc else None),
            ("销号", clock_zh(course.closed_utc, year=True) if course.closed_utc else None),
            ("热点数", f"{incident.hotspot_count}个，至少{incident.looks}次过境"),
            ("起因", last.value("cause") if last else None),
            ("过火面积（估算）", last.value("burned_area") if last else None),
            ("受害森林面积", last.value("damaged_forest_area") if last else None),
            ("伤亡", last.value("casualties") if last else None),
        ]
    )


def _notice(facts: AfterActionFacts, answers: tuple[Timed, ...]) -> Iterator[Block]:
    course, now = facts.course, facts.course.ends_utc
    yield Heading("（一）火情通报", 2)
    came = [one for one in answers if one.came_utc is not None]
    in_time = sum(one.standing(now) is Standing.IN_TIME for one in answers)
    took = sorted(one.took for one in came if one.took is not None)
    pace = f"，最快{duration_zh(took[0])}，最慢{duration_zh(took[-1])}" if took else ""
    yield Paragraph(f"共应签收{len(answers)}件次，已签收{len(came)}件次，其中时限内{in_time}件次{pace}。")
    sent = {(one.code, one.office_zh): one.sent_utc for one in course.offices}
    rows = [
        (
            one.who_zh,
            code := one.step_zh.removeprefix("签收"),
            clock_zh(at) if (at := sent.get((code, one.who_zh))) else "未发出",
            _after(one) or "未见签收",
            duration_zh(one.took) if one.took is not None else "—",
            duration_zh(one.limit) if one.limit else "—",
            one.verdict_zh(now),
        )
        for one in answers
    ]
    columns = ("单位", "通报", "发出", "签收", "用时", "时限", "评价")
    yield grid(columns, rows, shares=(2.75, 2.45, 3.65, 1.75, 1.3, 1.3, 2.4))


def _consultation(course: Course) -> Iterator[Block]:
    yield Heading("（二）会商研判", 2)
    mine = [case for case in course.cases if case.process is Process.CONSULTATION]
    if not mine:
        yield Paragraph("本事件没有会商记录。")
    for case in mine:
        yield Paragraph(f"{case.case_no}：{_walked(case)}。会商认为：{known(case.said('conclusion'))}。")


def _response(course: Course) -> Iterator[Block]:
    yield Heading("（三）联动响应", 2)
    mine = [case for case in course.cases if case.process in {Process.RESPONSE, Process.SUPPLIES}]
    if not mine:
        yield Paragraph("本事件没有联动响应和物资协同记录。")
    for case in mine:
        declined = case.came(State.DECLINED)
        why = f"谢绝理由：{known(declined.fields.get('reason'))}。" if declined else ""
        yield Paragraph(f"{case.process.name_zh}{case.case_no}：{_walked(case)}。{why}")


def _walked(case: Case) -> str:
    return "，".join(f"{clock_zh(step.at_utc)}{step.state.name_zh}" for step in case.steps)


def _clock_row(one: Timed, facts: AfterActionFacts) -> tuple[object, ...]:
    return (
        one.step_zh,
        one.who_zh,
        clock_zh(one.since_utc) if one.since_utc else "未起算",
        duration_zh(one.limit) if one.limit else "—",
        _after(one) or "无记录",
        duration_zh(one.took) if one.took is not None else "—",
        one.verdict_zh(facts.course.ends_utc),
    )


def _after(one: Timed) -> str:
    """When a step came: with its day only where that is another one than that of its clock."""
    if one.came_utc is None:
        return ""
    same = one.since_utc is not None and same_day(one.since_utc, one.came_utc)
    return hour_minute_zh(one.came_utc) if same else clock_zh(one.came_utc)


def _forces(course: Course) -> Iterator[Block]:
    last = course.reports[-1] if course.reports else None
    lent = [case for case in course.cases if case.process is Process.SUPPLIES]
    sent = [case for case in course.cases if case.process is Process.RESPONSE and case.came(State.IN_PLACE)]
    yield fields(
        [
            ("出动力量", last.value("forces") if last else None),
            ("指挥员", last.value("commander") if last else None),
            ("处置措施", last.value("measures") if last else None),
            ("跨界到位力量", "；".join(f"{case.said('forces')}（{case.case_no}）" for case in sent)),
            ("物资协同", "；".join(_lent(case) for case in lent)),
        ]
    )


def _lent(case: Case) -> str:
    return f"{case.said('item')}{case.said('amount')}（{case.state.name_zh}）"


def _problems(tardy: tuple[Timed, ...], facts: AfterActionFacts) -> Iterator[Block]:
    if not tardy:
        yield Paragraph("系统记录中没有迟于时限的环节。")
    for number, line in enumerate(late_in_words(tardy, facts.course.ends_utc), start=1):
        yield Paragraph(f"{number}．{line}。")
    yield Paragraph("以上由系统按时限列出，原因待核。")


def _mending(course: Course, tardy: tuple[Timed, ...]) -> Iterator[Block]:
    tasks = [case for case in course.cases if case.process is Process.TASK]
    rows: list[tuple[object, ...]] = [
        (case.said("what"), case.said("who"), said_zh("due", case.said("due")), f"{case.case_no}{case.state.name_zh}")
        for case in tasks
    ]
    steps = dict.fromkeys(one.step_zh for one in tardy)
    rows += [(f"查明“{step}”迟缓的原因", None, None, "待立项") for step in steps] if not tasks else []
    rows = [(number, *row) for number, row in enumerate(rows, start=1)]
    yield grid(("序号", "事项", "责任单位", "时限", "状态"), rows, shares=(0.8, 4.5, 2, 2.2, 2), empty="无整改事项")
    if rows:
        yield Paragraph("整改事项由责任单位按时限落实，办结情况报牵头方。")
