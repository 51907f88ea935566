"""``firewatch heat-sources`` and ``firewatch release-heat``: the register of known heat (常年热源)."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from desk.opened import WorldOption, opened
from desk.options import Json
from desk.shown import show_json, show_rows
from flows.heat_register import release_heat
from notify.alert import LIVE

COLUMNS = {
    "source_id": "编号",
    "name_zh": "名称",
    "kind": "类型",
    "lat_deg": "纬度",
    "lon_deg": "经度",
    "radius_km": "半径（公里）",
    "reviewed_by": "审核",
    "valid_to_local_date": "最后一日",
    "note": "说明",
}


def heat_sources(world: WorldOption = LIVE, as_json: Json = False) -> None:
    """List the heat that reviewers accepted, released ones too. Example: firewatch heat-sources."""
    with opened(world) as house:
        rows = [asdict(one) for one in house.heat_sources.all(world=house.world)]
    show_rows("常年热源", COLUMNS, rows, as_json=as_json)


def release_heat_command(
    source_id: Annotated[str, typer.Argument(help="Number of the source; see firewatch heat-sources.")],
    by: Annotated[str, typer.Option(help="Who says so.")],
    reason: Annotated[str, typer.Option(help="Why; stands in the register and the audit log.")],
    world: WorldOption = LIVE,
    as_json: Json = False,
) -> None:
    """Let a source silence nothing from today on. Example: firewatch release-heat RD-… --by 李四 --reason 厂已停产."""
    with opened(world) as house:
        done = release_heat(house, source_id, by=by, reason=reason, now=house.clock())
    if as_json:
        show_json(asdict(done))
    else:
        typer.echo(f"{done.source_id} {done.name_zh} 已撤销，自今日起不再按常年热源处理。")
