"""``firewatch report``: official documents, each as docx and PDF."""

from __future__ import annotations

from typing import Annotated

import typer

from desk.opened import WorldOption, opened
from desk.options import Json, instant
from desk.shown import show_json, show_rows
from desk.training_world import title_of
from flows.documents.catalogue import KINDS, document_of
from flows.documents.consultation_papers import LOOK_BACK
from flows.documents.pictures import write_curves
from flows.documents.writing import Written, write_document
from flows.world_time import newest_moment
from models.field_check.fire_report import UNKNOWN_ZH
from notify.alert import LIVE
from notify.documents.layout import words_of


def document(
    kind: Annotated[str, typer.Argument(help=f"One of {', '.join(KINDS)}.")],
    subject: Annotated[
        str, typer.Argument(help="Number of an incident, draft or consultation; a day; a month; empty: the newest day.")
    ] = "",
    world: WorldOption = LIVE,
    as_json: Json = False,
) -> None:
    """Write an official document (公文) as docx and PDF.

    Example: firewatch report document notice JJJ-HR-CD-2027-007
    """
    with opened(world) as house:
        about = subject or (title_of(house) if kind == "exercise" else "")
        written = write_document(house, document_of(house, kind, about))
    _show(written, as_json)


def documents(as_json: Json = False) -> None:
    """Name every document that can be written. Example: firewatch report documents."""
    rows = [
        {"kind": kind.name, "title_zh": kind.title_zh, "about": kind.about, "about_zh": kind.about.name_zh}
        for kind in KINDS.values()
    ]
    show_rows("公文", {"kind": "名称", "title_zh": "文种", "about_zh": "关于"}, rows, as_json=as_json)


def after_action(
    incident: Annotated[str, typer.Argument(help="Number of an incident (JJJ-…, YL-…) or of a hotspot (RD-…).")],
    world: WorldOption = LIVE,
    as_json: Json = False,
) -> None:
    """Write the review of a fire (复盘报告) from the ledger.

    Example: firewatch report after-action YL-PG-JZ-2017-001 --world exercise-…
    """
    document("after-action", incident, world, as_json)


def monthly(
    month: Annotated[str, typer.Argument(help="YYYY-MM.")], world: WorldOption = LIVE, as_json: Json = False
) -> None:
    """Write the material of the monthly meeting (月度会商材料). Example: firewatch report monthly 2027-04."""
    document("monthly", month, world, as_json)


def curves(
    since: Annotated[str, typer.Option("--since", help="Beginning, with an offset; 30 days back when absent.")] = "",
    world: WorldOption = LIVE,
    as_json: Json = False,
) -> None:
    """Draw season curves, 查实率 and answer times as pictures.

    Example: firewatch report curves --since 2026-11-01T00:00+08:00
    """
    with opened(world) as house:
        now = newest_moment(house)
        paths = write_curves(house, since=instant(since, "--since") if since else now - LOOK_BACK, now=now)
    if as_json:
        show_json({"files": paths})
        return
    for path in paths:
        typer.echo(path)


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
