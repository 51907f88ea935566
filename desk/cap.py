"""``firewatch cap check``: judges CAP messages by their structure and by the rules that the schema lets through."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from lxml import etree

from desk.errors import InputError
from desk.exits import Exit
from notify.cap.judge import Verdict, judge
from notify.cap.signature import CERTIFICATE_FILE, Seal

ENDINGS = (".xml", ".cap", ".edxl", ".edxlde")
"""Of the files that a folder is searched for."""
_SEALS_ZH = {Seal.INTACT: "完好", Seal.NONE: "无", Seal.NOT_VERIFIED: "未通过"}

cap = typer.Typer(help="CAP 1.2 messages (共用警报协议).", no_args_is_help=True)


@cap.command("check")
def check(
    files: Annotated[
        list[Path], typer.Argument(help="CAP messages, distributions that hold several, or folders of them.")
    ],
    certificate: Annotated[
        Path | None,
        typer.Option(
            help="PEM: every message must be signed with it. Without, those of a folder must be signed with the "
            f"{CERTIFICATE_FILE} that lies in it, if one does; other signatures are advice."
        ),
    ] = None,
    schema: Annotated[
        Path | None, typer.Option(help="The official CAP-v1.2.xsd: every message must be valid by it too.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON array in the place of one line a file.")] = False,
) -> None:
    """Judge files, one JSON line each, and sum up on stderr. Example: firewatch cap check var/products/cap/live."""
    pem, official = None if certificate is None else _bytes(certificate), None if schema is None else _schema(schema)
    verdicts = {}
    for file, beside in _each(files):
        own = pem if pem is not None or beside is None else _bytes(beside)
        verdicts[file] = judge(_bytes(file), certificate_pem=own, schema=official)
    found = [_document(file, verdict) for file, verdict in verdicts.items()]
    for line in [found] if as_json else found:
        typer.echo(json.dumps(line, ensure_ascii=False))
    typer.echo(_sum_zh(list(verdicts.values())), err=True)
    raise typer.Exit(Exit.DONE if all(verdict.valid for verdict in verdicts.values()) else Exit.BAD_INPUT)


def _each(given: Sequence[Path]) -> Iterator[tuple[Path, Path | None]]:
    """Every file, and the certificate of the folder that it was found in: the nearest one above it."""
    for path in given:
        if not path.is_dir():
            yield path, None
            continue
        inside = sorted(file for file in path.rglob("*") if file.suffix.lower() in ENDINGS and file.is_file())
        if not inside:
            raise InputError(str(path), f"holds no file that ends in {', '.join(ENDINGS)}")
        for file in inside:
            above = (folder / CERTIFICATE_FILE for folder in file.parents if folder == path or path in folder.parents)
            yield file, next((one for one in above if one.is_file()), None)


def _document(file: Path, verdict: Verdict) -> dict[str, Any]:
    return {
        "file": str(file),
        "valid": verdict.valid,
        "reasons": verdict.reasons,
        "alerts": len(verdict.alerts),
        "signatures": [alert.seal for alert in verdict.alerts],
    }


def _sum_zh(verdicts: Sequence[Verdict]) -> str:
    alerts = [alert for verdict in verdicts for alert in verdict.alerts]
    refused = sum(verdict.refused is not None for verdict in verdicts)
    seals = Counter(alert.seal for alert in alerts)
    signed = "、".join(f"{name}{seals[seal]}" for seal, name in _SEALS_ZH.items() if seals[seal])
    return (
        f"{len(verdicts)}个文件，{len(alerts)}条CAP消息：合格{sum(alert.valid for alert in alerts)}，"
        f"不合格{sum(not alert.valid for alert in alerts)}，拒读文件{refused}；签名：{signed or '无'}。"
    )


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise InputError(str(file), error.strerror or str(error)) from error


def _schema(file: Path) -> etree.XMLSchema:
    try:
        return etree.XMLSchema(etree.fromstring(_bytes(file), etree.XMLParser(no_network=True, resolve_entities=False)))
    except (etree.XMLSyntaxError, etree.XMLSchemaParseError) as error:
        raise InputError(str(file), f"is no XML schema: {error}") from error
