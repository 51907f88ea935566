"""Laws of every text, whatever the facts: coordinates, areas, wind, hours and words as an office says them."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from notify.danger_facts import DangerFacts
from notify.danger_wording import danger_texts
from notify.incident_facts import IncidentFacts
from notify.incident_wording import incident_texts
from notify.texts import Envelope, Texts
from tests.notify.test_texts import ENVELOPES, dangers, incidents
from tests.notify.words import ARRIVAL, CASES, said

BARE = re.compile(r"(?<![东西]经)(?<![南北]纬)(?<!\d)-?\d{1,3}\.\d{3,}")
FOREIGN = re.compile(r"m/s|米/秒|km/h|公里/小时|UTC|[ap]m\b|°C|hPa|None|nan|\bNE\b|\bSW\b")
CLOCK = re.compile(r"(\d+)时")
AREA = re.compile(r"公顷")
ESTIMATE = re.compile(r"约[\d.]+公顷（\d+亩，估算）")


@st.composite
def fires(draw: st.DrawFn) -> IncidentFacts:
    """Incidents with everything that only some of them have."""
    facts = draw(incidents())
    more: dict[str, Any] = {
        "area_ha": draw(st.none() | st.floats(0, 90_000)),
        "verified": draw(st.sampled_from(["", "林火", "农用火"])),
        "arrival": draw(st.sampled_from([None, ARRIVAL, replace(ARRIVAL, early_h=0.1, late_h=0.3)])),
        "lat_deg": draw(st.floats(3, 54)),
        "lon_deg": draw(st.floats(73, 136)),
        "land_zh": draw(st.sampled_from(["", "林地"])),
    }
    return replace(facts, **(more | ({"verified": ""} if facts.verification else {})))


def check(texts: Texts) -> None:
    for text in (texts.short, texts.long, texts.full):
        assert not FOREIGN.search(text), text
        assert not BARE.search(text), text
        assert len(AREA.findall(text)) == len(ESTIMATE.findall(text)), text
        assert all(int(hour) <= 24 for hour in CLOCK.findall(text)), text
        if "东经" in text or "北纬" in text:
            assert "CGCS2000" in text


@settings(max_examples=40, deadline=None)
@given(fires(), ENVELOPES)
def test_of_any_fire_the_datum_is_named_the_area_is_an_estimate_and_the_wind_has_a_force(
    facts: IncidentFacts, envelope: Envelope
) -> None:
    texts = incident_texts(facts, envelope)
    check(texts)
    assert "CGCS2000" in texts.long
    assert "东经" not in texts.short, "a short text has names, no numbers of degrees"
    winds = re.findall(r"[东西南北]风(?!险|力)(.{2})", texts.short + texts.long)
    assert all(re.match(r"\d+级|\d+", wind) for wind in winds), winds
    if facts.area_ha is not None:
        assert ESTIMATE.search(texts.full)


@settings(max_examples=40, deadline=None)
@given(dangers(), ENVELOPES)
def test_of_any_warning_too(facts: DangerFacts, envelope: Envelope) -> None:
    check(danger_texts(facts, envelope))


def test_and_of_every_golden_message() -> None:
    for name in CASES:
        for exercise in (False, True):
            check(said(name, exercise=exercise))
