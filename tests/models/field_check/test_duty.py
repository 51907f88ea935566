"""What makes a day one of reports, in words."""

from __future__ import annotations

from datetime import date

import pytest

from models.field_check.duty import DutyRules, duty_words
from tests.models.fire_calendar.shipped import CALENDAR, FENGNING, HUAIROU, JIZHOU


@pytest.mark.parametrize(
    ("gb", "day", "words"),
    [
        (HUAIROU, date(2027, 4, 10), ("防火期", "高火险期", "防火戒严期")),
        (HUAIROU, date(2027, 4, 5), ("防火期", "高火险期", "防火戒严期", "清明")),
        (JIZHOU, date(2027, 4, 10), ("防火期",)),
        (FENGNING, date(2027, 7, 1), ()),
        (FENGNING, date(2027, 10, 1), ("防火期", "国庆")),
    ],
)
def test_the_periods_and_key_dates_of_a_day_are_named(gb, day, words) -> None:
    assert duty_words(CALENDAR, gb, day) == words


def test_a_time_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="answer_within_min"):
        DutyRules(answer_within_min=0.0)
