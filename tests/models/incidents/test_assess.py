from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from models.incidents.assess import Circumstances, assessed
from models.incidents.event import Change
from models.incidents.fold import fragment
from models.incidents.incident import Confidence, Doubt, Incident
from tests.models.incidents.synthetic import START, hotspot, located
from tests.models.incidents.test_judge import RULES

CALM = Circumstances(danger_grade=2)
LOW = {"certainty": "low", "doubt": "low_confidence", "reason_zh": "卫星给出的置信度为低"}
STATIC = {"source_kind": "static_heat", "certainty": "low", "doubt": "persistent_heat", "reason_zh": "常年热源：历史内"}


def look(hour: float = 0, lat_deg: float = 40.3, **fields: object) -> dict[str, object]:
    return hotspot(acquired_utc=START + timedelta(hours=hour), lat_deg=lat_deg, **fields)


def weighed(*rows: dict[str, object], around: Circumstances = CALM, before: Incident | None = None):
    frame = located(rows)
    incident = fragment("JJJ-PG-JZ-2027-001", frame)
    if before is not None:
        incident = replace(
            incident, suppressed=before.suppressed, suppressed_by=before.suppressed_by, reason=before.reason
        )
    return assessed(incident, frame, around, RULES)


def test_a_plain_look_is_passed_on_with_medium_confidence() -> None:
    found = weighed(look(reason_zh="未见可疑之处")).incident
    assert (found.suppressed, found.confidence, found.reason) == (False, Confidence.MEDIUM, "未见可疑之处")


def test_one_doubtful_look_under_a_low_danger_is_held_back_with_the_reason() -> None:
    found = weighed(look(**LOW))
    assert found.changes == (Change.SUPPRESS,)
    assert (found.incident.suppressed, found.incident.suppressed_by) == (True, Doubt.LOW_CONFIDENCE)
    assert "待再次观测" in found.incident.reason


@pytest.mark.parametrize(
    ("grade", "said"), [(None, "火险等级缺测，不作抑制"), (4, "火险4级，不作抑制"), (5, "火险5级")]
)
def test_the_risk_gate_passes_a_doubt_on_where_danger_is_high_or_unknown(grade, said) -> None:
    found = weighed(look(**LOW), around=Circumstances(grade)).incident
    assert (found.suppressed, found.confidence) == (False, Confidence.LOW)
    assert said in found.reason


def test_a_second_look_lifts_the_doubt() -> None:
    held = weighed(look(**LOW)).incident
    found = weighed(look(**LOW), look(hour=2, **LOW), before=held)
    assert found.changes == (Change.LIFT,)
    assert (found.incident.suppressed, found.incident.confidence) == (False, Confidence.HIGH)


def test_growth_in_one_pass_lifts_the_doubt() -> None:
    assert not weighed(*(look(lat_deg=40.3 + step / 250, **LOW) for step in range(3))).incident.suppressed
    assert weighed(*(look(lat_deg=40.3 + step / 250, **LOW) for step in range(2))).incident.suppressed


def test_one_certain_hotspot_among_doubtful_ones_passes_the_incident_on() -> None:
    assert not weighed(look(**LOW), look(lat_deg=40.304, certainty="high")).incident.suppressed


def test_what_was_told_once_is_not_held_back_when_the_danger_falls() -> None:
    told = weighed(look(**LOW), around=Circumstances(5)).incident
    assert not weighed(look(**LOW), before=told).incident.suppressed


def test_static_heat_stays_held_back_however_often_it_is_seen_and_whatever_the_danger() -> None:
    found = weighed(*(look(hour=hour, **STATIC) for hour in range(0, 60, 6)), around=Circumstances(5)).incident
    assert (found.suppressed, found.suppressed_by, found.reason) == (True, Doubt.PERSISTENT_HEAT, "常年热源：历史内")


def test_a_person_lifts_everything_and_the_name_stands_in_the_reason() -> None:
    found = weighed(look(**STATIC), around=Circumstances(1, "张三：现场有烟")).incident
    assert (found.suppressed, found.reason) == (False, "人工解除抑制：张三：现场有烟")


def test_an_incident_without_hotspots_in_the_window_stays_as_it_is() -> None:
    held = weighed(look(**LOW)).incident
    assert assessed(held, located([]), CALM, RULES).incident is held
