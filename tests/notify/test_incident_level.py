from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.incidents.incident import IncidentState, Projection, SourceKind
from notify.alert import IncidentLevel
from notify.incident_level import Around, IncidentLevelRules, Levelled, incident_ring, levelled
from tests.notify.samples import INCIDENT, MORNING, incident

RULES = IncidentLevelRules(
    pixels=3,
    frp_mw=100.0,
    danger_grade=4,
    calm_grade=1,
    key_dates=True,
    arrival_critical_h=1.0,
    arrival_notify_h=12.0,
    arrival_watch_h=24.0,
    arrival_probability=0.1,
)


def level_of(found, *, grade: int | None = 3, key_dates_zh: str = "") -> Levelled:
    return levelled(found, around=Around(MORNING, grade, key_dates_zh), rings=INCIDENT, rules=RULES)


def reaching(hours: float | None, probability: float | None = 0.5) -> Projection:
    return Projection(200.0, hours, None if hours is None else hours + 3, 40.1, 117.2, MORNING, probability)


def test_an_ordinary_look_has_the_level_of_its_ring_and_says_the_distance() -> None:
    assert level_of(incident(4.0)) == Levelled(IncidentLevel.NOTIFY, ("距界3.6公里（已扣误差），在通报圈内",))


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (level_of(replace(incident(4.0), most_pixels=3)), "一次过境3个像元，升一级"),
        (level_of(replace(incident(4.0), frp_mw=120.0)), "辐射功率120兆瓦，升一级"),
        (level_of(incident(4.0), grade=4), "当日火险四级，升一级"),
        (level_of(incident(4.0), key_dates_zh="清明"), "重要时段（清明），升一级"),
    ],
)
def test_growth_power_danger_and_key_dates_raise_by_one_step_and_say_so(found: Levelled, said: str) -> None:
    assert found.level is IncidentLevel.CRITICAL
    assert said in found.reasons


def test_all_reasons_together_raise_by_one_step_only() -> None:
    hot = replace(incident(9.0), most_pixels=9, frp_mw=500.0)
    assert level_of(hot, grade=5, key_dates_zh="清明").level is IncidentLevel.NOTIFY


def test_outside_the_rings_only_a_projection_that_reaches_the_line_raises() -> None:
    far = replace(incident(24.0), most_pixels=9, frp_mw=500.0)
    assert level_of(far, grade=5).level is IncidentLevel.NONE
    assert level_of(replace(far, projection=reaching(None))).level is IncidentLevel.NONE
    assert level_of(replace(far, projection=reaching(20.0))).level is IncidentLevel.WATCH
    found = level_of(replace(far, projection=reaching(6.0)))
    assert (found.level, found.reasons[-1]) == (IncidentLevel.NOTIFY, "推演最早6.0小时到界")
    assert level_of(replace(far, projection=reaching(0.8))).level is IncidentLevel.CRITICAL


def test_an_unlikely_arrival_raises_nothing_and_one_of_unknown_likelihood_does() -> None:
    assert level_of(replace(incident(24.0), projection=reaching(6.0, 0.05))).level is IncidentLevel.NONE
    assert level_of(replace(incident(24.0), projection=reaching(6.0, None))).level is IncidentLevel.NOTIFY


def test_calm_holds_back_the_step_and_never_lowers_below_the_ring() -> None:
    dormant = replace(incident(4.0), most_pixels=3, state=IncidentState.DORMANT)
    found = level_of(dormant)
    assert (found.level, found.reasons[-1]) == (IncidentLevel.NOTIFY, "近期各次过境未再观测到，不升级")
    assert level_of(replace(incident(4.0), most_pixels=3), grade=1).level is IncidentLevel.NOTIFY


def test_static_heat_is_raised_by_nothing_but_its_place() -> None:
    works = replace(incident(4.0), most_pixels=5, source_kind=SourceKind.STATIC_HEAT)
    assert level_of(works, grade=5).level is IncidentLevel.NOTIFY


@given(
    distance=st.floats(0, 40),
    pixels=st.integers(1, 9),
    grade=st.one_of(st.none(), st.integers(1, 5)),
    state=st.sampled_from(list(IncidentState)),
    hours=st.one_of(st.none(), st.floats(0, 30)),
)
def test_a_level_is_never_below_the_ring(distance, pixels, grade, state, hours) -> None:
    found = replace(incident(distance), most_pixels=pixels, state=state, projection=reaching(hours))
    assert level_of(found, grade=grade).level.rank >= incident_ring(found, INCIDENT).rank


@pytest.mark.parametrize(
    "changes",
    [{"arrival_notify_h": 0.5}, {"calm_grade": 4}, {"pixels": 1}, {"arrival_probability": 2.0}],
)
def test_rules_that_contradict_each_other_are_refused(changes) -> None:
    with pytest.raises(ValueError, match="must"):
        replace(RULES, **changes)


def test_an_arrival_that_was_projected_hours_ago_is_as_near_as_it_is_now() -> None:
    found = replace(incident(24.0), projection=reaching(13.0))
    later = levelled(found, around=Around(MORNING + timedelta(hours=2), 3), rings=INCIDENT, rules=RULES)
    assert (level_of(found).level, later.level) == (IncidentLevel.WATCH, IncidentLevel.NOTIFY)
    assert later.reasons[-1] == "推演最早11.0小时到界"
    past = levelled(found, around=Around(MORNING + timedelta(hours=14), 3), rings=INCIDENT, rules=RULES)
    assert (past.level, past.reasons[-1]) == (IncidentLevel.CRITICAL, "推演随时可能到界")
