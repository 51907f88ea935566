"""What each office had to do, counted from rows that left."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from flows.office_tally import OfficeTally, tallies
from tests.store.examples import NOON, an_alert, rows_of

MINUTE = timedelta(minutes=1)


def test_an_alert_counts_once_an_office_and_calls_for_others_are_told_apart() -> None:
    sent = [replace(row, sent_utc=NOON) for row in rows_of(an_alert(), channels=("sms", "mail"))]
    first, *others = sent
    answered = replace(first, acknowledged_utc=NOON + 4 * MINUTE, acknowledged_by="张三")
    call = replace(first, delivery_id="call", step=2, for_office="110117", for_office_zh="平谷区森防办")
    found = tallies([call, answered, *others], ("tianjin", "beijing", "hebei"))
    assert [one.region for one in found] == ["tianjin", "beijing", "hebei"]
    mine = next(one for one in found if one.office == first.office)
    assert mine == OfficeTally(first.region, first.office, first.office_zh, 1, 1, 4 * MINUTE, calls=1)
    assert [(one.told, one.answered, one.fastest, one.calls) for one in found if one != mine] == [(1, 0, None, 0)] * 2
