"""``firewatch override``: a person's level in the place of the computed one (人工调整)."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from desk.opened import WorldOption, opened
from desk.options import Json
from desk.rounds import document_of
from desk.shown import show_json, show_rows
from flows.overriding import Wanted, tell_now
from flows.overriding import override as set_level
from notify.alert import LIVE


def override(
    subject: Annotated[str, typer.Argument(help="Joint unit, or number of an incident.")],
    level: Annotated[
        str, typer.Option(help="blue, yellow, orange, red, none; of an incident watch, notify, critical.")
    ],
    reason: Annotated[str, typer.Option(help="Why, in Chinese: it stands in the texts.")],
    by: Annotated[str, typer.Option(help="Who sets it.")],
    hours: Annotated[float, typer.Option(help="How long it stands.")] = 12.0,
    reviewed_by: Annotated[str, typer.Option(help="Another person; needed to set a level down.")] = "",
    later: Annotated[bool, typer.Option("--later", help="Tell with the next round, not now.")] = False,
    world: WorldOption = LIVE,
    as_json: Json = False,
) -> None:
    """Set a level: up freely, down with a reviewer. Example: firewatch override PG-JZ --level red …."""
    with opened(world) as house:
        kept = set_level(house, Wanted(subject, level, reason, by, hours, reviewed_by or None))
        report = None if later else tell_now(house, kept)
    if as_json:
        show_json(asdict(kept) | {"run": None if report is None else document_of(report)})
        return
    typer.echo(
        f"人工调整{kept.seq}：{kept.subject} {kept.computed_level} → {kept.level}，至{kept.ends_utc.isoformat()}。"
    )
    codes = "、".join(report.outcome.alerts) if report else ""
    typer.echo(f"已交发送，编号{codes}。" if codes else "没有新的通报。" if report else "随下一轮运行通报。")


def overrides(
    world: WorldOption = LIVE,
    all_of_them: Annotated[bool, typer.Option("--all", help="Also those that are over.")] = False,
    lift: Annotated[int, typer.Option(help="Number of the one to end now.")] = 0,
    by: Annotated[str, typer.Option(help="Who ends it.")] = "",
    as_json: Json = False,
) -> None:
    """Levels that a person set. Example: firewatch overrides --lift 3 --by 张三."""
    with opened(world) as house:
        if lift:
            house.overrides.lift(lift, by=by, at=house.clock(), world=house.world)
        now = house.clock()
        found = (
            house.overrides.all_overrides(world=house.world)
            if all_of_them
            else house.overrides.in_force(at=now, world=house.world)
        )
    rows = [asdict(each) for each in found]
    columns = {
        "seq": "号",
        "subject": "对象",
        "computed_level": "计算级别",
        "level": "人工调整为",
        "set_by": "何人",
        "reviewed_by": "复核",
        "reason": "缘由",
        "ends_utc": "至",
        "lifted_by": "撤销人",
    }
    show_rows("人工调整", columns, rows, as_json=as_json)
