"""What a person decides about texts: take back, put right, sign, return, silence."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from typing import Annotated, Any

import typer

from desk.errors import InputError
from desk.opened import WorldOption, opened
from desk.options import Json
from desk.shown import show_json, show_rows, show_table
from flows.releasing import Signed, needed, send_back
from flows.releasing import sign as put_name
from flows.taking_back import TakenBack
from flows.taking_back import cancel as take_back
from flows.taking_back import correct as put_right
from flows.wiring import House
from notify.alert import LIVE
from notify.warning.document import DocumentState
from store.releases import Hush

Signs = Annotated[
    str,
    typer.Option("--by", help="Who signs, with 值班员, 值班长, 带班领导 or 主管领导 in brackets: 张三（带班领导）."),
]
By = Annotated[str, typer.Option("--by", help="Who decides: name, and office where several could be meant.")]
Code = Annotated[str, typer.Argument(help="Code of the alert, as it stands in the message.")]
Reason = Annotated[str, typer.Option("--reason", help="Why, in Chinese: it stands in the message.")]


def cancel(code: Code, reason: Reason, by: By, as_json: Json = False) -> None:
    """Withdraw an alert, told to exactly those who got it. Example: firewatch cancel 平0511-03 …."""
    with opened(LIVE) as house, _words():
        _show_taken(take_back(house, code, reason_zh=reason, by=by, now=house.clock()), as_json=as_json)


def correct(
    code: Code,
    wrong: Annotated[str, typer.Option(help="What was wrong, in Chinese: 位置有误.")],
    right: Annotated[str, typer.Option(help="What is right: 应为宝山镇，距赤城界3.1公里.")],
    by: By,
    as_json: Json = False,
) -> None:
    """Put an alert right, told to exactly those who got it. Example: firewatch correct 平0511-03 --wrong 位置有误 …."""
    with opened(LIVE) as house, _words():
        done = put_right(house, code, wrong_zh=wrong, right_zh=right, by=by, now=house.clock())
        _show_taken(done, as_json=as_json)


def drafts(world: WorldOption = LIVE, as_json: Json = False) -> None:
    """Texts that wait for a person's signature. Example: firewatch drafts."""
    with opened(world) as house:
        rows = [_draft(house, each) for each in house.warning_documents.all_documents(world=house.world)]
    waiting = [row for row in rows if row["state"] == DocumentState.DRAFT]
    if as_json:
        show_json(waiting)
        return
    columns = {
        "number": "编号",
        "kind": "文种",
        "colour": "颜色",
        "signed_by": "已签",
        "missing": "还需签字",
        "text_short": "短信",
    }
    show_table("待签发", columns, waiting, empty="无")


def sign(
    number: Annotated[str, typer.Argument(help="Number of the draft: see firewatch drafts.")],
    by: Signs,
    note: Annotated[str, typer.Option(help="A remark for the record.")] = "",
    world: WorldOption = LIVE,
    as_json: Json = False,
) -> None:
    """Sign a draft; with the last signature needed it goes out. Example: firewatch sign … --by 张三（带班领导）."""
    with opened(world) as house:
        done = put_name(house, number, by=by, now=house.clock(), note=note)
    if as_json:
        show_json(_signed(done))
        return
    names = "、".join(done.signed_by)
    if done.alert is None:
        typer.echo(f"{number}：{names}已签，还需{done.missing}人签字。")
    else:
        typer.echo(f"{number}：{names}签发，已交发送，编号{done.alert.code}。")


def return_draft(
    number: Annotated[str, typer.Argument(help="Number of the draft.")],
    reason: Reason,
    by: By,
    world: WorldOption = LIVE,
    as_json: Json = False,
) -> None:
    """Put a draft aside. Example: firewatch return … --reason 会商未通过 --by 张三."""
    with opened(world) as house:
        document = send_back(house, number, by=by, reason=reason, now=house.clock())
    if as_json:
        show_json({"number": number, "state": document.state})
    else:
        typer.echo(f"{number}：{document.state.name_zh}。")


def silence(
    reason: Reason,
    by: By,
    event: Annotated[str, typer.Option(help="Number of the incident.")] = "",
    zone: Annotated[str, typer.Option(help="Joint unit; red, orange and the inner ring are told all the same.")] = "",
    hours: Annotated[float, typer.Option(help="How long, at most as long as the rules allow.")] = 6.0,
    as_json: Json = False,
) -> None:
    """Silence an incident or a unit for some hours. Example: firewatch silence --zone PG-JZ --hours 3 …."""
    with opened(LIVE) as house:
        if zone and zone not in house.zone_ids:
            raise InputError("--zone", f"no joint unit {zone}", remedy=f"there are {', '.join(house.zone_ids)}")
        now = house.clock()
        hush = Hush(now, now + timedelta(hours=hours), by, reason, event_id=event or None, zone=zone or None)
        kept = house.releases.silence(hush, most=timedelta(hours=house.rules.release.silence_most_h))
    show_json(asdict(kept)) if as_json else typer.echo(f"静默{kept.seq}：{event or zone}，{hours:g}小时，{by}。")


def silences(as_json: Json = False) -> None:
    """Silences in force. Example: firewatch silences."""
    with opened(LIVE) as house:
        rows = [asdict(each) for each in house.releases.silences(at=house.clock())]
    columns = {
        "seq": "号",
        "event_id": "事件",
        "zone": "联防单元",
        "ends_utc": "至",
        "hushed_by": "何人",
        "reason": "缘由",
    }
    show_rows("静默", columns, rows, as_json=as_json)


def lift(
    seq: Annotated[int, typer.Argument(help="Number of the silence: see firewatch silences.")],
    by: By,
    as_json: Json = False,
) -> None:
    """End a silence now. Example: firewatch lift 3 --by 张三."""
    with opened(LIVE) as house:
        hush = house.releases.lift(seq, by=by, at=house.clock())
    if as_json:
        show_json(asdict(hush))
    else:
        typer.echo(f"静默{seq}（{hush.event_id or hush.zone}）已解除。")


class _words:  # noqa: N801  # reads as a clause
    """Words that no message can hold are bad input, and the message says which."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, ValueError):
            raise InputError("words", str(error)) from error


def _show_taken(done: TakenBack, *, as_json: bool) -> None:
    offices = [f"{row.region}/{row.office}" for row in done.rows]
    if as_json:
        show_json({"code": done.alert.code, "text_short": done.alert.text_short, "offices": offices})
        return
    typer.echo(done.alert.text_short)
    typer.echo(f"将告知原收件的{len(set(offices))}个单位。" if offices else "原通报没有发到任何单位，无人需要告知。")


def _draft(house: House, each: Any) -> dict[str, Any]:
    names = house.releases.signed_by(each.number, world=house.world)
    row = asdict(each) | {"signed_by": names, "missing": max(0, needed(house, each) - len(names))}
    return {
        name: row[name] for name in ("number", "kind", "zone", "colour", "state", "signed_by", "missing", "text_short")
    }


def _signed(done: Signed) -> dict[str, Any]:
    return {
        "number": done.document.number,
        "state": done.document.state,
        "signed_by": done.signed_by,
        "missing": done.missing,
        "code": done.alert.code if done.alert else None,
    }
