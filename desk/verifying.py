"""What was found: answers, steps of a task, stages of a fire, its reports, and the review of known heat."""

from __future__ import annotations

from dataclasses import asdict
from enum import StrEnum
from typing import Annotated, Any

import typer

from desk.documents import incident_document
from desk.errors import InputError
from desk.opened import WorldOption, opened
from desk.options import Json
from desk.shown import show_json, show_table
from flows.fire_reporting import draft_report
from flows.heat_proposing import review_heat
from flows.telling_found import tell_found
from flows.verifying import Verified, move_stage, take_step
from flows.verifying import verify as verify_incident
from flows.wiring import House
from models.field_check.feedback import feedback_type
from models.field_check.fire_report import FIELDS, FireReport, ReportKind, suggested_class
from models.field_check.report_due import next_report
from models.field_check.stage import Stage
from models.field_check.task import Task
from notify.alert import LIVE, Alert
from notify.phrases import clock_zh
from notify.verification_words import report_text
from store.verification import Feedback

Number = Annotated[str, typer.Argument(help="Number of an incident (JJJ-…, YL-…) or of a hotspot (RD-…).")]
By = Annotated[str, typer.Option("--by", help="Who says so: office and name.")]
Via = Annotated[str, typer.Option("--via", help="How the word came: phone, cli, patrol.")]
Note = Annotated[str, typer.Option("--note", help="What else was found.")]


class StepName(StrEnum):
    """A step of a verification task."""

    RECEIVE = "receive"
    ARRIVE = "arrive"
    REFUSE = "refuse"
    CANCEL = "cancel"


class Verdict(StrEnum):
    """A reviewer's word."""

    ACCEPT = "accept"
    DECLINE = "decline"


def verify(
    incident: Number,
    found: Annotated[str, typer.Option("--as", help="Type: 林火, forest_fire or 0; or a sub-type: 秸秆焚烧.")],
    by: By,
    via: Via = "cli",
    note: Note = "",
    world: WorldOption = LIVE,
    as_json: Json = False,
) -> None:
    """Record what was found at an incident. Example: firewatch verify JJJ-HR-CD-2027-007 --as 农用火 --by 怀柔张三."""
    try:
        kind = feedback_type(found)
    except ValueError as error:
        raise InputError("--as", str(error), remedy="write one of them") from error
    with opened(world) as house:
        said = Feedback("", kind[0], by, house.clock(), via=via, note=note)
        done = verify_incident(house, incident, kind, said=said)
        told = tell_found(house, done, by=by, now=said.at_utc)
        document = _verified(house, done, told)
        form = _report_text(house, done.report) if done.report is not None else ""
    _show(document, form, as_json)


def task(
    incident: Number,
    step: Annotated[StepName, typer.Argument(help="What happened.")],
    by: By,
    reason: Annotated[str, typer.Option("--reason", help="Of a refusal or a cancellation.")] = "",
    world: WorldOption = LIVE,
    as_json: Json = False,
) -> None:
    """Record a step of a verification task. Example: firewatch task JJJ-HR-CD-2027-007 receive --by 怀柔张三."""
    with opened(world) as house:
        document = _task(take_step(house, incident, step.value, by=by, now=house.clock(), reason=reason))
    if as_json:
        show_json(document)
    else:
        show_table("核查任务", {"incident_id": "事件", "state_zh": "状态"}, [document], empty="")


def close(
    incident: Number,
    by: By,
    reason: Annotated[str, typer.Option("--reason", help="Why, or who accepted the ground (验收).")],
    to: Annotated[
        Stage, typer.Option("--to", help="closed, or a stage on the way: controlled, flames_out, mopping_up.")
    ] = Stage.CLOSED,
    world: WorldOption = LIVE,
    as_json: Json = False,
) -> None:
    """Bring a fire to its next stage, or close it.

    Example: firewatch close JJJ-HR-CD-2027-007 --by 张三 --reason 验收合格
    """
    with opened(world) as house:
        now = house.clock()
        done = move_stage(house, incident, to, by=by, now=now, note=reason)
        told = tell_found(house, done, by=by, now=now)
        document = _verified(house, done, told)
    _show(document, "", as_json)


