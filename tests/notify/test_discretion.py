"""What an error may say in a message."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notify.discretion import HIDDEN, discreet


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("database is locked", "database is locked"),
        ("[Errno 28] No space left on device: 'danger.csv'", "[Errno 28] No space left on device: 'danger.csv'"),
        ("zone PG-JZ: 12 cells of 3004 without weather on 2027-04-10", None),
        ("no column 'frp_mw' at 0.76 of 1.12", None),
        ("KeyError: 'county_gb'", None),
    ],
)
def test_what_helps_an_operator_stays(said: str, kept: str | None) -> None:
    assert discreet(said) == (said if kept is None else kept)


@pytest.mark.parametrize(
    ("said", "secret"),
    [
        ("GET https://firms.modaps.eosdis.nasa.gov/api/area/csv/0a1b2c/VIIRS failed", "0a1b2c"),
        ("cannot connect to postgresql+psycopg://firewatch:hunter2@db/fire", "hunter2"),
        ("535 5.7.8 duty@fire.example.org refused", "duty"),
        ("Invalid MAP_KEY=abc123", "abc123"),
        ("rejected: token: 'xyz987'", "xyz987"),
        ("bad password=hunter2 for firewatch", "hunter2"),
        ("header Authorization: Basic Zm9vOmJhcmJheg==", "Zm9vOmJhcmJheg"),
        ("Bearer eyJhbGciOi.x", "eyJhbGciOi"),
        ("connection to 10.2.3.4:5432 refused", "10.2.3.4"),
        ("Name or service not known: smtp.fire.gov.cn:465", "smtp.fire"),
        ("host mail.lan did not answer", "mail.lan"),
        ("no route to oa.duty:8443", "oa.duty"),
        ("13912345678 is not a number of this account", "13912345678"),
        ("+86 139 1234 5678 refused", "1234 5678"),
        ("fax 010-12345678 busy", "12345678"),
        ("digest 3f9a2c3f9a2c3f9a2c3f9a2c differs", "3f9a2c3f9a2c"),
    ],
)
def test_secrets_and_addresses_do_not_leave_the_house(said: str, secret: str) -> None:
    assert secret in said
    assert secret not in discreet(said)
    assert HIDDEN in discreet(said)


@pytest.mark.parametrize("said", ["no file '/srv/fire/archive/2027/weather.csv'", r"no file 'C:\fire\weather.csv'"])
def test_of_a_path_only_the_file_is_said(said: str) -> None:
    assert discreet(said) == "no file 'weather.csv'"


def test_what_is_known_to_be_secret_is_left_out_however_it_looks() -> None:
    assert discreet("office inbox-heaven is closed", secrets=("inbox-heaven", "", "is")) == "office … is closed"


def test_the_longer_secret_goes_first() -> None:
    assert discreet("open sesame-street", secrets=("sesame", "sesame-street")) == "open …"


def test_only_the_first_line_is_said_and_it_has_no_control_characters() -> None:
    assert discreet("\n disk\tfull\x00 \n[SQL: INSERT INTO alert ...]\n[parameters: ('secret',)]") == "disk full"
    assert discreet("") == ""


def test_a_long_line_ends_between_words() -> None:
    said = discreet("word " * 60)
    assert said.endswith("word" + HIDDEN)
    assert len(said) <= 121


@given(st.text(max_size=400), st.text("abcdef-", min_size=4, max_size=12))
def test_no_text_whatever_lets_a_known_secret_through(text: str, secret: str) -> None:
    said = discreet(f"{text} {secret} {text}", secrets=(secret,))
    assert secret not in said
    assert said.isprintable()
