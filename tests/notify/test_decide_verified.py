"""A verified fire is told once, whatever the filter or the tracker thinks of it."""

from __future__ import annotations

from dataclasses import replace

from models.incidents.incident import Incident, IncidentState
from notify.alert import AlertKind, Draft, IncidentLevel, Reason, Silence
from notify.decide_incident import IncidentMemory
from notify.decide_verified import decide_verified
from notify.decision import Decision
from tests.notify.samples import INCIDENT, MORNING, SCOPE, hours, incident

ASKED = IncidentMemory(
    level=IncidentLevel.CRITICAL,
    revision=1,
    told_utc=MORNING - hours(1),
    told_hotspot_count=1,
    told_at_line=True,
    verification=True,
)


def decided(one: Incident, memory: IncidentMemory) -> Decision[IncidentMemory]:
    return decide_verified(one, memory, scope=SCOPE, now=MORNING, rules=INCIDENT)


def test_what_the_filter_doubted_becomes_a_notice_once_it_is_verified() -> None:
    one = replace(incident(1.0), suppressed=True, reason="常年热源")
    first = decided(one, ASKED)
    assert isinstance(first.outcome, Draft)
    assert (first.outcome.kind, first.outcome.reason) == (AlertKind.INCIDENT, Reason.INCIDENT_VERIFIED)
    assert not first.outcome.verification
    again = decided(one, first.memory)
    assert isinstance(again.outcome, Silence)


def test_a_fire_that_the_tracker_ended_is_told_as_verified_all_the_same() -> None:
    one = replace(incident(1.0), state=IncidentState.ENDED)
    found = decided(one, ASKED)
    assert isinstance(found.outcome, Draft)
    assert (found.outcome.reason, found.outcome.revision) == (Reason.INCIDENT_VERIFIED, 2)
    assert found.outcome.level == IncidentLevel.CRITICAL


def test_a_fire_far_from_the_line_that_nobody_was_told_of_stays_untold() -> None:
    assert isinstance(decided(incident(60.0), IncidentMemory()).outcome, Silence)
