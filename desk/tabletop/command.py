"""``firewatch exercise --tabletop``: plays a tabletop and writes its evaluation sheet."""

from __future__ import annotations

import json
import logging
from datetime import UTC
from pathlib import Path

import typer

from desk.scenario import load_scenario
from desk.shown import show_json
from desk.tabletop.play import play
from desk.tabletop.script import bundled_tabletops, load_tabletop
from desk.tabletop.sheet import Sheet, evaluated, markdown
from desk.training_world import exercise_world
from flows.replaying import DrivenClock
from flows.transcript import transcript
from flows.wiring import House, open_house
from notify.whole_file import write_whole

DEFAULT = "tabletop-three-borders"
SHEET_FILE, DOCUMENT_FILE = "评估表.md", "tabletop.json"


def titles() -> dict[str, str]:
    """The bundled tabletops by name."""
    return {name: load_tabletop(name).title_zh for name in bundled_tabletops()}


def tabletop(name: str, answers: Path | None, *, told: Path | None = None, as_json: bool) -> Sheet:
    """Play a tabletop in a world of its own, and write and show its sheet.

    Args:
        name: of a bundled one, or a folder.
        answers: of the day, in the place of the script's.
        told: where the transcript goes; nowhere where none is given.
        as_json: one document in the place of the sheet.

    Raises:
        InputError: no such tabletop, or a file that is not whole.
    """
    script = load_tabletop(name, answers)
    scenario = load_scenario(script.base).model_copy(update={"name": script.name})
    house = open_house()
    clock = DrivenClock(scenario.begin.astimezone(UTC))
    course: list[str] = []
    try:
        world = exercise_world(house, scenario, clock)
        logging.getLogger("firewatch.run").setLevel(logging.WARNING)
        played = play(world, scenario, script, clock=clock, say=course.append)
        sheet = evaluated(world, script, played)
        text = markdown(sheet, script, course)
        folder = _kept(world, sheet, text)
        if told is not None:
            told.write_text(transcript(world, title_zh=f"演练实录：{script.title_zh}"), encoding="utf-8")
    finally:
        house.close()
    if as_json:
        show_json(sheet.document() | {"folder": folder})
    else:
        typer.echo(text)
        typer.echo(f"→ {folder}")
    return sheet


def _kept(house: House, sheet: Sheet, text: str) -> Path:
    folder = house.home.products / house.world
    write_whole(folder / SHEET_FILE, text.encode())
    said = json.dumps(sheet.document(), ensure_ascii=False, indent=1, default=str)
    write_whole(folder / DOCUMENT_FILE, said.encode())
    return folder
