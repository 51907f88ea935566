"""Identity and codes of alerts."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notify.alert import (
    AlertKind,
    Draft,
    IncidentLevel,
    Reason,
    WarningColour,
    alert_code,
    alert_id_of,
    require_utc,
)
from tests.notify.samples import MORNING, alert

NAMES = st.text("abcdefgh:-0123456789", min_size=1, max_size=12)


def test_the_same_decision_has_the_same_id_and_any_other_has_another() -> None:
    first = alert_id_of(world="live", event_id="danger:HR-CD:2027-04-10", revision=1)
    assert first == alert_id_of(world="live", event_id="danger:HR-CD:2027-04-10", revision=1)
    others = {
        alert_id_of(world="replay", event_id="danger:HR-CD:2027-04-10", revision=1),
        alert_id_of(world="live", event_id="danger:HR-CD:2027-04-11", revision=1),
        alert_id_of(world="live", event_id="danger:HR-CD:2027-04-10", revision=2),
    }
    assert len(others | {first}) == 4
    assert len(first) == 32


@given(NAMES, NAMES, st.integers(1, 10**6))
def test_an_alert_id_is_32_hexadecimal_digits(world: str, event: str, revision: int) -> None:
    made = alert_id_of(world=world, event_id=event, revision=revision)
    assert len(made) == 32
    assert int(made, 16) >= 0


def test_a_code_is_short_enough_to_be_said_and_an_exercise_has_its_own() -> None:
    local = datetime(2027, 5, 11, 15, 7)  # noqa: DTZ001  # only the day of it is read
    assert alert_code("平", decided_local=local, number=3, exercise=False) == "平0511-03"
    assert alert_code("平", decided_local=local, number=3, exercise=True) == "演平0511-03"


@pytest.mark.parametrize(("prefix", "number"), [("", 1), ("怀平蓟", 1), ("怀", 0), ("怀", 1000)])
def test_a_code_that_no_text_has_room_for_is_refused(prefix: str, number: int) -> None:
    with pytest.raises(ValueError, match="a code is made of"):
        alert_code(prefix, decided_local=MORNING, number=number, exercise=False)


@pytest.mark.parametrize("instant", [MORNING.replace(tzinfo=None), MORNING.astimezone(timezone(timedelta(hours=8)))])
def test_a_time_that_is_naive_or_of_another_offset_is_refused(instant: datetime) -> None:
    with pytest.raises(ValueError, match="must be aware and in UTC"):
        require_utc(instant)


def test_levels_are_ranked_in_order() -> None:
    assert [colour.rank for colour in WarningColour] == [0, 1, 2, 3, 4]
    assert [level.rank for level in IncidentLevel] == [0, 1, 2, 3]


def test_a_draft_of_any_world_but_live_becomes_an_exercise_alert() -> None:
    draft = Draft(
        event_id="YL-HR-CD-2027-001",
        revision=2,
        kind=AlertKind.INCIDENT,
        zone="HR-CD",
        level="notify",
        previous_level="watch",
        reason=Reason.INCIDENT_CLOSER,
        decided_utc=MORNING,
        regions=("beijing",),
        degraded=True,
        evidence=("h1",),
        world="replay",
    )
    made = draft.alert("演怀0410-01", text_short="短", text_long="长")
    assert made.exercise
    assert made.alert_id == draft.alert_id
    assert (made.code, made.text_short, made.text_long) == ("演怀0410-01", "短", "长")
    copied = ("event_id", "revision", "kind", "zone", "level", "previous_level", "reason", "decided_utc", "regions")
    for name in (*copied, "degraded", "evidence", "world"):
        assert getattr(made, name) == getattr(draft, name)
    assert not alert().exercise


def test_the_kinds_are_those_that_scripts_rely_on() -> None:
    assert [kind.value for kind in AlertKind] == [
        "danger",
        "incident",
        "verification",
        "cancel",
        "correction",
        "report",
        "system",
    ]
