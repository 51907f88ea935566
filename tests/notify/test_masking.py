"""What is kept or logged holds no number, mailbox, key or token."""

from __future__ import annotations

import logging
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notify.masking import MaskingFilter, masked, masked_number, masked_value


@pytest.mark.parametrize(
    ("said", "secret"),
    [
        ("phone 13912345678 refused", "139123456"),
        ("phone13912345678", "139123456"),
        ("+8613912345678", "139123456"),
        ("to=%2B8613912345678&x=1", "139123456"),
        ("0086 139 1234 5678", "1234 56"),
        ("139-1234-5678", "1234-56"),
        ("值班电话010-61234567", "6123456"),
        ("(0314)2123456", "212345"),
        ("duty@fire.example.org refused", "duty"),
        ("to=duty%40fire.example.org", "duty"),
        ("https://oapi.dingtalk.com/robot/send?access_token=0a1b2c3d4e5f60718293a4b5c6d7e8f9&sign=Zm9v%3D", "0a1b2c"),
        ("https://oapi.dingtalk.com/robot/send?access_token=0a1b&sign=Zm9vYmFy%3D", "Zm9vYmFy"),
        ("/cgi-bin/webhook/send?key=693a91f6-7xxx-4bc4-97a0", "693a91f6"),
        ("/open-apis/bot/v2/hook/1a2b3c4d-0000-1111", "1a2b3c4d"),
        ("{'AccessKeyId': 'LTAI5tQ9'}", "LTAI5tQ9"),
        ('{"app_secret":"p4ss-w0rd"}', "p4ss"),
        ("Authorization: Bearer eyJhbGciOi.x", "eyJhbGciOi"),
        ("AT_9f8e7d6c5b4a3928", "9f8e7d6c"),
        ("smtps://duty:hunter2@mail.example.org", "hunter2"),
    ],
)
def test_a_secret_is_hidden(said: str, secret: str) -> None:
    assert secret not in masked(said)


@pytest.mark.parametrize(
    "said",
    [
        "平0410-03 已签收",
        "2027-04-10T07:07:00+00:00 danger_watch done in 12.3 s",
        "run R0410-0710 20270410071000",
        "delivery 0123456789abcdef0139123456780abc rejected",
        "40.4653,115.9850 距界1.2公里",
        "热点0, 213/213",
        "GB 110116 130802",
        "FIREWATCH_CAP_KEY: cannot be read",
        "rules: unknown key: x",
    ],
)
def test_what_an_operator_needs_stays(said: str) -> None:
    assert masked(said) == said


def test_of_a_number_the_last_two_digits_stay() -> None:
    assert masked("13912345678") == "***78"
    assert masked_number("13912345678") == "*********78"
    assert masked_number("duty@fire.example.org") == "d***@fire.example.org"
    assert masked_number("12") == "***"


@given(
    st.text(alphabet="abc 火:/=,", max_size=8),
    st.integers(13 * 10**9, 20 * 10**9 - 1),
    st.sampled_from([" ", "号", ","]),
)
def test_no_mobile_number_gets_through_whatever_stands_around_it(before: str, number: int, after: str) -> None:
    assert str(number)[:9] not in masked(f"{before}{number}{after}")


@given(st.text())
def test_masking_twice_is_masking_once(said: str) -> None:
    assert masked(masked(said)) == masked(said)


def test_values_of_documents_are_masked_and_keep_their_shape() -> None:
    assert masked_value({"a": ["13912345678", 13912345678, 12, True, None, 0.5]}) == {
        "a": ["***78", "***78", 12, True, None, 0.5]
    }


def test_a_log_record_is_masked_with_its_arguments_and_its_trace(caplog: pytest.LogCaptureFixture) -> None:
    try:
        int("no route to 13912345678")
    except ValueError:
        trace = sys.exc_info()
    record = logging.LogRecord("x", logging.ERROR, __file__, 1, "to %s", ("duty@example.org",), trace)
    record.stack_info = "key=abc"
    assert MaskingFilter().filter(record)
    written = logging.Formatter().format(record)
    assert "to ***" in written
    assert "Traceback" in written
    for secret in ("duty@", "1391234567", "abc"):
        assert secret not in written
