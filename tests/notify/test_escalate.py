"""The ladder: who is called when an office does not answer, and when."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from boundary_zones.contacts import Recipient, RecipientRole
from boundary_zones.required import OfficeLevel, RequiredOffice
from notify.alert import AlertKind, WarningColour
from notify.calling import called_long, called_short
from notify.escalate import EscalationRules, ladder_rows, owed
from notify.ledger import EVERY_SILENT, Delivery
from notify.phrases import length_of
from tests.notify.samples import MORNING, alert, recipient

RULES = EscalationRules(
    ladder={
        "notify": ("3 next_endpoint", "5 voice", "8 city", "12 province", "15 operations", "30 own"),
        "yellow": ("60 own",),
        "other": (),
    },
    daytime_levels=("yellow",),
    day_begins_h=8.0,
    day_ends_h=20.0,
    sent_within_min={"notify": 10.0, "other": 30.0},
    acknowledged_within_min={"other": 120.0},
)
OPERATIONS = (replace(recipient("beijing", "operations"), role=RecipientRole.OPERATIONS),)


def office(region: str, code: str, level: OfficeLevel, *ways: Recipient) -> RequiredOffice:
    return RequiredOffice(region, code, f"{code}森防办", level, int(code), ways)


SMS = recipient("hebei", "130826", "sms_aliyun", "sms://x")
VOICE = replace(SMS, channel="voice_aliyun", rank=2)
COUNTY = office("hebei", "130826", OfficeLevel.COUNTY, SMS, VOICE)
CITY = office("hebei", "130800", OfficeLevel.CITY, recipient("hebei", "130800"))
PROVINCE = office("hebei", "130000", OfficeLevel.PROVINCE, recipient("hebei", "130000"))
GAP = office("hebei", "130824", OfficeLevel.COUNTY)
BEIJING = office("beijing", "110116", OfficeLevel.COUNTY, recipient("beijing", "110116"))


def rungs(*required: RequiredOffice, **changes: Any) -> list[tuple[float, str, str, str]]:
    """Minutes, whom, how, and on whose behalf."""
    told = alert(**changes)
    rows = ladder_rows(told, required, operations=OPERATIONS, rules=RULES)
    assert all(row.step > 0 and row.next_attempt_utc for row in rows)
    return [(minutes(row), row.office, row.channel, row.for_office) for row in rows]


def minutes(row: Delivery) -> float:
    assert row.next_attempt_utc is not None
    return (row.next_attempt_utc - MORNING).total_seconds() / 60


def test_a_county_that_does_not_answer_is_called_otherwise_then_its_city_and_its_province() -> None:
    called = rungs(COUNTY, CITY, PROVINCE)
    assert (12.0, "130000", "inbox", EVERY_SILENT) in called
    assert [rung for rung in called if "130826" in rung] == [
        (3.0, "130826", "voice_aliyun", ""),
        (5.0, "130826", "voice_aliyun", ""),
        (8.0, "130800", "inbox", "130826"),
        (30.0, "130826", "sms_aliyun", ""),
    ]


def test_a_province_hears_in_one_call_of_all_under_it_that_are_silent() -> None:
    called = [rung for rung in rungs(COUNTY, GAP, CITY, PROVINCE, BEIJING) if rung[1] == "130000"]
    assert called == [(12.0, "130000", "inbox", EVERY_SILENT), (30.0, "130000", "inbox", "")]


def test_operations_hear_in_one_call_of_all_that_are_silent() -> None:
    called = [rung for rung in rungs(COUNTY, CITY, PROVINCE, BEIJING) if rung[1] == "operations"]
    assert called == [(15.0, "operations", "inbox", EVERY_SILENT)]


def test_a_district_of_a_municipality_has_no_city_above_it_and_no_province_of_another_region() -> None:
    assert [whom for _, whom, _, behalf in rungs(BEIJING, CITY, PROVINCE) if behalf == "110116"] == []


def test_a_province_that_does_not_answer_is_told_to_operations_and_to_nobody_under_it() -> None:
    called = [rung for rung in rungs(PROVINCE, CITY) if rung[3]]
    assert [rung[:2] for rung in called] == [(15.0, "operations"), (12.0, "130000")], "the province for its city only"
    assert [rung[:2] for rung in rungs(PROVINCE) if rung[3]] == [(15.0, "operations")]


def test_for_an_office_that_nobody_can_reach_operations_are_called_at_once() -> None:
    assert [rung for rung in rungs(GAP, CITY) if rung[3] == "130824"] == [
        (8.0, "130800", "inbox", "130824"),
        (0.0, "operations", "inbox", "130824"),
    ]


def test_each_step_is_one_row_and_the_same_alert_gives_the_same_rows() -> None:
    rows = ladder_rows(alert(), [COUNTY, GAP, CITY, PROVINCE], operations=OPERATIONS, rules=RULES)
    again = ladder_rows(alert(), [COUNTY, GAP, CITY, PROVINCE], operations=OPERATIONS, rules=RULES)
    assert rows == again
    assert len({row.delivery_id for row in rows}) == len(rows)


@pytest.mark.parametrize("kind", [AlertKind.SYSTEM, AlertKind.CANCEL, AlertKind.CORRECT])
def test_nobody_is_rung_up_for_what_needs_no_answer(kind: AlertKind) -> None:
    assert rungs(COUNTY, CITY, kind=kind) == []


def test_a_level_without_a_ladder_has_no_steps() -> None:
    assert rungs(COUNTY, CITY, level=WarningColour.BLUE) == []


@pytest.mark.parametrize(("at", "due_local"), [(21, "08:00"), (3, "08:00"), (10, "11:00")])
def test_a_step_that_may_wait_waits_for_the_day(at: int, due_local: str) -> None:
    decided = datetime(2027, 4, 10, at, 0, tzinfo=UTC) - timedelta(hours=8)
    told = alert(level=WarningColour.YELLOW, kind=AlertKind.DANGER, decided_utc=decided)
    (row,) = ladder_rows(told, [BEIJING], operations=OPERATIONS, rules=RULES)
    assert row.next_attempt_utc is not None
    assert f"{row.next_attempt_utc + timedelta(hours=8):%H:%M}" == due_local


def test_the_office_is_owed_within_its_clock_whether_it_can_be_reached_or_not() -> None:
    found = owed(alert(), [COUNTY, GAP], [SMS], rules=RULES)
    assert [(one.office, one.level) for one in found] == [("130826", "county"), ("130824", "county")]
    assert {one.deadline_utc for one in found} == {MORNING + timedelta(minutes=10)}


def test_operations_are_owed_what_is_told_to_them() -> None:
    (one,) = owed(alert(regions=()), [], OPERATIONS, rules=RULES)
    assert (one.office, one.level) == ("operations", "operations")


def test_a_reminder_and_a_call_on_behalf_say_what_they_are() -> None:
    told = alert()
    rows = ladder_rows(told, [COUNTY, CITY], operations=OPERATIONS, rules=RULES)
    own = next(row for row in rows if row.office == "130826")
    city = next(row for row in rows if row.for_office == "130826")
    assert called_short(told, own) == "【森防通报】催办：疑似火情：怀柔。回1。"
    assert called_short(told, city) == "【森防通报】130826森防办未回应怀0410-01，请电话叫应并代为登记。"
    assert called_long(told, city).endswith(told.text_long)
    every = replace(city, for_office=EVERY_SILENT, for_office_zh="怀柔区森防办、丰宁县森防办、滦平县森防办")
    assert called_short(told, every) == (
        "【森防通报】怀柔区、丰宁县、滦平县森防办未回应怀0410-01，请电话叫应并代为登记。"
    )
    many = replace(every, for_office_zh="、".join(f"丰宁满族自治县{number}森防办" for number in range(1, 9)))
    assert called_short(told, many) == (
        "【森防通报】丰宁满族自治县1、丰宁满族自治县2、丰宁满族自治县3等8家森防办未回应怀0410-01，请电话叫应并代为登记。"
    )
    assert length_of(called_short(told, many)) <= 67
    assert "滦平县森防办未回应怀0410-01" in called_long(told, every)


def test_in_an_exercise_a_call_begins_and_ends_with_the_mark() -> None:
    told = replace(
        alert(world="d", exercise=True), text_short="【演练】疑似火情。【演练】", text_long="【演练】长。【演练】"
    )
    for row in ladder_rows(told, [COUNTY, CITY], operations=OPERATIONS, rules=RULES):
        for text in (called_short(told, row), called_long(told, row)):
            assert text.startswith("【演练】"), text
            assert text.endswith("【演练】"), text


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"ladder": {"notify": ("soon city",), "other": ()}}, "no step"),
        ({"ladder": {"notify": ("3 everybody",), "other": ()}}, "no step"),
        ({"ladder": {"notify": ("8 city", "3 own"), "other": ()}}, "order of their minutes"),
        ({"ladder": {"purple": (), "other": ()}}, "no kind of alert has the level 'purple'"),
        ({"ladder": {}}, "entry 'other'"),
        ({"ladder": {"notify": ("0 own",), "other": ()}}, "after the alert"),
        ({"sent_within_min": {"other": 0.0}}, "positive minutes"),
        ({"day_begins_h": 21.0}, "day must end"),
        ({"daytime_levels": ("yellow", "red", "critical")}, "the ladder of red、critical must not wait"),
    ],
)
def test_a_ladder_that_cannot_be_kept_is_refused(changes: dict[str, Any], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        replace(RULES, **changes)
