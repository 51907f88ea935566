from __future__ import annotations

import pytest

from models.incidents.numbering import EXERCISE_PREFIX, LIVE_PREFIX, Numbering


def test_the_first_incident_of_a_year_is_001() -> None:
    assert Numbering(LIVE_PREFIX).incident_id("HR-CD", 2027) == "JJJ-HR-CD-2027-001"


def test_numbers_go_on_after_the_highest_of_zone_and_year() -> None:
    taken = ["JJJ-HR-CD-2027-006", "JJJ-HR-CD-2027-003", "JJJ-HR-CD-2026-044", "JJJ-PG-JZ-2027-001"]
    numbering = Numbering.after(taken, exercise=False)
    assert numbering.incident_id("HR-CD", 2027) == "JJJ-HR-CD-2027-007"
    assert numbering.incident_id("HR-CD", 2027, nth=3) == "JJJ-HR-CD-2027-009"
    assert numbering.incident_id("PG-JZ", 2027) == "JJJ-PG-JZ-2027-002"
    assert numbering.incident_id("YQ-HL", 2027) == "JJJ-YQ-HL-2027-001"


def test_an_exercise_has_numbers_of_its_own() -> None:
    numbering = Numbering.after(["YL-PG-JZ-2017-001"], exercise=True)
    assert numbering.incident_id("PG-JZ", 2017) == f"{EXERCISE_PREFIX}-PG-JZ-2017-002"


def test_the_thousandth_incident_still_has_a_number() -> None:
    assert Numbering.after(["JJJ-TZ-WQ-LF-2027-999"], exercise=False).incident_id("TZ-WQ-LF", 2027).endswith("-1000")


@pytest.mark.parametrize(
    "wrong", ["YL-HR-CD-2027-001", "JJJ-HR-CD-27-001", "JJJ-HR-CD-2027-1", "", "RD-110116-20270403-01"]
)
def test_what_is_no_number_of_this_world_is_refused(wrong) -> None:
    with pytest.raises(ValueError, match="is not an incident number like JJJ-"):
        Numbering.after([wrong], exercise=False)


def test_a_prefix_that_nobody_agreed_on_is_refused() -> None:
    with pytest.raises(ValueError, match="begins with JJJ or YL"):
        Numbering("XX")
