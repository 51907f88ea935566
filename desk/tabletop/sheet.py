"""The evaluation sheet of a tabletop (评估表): each task against its time, each process against its clocks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from desk.tabletop.play import Played
from desk.tabletop.script import Tabletop
from flows.processes.cases import all_cases
from flows.wiring import House
from models.processes.clocks import kept_clocks
from models.processes.law import Process
from notify.phrases import BEIJING

PROCESSES = (Process.NOTICE, Process.CONSULTATION, Process.RESPONSE)
IN_TIME_ZH, LATE_ZH, MISSING_ZH, REFUSED_ZH = "按时", "超时", "未做", "未被接受"


@dataclass(frozen=True, slots=True)
class Line:
    """One task: what was asked of whom, and how it went."""

    key: str
    zone: str
    zone_zh: str
    process: Process
    office: str
    what_zh: str
    told_utc: datetime
    within_min: float
    took_min: float | None
    by: str
    verdict_zh: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """A process over all fires: its tasks, and the clocks that its cases ran against."""

    process: Process
    tasks: int
    in_time: int
    late: int
    missing: int
    clocks: int
    clocks_kept: int

    @property
    def share(self) -> float:
        """Tasks done in time, of all."""
        return self.in_time / self.tasks if self.tasks else 0.0

    @property
    def grade_zh(self) -> str:
        """优, 良, 合格, 不合格 by the share that was in time."""
        return next(
            word for least, word in ((0.95, "优"), (0.8, "良"), (0.6, "合格"), (0.0, "不合格")) if self.share >= least
        )


@dataclass(frozen=True)
class Sheet:
    """All of it."""

    title_zh: str
    world: str
    lines: tuple[Line, ...]
    marks: tuple[Mark, ...]
    fires: dict[str, str]
    alerts: int
    cases: tuple[str, ...]

    def document(self) -> dict[str, Any]:
        """As JSON shows it."""
        marks = [asdict(mark) | {"share": round(mark.share, 3), "grade_zh": mark.grade_zh} for mark in self.marks]
        return asdict(self) | {"marks": marks}


def evaluated(house: House, script: Tabletop, played: Played) -> Sheet:
    """The sheet, from what the desk recorded."""
    lines = tuple(_lines(house, script, played))
    cases = [case for case in all_cases(house) if case.zone in {inject.zone for inject in script.injects}]
    kept = [one for case in cases for one in kept_clocks(case, house.rules.process_clocks)]
    marks = []
    for process in PROCESSES:
        mine = Counter(line.verdict_zh for line in lines if line.process is process)
        ran = [one for one in kept if one.process is process]
        good = sum(one.came_utc is not None and one.came_utc - one.since_utc <= one.limit for one in ran)
        missing = mine[MISSING_ZH] + mine[REFUSED_ZH]
        marks.append(Mark(process, mine.total(), mine[IN_TIME_ZH], mine[LATE_ZH], missing, len(ran), good))
    numbers = tuple(case.case_no for case in cases if case.process in PROCESSES)
    return Sheet(script.title_zh, house.world, lines, tuple(marks), dict(played.fires), played.alerts, numbers)


def _lines(house: House, script: Tabletop, played: Played) -> Iterator[Line]:
    names = {one.office: one.office_zh for one in house.contacts.recipients}
    for inject in script.injects:
        told = inject.at.astimezone(UTC)
        for task in inject.tasks:
            done = played.done.get(task.key)
            took = None if done is None else (done.at_utc - told) / timedelta(minutes=1)
            yield Line(
                key=task.key,
                zone=inject.zone,
                zone_zh=house.catalogue.zone(inject.zone).name_zh,
                process=task.act.process,
                office=names.get(task.office, task.office),
                what_zh=task.what_zh,
                told_utc=told,
                within_min=task.within_min,
                took_min=took,
                by=done.by if done else "",
                verdict_zh=_verdict(took, task.within_min, refused=bool(done and done.refused)),
                note=done.refused if done else "",
            )


def _verdict(took_min: float | None, within_min: float, *, refused: bool) -> str:
    if took_min is None:
        return MISSING_ZH
    if refused:
        return REFUSED_ZH
    return IN_TIME_ZH if took_min <= within_min else LATE_ZH


def markdown(sheet: Sheet, script: Tabletop, told: Sequence[str]) -> str:
    """The sheet for people: verdicts by process, every task, what was late, and the course of the exercise."""
    return (
        "\n".join([*_head(sheet, script), *_processes(sheet), *_tasks(sheet), *_findings(sheet), *_course(told)]) + "\n"
    )


def _head(sheet: Sheet, script: Tabletop) -> Iterator[str]:
    yield f"# 【演练】{sheet.title_zh} 评估表"
    yield ""
    yield f"{script.summary_zh}牵头：{script.lead_zh}。全部内容为演练，不计入正式统计。"
    yield ""
    names = {line.zone: line.zone_zh for line in sheet.lines}
    fires = "、".join(f"{names.get(zone, zone)} {number}" for zone, number in sheet.fires.items())
    yield f"事件：{fires}。通报{sheet.alerts}条，流程{len(sheet.cases)}件。"
    yield ""


def _processes(sheet: Sheet) -> Iterator[str]:
    yield "| 流程 | 任务 | 按时 | 超时 | 未做 | 按时率 | 评定 | 规定时限 | 其中守时 |"
    yield "|---|---|---|---|---|---|---|---|---|"
    for mark in sheet.marks:
        counted = f"{mark.tasks} | {mark.in_time} | {mark.late} | {mark.missing} | {mark.share:.0%} | {mark.grade_zh}"
        yield f"| {mark.process.name_zh} | {counted} | {mark.clocks} | {mark.clocks_kept} |"
    yield ""


def _tasks(sheet: Sheet) -> Iterator[str]:
    yield "| 编号 | 单元 | 流程 | 单位 | 应做 | 导调 | 限时 | 用时 | 何人 | 评定 |"
    yield "|---|---|---|---|---|---|---|---|---|---|"
    for line in sheet.lines:
        took = "–" if line.took_min is None else f"{line.took_min:.0f}分"
        when = f"{line.told_utc.astimezone(BEIJING):%H:%M}"
        said = f"{line.what_zh} | {when} | {line.within_min:.0f}分 | {took} | {line.by or '–'} | {line.verdict_zh}"
        yield f"| {line.key} | {line.zone_zh} | {line.process.name_zh} | {line.office} | {said} |"
    yield ""


def _findings(sheet: Sheet) -> Iterator[str]:
    yield "## 问题"
    yield ""
    bad = [line for line in sheet.lines if line.verdict_zh != IN_TIME_ZH]
    for line in bad:
        over = f"，超{line.took_min - line.within_min:.0f}分" if line.verdict_zh == LATE_ZH and line.took_min else ""
        note = f"：{line.note}" if line.note else ""
        yield f"- {line.key} {line.office}：{line.what_zh}，{line.verdict_zh}{over}{note}"
    if not bad:
        yield "- 无"
    yield ""


def _course(told: Sequence[str]) -> Iterator[str]:
    yield "## 经过"
    yield ""
    yield from (f"- {line}" for line in told)
