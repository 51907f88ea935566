"""What a watch says beside alarms is refused where no message could hold it or it contradicts itself."""

from __future__ import annotations

from dataclasses import replace

import pytest

from notify.phrases import area_zh, dms_zh
from tests.notify.samples import MORNING, hours
from tests.notify.words import CLOSED, CONSULTATION, ZERO


@pytest.mark.parametrize(
    ("facts", "broken"),
    [
        (CLOSED, {"verdict_zh": "很长的核查结论类型"}),
        (CLOSED, {"checked_by_zh": ""}),
        (CONSULTATION, {"members": ()}),
        (CONSULTATION, {"answer_by_utc": CONSULTATION.at_utc + hours(1)}),
        (CONSULTATION, {"members": ("五个字的县",)}),
        (ZERO, {"ends_utc": ZERO.begins_utc}),
        (ZERO, {"hotspots": -1}),
        (ZERO, {"begins_utc": MORNING.replace(tzinfo=None)}),
    ],
)
def test_facts_that_no_message_can_say_are_refused(facts: object, broken: dict[str, object]) -> None:
    with pytest.raises((ValueError, TypeError)):
        replace(facts, **broken)  # type: ignore[type-var]


def test_a_report_with_gaps_is_no_zero_report() -> None:
    assert ZERO.is_zero
    assert not replace(ZERO, missing=("VIIRS热点2小时",)).is_zero
    assert not replace(ZERO, hotspots=1).is_zero


@pytest.mark.parametrize(
    ("degrees", "text"), [(116.4812, "116°28′52″"), (41.0, "41°00′00″"), (40.99999, "41°00′00″"), (-0.5, "-0°30′00″")]
)
def test_degrees_are_said_in_minutes_and_seconds_too(degrees: float, text: str) -> None:
    assert dms_zh(degrees) == text


def test_an_area_is_an_estimate_in_both_units() -> None:
    assert area_zh(3.5) == "约3.5公顷（53亩，估算）"
    assert area_zh(12.0) == "约12公顷（180亩，估算）"
    with pytest.raises(ValueError, match="not negative"):
        area_zh(-1.0)
