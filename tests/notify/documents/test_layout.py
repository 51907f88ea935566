"""What a document may say, before anything draws it."""

from __future__ import annotations

import pytest

from notify.documents.layout import Fields, Grid, fields, grid, known, words_of
from tests.notify.documents.papers import a_document


@pytest.mark.parametrize("value", [None, "", "  "])
def test_what_nobody_knows_reads_as_unknown(value: str | None) -> None:
    assert known(value) == "待核"
    assert fields([("起火时间", value)]).pairs == (("起火时间", "待核"),)
    assert grid(("县区",), [(value,)]).rows == (("待核",),)


def test_a_zero_that_was_counted_stays_a_zero() -> None:
    assert known(0) == "0"


def test_a_blank_in_a_form_is_refused() -> None:
    with pytest.raises(ValueError, match="has a blank"):
        Fields((("起火时间", " "),))
    with pytest.raises(ValueError, match="has a blank"):
        Grid(("县区",), (("",),))


def test_a_row_of_another_width_is_refused() -> None:
    with pytest.raises(ValueError, match="2 cells under 1 columns"):
        grid(("县区",), [("怀柔", "1")])
    with pytest.raises(ValueError, match="2 widths for 1 columns"):
        grid(("县区",), [], shares=(1, 2))


def test_a_document_needs_a_title_a_word_and_a_time_with_a_zone() -> None:
    naive = a_document().made_utc.replace(tzinfo=None)
    for changed in ({"title": ""}, {"number": " "}, {"blocks": ()}, {"made_utc": naive}):
        with pytest.raises(ValueError, match=r"blank|without a word|naive|aware"):
            a_document(**changed)


def test_a_draft_says_so_above_everything_until_somebody_signs() -> None:
    assert "未经签发不得对外发布" in a_document().first_lines[0]
    assert a_document(signed_by="张三、李四").first_lines == ()
    assert a_document(signed_by="张三").signer_zh == "签发：张三"


def test_an_exercise_begins_with_its_mark() -> None:
    assert a_document(exercise=True).first_lines[0] == "【演练】"


def test_its_words_come_in_reading_order() -> None:
    words = list(words_of(a_document()))
    assert words.index("一、基本情况") < words.index("起火时间") < words.index("接收人") < words.index("怀柔区森防办")
    assert words.count("待核") == 2
