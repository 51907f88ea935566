"""The words over a danger map: they name the index that the grade rests on."""

from __future__ import annotations

import pytest

from flows.danger_pictures import index_words

WHOLE = {"fwi_median": 13.2, "fwi_p95": 14.7, "peak_fwi_p95": 29.1, "degraded_share": 0.0}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "正午指数中位13，高值15，全天高值29"),
        ({"peak_fwi_p95": 12.0}, "火险气象指数中位13，高值15"),
        ({"peak_fwi_p95": None, "degraded_share": 1.0}, "火险气象指数中位13，高值15，部分输入不足"),
    ],
    ids=["a windy evening", "noon is the worst", "no hours are known"],
)
def test_an_evening_that_is_worse_than_noon_is_told_beside_it(changes: dict[str, float | None], said: str) -> None:
    assert index_words(WHOLE | changes) == said
