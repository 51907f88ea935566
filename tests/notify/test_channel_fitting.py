"""A text within what a channel carries."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notify.channels.address import AddressUnreadable, credential_of, filled, parameters, secret_names
from notify.channels.fitting import EXERCISE_MARK, chunked, fitted, utf8

CODE = "平0410-03"
WORDS = st.text(alphabet="火界平谷，。；！？ab1\n😀", min_size=1, max_size=400)


@given(WORDS, st.integers(60, 600), st.booleans())
def test_no_cut_breaks_a_character_the_limit_the_code_or_the_drill_mark(text: str, most: int, drill: bool) -> None:
    whole = f"{EXERCISE_MARK}{text}（{CODE}）{EXERCISE_MARK}" if drill else f"{text}（{CODE}）"
    found = fitted(whole, most, code=CODE)
    assert utf8(found) <= most
    assert CODE in found
    if drill:
        assert found.startswith(EXERCISE_MARK)
        assert found.endswith(EXERCISE_MARK)


def test_a_text_that_fits_stays_as_it_is() -> None:
    assert fitted("短", 3, code=CODE) == "短"


def test_a_cut_ends_a_sentence_where_one_is_in_reach() -> None:
    assert fitted("甲乙丙。丁戊己庚辛壬癸子丑寅卯辰巳午未申。" + CODE, 60, code=CODE).startswith("甲乙丙。丁戊")
    assert fitted("甲乙丙丁戊己。" * 9 + CODE, 24, code=CODE, size=len) == "甲乙丙丁戊己。…编号平0410-03。"


def test_no_room_for_the_code_is_an_error() -> None:
    with pytest.raises(ValueError, match="no room for the code"):
        fitted("很长" * 30, 12, code=CODE)


def test_a_text_is_laid_into_the_variables_of_a_template() -> None:
    assert chunked("一二三四五", 2, pieces=4) == ("一二", "三四", "五", " ")
    with pytest.raises(ValueError, match="do not fit"):
        chunked("一二三四五", 2, pieces=2)


def test_secrets_take_the_place_of_their_names_and_nothing_else_changes() -> None:
    address = "dingtalk://?token=${dt_token}&sign=${dt_sign}"
    assert secret_names(address) == ("dt_token", "dt_sign")
    held = {"dt_token": "a&b=c", "dt_sign": "火+ /"}
    asked = parameters(filled(address, held.get), needed=("token",), allowed=("sign",))
    assert (asked["token"], asked.get("sign")) == ("a&b=c", "火+ /")
    with pytest.raises(AddressUnreadable, match="the secret dt_sign is not set"):
        filled(address, {"dt_token": "x"}.get)


def test_one_credential_is_one_name_that_tells_nothing() -> None:
    first = credential_of("smsaliyun://?id=ak&secret=sk&to=13912345678")
    assert first == credential_of("smsaliyun://?to=13912345679&id=ak&secret=sk")
    assert first != credential_of("smsaliyun://?id=other&to=13912345678")
    assert "ak" not in first.partition("-")[2]
    assert credential_of("mailtos://u:p@h/?to=a@b.cn") == credential_of("mailtos://u:p@h/?to=c@d.cn")
