"""One incident from first to last, and a person's word that it must not be held back."""

from __future__ import annotations

from typing import Annotated

import typer

from desk.documents import incident_document
from desk.errors import InputError
from desk.opened import WorldOption, opened
from desk.options import Json
from desk.shown import show_json, show_table
from flows.lifting import lift_suppression
from models.incidents.event import CHANGE_ZH
from notify.alert import LIVE

Number = Annotated[str, typer.Argument(help="Number of an incident (JJJ-…) or of a hotspot (RD-…), merged ones too.")]


def history(number: Number, world: WorldOption = LIVE, as_json: Json = False) -> None:
    """What happened to an incident, in order. Example: firewatch history RD-110116-20270410-03."""
    with opened(world) as house:
        found = house.incidents.resolve(number, world=house.world)
        numbers = (found.incident_id, *found.merged_from)
        events = [each for one in numbers for each in house.incident_events.of(one, world=house.world)]
        document = incident_document(found, house.catalogue)
    rows = [
        {
            "at_utc": each.at_utc,
            "incident_id": each.incident_id,
            "change": each.change,
            "change_zh": CHANGE_ZH[each.change],
            "others": list(each.others),
            "hotspots_added": each.hotspots_added,
            "note": each.note,
        }
        for each in sorted(events, key=lambda each: (each.at_utc, each.incident_id))
    ]
    if as_json:
        show_json(document | {"events": rows})
        return
    columns = {
        "at_utc": "时刻",
        "incident_id": "事件",
        "change_zh": "经过",
        "others": "相关事件",
        "hotspots_added": "新增热点",
        "note": "说明",
    }
    show_table(f"{found.incident_id} {found.reason}", columns, rows, empty="无")


def unsuppress(
    number: Number,
    by: Annotated[str, typer.Option(help="Who says so.")],
    reason: Annotated[str, typer.Option(help="Why; stands in the incident and its history.")],
    world: WorldOption = LIVE,
    as_json: Json = False,
) -> None:
    """Hold an incident back no longer. Example: firewatch unsuppress JJJ-PG-JZ-2027-003 --by 张三 --reason 现场有烟."""
    for option, value in (("--by", by), ("--reason", reason)):
        if not value.strip():
            raise InputError(option, "is empty", remedy="say who and why")
    with opened(world) as house:
        found = lift_suppression(house, number, by=by.strip(), reason=reason.strip())
        document = incident_document(found, house.catalogue)
    if as_json:
        show_json(document)
    else:
        typer.echo(f"{found.incident_id} 已解除抑制，下一轮按现级别通报：{found.reason}")
