"""``firewatch cap check``: judges CAP messages by their structure and by the rules that the schema lets through."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from desk.errors import InputError
from desk.exits import Exit
from notify.cap.judge import Verdict, judge

cap = typer.Typer(help="CAP 1.2 messages (共用警报协议).", no_args_is_help=True)


@cap.command("check")
def check(
    files: Annotated[list[Path], typer.Argument(help="CAP messages, or distributions that hold several.")],
    certificate: Annotated[
        Path | None, typer.Option(help="PEM: every message must be signed with it. Without: signatures are advice.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON array in the place of one line a file.")] = False,
) -> None:
    """Judge files, one JSON line each. Example: firewatch cap check var/products/cap/live/*/*.xml."""
    pem = None if certificate is None else _bytes(certificate)
    found = [_document(file, judge(_bytes(file), certificate_pem=pem)) for file in files]
    lines = [found] if as_json else found
    for line in lines:
        typer.echo(json.dumps(line, ensure_ascii=False))
    raise typer.Exit(Exit.DONE if all(each["valid"] for each in found) else Exit.BAD_INPUT)


def _document(file: Path, verdict: Verdict) -> dict[str, Any]:
    return {
        "file": str(file),
        "valid": verdict.valid,
        "reasons": verdict.reasons,
        "alerts": len(verdict.alerts),
        "signatures": [alert.seal for alert in verdict.alerts],
    }


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise InputError(str(file), error.strerror or str(error)) from error
