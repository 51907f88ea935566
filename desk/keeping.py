"""``firewatch backup`` and ``firewatch restore``: what is remembered, kept a second time."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from desk.options import Json
from desk.shown import show_json, show_table
from flows.settings import load_settings
from flows.wiring import open_house
from store.backup import restore_backup, save_backup
from store.home import Home


def backup(
    folder: Annotated[Path, typer.Argument(help="A folder of its own for this backup.")],
    previous: Annotated[
        Path | None, typer.Option(help="An earlier backup on the same disk: same files are linked.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Save database, archive, products and inbox while they are in use. Example: firewatch backup backups/0410."""
    house = open_house()
    try:
        manifest = save_backup(house.database, house.home, folder, made_utc=datetime.now(UTC), previous=previous)
    finally:
        house.close()
    found = {
        "folder": str(folder),
        "engine": manifest.engine,
        "revision": manifest.revision,
        "files": len(manifest.files),
    }
    if as_json:
        show_json(found)
        return
    show_table(
        "备份", {"folder": "位置", "engine": "数据库", "revision": "版本", "files": "文件数"}, [found], empty="无"
    )


def restore(
    folder: Annotated[Path, typer.Argument(help="A backup; every file is checked before anything is written.")],
    as_json: Json = False,
) -> None:
    """Bring a backup into an empty FIREWATCH_HOME, and forward. Example: firewatch restore backups/0410."""
    settings = load_settings()
    home = Home(settings.home)
    rows = restore_backup(folder, home, database_url=settings.database_url or home.database_url)
    if as_json:
        show_json({"home": str(home.root), "rows": rows})
        return
    kept = [{"table": name, "rows": count} for name, count in rows.items() if count]
    show_table(f"已恢复到 {home.root}", {"table": "表", "rows": "行"}, kept, empty="数据库为空")
