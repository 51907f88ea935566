"""``firewatch exchange``: a file drop for networks that are bridged by hand. What goes out is whole or not there."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer

from desk.errors import InputError
from desk.exits import Exit
from desk.opened import WorldOption, opened
from desk.options import Json
from desk.shown import show_done, show_json, show_table
from desk.web.exchange import reading
from flows.wiring import House
from notify.alert import LIVE
from store.audit import AuditAction, Deed
from store.errors import AnswerUnclear, NotInStore

exchange = typer.Typer(help="File drop with another province's platform (文件交换).", no_args_is_help=True)
MANIFEST, ANSWERS = "MANIFEST.json", "answers.jsonl"
_MOST_BYTES = 1 << 20
_FIELDS = frozenset({"code", "office", "by"})
By = Annotated[str, typer.Option("--by", help="Who carries it.")]


@exchange.command("export")
def export(
    folder: Annotated[Path, typer.Argument(help="Where the drop is put, in a folder of its own.")],
    region: Annotated[str, typer.Option("--region", help="For whom: only its joint units are in it.")],
    by: By,
    days: Annotated[int, typer.Option("--days", help="How far it looks back.")] = 7,
    world: WorldOption = LIVE,
    as_json: Json = False,
) -> None:
    """Write incidents, alerts and CAP messages with a manifest of hashes.

    Example: firewatch exchange export /media/usb --region hebei --by 运维李
    """
    with opened(world) as house:
        if region not in house.catalogue.regions:
            raise InputError(
                "--region", f"no region {region!r}", remedy=f"there are {', '.join(house.catalogue.regions)}"
            )
        now = house.clock()
        files = _files(house, region, since=now - timedelta(days=days), now=now)
        target = folder / f"firewatch-{region}-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}"
        _write(target, files)
        said = {"region": region, "files": len(files)}
        house.audit.append(Deed(by, AuditAction.EXPORT, target.name, now, said, house.world))
    show_done(str(target), said | {"out": target}, as_json=as_json)


@exchange.command("import")
def take_in(
    folder: Annotated[Path, typer.Argument(help=f"A folder with {ANSWERS}: one JSON object a line: code, office, by.")],
    by: By,
    world: WorldOption = LIVE,
    as_json: Json = False,
) -> None:
    """Take answers of offices in; a line twice counts once. Example: firewatch exchange import usb --by 运维李."""
    rows = _answers(folder / ANSWERS)
    with opened(world) as house:
        found = [_taken(house, number, row, by=by) for number, row in enumerate(rows, 1)]
    if as_json:
        show_json(found)
    else:
        columns = {"line": "行", "code": "编号", "office": "单位", "said": "结果"}
        show_table("收到的应答", columns, found, empty="无")
    raise typer.Exit(Exit.BAD_INPUT if any(row["refused"] for row in found) else Exit.DONE)


def _files(house: House, region: str, *, since: datetime, now: datetime) -> dict[str, bytes]:
    incidents = reading.incidents_for(house, region, since=since)
    office = str(house.catalogue.regions[region].gb)
    alerts = reading.alerts_for(house, region, office, since=since)
    files = {
        "incidents.geojson": reading.as_geojson(incidents).encode(),
        "incidents.csv": reading.as_csv(incidents).encode(),
        "alerts.jsonl": "".join(f"{one.model_dump_json()}\n" for one in alerts).encode(),
        "standing.json": reading.standing_for(house, region, now=now).model_dump_json(indent=1).encode(),
    }
    for product in reading.cap_products(house, region, now=now):
        path = house.home.products / product.path
        if path.is_file():
            files[f"cap/{path.name}"] = path.read_bytes()
    return files


def _write(target: Path, files: dict[str, bytes]) -> None:
    """Into a hidden folder first, then renamed: whoever looks finds all of it or nothing."""
    if target.exists():
        raise InputError("folder", f"{target} is there already", remedy="wait a second")
    partial = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        hashes = {}
        for name, content in files.items():
            path = partial / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            hashes[name] = hashlib.sha256(content).hexdigest()
        (partial / MANIFEST).write_text(json.dumps(hashes, indent=1, sort_keys=True), encoding="utf-8")
        partial.rename(target)
    except OSError as error:
        shutil.rmtree(partial, ignore_errors=True)
        raise InputError("folder", f"{target}: {error.strerror}", remedy="give a folder that can be written") from error


def _answers(path: Path) -> list[Any]:
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise InputError(str(path), f"is larger than {_MOST_BYTES} bytes", remedy="it holds answers only")
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except OSError as error:
        raise InputError(str(path), str(error.strerror), remedy=f"the folder holds {ANSWERS}") from error
    except UnicodeDecodeError as error:
        raise InputError(str(path), "is not UTF-8", remedy="save it as UTF-8") from error
    rows = []
    for number, line in enumerate(lines, 1):
        try:
            row = json.loads(line)
        except ValueError as error:
            raise InputError(f"{path}:{number}", f"is no JSON: {error}", remedy="one JSON object a line") from error
        if (
            not isinstance(row, dict)
            or row.keys() != _FIELDS
            or not all(isinstance(each, str) for each in row.values())
        ):
            raise InputError(f"{path}:{number}", "needs code, office and by as texts, and nothing else")
        rows.append(row)
    return rows


def _taken(house: House, number: int, row: dict[str, str], *, by: str) -> dict[str, Any]:
    said = {"line": number, "code": row["code"], "office": row["office"], "refused": False}
    try:
        alert = house.alerts.with_code(row["code"], world=house.world)
        region, _, office = row["office"].partition("/")
        if house.alerts.answered_at(alert.alert_id, region, office) is not None:
            return said | {"said": "此前已签收"}
        who = f"{row['by']}（{by}文件交换）"
        house.ledger.acknowledge(
            row["code"], office=row["office"], by=who, via="file", now=house.clock(), world=house.world
        )
    except (NotInStore, AnswerUnclear) as error:
        return said | {"said": str(error), "refused": True}
    return said | {"said": "已签收"}
