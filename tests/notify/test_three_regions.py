"""The three-region check: complete only when every office of every region was reached in time."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from notify.ledger import ObligationState
from notify.three_regions import Completeness, OfficeFacts, event_reports
from tests.notify.samples import MORNING, REGIONS

S = ObligationState


def minutes(number: float) -> datetime:
    return MORNING + timedelta(minutes=number)


def office(region: str = "hebei", code: str = "130826", **facts: Any) -> OfficeFacts:
    """An office that was sent its alert within a minute."""
    plain: dict[str, Any] = {
        "alert_id": "a",
        "event_id": "fire",
        "code": "怀0410-01",
        "revision": 1,
        "newest": True,
        "level": "critical",
        "regions": REGIONS,
        "decided_utc": MORNING,
        "region": region,
        "office": code,
        "office_zh": f"{code}森防办",
        "office_level": "county",
        "deadline_utc": minutes(5),
        "ways": 1,
        "open_ways": 0,
        "superseded_ways": 0,
        "sent_utc": minutes(1),
        "delivered": False,
        "acknowledged_utc": None,
    }
    return OfficeFacts(**plain | facts)


ALL = (office("beijing", "110116"), office("tianjin", "120000"), office())
UNSENT = {"sent_utc": None}


def verdict(*offices: OfficeFacts, at: float = 3.0) -> Completeness:
    (report,) = event_reports(offices, now=minutes(at))
    return report.verdict


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        ({}, S.SENT),
        ({"delivered": True}, S.DELIVERED),
        ({"acknowledged_utc": minutes(2)}, S.ACKNOWLEDGED),
        ({"sent_utc": None, "acknowledged_utc": minutes(2), "ways": 0}, S.ACKNOWLEDGED),
        ({"sent_utc": None, "open_ways": 1}, S.OPEN),
        ({"sent_utc": None, "ways": 0}, S.UNREACHED),
        ({"sent_utc": None, "ways": 2}, S.UNREACHED),
        ({"sent_utc": None, "superseded_ways": 1}, S.SUPERSEDED),
    ],
)
def test_an_office_stands_where_its_rows_and_its_answer_put_it(facts: dict[str, Any], state: ObligationState) -> None:
    assert office(**facts).state is state


def test_an_event_is_complete_when_every_office_was_sent_it_in_time() -> None:
    assert verdict(*ALL) is Completeness.COMPLETE


def test_while_an_office_has_time_left_the_event_is_waiting() -> None:
    assert verdict(*ALL, office(code="130824", sent_utc=None, open_ways=1)) is Completeness.WAITING


@pytest.mark.parametrize(
    "facts", [{"open_ways": 1, **UNSENT}, {"ways": 0, **UNSENT}, {"sent_utc": minutes(6)}], ids=["open", "gap", "late"]
)
def test_an_office_that_is_not_reached_in_time_makes_it_incomplete(facts: dict[str, Any]) -> None:
    assert verdict(*ALL, office(code="130824", **facts), at=7.0) is Completeness.INCOMPLETE


def test_an_office_that_can_never_be_reached_is_missing_at_once() -> None:
    (report,) = event_reports([*ALL, office(code="130800", ways=0, sent_utc=None)], now=minutes(0))
    assert [one.office for one in report.missing] == ["130800"]
    assert report.verdict is Completeness.INCOMPLETE


def test_an_answer_by_telephone_reaches_an_office_that_no_channel_could() -> None:
    told = office(code="130800", ways=0, sent_utc=None, acknowledged_utc=minutes(4))
    assert verdict(*ALL, told) is Completeness.COMPLETE
    assert told.minutes == 4.0


@pytest.mark.parametrize("region", REGIONS)
def test_a_region_in_which_nobody_is_owed_it_is_an_error(region: str) -> None:
    (report,) = event_reports([one for one in ALL if one.region != region], now=minutes(1))
    assert report.empty_regions == (region,)
    assert report.verdict is Completeness.INCOMPLETE


def test_a_revision_that_was_replaced_before_it_left_owes_nothing() -> None:
    assert verdict(*ALL, office(code="130824", sent_utc=None, newest=False), at=60.0) is Completeness.COMPLETE


def test_each_alert_has_its_own_report_in_the_order_of_time() -> None:
    later = [replace(one, alert_id="b", code="怀0410-02", decided_utc=minutes(9)) for one in ALL]
    assert [report.offices[0].alert_id for report in event_reports([*later, *ALL], now=minutes(10))] == ["a", "b"]
