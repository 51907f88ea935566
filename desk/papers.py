"""``firewatch report``: official documents, each as docx and PDF."""

from __future__ import annotations

from typing import Annotated

import typer

from desk.opened import WorldOption, opened
from desk.options import Json
from desk.shown import show_json
from flows.documents.course import after_action_of
from flows.documents.writing import Written, write_document
from models.field_check.fire_report import UNKNOWN_ZH
from notify.alert import LIVE
from notify.documents.layout import words_of


def after_action(
    incident: Annotated[str, typer.Argument(help="Number of an incident (JJJ-…, YL-…) or of a hotspot (RD-…).")],
    world: WorldOption = LIVE,
    as_json: Json = False,
) -> None:
    """Write the review of a fire (复盘报告) from the ledger.

    Example: firewatch report after-action YL-PG-JZ-2017-001 --world exercise-…
    """
    with opened(world) as house:
        written = write_document(house, after_action_of(house, incident))
    _show(written, as_json)


def _show(written: Written, as_json: bool) -> None:
    document = written.document
    unknown = sum(word == UNKNOWN_ZH for word in words_of(document))
    if as_json:
        show_json(
            {
                "kind": document.kind,
                "title": document.title,
                "number": document.number,
                "draft": document.draft,
                "unknown": unknown,
                "docx": written.docx,
                "pdf": written.pdf,
            }
        )
        return
    typer.echo(f"{document.title}（{document.number}）{'草稿' if document.draft else ''}，{UNKNOWN_ZH}{unknown}项")
    typer.echo(written.docx)
    typer.echo(written.pdf)
