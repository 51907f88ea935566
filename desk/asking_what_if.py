"""``firewatch what-if``: danger and projections on other weather, kept apart and never sendable (推演)."""

from __future__ import annotations

from typing import Annotated

import typer

from desk.opened import opened
from desk.options import Json, ZoneOption
from desk.shown import show_json, show_table
from flows.parameters import who_runs
from flows.what_if import MARK_ZH, Change
from flows.what_if import what_if as compute
from notify.alert import LIVE


def what_if(
    reason: Annotated[str, typer.Option(help="Why.")],
    wind: Annotated[int, typer.Option(help="Steps of the wind scale, +2.")] = 0,
    humidity: Annotated[float, typer.Option(help="Relative humidity, percentage points, -10.")] = 0.0,
    temperature: Annotated[float, typer.Option(help="Temperature, °C.")] = 0.0,
    zone: ZoneOption = None,
    by: Annotated[str, typer.Option(help="Who asks. The operator's name when empty.")] = "",
    as_json: Json = False,
) -> None:
    """Ask what other weather would do. Example: firewatch what-if --wind 2 --humidity -10 --reason 会商."""
    with opened(LIVE) as house:
        who = by or who_runs(house.settings)
        found = compute(house, Change(wind, humidity, temperature), zones=tuple(zone or ()), who=who, reason=reason)
    if as_json:
        said = {"mark": MARK_ZH, "what_if": found.change.words_zh, "as_of": found.as_of}
        show_json(said | {"danger": found.danger, "incidents": found.incidents, "folder": found.folder})
        return
    typer.echo(f"【{MARK_ZH}】{found.change.words_zh}。仅供研判，不是预报，不能发送。")
    columns = {"zone": "联防单元", "local_date": "日期", "danger_grade": "现等级", "danger_grade_what_if": "推演等级"}
    columns |= {"fwi_p95": "现FWI", "fwi_p95_what_if": "推演FWI"}
    show_table(f"火险（{MARK_ZH}）", columns, found.danger, empty="无")
    columns = {"incident_id": "事件", "arrival_h_early": "现最早到界h", "arrival_h_early_what_if": "推演最早到界h"}
    columns |= {"within_24h": "现24h内", "within_24h_what_if": "推演24h内"}
    show_table(f"到界（{MARK_ZH}）", columns, found.incidents, empty="无在燃事件")
    typer.echo(f"→ {found.folder}")
