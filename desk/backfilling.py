"""``firewatch backfill``: the planned rounds that nobody held, from the archive; nothing is sent (补跑不发)."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from desk.exits import Exit
from desk.options import Json, instant
from desk.rounds import document_of, exit_code
from desk.shown import show_json, show_table
from flows.backfilling import Span, gaps
from flows.backfilling import backfill as fill
from flows.order import FlowName
from flows.parameters import who_runs
from flows.wiring import open_house


class Filled(StrEnum):
    """Which rounds."""

    DANGER = "danger"
    HOTSPOTS = "hotspots"


FLOWS = {Filled.DANGER: FlowName.DANGER_WATCH, Filled.HOTSPOTS: FlowName.HOTSPOT_WATCH}


def backfill(
    what: Annotated[Filled, typer.Argument(help="Which rounds.")],
    begin: Annotated[str, typer.Option("--from", help="First instant.")],
    end: Annotated[str, typer.Option("--to", help="Last instant.")],
    reason: Annotated[str, typer.Option(help="Why; stands in each run row.")],
    by: Annotated[str, typer.Option(help="Who asks. The operator's name when empty.")] = "",
    late: Annotated[bool, typer.Option("--late", help="Read what has come since, too.")] = False,
    listed: Annotated[bool, typer.Option("--list", help="Only name the rounds that nobody held.")] = False,
    as_json: Json = False,
) -> None:
    """Hold the rounds of a gap; never sends. Example: firewatch backfill danger --from … --to … --reason 停机."""
    house = open_house()
    try:
        span = Span(instant(begin, "--from"), instant(end, "--to"), reason, by or who_runs(house.settings))
        missing = gaps(house, FLOWS[what], span.begin, span.end)
        reports = [] if listed else fill(house, FLOWS[what], span, late=late)
    finally:
        house.close()
    if as_json:
        show_json({"missing": missing, "runs": [document_of(report) for report in reports]})
    elif listed:
        show_table("缺的运行", {"at": "计划时刻"}, [{"at": at} for at in missing], empty="无")
    else:
        rows = [document_of(report) for report in reports]
        columns = {"run_id": "运行号", "as_of": "时刻", "outcome": "结果", "missing": "缺测", "products": "产品"}
        show_table("补跑（不发送）", columns, rows, empty="没有缺的运行")
    raise typer.Exit(exit_code([report.outcome.outcome for report in reports]) if reports else Exit.DONE)
