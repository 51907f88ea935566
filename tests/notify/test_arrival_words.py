"""A projection is said as a span of hours and in words, never as a bare share."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notify.arrival_words import arrival_limits, arrival_long, arrival_short, hours_zh, likely_zh
from tests.notify.words import ARRIVAL


@pytest.mark.parametrize(
    ("early", "late", "said"),
    [
        (2.1, 5.4, "2至6小时"),
        (0.2, 0.4, "半小时内"),
        (0.2, 3.1, "4小时内"),
        (0.2, None, "随时"),
        (7.9, None, "最早7小时"),
        (0.7, None, "最早1小时"),
        (0.7, 22.6, "最早1小时"),
        (0.2, 22.6, "随时"),
    ],
)
def test_hours_are_whole_and_rounded_outward(early, late, said) -> None:
    assert hours_zh(replace(ARRIVAL, early_h=early, late_h=late)) == said


def test_what_is_hardly_likely_is_no_promise() -> None:
    hardly = replace(ARRIVAL, early_h=None, late_h=None, probability_within={24: 0.02})
    assert arrival_short(hardly) == ""
    assert "不等于不会越界" in arrival_long(hardly)


def test_without_a_projection_nothing_is_said() -> None:
    assert arrival_short(None) == arrival_long(None) == arrival_limits(None) == ""


@given(st.floats(0, 1), st.floats(0, 20), st.floats(0, 20))
def test_no_share_is_ever_a_bare_number(share, early, more) -> None:
    facts = replace(ARRIVAL, early_h=early, late_h=early + more, probability_within={24: share})
    assert not re.search(r"\d\.\d|%", arrival_long(facts) + arrival_short(facts))
    assert likely_zh(share) in arrival_long(facts)
    assert "未计飞火" in arrival_limits(facts)
