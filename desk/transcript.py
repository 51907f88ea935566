"""``firewatch transcript``: what happened in an exercise, as the officers of each region saw it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from desk.opened import opened
from desk.options import Json
from desk.shown import show_json
from flows.transcript import transcript as told


def transcript(
    world: Annotated[str, typer.Argument(help="Name of the exercise, or live.")],
    out: Annotated[Path | None, typer.Option(help="Write here in the place of stdout.")] = None,
    title: Annotated[str, typer.Option(help="Heading.")] = "演练实录",
    as_json: Json = False,
) -> None:
    """Tell an exercise from its ledger and inbox. Example: firewatch transcript exercise-… --out transcript.md."""
    with opened(world) as house:
        text = told(house, title_zh=title)
    if out is not None:
        out.write_text(text, encoding="utf-8")
    if as_json:
        show_json({"world": world, "file": out, "text": text})
    else:
        typer.echo(text if out is None else str(out))