def fire_report(
    incident: Number,
    by: By,
    kind: Annotated[ReportKind, typer.Option("--kind", help="first, follow_up or final.")] = ReportKind.FOLLOW_UP,
    fields: Annotated[list[str] | None, typer.Option("--set", help=f"field=text; fields: {', '.join(FIELDS)}.")] = None,
    damaged_ha: Annotated[float | None, typer.Option(help="受害森林面积 measured on the ground, ha.")] = None,
    deaths: Annotated[int | None, typer.Option(help="死亡人数, as reported.")] = None,
    injuries: Annotated[int | None, typer.Option(help="重伤人数, as reported.")] = None,
    world: WorldOption = LIVE,
    as_json: Json = False,
) -> None:
    """Draft the next report of a fire.

    Example: firewatch fire-report JJJ-HR-CD-2027-007 --by 张三 --set cause=电线短路
    """
    given = _fields(fields or [])
    try:
        suggested = suggested_class(damaged_ha, deaths=deaths, serious_injuries=injuries)
    except ValueError as error:
        raise InputError("--damaged-ha", str(error), remedy="give what was measured or counted") from error
    if damaged_ha is not None:
        given.setdefault("damaged_forest_area", f"{damaged_ha:g}公顷（{damaged_ha * 15:g}亩）")
    if deaths is not None or injuries is not None:
        counted = [f"死亡{deaths}人" if deaths is not None else "死亡待核"]
        counted.append(f"重伤{injuries}人" if injuries is not None else "重伤待核")
        given.setdefault("casualties", "，".join(counted))
    with opened(world) as house:
        report = draft_report(house, incident, kind, fields=given, by=by, now=house.clock())
        form = _report_text(house, report, suggested.words_zh if suggested else "")
    if as_json:
        show_json(asdict(report) | {"unknown": list(report.unknown), "text": form})
    else:
        print(form)  # noqa: T201  # the command's output


def review(
    incident: Number,
    verdict: Annotated[Verdict, typer.Argument(help="accept or decline.")],
    by: By,
    name: Annotated[str, typer.Option("--name", help="Name of the source: 某水泥厂.")] = "",
    kind: Annotated[str, typer.Option("--kind", help="steel, power, solar, cement, coking, kiln, …")] = "other",
    radius_km: Annotated[float | None, typer.Option("--radius-km", help="Of the circle that holds all of it.")] = None,
    note: Note = "",
    world: WorldOption = LIVE,
    as_json: Json = False,
) -> None:
    """Accept known heat into the register, or decline it.

    Example: firewatch review RD-130730-20270410-02 accept --by 李四 --name 某厂
    """
    source = {"name_zh": name, "kind": kind, "note": note}
    if radius_km is not None:
        source["radius_km"] = str(radius_km)
    with opened(world) as house:
        done = review_heat(house, incident, source, accept=verdict is Verdict.ACCEPT, by=by, now=house.clock())
    if as_json:
        show_json(asdict(done))
    else:
        show_table(
            "常年热源", {"source_id": "编号", "state": "结果", "reviewed_by": "审核人"}, [asdict(done)], empty=""
        )


def _fields(texts: list[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals or name.strip() not in FIELDS:
            raise InputError("--set", f"{text!r} names no field", remedy=f"write field=text; {', '.join(FIELDS)}")
        found[name.strip()] = value
    return found


def _verified(house: House, done: Verified, told: Alert | None) -> dict[str, Any]:
    return incident_document(done.incident, house.catalogue) | {
        "task": _task(done.task),
        "stage": done.stage,
        "stage_zh": done.stage.name_zh,
        "result_zh": done.task.result.name_zh if done.task.result else "",
        "fire_report": asdict(done.report) if done.report else None,
        "heat_proposal": asdict(done.proposal) if done.proposal else None,
        "told_code": told.code if told is not None else None,
        "told_text": told.text_short if told is not None else None,
        "closed_text": done.closed_texts.short if done.closed_texts else None,
    }


def _task(task: Task) -> dict[str, Any]:
    return asdict(task) | {"state_zh": task.state.name_zh}


def _report_text(house: House, report: FireReport, suggested: str = "") -> str:
    """The form of a report, with when it had to be written: by its own clock, not by when it was."""
    clocks, number = house.rules.report_clocks, report.incident_id
    before = [one for one in house.fire_reports.reports(number, world=house.world) if one.number < report.number]
    course = house.verification.stages(number, world=house.world)
    owed = next_report(before[-1] if before else None, course, clocks)
    by_kind = clocks.due(report.kind, before[-1].drafted_utc if before else report.drafted_utc)
    due = owed.due_utc if owed is not None and owed.kind is report.kind else by_kind
    verified = next((one.at_utc for one in course if one.stage is Stage.VERIFIED), report.drafted_utc)
    phone = f"电话{clock_zh(clocks.phone_due(verified))}前，" if report.kind is ReportKind.FIRST else ""
    due_zh = f"{phone}书面{clock_zh(due)}前（未确认）"
    return report_text(report, due_zh=due_zh, suggested_zh=suggested, exercise=house.world != LIVE)


def _show(document: dict[str, Any], form: str, as_json: bool) -> None:
    if as_json:
        show_json(document)
        return
    columns = {"incident_id": "事件", "result_zh": "结论", "stage_zh": "状态"}
    show_table("核查结果", columns, [document], empty="")
    for text in (document["told_text"] or document["closed_text"], form):
        if text:
            print(text)  # noqa: T201  # the command's output
    if document["heat_proposal"]:
        print("已提出常年热源，待他人审核：firewatch review")  # noqa: T201  # the command's output
