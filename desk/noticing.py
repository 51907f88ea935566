"""``firewatch notice``: the formal notice of a fire, drafted for two signatures."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from desk.opened import WorldOption, opened
from desk.options import Json
from desk.shown import show_json
from flows.noticing import draft_notice
from flows.releasing import needed
from notify.alert import LIVE


def notice(
    number: Annotated[str, typer.Argument(help="Of the incident: JJJ-HR-CD-2027-007.")],
    by: Annotated[str, typer.Option("--by", help="Who drafts it: office and name.")],
    world: WorldOption = LIVE,
    as_json: Json = False,
) -> None:
    """Draft the formal notice of a fire (火情通报); it goes out when it is signed.

    Example: firewatch notice JJJ-HR-CD-2027-007 --by 怀柔森防办张三
    """
    with opened(world) as house:
        row = draft_notice(house, number, by=by, now=house.clock())
        persons = needed(house, row)
    if as_json:
        show_json(asdict(row) | {"needed": persons})
        return
    typer.echo(f"{row.number} 草稿，需{persons}人签发：firewatch sign {row.number} --by 姓名")
    typer.echo(row.text_long)
