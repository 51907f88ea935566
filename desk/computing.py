"""``firewatch compute``: the science on its own, a table in, a table out."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from desk.compute import run_compute
from desk.errors import InputError
from desk.options import Json
from desk.shown import show_json
from models.fire_weather.constant import FfmcConstant


class Kind(StrEnum):
    """What can be computed."""

    FWI = "fwi"
    HFFMC = "hffmc"
    OVERWINTER = "overwinter"
    FBP = "fbp"
    ARRIVAL = "arrival"


def compute(
    kind: Annotated[Kind, typer.Argument(help="What to compute.")],
    in_path: Annotated[Path, typer.Argument(metavar="IN", help="CSV, .csv.gz or Parquet.")],
    out_path: Annotated[Path, typer.Argument(metavar="OUT", help="CSV, .csv.gz or Parquet.")],
    constant: Annotated[FfmcConstant, typer.Option(help="FFMC-to-moisture constant.")] = FfmcConstant.EXACT,
    start: Annotated[str, typer.Option(help="F,D,C before the first day; F alone for hffmc.")] = "",
    as_json: Json = False,
) -> None:
    """Compute a table from a table. Example: firewatch compute fwi weather.csv codes.csv --start 85,6,15."""
    rows = run_compute(kind, in_path, out_path, constant=constant, start=_numbers(start) if start else None)
    if as_json:
        show_json({"kind": kind, "rows": rows, "out": out_path, "constant": constant})
    else:
        typer.echo(f"{rows} rows → {out_path}")


def _numbers(text: str) -> list[float]:
    try:
        return [float(part) for part in text.split(",")]
    except ValueError as error:
        raise InputError("--start", f"{text!r} is not a list of numbers", remedy="write 85,6,15") from error
