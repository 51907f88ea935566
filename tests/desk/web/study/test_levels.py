"""Levels, silences and other offices' warnings on the desk: whose they are, with whose name, until when."""

from __future__ import annotations

import pytest

from desk.web.app import desk_app
from store.audit import AuditAction
from tests.desk.web.conftest import NIGHT, PASSWORD, Browser

DOWN = {"subject": "PG-JZ", "level": "yellow", "reason": "降雨"}


@pytest.fixture
def browser(live) -> Browser:
    browser = Browser(desk_app(live, clock=lambda: NIGHT))
    browser.log_in("li")
    return browser


def in_force(live) -> list[tuple[str, str | None]]:
    return [(one.level, one.reviewed_by) for one in live.overrides.in_force(at=NIGHT, world="live")]


@pytest.mark.parametrize(
    ("reviewer", "said"),
    [
        ({}, "未办理"),
        ({"reviewer": "zhao", "reviewer_password": "wrong-password"}, "账号和口令要对"),
        ({"reviewer": "li", "reviewer_password": PASSWORD}, "须是另一人"),
        ({"reviewer": "zhang", "reviewer_password": PASSWORD}, "带班领导"),
        ({"reviewer": "qian", "reviewer_password": PASSWORD}, "本地区"),
    ],
    ids=["nobody", "wrong password", "the same person", "no leader", "another region"],
)
def test_down_only_with_a_leader_of_the_region_who_proves_to_be_there(browser, live, reviewer, said: str) -> None:
    answer = browser.send("/levels/set", **DOWN, **reviewer)
    assert answer.status_code == 422
    assert said in answer.text
    assert in_force(live) == []


def test_a_reviewers_password_is_guessed_a_few_times_only_and_stands_in_no_log(browser, live) -> None:
    wrong = {"reviewer": "zhao", "reviewer_password": "guess-guess"}
    for _ in range(live.rules.desk.login_tries):
        browser.send("/levels/set", **DOWN, **wrong)
    answer = browser.send("/levels/set", **DOWN, reviewer="zhao", reviewer_password=PASSWORD)
    assert "试错次数过多" in answer.text
    assert all("guess-guess" not in link.payload for link in live.audit.links())


def test_down_with_a_reviewer_and_up_again_is_on_the_log_with_both_names(browser, live) -> None:
    done = browser.send("/levels/set", **DOWN, reviewer="zhao", reviewer_password=PASSWORD)
    assert done.status_code == 303
    assert in_force(live) == [("yellow", "北京赵六")]
    assert browser.send("/levels/1/end").status_code == 303
    assert in_force(live) == []
    deeds = [link for link in live.audit.links() if link.action == AuditAction.OVERRIDE]
    assert [link.actor for link in deeds] == ["平谷李四", "平谷李四"]
    assert "北京赵六" in deeds[0].payload


def test_what_another_region_decides_is_not_silenced_and_an_officer_silences_nothing(browser, live) -> None:
    wang = Browser(browser.app)
    wang.log_in("wang")
    assert wang.send("/silences", subject="PG-JZ", hours="2", reason="x").status_code == 403
    assert wang.send("/levels/set", subject="HR-CD", level="red", reason="x").status_code == 403
    assert live.releases.silences(at=NIGHT, world="live") == []


@pytest.mark.parametrize("hours", ["0", "-1", "9999", "soon"])
def test_a_silence_has_an_end_that_the_rules_allow(browser, live, hours: str) -> None:
    assert browser.send("/silences", subject="PG-JZ", hours=hours, reason="计划烧除").status_code == 422
    assert live.releases.silences(at=NIGHT, world="live") == []


@pytest.mark.parametrize(
    "changed", [{"area": "999999"}, {"colour": "purple"}, {"ends": "2024-04-10T05:00"}, {"source": ""}, {"area": "x"}]
)
def test_a_warning_that_cannot_be_is_not_noted(browser, live, changed: dict[str, str]) -> None:
    right = {"area": "110000", "colour": "orange", "begins": "2024-04-10T06:00", "ends": "2024-04-12T00:00"}
    assert browser.send("/outside", **({**right, "source": "第12期"} | changed)).status_code == 422
    assert live.warning_documents.outside(110000, at=NIGHT, world="live") is None
