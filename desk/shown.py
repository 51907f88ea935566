"""What a command shows: a table for a person, or one JSON document for a script. Logs go to stderr, never here."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.table import Table

BEIJING = ZoneInfo("Asia/Shanghai")
Row = Mapping[str, Any]


def show_json(document: object) -> None:
    """Write one JSON document to stdout: instants in UTC with an offset, Chinese as Chinese."""
    print(json.dumps(document, ensure_ascii=False, indent=2, default=_plain))  # noqa: T201  # the command's output


def show_done(said: str, document: Row, *, as_json: bool) -> None:
    """What a command did: a line for a person, or a document for a script."""
    if as_json:
        show_json(document)
    else:
        print(said)  # noqa: T201  # the command's output


UNREAD_ZH = {
    "hotspot_rows_rejected": "不可读的热点行",
    "hotspot_values_blanked": "不可用、作缺测的热点数值",
    "weather_rows_rejected": "不可读的气象行",
    "weather_values_blanked": "不可用、作缺测的气象数值",
}
"""What of tables could not be used, as the summary of a command counts it."""


def tell_unread(counted: Row) -> None:
    """Say what looks wrong in the weather, and what of the tables could not be used; nothing where all is well."""
    for doubt in counted.get("weather_doubts", ()):
        print(f"气象存疑：{doubt}")  # noqa: T201  # the command's output
    told = [f"{words}{counted[name]}个" for name, words in UNREAD_ZH.items() if counted.get(name)]
    if told:
        print(f"注意：{'、'.join(told)}")  # noqa: T201  # the command's output


def show_table(title: str, columns: Mapping[str, str], rows: Iterable[Row], *, empty: str) -> None:
    """Draw rows as a table.

    Args:
        title: above the table.
        columns: key → heading, in order.
        rows: what is drawn; a key that a row lacks is a dash.
        empty: what to say when there is no row.
    """
    console = Console(highlight=False)
    drawn = list(rows)
    if not drawn:
        console.print(f"{title}：{empty}")
        return
    table = Table(title=title, title_justify="left", header_style="bold")
    for heading in columns.values():
        table.add_column(heading, overflow="fold")
    for row in drawn:
        table.add_row(*(_cell(row.get(key)) for key in columns))
    console.print(table)


def show_rows(title: str, columns: Mapping[str, str], rows: Iterable[Row], *, empty: str = "无", as_json: bool) -> None:
    """Rows as one JSON document, or as a table: see :func:`show_table`."""
    if as_json:
        show_json(list(rows))
    else:
        show_table(title, columns, rows, empty=empty)


def beijing(instant: datetime | None) -> str:
    """``05-11 16:20``, Beijing time; a dash where there is none."""
    return "–" if instant is None else f"{instant.astimezone(BEIJING):%m-%d %H:%M}"


def _cell(value: object) -> str:
    if isinstance(value, datetime):
        return beijing(value)
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float):
        return f"{value:.1f}"
    if isinstance(value, list | tuple | frozenset):
        return "、".join(str(item) for item in value)
    return "–" if value is None or value == "" else str(value)


def _plain(value: object) -> object:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, set | frozenset):
        return sorted(value)
    raise TypeError(f"{type(value).__name__} cannot stand in a JSON document")
