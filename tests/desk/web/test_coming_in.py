"""Coming in: passwords, sessions, forms of other sites, and those who try too often."""

from __future__ import annotations

from datetime import timedelta

import pytest

from desk.web.app import desk_app
from desk.web.visit import COOKIE
from store.audit import AuditAction
from tests.desk.web.conftest import NIGHT, PASSWORD, Browser, hidden


def deeds(house, action: AuditAction) -> list[str]:
    return [link.subject for link in house.audit.links() if link.action == action]


def test_nobody_sees_a_page_without_coming_in(browser) -> None:
    for path in ("/", "/drafts", "/deliveries", "/suppressed", "/map/live.json"):
        answer = browser.get(path)
        assert (answer.status_code, answer.headers["location"]) == (303, "/login"), path


def test_a_person_with_the_right_password_comes_in_and_the_log_says_so(browser, house) -> None:
    answer = browser.log_in("zhang")
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert browser.get("/").status_code == 200
    assert deeds(house, AuditAction.LOGIN) == ["zhang"]


def test_the_cookie_is_for_this_site_and_for_no_script(browser) -> None:
    said = browser.log_in("zhang").headers.get_list("set-cookie")
    session = next(each for each in said if each.startswith(COOKIE))
    assert "HttpOnly" in session
    assert "SameSite=strict" in session


def test_behind_tls_the_cookie_goes_over_tls_only(house) -> None:
    settings = house.settings.model_copy(update={"desk_url": "https://desk.invalid"})
    browser = Browser(desk_app(house.within("live", settings=settings), clock=lambda: NIGHT))
    answer = browser.get("/login")
    assert "Secure" in answer.headers["set-cookie"]
    assert answer.headers["strict-transport-security"]


@pytest.mark.parametrize(("login", "password"), [("zhang", "wrong password"), ("nobody", PASSWORD), ("zhang", "")])
def test_a_wrong_password_and_an_unknown_login_read_the_same(browser, house, login: str, password: str) -> None:
    answer = browser.log_in(login, password)
    assert answer.status_code == 403
    assert "账号或密码不对" in answer.text
    assert COOKIE not in browser.cookies
    assert len(deeds(house, AuditAction.LOGIN_REFUSED)) == 1


def test_who_tries_too_often_waits_even_with_the_right_password(browser) -> None:
    for _ in range(6):
        browser.log_in("zhang", "wrong password")
    answer = browser.log_in("zhang")
    assert answer.status_code == 429
    assert COOKIE not in browser.cookies


def test_another_name_from_the_same_address_may_still_try(browser) -> None:
    for _ in range(6):
        browser.log_in("zhang", "wrong password")
    assert browser.log_in("wang").status_code == 303


def test_a_form_of_another_site_logs_nobody_in(browser) -> None:
    browser.get("/login")
    answer = browser.post("/login", data={"login": "zhang", "password": PASSWORD, "form_token": "guessed"})
    assert answer.status_code == 403
    assert COOKIE not in browser.cookies
    token = hidden(browser.get("/login").text, "form_token")
    fields = {"login": "zhang", "password": PASSWORD, "form_token": token}
    crossing = browser.post("/login", data=fields, headers={"Origin": "https://evil.invalid"})
    assert crossing.status_code == 403


def test_a_session_that_was_planted_becomes_nobodys(browser) -> None:
    browser.cookies[COOKIE] = "planted"
    browser.log_in("zhang")
    assert browser.cookies[COOKIE] != "planted"
    assert Browser(browser.app, {COOKIE: "planted"}).get("/").status_code == 303


def test_coming_in_again_ends_the_session_before(browser) -> None:
    browser.log_in("zhang")
    former = dict(browser.cookies)
    browser.get("/login")
    browser.post("/logout", data={"csrf": hidden(browser.get("/").text, "csrf")})
    browser.log_in("zhang")
    assert Browser(browser.app, former).get("/").status_code == 303
    assert browser.get("/").status_code == 200


def test_whoever_goes_out_is_out_also_with_the_old_cookie(browser, house) -> None:
    browser.log_in("zhang")
    former = dict(browser.cookies)
    assert browser.send("/logout").status_code == 303
    assert Browser(browser.app, former).get("/").status_code == 303
    assert deeds(house, AuditAction.LOGOUT) == ["zhang"]


@pytest.mark.parametrize("later", [timedelta(hours=2, minutes=1), timedelta(hours=14)])
def test_a_session_ends_when_nobody_uses_it_and_after_half_a_day(house, later: timedelta) -> None:
    moment = [NIGHT]
    browser = Browser(desk_app(house, clock=lambda: moment[0]))
    browser.log_in("zhang")
    moment[0] += later
    assert browser.get("/").status_code == 303


def test_a_new_password_or_a_disabled_account_ends_what_is_open(browser, house) -> None:
    browser.log_in("zhang")
    house.accounts.disable("zhang", by="运维", at=NIGHT)
    assert browser.get("/").status_code == 303
    assert browser.log_in("zhang").status_code == 403


def test_a_session_of_an_exercise_opens_nothing_that_is_live(house) -> None:
    drill = Browser(desk_app(house.within("exercise-test", clock=lambda: NIGHT), clock=lambda: NIGHT))
    drill.log_in("zhang")
    assert "【演练】" in drill.get("/").text
    assert Browser(desk_app(house, clock=lambda: NIGHT), dict(drill.cookies)).get("/").status_code == 303


def test_a_token_of_a_session_stands_nowhere_in_the_database_and_in_no_page(browser, house) -> None:
    browser.log_in("zhang")
    token = browser.cookies[COOKIE]
    assert token not in browser.get("/").text
    assert token.encode() not in house.home.database.read_bytes()
