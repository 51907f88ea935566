"""Warnings and letters: drafts that wait for a signature, what stands, and what other offices published."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

import typer

from desk.opened import WorldOption, opened
from desk.options import Json, instant
from desk.shown import show_json, show_table
from flows.noting_warnings import note_outside, noted_areas
from flows.wiring import House
from notify.alert import LIVE, WarningColour
from notify.warning.texts import COLOUR_ZH
from store.warning_documents import WARNING, DocumentRow, OutsideWarning

_OPEN = {"draft", "signed", "released"}


def warnings(
    number: Annotated[str, typer.Argument(help="Show the whole text of this document.")] = "",
    every: Annotated[bool, typer.Option("--all", help="Also the replaced and the discarded ones.")] = False,
    world: WorldOption = LIVE,
    as_json: Json = False,
) -> None:
    """Warnings and letters to neighbours, drafts first of all. Example: firewatch warnings --all."""
    with opened(world) as house:
        rows = [house.warning_documents.load(number, world=house.world)] if number else _listed(house, every)
        documents = [_document(row, house) for row in rows]
    if as_json:
        show_json(documents[0] if number else documents)
    elif number:
        print(documents[0]["text_long"])  # noqa: T201  # the command's output
    else:
        columns = {
            "number": "编号",
            "kind_zh": "文种",
            "county_zh": "县区",
            "action_zh": "动作",
            "colour_zh": "颜色",
            "state_zh": "状态",
            "begins_utc": "起",
            "ends_utc": "止",
            "why_zh": "缘由",
        }
        show_table("预警信息与提示函", columns, documents, empty="无")


def note_warning(
    area: Annotated[int, typer.Argument(help="GB code of the area: 110000, 130800, 120119.")],
    colour: Annotated[WarningColour, typer.Argument(help="What was published; none for an end.")],
    begins: Annotated[str, typer.Option("--from", help="ISO 8601 with an offset.")],
    ends: Annotated[str, typer.Option("--to", help="ISO 8601 with an offset.")],
    by: Annotated[str, typer.Option("--by", help="Who records it.")],
    source: Annotated[str, typer.Option("--source", help="Where it was read: 市森防办通知第12期.")],
    as_json: Json = False,
) -> None:
    """Record what another office published.

    Example: firewatch note-warning 110000 orange --from 2027-04-10T19:00+08:00 --to 2027-04-14T00:00+08:00 --by 张三
    --source 市森防办第12期
    """
    with opened(LIVE) as house:
        noted = OutsideWarning(
            area, colour, instant(begins, "--from"), instant(ends, "--to"), source, by, house.clock()
        )
        note_outside(house, noted)
        known = noted_areas(house.catalogue)
    if as_json:
        show_json(asdict(noted))
    else:
        show_table(
            "已登记", {"area": "地区", "colour": "颜色"}, [{"area": known[area], "colour": COLOUR_ZH[colour]}], empty=""
        )


def _listed(house: House, every: bool) -> list[DocumentRow]:
    rows = house.warning_documents.all_documents(world=house.world)
    now = house.clock()
    shown = [row for row in rows if every or (row.state in _OPEN and (row.state == "draft" or row.ends_utc > now))]
    return sorted(shown, key=lambda row: row.state != "draft")


def _document(row: DocumentRow, house: House) -> dict[str, Any]:
    names = {gb: county.name_zh for gb, county in house.catalogue.counties.items()}
    letter = row.kind != WARNING
    to = f"致{names[row.receiver_gb]}" if row.receiver_gb is not None else ""
    return asdict(row) | {
        "kind_zh": f"提示函{to}" if letter else "预警信息",
        "county_zh": names[row.county_gb],
        "action_zh": row.action.name_zh if row.action else "",
        "colour_zh": f"{COLOUR_ZH[row.colour]}（对方{COLOUR_ZH[row.previous_colour]}）"
        if letter
        else COLOUR_ZH[row.colour],
        "state_zh": row.state.name_zh,
        "why_zh": row.reason.words_zh if row.reason else "两侧颜色不一致",
    }
