"""``firewatch drill``: windows in which an exercise may use real channels, opened by two persons."""

from __future__ import annotations

import secrets
from dataclasses import asdict
from datetime import timedelta
from typing import Annotated

import typer

from desk.errors import InputError
from desk.opened import opened
from desk.options import Json, instant
from desk.shown import show_done, show_rows
from notify.alert import LIVE
from notify.drill_gate import DrillWindow

drill = typer.Typer(help="Windows for drills on real channels (演练窗口).", no_args_is_help=True)
By = Annotated[str, typer.Option("--by", help="Name of the person.")]
Window = Annotated[str, typer.Argument(help="Id of the window: see firewatch drill list.")]


@drill.command("ask")
def ask(
    office: Annotated[
        list[str], typer.Option(help="region/office; may be given several times. Nobody else is reached.")
    ],
    begins: Annotated[str, typer.Option("--from", help="ISO 8601 with an offset.")],
    ends: Annotated[str, typer.Option("--to", help="ISO 8601 with an offset.")],
    reason: Annotated[str, typer.Option(help="Why.")],
    by: By,
    world: Annotated[str, typer.Option(help="Name of the exercise; * for any.")] = "*",
    as_json: Json = False,
) -> None:
    """Ask for a window; another person must confirm it. Example: firewatch drill ask --office beijing/110117 …."""
    with opened(LIVE) as house:
        known = {f"{one.region}/{one.office}" for one in house.contacts.recipients}
        if unknown := sorted(set(office) - known):
            raise InputError("--office", f"{', '.join(unknown)} is not in the contacts")
        now = house.clock()
        window_id = f"YL{now:%Y%m%d}-{secrets.token_hex(2)}"
        try:
            window = DrillWindow(
                window_id, world, tuple(office), instant(begins, "--from"), instant(ends, "--to"), reason, by
            )
        except ValueError as error:
            raise InputError("drill window", str(error)) from error
        house.releases.ask_window(window, at=now, most=timedelta(hours=house.rules.release.drill_most_h))
    said = f"{window_id}：待另一人确认（firewatch drill confirm {window_id} --by …）。"
    show_done(said, asdict(window), as_json=as_json)


@drill.command("confirm")
def confirm(window_id: Window, by: By, as_json: Json = False) -> None:
    """The second signature. Example: firewatch drill confirm YL20270410-3f9a --by 李四."""
    with opened(LIVE) as house:
        window = house.releases.confirm_window(window_id, by=by, at=house.clock())
    said = f"{window_id}：{window.asked_by}、{window.confirmed_by}已签，届时开放。"
    show_done(said, asdict(window), as_json=as_json)


@drill.command("close")
def close(window_id: Window, by: By, as_json: Json = False) -> None:
    """Shut a window now. Example: firewatch drill close YL20270410-3f9a --by 李四."""
    with opened(LIVE) as house:
        house.releases.close_window(window_id, by=by, at=house.clock())
    show_done(f"{window_id}：已关闭。", {"window_id": window_id, "closed_by": by}, as_json=as_json)


@drill.command("list")
def list_windows(as_json: Json = False) -> None:
    """All windows. Example: firewatch drill list."""
    with opened(LIVE) as house:
        now = house.clock()
        rows = [asdict(one) | {"open": one.is_open(now)} for one in house.releases.windows()]
    columns = {
        "window_id": "窗口",
        "world": "演练",
        "offices": "单位",
        "begins_utc": "起",
        "ends_utc": "止",
        "asked_by": "申请",
        "confirmed_by": "确认",
        "open": "开放",
    }
    show_rows("演练窗口", columns, rows, as_json=as_json)
