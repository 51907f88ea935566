"""``firewatch consult``: an invitation to confer, drafted for a signature."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from typing import Annotated

import typer

from desk.opened import WorldOption, opened
from desk.options import Json, instant
from desk.shown import show_json
from flows.consulting import Meeting, draft_consultation
from flows.releasing import needed
from notify.alert import LIVE

_ANSWER_H = 2


def consult(
    zone: Annotated[str, typer.Argument(help="Joint unit whose offices are invited: HR-CD.")],
    subject: Annotated[str, typer.Option("--subject", help="What about, in Chinese: 京津冀清明火险视频会商.")],
    at: Annotated[str, typer.Option("--at", help="When it begins: 2027-04-13T10:00+08:00.")],
    meeting_no: Annotated[str, typer.Option("--meeting-no", help="Number of the video meeting.")],
    by: Annotated[str, typer.Option("--by", help="Who invites: office and name.")],
    answer_by: Annotated[str, typer.Option("--answer-by", help="Names are wanted by then; empty: 2 h before.")] = "",
    agenda: Annotated[list[str] | None, typer.Option("--agenda", help="A point; may be given several times.")] = None,
    event: Annotated[str, typer.Option("--event", help="Number of the event that it is about.")] = "",
    world: WorldOption = LIVE,
    as_json: Json = False,
) -> None:
    """Draft an invitation to confer (会商邀请); it goes out when it is signed.

    Example: firewatch consult HR-CD --subject 清明火险会商 --at 2027-04-04T10:00+08:00 --meeting-no 123456 --by 张三
    """
    begins = instant(at, "--at")
    wanted = instant(answer_by, "--answer-by") if answer_by else begins - timedelta(hours=_ANSWER_H)
    with opened(world) as house:
        event_id = house.incidents.resolve(event, world=house.world).incident_id if event else ""
        meeting = Meeting(subject, begins, wanted, meeting_no, tuple(agenda or ()), event_id)
        row = draft_consultation(house, zone, meeting, by=by, now=house.clock())
        persons = needed(house, row)
    if as_json:
        show_json(asdict(row) | {"needed": persons})
        return
    typer.echo(f"{row.number} 草稿，需{persons}人签发：firewatch sign {row.number} --by 姓名")
    typer.echo(row.text_long)
