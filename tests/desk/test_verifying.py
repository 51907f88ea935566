"""Answers, steps, stages, reports, and the review of known heat, as an officer types them."""

from __future__ import annotations

import pytest
import time_machine

from desk.exits import Exit
from tests.flows.world import HOUR, MORNING


@pytest.fixture
def number(firewatch, told) -> str:
    [row] = firewatch("incidents", "--json").document
    return str(row["incident_id"])


@pytest.fixture(autouse=True)
def _an_hour_later():
    with time_machine.travel(MORNING + HOUR, tick=True):
        yield


def test_a_fire_prints_the_form_with_what_is_unknown(firewatch, number) -> None:
    said = firewatch("verify", number, "--as", "林火", "--by", "张三")
    assert said.code == Exit.DONE
    assert "火情快报【首报】" in said.out
    assert "受害森林面积：待核" in said.out
    assert "已核实" in said.out
    form = firewatch("fire-report", number, "--by", "张三", "--damaged-ha", 42.7, "--set", "cause=电线短路").out
    assert "续报1" in form
    assert "受害森林面积：42.7公顷（640.5亩）" in form
    assert "建议等级：较大（依据受害森林面积42.7公顷，待核）" in form
    assert firewatch("close", number, "--to", "flames_out", "--by", "张三", "--reason", "前指报告").code == Exit.DONE
    assert firewatch("close", number, "--by", "张三", "--reason", "验收").code == Exit.FAILED


def test_works_are_closed_proposed_and_reviewed_by_another(firewatch, number) -> None:
    said = firewatch("verify", number, "--as", "常年热源", "--by", "张三", "--json").document
    assert said["stage"] == "closed"
    assert said["heat_proposal"]["state"] == "proposed"
    assert "工矿用火" in said["closed_text"]
    assert firewatch("review", number, "accept", "--by", "张三", "--name", "某厂").code == Exit.BAD_INPUT
    done = firewatch("review", number, "accept", "--by", "李四", "--name", "某厂", "--kind", "cement", "--json")
    assert done.document["state"] == "accepted"


def test_steps_are_recorded_and_a_refusal_needs_a_reason(firewatch, number) -> None:
    assert firewatch("task", number, "receive", "--by", "张三", "--json").document["state"] == "active"
    assert firewatch("task", number, "refuse", "--by", "张三").code == Exit.FAILED


def test_a_type_that_is_none_a_field_that_is_none_and_an_unknown_incident_are_bad_input(firewatch, number) -> None:
    for arguments in (
        ("verify", number, "--as", "大火", "--by", "张三"),
        ("verify", "JJJ-PG-JZ-2024-999", "--as", "林火", "--by", "张三"),
        ("fire-report", number, "--by", "张三", "--set", "suspect=王五"),
        ("report", "daily", "--day", "2027-02-30"),
    ):
        done = firewatch(*arguments)
        assert (done.code, done.out) == (Exit.BAD_INPUT, "")


def test_the_day_is_counted_printed_and_kept(firewatch, number, home) -> None:
    firewatch("verify", number, "--as", "农用火", "--by", "张三")
    document = firewatch("report", "daily", "--day", "2024-04-10", "--json").document
    assert document["total"]["pushed"] == document["total"]["confirmed"] == 1
    assert "查实率（查实÷推送）100.00%（1/1）" in document["text"]
    assert "附表2 超时清单" in firewatch("report", "daily", "--day", "2024-04-10").out
    assert (home / "products" / "reports" / "daily_2024-04-10.txt").read_text(encoding="utf-8").startswith("京津冀")
    assert document["missing"] == ["本期尚未结束"] or document["missing"]


def test_who_owes_the_report_of_the_day_is_shown(firewatch, house) -> None:
    done = firewatch("report", "duty", "--day", "2024-04-10", "--json").document
    counties = {one["county_zh"]: one for one in done["counties"]}
    assert counties["怀柔"]["owed"]
    assert counties["怀柔"]["reported_utc"] is None
    assert "未报" in firewatch("report", "duty", "--day", "2024-04-10").out
