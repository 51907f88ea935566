"""``firewatch process``: cases of 火情通报、会商研判、联动响应、物资协同、督办, and what they wait for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any

import typer

from desk.errors import InputError
from desk.opened import WorldOption, opened
from desk.options import Json
from desk.shown import show_json, show_rows, show_table
from flows.processes.cases import Opening, all_cases, case_of, open_case, take_step, waiting
from flows.world_time import newest_moment
from models.processes.case import Case, Step
from models.processes.clocks import Due
from models.processes.law import FIELDS, Process, State
from notify.alert import LIVE
from notify.phrases import duration_zh

process = typer.Typer(help="Processes between offices (通报、会商、联动、物资、督办).", no_args_is_help=True)

By = Annotated[str, typer.Option("--by", help="Who says so: office and name.")]
Said = Annotated[list[str] | None, typer.Option("--set", help=f"field=text; fields: {', '.join(FIELDS)}.")]
Number = Annotated[str, typer.Argument(help="Number of a case: 联〔2027〕3, 会商邀请〔2027〕1, 通-JJJ-HR-CD-2027-007.")]


@process.command("list")
def listed(
    event: Annotated[str, typer.Option("--event", help="Only cases of this event.")] = "",
    world: WorldOption = LIVE,
    as_json: Json = False,
) -> None:
    """All cases and where they stand. Example: firewatch process list --event JJJ-HR-CD-2027-007."""
    with opened(world) as house:
        event_id = house.incidents.resolve(event, world=house.world).incident_id if event else None
        rows = [_row(case) for case in all_cases(house, event_id=event_id)]
    columns = {
        "case_no": "编号",
        "process_zh": "流程",
        "event_id": "事件",
        "zone": "联防单元",
        "state_zh": "状态",
        "since_utc": "自",
        "by": "经手",
    }
    show_rows("流程", columns, rows, as_json=as_json)


@process.command()
def waits(
    late: Annotated[bool, typer.Option("--late", help="Only what is late.")] = False,
    world: WorldOption = LIVE,
    as_json: Json = False,
) -> None:
    """What every open case waits for, late ones first. Example: firewatch process waits --late."""
    with opened(world) as house:
        now = newest_moment(house)
        rows = [_due(due, now) for due in waiting(house, now=now) if due.late_by(now) is not None or not late]
    columns = {
        "case_no": "编号",
        "process_zh": "流程",
        "event_id": "事件",
        "state_zh": "状态",
        "waits_for_zh": "等待",
        "due_utc": "时限",
        "standing_zh": "时限状态",
        "late_zh": "已超",
    }
    show_rows("待办", columns, rows, as_json=as_json)


@process.command()
def show(number: Number, world: WorldOption = LIVE, as_json: Json = False) -> None:
    """Every step of a case. Example: firewatch process show 联〔2027〕3."""
    with opened(world) as house:
        case = case_of(house, number)
    _shown(case, as_json)


@process.command("open")
def begin(
    kind: Annotated[Process, typer.Argument(help="response, supplies or task; the others begin by themselves.")],
    by: By,
    fields: Said = None,
    event: Annotated[str, typer.Option("--event", help="Number of the event that it belongs to.")] = "",
    zone: Annotated[str, typer.Option("--zone", help="Joint unit, where it belongs to no event.")] = "",
    asker: Annotated[str, typer.Option("--from", help="GB code of the office that begins it.")] = "",
    asked: Annotated[str, typer.Option("--to", help="GB code of the office that is asked.")] = "",
    world: WorldOption = LIVE,
    as_json: Json = False,
) -> None:
    """Begin a case.

    Example: firewatch process open response --event JJJ-HR-CD-2027-007 --to 130826 --by 怀柔张三
    --set office=丰宁县森防办 --set what=专业队前置 --set where=喇叭沟门乡孙栅子
    """
    opening = Opening(kind, _fields(fields or []), event, zone, asker, asked)
    with opened(world) as house:
        case = open_case(house, opening, by=by, now=house.clock())
    _shown(case, as_json)


@process.command("step")
def advance(
    number: Number,
    state: Annotated[State, typer.Argument(help="The next state of the case.")],
    by: By,
    fields: Said = None,
    world: WorldOption = LIVE,
    as_json: Json = False,
) -> None:
    """Take the next step of a case.

    Example: firewatch process step 联〔2027〕3 accepted --by 丰宁李四 --set forces=专业队30人 --set commander=王五
    """
    with opened(world) as house:
        case = take_step(house, number, state, by=by, now=house.clock(), fields=_fields(fields or []))
    _shown(case, as_json)


def _fields(texts: Iterable[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals or name.strip() not in FIELDS:
            raise InputError("--set", f"{text!r} names no field", remedy=f"write field=text; {', '.join(FIELDS)}")
        found[name.strip()] = value.strip()
    return found


def _shown(case: Case, as_json: bool) -> None:
    if as_json:
        show_json(_row(case) | {"steps": [_step(step) for step in case.steps]})
        return
    columns = {"at_utc": "时间", "state_zh": "步骤", "by": "经手", "said_zh": "内容"}
    title = f"{case.case_no} {case.process.name_zh} {case.event_id or case.zone}"
    show_table(title, columns, [_step(step) for step in case.steps], empty="无")


def _step(step: Step) -> dict[str, Any]:
    said = "；".join(f"{label}：{step.fields[name]}" for name, label in FIELDS.items() if step.fields.get(name))
    return asdict(step) | {"state_zh": step.state.name_zh, "said_zh": said}


def _row(case: Case) -> dict[str, Any]:
    newest = case.steps[-1]
    return {
        "case_no": case.case_no,
        "process": case.process,
        "process_zh": case.process.name_zh,
        "event_id": case.event_id,
        "zone": case.zone,
        "asker": case.asker,
        "asked": case.asked,
        "state": case.state,
        "state_zh": case.state.name_zh,
        "open": case.open,
        "since_utc": newest.at_utc,
        "by": newest.by,
    }


def _due(due: Due, now: datetime) -> dict[str, Any]:
    late = due.late_by(now)
    return asdict(due) | {
        "process_zh": due.process.name_zh,
        "state_zh": due.state.name_zh,
        "standing_zh": due.standing_zh(now),
        "late_zh": duration_zh(late) if late is not None else "",
    }
