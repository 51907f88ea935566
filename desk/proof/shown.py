"""A proof as a person reads it: both registers side by side, places of heat by name, days that nobody looked at."""

from __future__ import annotations

from datetime import date
from typing import Any

import typer

from desk.proof.coverage import stretches
from desk.shown import show_table
from notify.phrases import BEIJING

_SIDES = {"without_register": "无名录", "with_register": "有名录"}
_APART = ("heat_places", "failures")
_WHOLE = ("hotspots", "hotspot_rows_rejected", "hotspot_values_blanked", "days", "days_无数据")


def show_proof(found: dict[str, Any]) -> None:
    """Print what was found of one recording."""
    sides = {name: found[name] for name in _SIDES}
    names = [name for name in sides["with_register"] if name not in _APART]
    rows = [{"name": name, **{side: _text(sides[side].get(name)) for side in _SIDES}} for name in names]
    whole = [{"name": name, **dict.fromkeys(_SIDES, found[name])} for name in _WHOLE]
    show_table(str(found["table"]), {"name": "", **_SIDES}, [*whole, *rows], empty="无")
    for side, zh in _SIDES.items():
        typer.echo(f"常年热源（{zh}）：")
        for line in [_place_zh(row) for row in sides[side]["heat_places"]] or ["无"]:
            typer.echo(f"  {line}")
    by_day = {date.fromisoformat(day): count for day, count in found["by_day"].items()}
    days = [{**row, "from": row["from"].isoformat(), "to": row["to"].isoformat()} for row in stretches(by_day)]
    show_table("逐段：监测区热点", {"from": "自", "to": "至", "days": "天数", "hotspots": "热点"}, days, empty="无数据")


def _text(value: object) -> object:
    return "、".join(f"{key} {number}" for key, number in value.items()) if isinstance(value, dict) else value


def _place_zh(row: dict[str, Any]) -> str:
    """A place of heat in one line: 河北省三河市 40.04N 117.006E（未列名）：2022-05-20至2023-05-02观测9次9天,…."""
    since = row["held_back_since_utc"]
    held = f"抑制{row['held_back']}起（{since.astimezone(BEIJING).date()}起）" if since is not None else "抑制0起"
    left = row["told_because_it_left_its_history"]
    return (
        f"{row['place']} {row['lat_deg']}N {row['lon_deg']}E（{row['listed']}）："
        f"{row['first_local_date']}至{row['last_local_date']}观测{row['looks']}次{row['days']}天，"
        f"{row['learned_since_local_date']}起判为常年热源，{held}，学习期内通报{row['told_while_learning']}起，"
        f"学习期后通报{row['told_after_learning']}起" + (f"，超出历史通报{left}起" if left else "")
    )
