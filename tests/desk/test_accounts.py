"""Accounts and tokens by command: passwords come from the terminal, secrets are shown once."""

from __future__ import annotations

import io

import pytest

from desk.web.passwords import fits, hashed
from store.errors import AnswerUnclear

GOOD = "long enough 密码"


@pytest.fixture
def typed(monkeypatch):
    def type_in(text: str) -> None:
        monkeypatch.setattr("sys.stdin", io.StringIO(text + "\n"))

    return type_in


def add(firewatch, *more: str):
    return firewatch(
        "accounts", "add", "zhang", "--name", "张三", "--role", "officer", "--region", "beijing", "--office", "110117",
        "--by", "运维李", *more,
    )  # fmt: skip


def test_an_account_has_the_password_that_was_typed(firewatch, typed, house) -> None:
    typed(GOOD)
    made = add(firewatch, "--json")
    assert (made.code, made.document["name_zh"]) == (0, "张三")
    assert GOOD not in made.out
    account = house.accounts.find("zhang")
    assert account is not None
    assert (account.name_zh, account.office, account.active) == ("张三", "110117", True)
    assert fits(GOOD, house.accounts.password_hash("zhang"))
    assert not fits(GOOD + "x", house.accounts.password_hash("zhang"))


def test_the_list_shows_no_hash(firewatch, typed) -> None:
    typed(GOOD)
    add(firewatch)
    listed = firewatch("accounts", "list", "--json")
    assert [one["login"] for one in listed.document] == ["zhang"]
    assert "argon2" not in listed.out


@pytest.mark.parametrize("password", ["short", "aaaaaaaaaaaaaaaa", "x" * 129])
def test_a_password_that_is_guessed_or_too_long_is_refused(firewatch, typed, house, password: str) -> None:
    typed(password)
    assert add(firewatch).code == 2
    assert house.accounts.find("zhang") is None


def test_the_same_login_or_the_same_name_in_one_office_is_refused(firewatch, typed) -> None:
    typed(GOOD)
    add(firewatch)
    typed(GOOD)
    assert add(firewatch).code == 2


def test_a_place_that_nobody_knows_is_named(firewatch, typed) -> None:
    typed(GOOD)
    done = firewatch(
        "accounts", "add", "li", "--name", "李四", "--role", "officer", "--region", "tianjin", "--office", "110117",
        "--by", "运维李",
    )  # fmt: skip
    assert done.code == 2
    assert "120119" in done.err


def test_a_disabled_account_has_no_password_any_more(firewatch, typed, house) -> None:
    typed(GOOD)
    add(firewatch)
    done = firewatch("accounts", "disable", "zhang", "--by", "运维李", "--json")
    assert (done.code, done.document) == (0, {"login": "zhang", "active": False})
    assert house.accounts.password_hash("zhang") is None


def test_a_token_is_shown_once_and_opens_until_it_is_revoked(firewatch, house) -> None:
    made = firewatch("tokens", "mint", "hebei", "--region", "hebei", "--scope", "answer", "--by", "运维李")
    secret = made.out.strip()
    found = house.api_tokens.find(secret, at=house.clock())
    assert found is not None
    assert (found.region, found.office) == ("hebei", "130000")
    assert secret not in firewatch("tokens", "list").out
    assert firewatch("tokens", "revoke", "hebei", "--by", "运维李", "--json").document["revoked"]
    again = firewatch("tokens", "mint", "tianjin", "--region", "tianjin", "--by", "运维李", "--json").document
    assert house.api_tokens.find(again["secret"], at=house.clock()) is not None
    assert house.api_tokens.find(secret, at=house.clock()) is None


def test_a_token_that_would_last_for_ever_is_refused(firewatch) -> None:
    assert firewatch("tokens", "mint", "x", "--region", "hebei", "--days", "4000", "--by", "运维李").code == 2


def test_a_password_is_held_against_nothing_in_the_same_way() -> None:
    assert not fits("anything at all", None)
    with pytest.raises(AnswerUnclear):
        hashed("1234567", least=8)
