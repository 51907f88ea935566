"""``firewatch train``: learn the ignition estimator from tables, as the monthly flow does from the archive."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import polars as pl
import typer

from desk.backtest.inputs import local_days, seen, verified_fires
from desk.errors import InputError
from desk.options import Json
from desk.shown import show_json, tell_unread
from desk.tables import table_file
from feeds.tables import parse_weather_table
from flows.cell_facts import read_cell_facts
from flows.estimators import standing_estimator
from flows.learning import keep, learn, sample_of
from flows.recorded_feeds import LeftOut, hourly
from flows.rules import shipped_rules
from flows.settings import load_settings
from flows.signed import load_signed
from flows.wiring import catalogue_of
from flows.wrong_weather import doubts_zh
from models.ignition.training import TooFewFires
from notify.phrases import BEIJING

_OUTCOMES_ZH = {"replaced": "候选胜出，替换在用模型", "kept": "在用模型保留", "too_few_fires": "火太少，未学习"}


def train(
    weather: Annotated[Path, typer.Option(help="Weather table.")],
    hotspots: Annotated[Path, typer.Option(help="FIRMS table, or snapshots as .jsonl(.gz).")],
    begin: Annotated[str, typer.Option("--from", help="First local day.")],
    end: Annotated[str, typer.Option("--to", help="Last local day.")],
    coverage: Annotated[Path | None, typer.Option(help="Table of snapshots with covers_study_box.")] = None,
    verified: Annotated[
        Path | None, typer.Option(help="Table local_date, lat_deg, lon_deg, fire (true or false).")
    ] = None,
    only_look: Annotated[bool, typer.Option("--only-look", help="Say what would come of it; write nothing.")] = False,
    as_json: Json = False,
) -> None:
    """Learn from fires. Example: firewatch train --weather w.csv --hotspots h.csv --from 2021-01-01 --to 2024-12-31."""
    first, last = local_days(begin, end)
    settings = load_settings()
    rules = load_signed(settings.rules or shipped_rules())
    told = seen(hotspots, coverage, rules)
    fires = verified_fires(told.hotspots.filter(~pl.col("persistent")), verified)
    looked_at = sorted(day for day in told.covered | set(fires["local_date"]) if first <= day <= last)
    parsed, left = parse_weather_table(table_file(weather), bounds=rules.rejects), LeftOut()
    left.count(parsed)
    table = hourly(parsed.frame, weather.name)
    try:
        sample = sample_of(
            table,
            fires,
            looked_at,
            rules=rules,
            catalogue=catalogue_of(settings.zones),
            facts=read_cell_facts(settings.cell_facts),
        )
    except TooFewFires as error:
        raise InputError(str(weather), str(error), remedy="give weather of the days that were looked at") from error
    champion = standing_estimator(settings.home, settings.rules)
    data = f"{weather.name}, {hotspots.name}, {first} to {last}"
    lesson = learn(sample, champion, made=datetime.now(UTC).astimezone(BEIJING).date(), data=data)
    counted = (
        told.left.hotspot_counts() | left.weather_counts() | {"weather_doubts": doubts_zh(parsed, rules.plausibility)}
    )
    if not only_look:
        keep(lesson, settings.home)
    if as_json:
        show_json(lesson.document() | counted)
    else:
        outcome = _OUTCOMES_ZH[lesson.outcome]
        typer.echo(f"{outcome}（{lesson.champion}）：{lesson.why}")
        tell_unread(counted)
