"""``firewatch process`` as an officer and a script use it."""

from __future__ import annotations

import pytest

ASKED = ("--set", "office=蓟州区森防办", "--set", "what=专业队前置", "--set", "where=大岭后")


@pytest.fixture
def number(told) -> str:
    [incident] = told.incidents.open_incidents(world="live")
    return incident.incident_id


def test_a_request_is_opened_answered_listed_and_shown(firewatch, number) -> None:
    opened = firewatch(
        "process", "open", "response", "--event", number, "--by", "平谷张三", "--to", "120119", *ASKED, "--json"
    )
    case_no = opened.document["case_no"]
    firewatch(
        "process", "step", case_no, "accepted", "--by", "蓟州李四", "--set", "forces=30人", "--set", "commander=王五"
    )
    rows = firewatch("process", "list", "--event", number, "--json").document
    assert [(row["process"], row["state"]) for row in rows] == [("notice", "sent"), ("response", "accepted")]
    shown = firewatch("process", "show", case_no)
    assert "力量：30人；指挥员：王五" in "".join(shown.out.split())
    assert "对方已接受" in shown.out


def test_what_waits_is_listed_with_its_clock(firewatch, number) -> None:
    rows = firewatch("process", "waits", "--late", "--json").document
    assert [(row["case_no"], row["standing_zh"]) for row in rows] == [(f"通-{number}", "超时")]
    assert "对方签收" in firewatch("process", "waits").out


def test_a_field_that_no_form_has_is_bad_usage(firewatch, number) -> None:
    done = firewatch("process", "open", "task", "--event", number, "--by", "张三", "--set", "colour=red")
    assert done.code == 2
    assert "names no field" in done.err


def test_a_step_that_the_law_does_not_have_says_what_may_follow(firewatch, number) -> None:
    done = firewatch("process", "step", f"通-{number}", "signed", "--by", "张三")
    assert done.code == 1
    assert "received(已签收)" in done.err
