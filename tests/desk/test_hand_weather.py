"""A weather table that a person typed in, from the file to the stamp on what it made."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest
import time_machine

from desk.exits import Exit
from desk.hand_weather import HAND_WEATHER_ZH
from store.audit import AuditAction
from tests.flows import world
from tests.flows.world import MORNING


@pytest.fixture
def table(tmp_path) -> Iterator[Path]:
    path: Path = tmp_path / "金海湖站.csv"
    path.write_text(world.typed_weather(), encoding="utf-8")
    with time_machine.travel(MORNING, tick=True):
        yield path


def test_a_table_from_a_file_becomes_a_product_that_says_it_was_typed_and_by_whom(firewatch, house, table) -> None:
    asked = ("--reason", "自动站缺报", "--by", "张三", "--zone", world.ZONE)
    done = firewatch("hand-weather", table, *asked, "--json")
    assert done.code == Exit.DEGRADED
    run = house.runs.load(done.document["run_id"])
    assert (run.who, run.reason) == ("张三", f"{HAND_WEATHER_ZH}金海湖站.csv：自动站缺报")
    made = {one.kind: house.home.products / one.path for one in house.products.of_run(run.run_id)}
    summary = json.loads(made["danger_summary"].read_text(encoding="utf-8"))
    assert HAND_WEATHER_ZH in summary["missing"]
    assert pl.read_csv(made["danger_csv"])["degraded"].all()
    (kept,) = run.end.inputs
    assert house.payloads.load(kept.payload_id) == table.read_bytes()
    (deed,) = [link for link in house.audit.links() if link.action == AuditAction.HAND]
    assert (deed.actor, deed.subject) == ("张三", "金海湖站.csv")
    assert run.run_id in deed.payload


def test_a_table_without_any_noon_ahead_makes_no_product_and_says_what_it_lacks(firewatch, house, table) -> None:
    observed = [line for line in table.read_text(encoding="utf-8").splitlines() if line.endswith(",")]
    header = table.read_text(encoding="utf-8").splitlines()[0]
    table.write_text("\n".join([header, *observed]), encoding="utf-8")
    done = firewatch("hand-weather", table, "--reason", "自动站缺报", "--by", "张三")
    assert done.code == Exit.DEGRADED
    assert "没有算出等级。缺测：人工录入气象表、" in done.out
    assert "当日气象。" in done.out
