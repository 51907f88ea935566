from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import polars as pl
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from boundary_zones.catalogue import load_catalogue
from models.frames import JudgementFrame
from models.incidents.event import Change
from models.incidents.incident import Incident, IncidentState
from models.incidents.judge import with_judgements
from models.incidents.match import located as matched
from models.incidents.numbering import Numbering
from models.incidents.track import TrackResult, track
from models.incidents.track_rules import TrackRules
from tests.models.incidents.synthetic import KM_PER_DEG_LAT, START, frame, hotspot, located

RULES = TrackRules(
    eps_km=2.0,
    eps_h=24.0,
    dormant_after_h=12.0,
    ended_after_h=72.0,
    longest_d=14.0,
    merge_max_extent_km=15.0,
    split_km=6.0,
    split_window_h=12.0,
    split_hotspots=3,
)
FIRST = "JJJ-PG-JZ-2027-001"


def seen(north_km: float, hour: float = 0.0, **fields: object) -> dict[str, object]:
    """A hotspot so many kilometres north of 40.30 N, so many hours after START."""
    return hotspot(lat_deg=40.30 + north_km / KM_PER_DEG_LAT, acquired_utc=START + timedelta(hours=hour), **fields)


def round_of(rows: Iterable[dict[str, object]], *, before: Iterable[Incident] = (), hour: float = 3.0) -> TrackResult:
    """One round at so many hours after START."""
    given_before = list(before)
    return track(
        given_before,
        located(list(rows)),
        now=START + timedelta(hours=hour),
        rules=RULES,
        next_number=Numbering.after([each.incident_id for each in given_before], exercise=False),
    )


def unjudged(rows: pl.DataFrame) -> pl.DataFrame:
    return with_judgements(rows, JudgementFrame.create_empty())


def events(incidents: Iterable[Incident]) -> set[frozenset[str]]:
    return {each.hotspot_ids for each in incidents}


def test_hotspots_near_each_other_start_one_incident() -> None:
    result = round_of([seen(0), seen(1.5), seen(3.0, hour=1)])
    (new,) = result.new
    assert new.incident.incident_id == FIRST
    assert new.incident.hotspot_count == 3
    assert new.incident.state is IncidentState.ACTIVE
    assert new.changes == (Change.START,)
    assert new.added == new.incident.hotspot_ids


def test_two_fires_are_numbered_by_their_first_hotspot() -> None:
    late, early = seen(20, hour=1), seen(0)
    incidents = round_of([late, early]).incidents
    assert [each.incident_id for each in incidents] == [FIRST, "JJJ-PG-JZ-2027-002"]
    assert incidents[0].hotspot_ids == {early["hotspot_id"]}


def test_the_year_of_a_number_is_the_local_year_of_the_first_hotspot() -> None:
    new_year = datetime(2026, 12, 31, 17, 0, tzinfo=UTC)
    rows = located([hotspot(acquired_utc=new_year)])
    result = track([], rows, now=new_year, rules=RULES, next_number=Numbering("JJJ"))
    assert result.incidents[0].incident_id == FIRST


def test_a_later_pass_attaches_to_the_incident_and_its_number() -> None:
    before = round_of([seen(0)]).incidents
    result = round_of([seen(1.9, hour=12)], before=before, hour=14)
    (grown,) = result.updated
    assert grown.incident.incident_id == FIRST
    assert grown.changes == (Change.GROW,)
    assert grown.added == {seen(1.9, hour=12)["hotspot_id"]}
    assert grown.incident.hotspot_count == 2
    assert result.new == result.ended == result.unchanged == ()


def test_a_hotspot_linked_through_others_of_the_window_attaches_too() -> None:
    before = round_of([seen(0)]).incidents
    result = round_of([seen(5.7, hour=1), seen(3.8, hour=1), seen(1.9, hour=1)], before=before)
    assert [each.incident_id for each in result.incidents] == [FIRST]
    assert result.incidents[0].hotspot_count == 4


@pytest.mark.parametrize("row", [seen(2.1), seen(0.1, hour=24.5)], ids=["too far", "too late"])
def test_what_is_not_linked_is_an_incident_of_its_own(row) -> None:
    before = round_of([seen(0)]).incidents
    result = round_of([row], before=before, hour=25)
    assert [each.incident.hotspot_ids for each in result.new] == [{row["hotspot_id"]}]
    assert len(result.incidents) == 2


SECOND = "JJJ-PG-JZ-2027-002"
BRIDGE = [seen(1.5, hour=1), seen(3.0, hour=1), seen(4.5, hour=1)]


def test_new_hotspots_between_two_incidents_make_them_one_under_the_older_number() -> None:
    before = round_of([seen(0), seen(5, hour=0.5)]).incidents
    whole, part = round_of([seen(0), seen(5, hour=0.5), *BRIDGE], before=before).tracked
    assert (whole.incident.incident_id, whole.changes) == (FIRST, (Change.MERGE, Change.GROW))
    assert (whole.others, whole.incident.merged_from) == ({Change.MERGE: (SECOND,)}, (SECOND,))
    assert whole.incident.hotspot_count == 5
    assert whole.added == {row["hotspot_id"] for row in BRIDGE}
    assert (part.incident.merged_into, part.incident.state) == (FIRST, IncidentState.ENDED)
    assert part.incident.hotspot_ids == before[1].hotspot_ids
    assert part.incident.hotspot_no == before[1].hotspot_no


def test_a_merged_incident_takes_no_hotspot_and_its_old_ones_start_nothing() -> None:
    rows = [seen(0), seen(5, hour=0.5), *BRIDGE]
    merged = round_of(rows, before=round_of(rows[:2]).incidents).incidents
    later = round_of([*rows, seen(5.1, hour=2)], before=merged)
    assert [each.incident.hotspot_count for each in later.tracked] == [6, 1]
    assert later.new == ()


def test_incidents_that_would_be_a_giant_box_stay_apart() -> None:
    chain = [seen(1.8 * step) for step in range(11)]
    before = round_of([*chain[:5], *chain[6:]]).incidents
    assert len(before) == 2
    grown = round_of(chain, before=before).incidents
    assert [each.merged_into for each in grown] == [None, None]
    assert sum(each.hotspot_count for each in grown) == len(chain)


def test_two_heads_that_run_apart_become_two_incidents_and_the_larger_keeps_the_number() -> None:
    body = [seen(step, hour=0) for step in range(-7, 8)]
    south = [seen(-8 - step / 2, hour=14) for step in range(3)]
    north = [seen(8 + step / 2, hour=14) for step in range(4)]
    before = round_of(body).incidents
    assert [each.incident_id for each in before] == [FIRST]
    rest, child = round_of([*body, *south, *north], before=before, hour=15).tracked
    assert (rest.incident.incident_id, child.incident.incident_id) == (FIRST, SECOND)
    assert child.incident.hotspot_ids == {row["hotspot_id"] for row in south}
    assert (child.incident.split_from, child.others) == (FIRST, {Change.SPLIT: (FIRST,)})
    assert rest.changes == (Change.GROW, Change.SPLIT)
    assert rest.others == {Change.SPLIT: (SECOND,)}
    assert rest.incident.hotspot_count == len(body) + len(north)
    again = round_of([*body, *south, *north], before=[rest.incident, child.incident], hour=15)
    assert len(again.unchanged) == 2


def test_a_fire_beside_static_heat_is_an_incident_of_its_own() -> None:
    works, fire = seen(0, source_kind="static_heat", doubt="persistent_heat"), seen(0.5)
    incidents = round_of([works, fire]).incidents
    assert [each.hotspot_ids for each in incidents] == [{works["hotspot_id"]}, {fire["hotspot_id"]}]
    later = round_of([works, fire, seen(0.6, hour=1)], before=incidents).incidents
    assert [each.hotspot_count for each in later] == [1, 2]


def test_an_incident_that_lasts_for_weeks_ends_and_a_new_number_goes_on() -> None:
    incidents: tuple[Incident, ...] = ()
    for day in range(17):
        incidents = round_of([seen(0, hour=24 * day)], before=incidents, hour=24 * day + 1).incidents
    assert [each.state for each in incidents] == [IncidentState.ENDED, IncidentState.ACTIVE]


def test_each_incident_has_the_number_of_the_hotspot_that_it_began_with() -> None:
    incidents = round_of([seen(0), seen(20, hour=1), seen(40, hour=1, county_gb=None)]).incidents
    assert [each.hotspot_no for each in incidents] == [
        "RD-110117-20270403-01",
        "RD-110117-20270403-02",
        "RD-000000-20270403-01",
    ]


def test_events_say_what_happened_and_when() -> None:
    (new,) = round_of([seen(0)]).new
    (event,) = new.events(START)
    assert (event.incident_id, event.change, event.at_utc, event.hotspots_added) == (FIRST, Change.START, START, 1)


def test_a_fire_on_the_divide_of_two_joint_units_has_one_number_and_concerns_both() -> None:
    near, far = seen(0, distance_to_border_km=4.0), seen(0.5, zone="HR-CD", distance_to_border_km=5.0)
    (incident,) = round_of([near, far]).incidents
    assert (incident.incident_id, incident.zones) == (FIRST, ("PG-JZ", "HR-CD"))


def test_a_fire_that_comes_to_another_unit_keeps_its_number_and_remembers_that_it_was_there() -> None:
    before = round_of([seen(0)]).incidents
    (grown,) = round_of([seen(0), seen(0.5, hour=1, zone="HR-CD")], before=before).incidents
    assert (grown.incident_id, grown.zones) == (FIRST, ("PG-JZ", "HR-CD"))
    (later,) = round_of([seen(0.6, hour=2)], before=[grown]).incidents
    assert later.zones == ("PG-JZ", "HR-CD")


def test_fires_of_two_joint_units_that_are_apart_stay_two_incidents() -> None:
    incidents = round_of([seen(0), seen(5, zone="HR-CD")]).incidents
    assert [(each.incident_id, each.other_zones) for each in incidents] == [("JJJ-HR-CD-2027-001", ()), (FIRST, ())]


def test_half_a_day_of_silence_makes_an_incident_dormant() -> None:
    before = round_of([seen(0)]).incidents
    assert round_of([], before=before, hour=12).unchanged[0].incident.state is IncidentState.ACTIVE
    (quiet,) = round_of([], before=before, hour=12.5).updated
    assert quiet.changes == (Change.DORMANT,)
    assert quiet.incident == replace(before[0], state=IncidentState.DORMANT)


def test_a_dormant_incident_wakes_with_a_new_hotspot() -> None:
    before = round_of([], before=round_of([seen(0)]).incidents, hour=13).incidents
    (woken,) = round_of([seen(0.5, hour=20)], before=before, hour=22).updated
    assert woken.changes == (Change.GROW, Change.RE_IGNITE)
    assert woken.incident.state is IncidentState.ACTIVE


def test_a_late_report_of_an_old_pass_does_not_wake_it() -> None:
    before = round_of([], before=round_of([seen(0)]).incidents, hour=13).incidents
    (grown,) = round_of([seen(0.5, hour=-1)], before=before, hour=14).updated
    assert grown.changes == (Change.GROW,)
    assert grown.incident.state is IncidentState.DORMANT
    assert grown.incident.first_seen_utc == START - timedelta(hours=1)


def test_three_days_of_silence_end_an_incident() -> None:
    dormant = round_of([], before=round_of([seen(0)]).incidents, hour=71).incidents
    (ended,) = round_of([], before=dormant, hour=72.5).ended
    assert ended.changes == (Change.END,)
    assert ended.incident.state is IncidentState.ENDED


def test_an_incident_that_nobody_looked_at_for_days_ends_by_way_of_dormant() -> None:
    (ended,) = round_of([], before=round_of([seen(0)]).incidents, hour=100).ended
    assert ended.changes == (Change.DORMANT, Change.END)


def test_nothing_joins_an_ended_incident_and_its_hotspots_start_nothing() -> None:
    ended = [replace(each, state=IncidentState.ENDED) for each in round_of([seen(0)]).incidents]
    result = round_of([seen(0), seen(0.5, hour=1)], before=ended)
    assert [each.incident_id for each in result.incidents] == [FIRST, "JJJ-PG-JZ-2027-002"]
    assert [each.incident for each in result.unchanged] == ended
    assert result.new[0].incident.hotspot_ids == {seen(0.5, hour=1)["hotspot_id"]}


def test_hotspots_older_than_an_incident_may_be_start_nothing_and_are_listed() -> None:
    result = round_of([seen(0)], hour=73)
    assert result.incidents == ()
    assert result.too_old == {seen(0)["hotspot_id"]}


def test_a_round_without_hotspots_and_incidents_is_empty() -> None:
    assert round_of([]) == TrackResult((), frozenset())


def test_a_naive_time_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        track([], located([]), now=START.replace(tzinfo=None), rules=RULES, next_number=Numbering("JJJ"))


def test_a_hotspot_of_two_incidents_is_refused_by_name() -> None:
    (one,) = round_of([seen(0)]).incidents
    with pytest.raises(ValueError, match=rf"is in {FIRST} and in JJJ-PG-JZ-2027-002"):
        round_of([], before=[one, replace(one, incident_id="JJJ-PG-JZ-2027-002")])


def test_an_incident_is_found_again_though_the_window_holds_none_of_its_hotspots() -> None:
    before = round_of([seen(0)]).incidents
    assert round_of([seen(1.9, hour=20)], before=before, hour=21).incidents[0].hotspot_count == 2
    assert len(round_of([seen(2.1, hour=20)], before=before, hour=21).incidents) == 2


def test_the_newest_pass_counts_whole_though_it_came_in_two_parts() -> None:
    first, late = seen(0, hour=1, frp_mw=5.0), seen(0.4, hour=1, frp_mw=7.0)
    before = round_of([first]).incidents
    assert round_of([first, late], before=before).incidents[0].frp_mw == pytest.approx(12.0)


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("eps_km", 0.0, "eps_km must be positive"),
        ("eps_h", 73.0, "not above ended_after_h"),
        ("dormant_after_h", 72.0, "dormant first and ended later"),
        ("dormant_after_h", 0.0, "dormant first and ended later"),
    ],
)
def test_rules_that_contradict_each_other_are_refused(field, value, message) -> None:
    with pytest.raises(ValueError, match=message):
        replace(RULES, **{field: value})


ROWS = st.lists(
    st.builds(
        seen,
        st.integers(0, 160).map(lambda n: n / 10),
        st.integers(0, 30),
        zone=st.sampled_from(["PG-JZ"] * 3 + ["HR-CD"]),
    ),
    max_size=16,
    unique_by=lambda row: row["hotspot_id"],
)
LAWS = settings(max_examples=25, deadline=None)


@given(rows=ROWS, data=st.data())
@LAWS
def test_the_order_of_rows_changes_nothing(rows, data) -> None:
    assert round_of(data.draw(st.permutations(rows)), hour=31) == round_of(rows, hour=31)


@given(rows=ROWS)
@LAWS
def test_where_the_divide_of_two_units_lies_changes_no_fire(rows) -> None:
    here = [hotspot(**row | {"zone": "PG-JZ"}) for row in rows]
    assert events(round_of(rows, hour=31).incidents) == events(round_of(here, hour=31).incidents)
    for each in round_of(rows, hour=31).incidents:
        assert set(each.zones) == {row["zone"] for row in rows if row["hotspot_id"] in each.hotspot_ids}


@given(rows=ROWS)
@LAWS
def test_each_hotspot_is_in_exactly_one_incident(rows) -> None:
    found = [hotspot_id for each in round_of(rows, hour=31).incidents for hotspot_id in each.hotspot_ids]
    assert sorted(found) == sorted(row["hotspot_id"] for row in rows)


@given(rows=ROWS)
@LAWS
def test_the_same_window_again_changes_nothing(rows) -> None:
    once = round_of(rows, hour=31)
    again = round_of(rows, before=once.incidents, hour=31)
    assert again.incidents == once.incidents
    assert len(again.unchanged) == len(once.incidents)


def standing(incidents: Iterable[Incident]) -> set[frozenset[str]]:
    return events(each for each in incidents if each.merged_into is None)


def apart(result: TrackResult) -> bool:
    """Whether a part was split off, or could not be joined because all would be too large."""
    return any(Change.SPLIT in each.changes for each in result.tracked)


@given(rows=ROWS, data=st.data())
@LAWS
def test_late_rows_and_split_windows_give_the_incidents_of_one_long_window(rows, data) -> None:
    whole = round_of(rows, hour=31)
    shuffled = data.draw(st.permutations(rows))
    first = round_of(shuffled[: data.draw(st.integers(0, len(rows)))], hour=31)
    second = round_of(rows, before=first.incidents, hour=31)
    assume(not apart(first) and not apart(second) and not apart(whole))
    assert standing(second.incidents) == standing(whole.incidents)


@given(rows=ROWS, data=st.data())
@LAWS
def test_no_incident_and_no_hotspot_is_lost(rows, data) -> None:
    shuffled = data.draw(st.permutations(rows))
    first = round_of(shuffled[: data.draw(st.integers(0, len(rows)))], hour=31)
    second = round_of(rows, before=first.incidents, hour=31)
    after = {each.incident_id: each for each in second.incidents}
    held = [hotspot_id for each in after.values() if each.merged_into is None for hotspot_id in each.hotspot_ids]
    assert sorted(held) == sorted(row["hotspot_id"] for row in rows)
    for each in first.incidents:
        led_to = after[each.incident_id]
        while led_to.merged_into is not None:
            assert led_to.incident_id in after[led_to.merged_into].merged_from
            led_to = after[led_to.merged_into]
        assert apart(second) or each.hotspot_ids <= led_to.hotspot_ids


@given(rows=ROWS, data=st.data())
@LAWS
def test_what_is_known_of_an_event_does_not_depend_on_how_it_came(rows, data) -> None:
    cut = data.draw(st.integers(0, len(rows)))
    whole = round_of(rows, hour=31)
    parts = round_of(rows, before=round_of(rows[:cut], hour=31).incidents, hour=31)
    assume(not apart(whole) and not apart(parts))
    by_hotspots = {each.hotspot_ids: each for each in whole.incidents}
    for each in parts.incidents:
        if each.merged_into is None and each.hotspot_ids in by_hotspots:
            same = by_hotspots[each.hotspot_ids]
            own = ("incident_id", "hotspot_no", "merged_from", "zone", "other_zones")
            assert each == replace(same, **{name: getattr(each, name) for name in own})
            assert set(each.zones) == set(same.zones)


@pytest.fixture(scope="module")
def recorded(shared) -> pl.DataFrame:
    rows = pl.read_csv(shared / "data/hotspots/firms_nrt/firms_nrt_dev.csv.gz", infer_schema_length=None)
    clock = pl.col("acq_time").cast(pl.String).str.strip_chars().str.zfill(4)
    acquired = (pl.col("acq_date") + clock).str.to_datetime("%Y-%m-%d%H%M", time_zone="UTC")
    fine = pl.col("instrument") == "VIIRS"
    return rows.select(
        "satellite",
        "instrument",
        acquired_utc=acquired,
        lat_deg="latitude",
        lon_deg="longitude",
        frp_mw="frp",
        location_error_km=pl.when(fine).then(0.375).otherwise(1.0),
    )


def incidents_of(recorded: pl.DataFrame, now: datetime) -> tuple[Incident, ...]:
    rows = frame([hotspot(**row) for row in recorded.iter_rows(named=True)])
    watched = matched(rows, load_catalogue()).hotspots
    return track([], unjudged(watched), now=now, rules=RULES, next_number=Numbering("JJJ")).incidents


@pytest.mark.shared
def test_the_recorded_eleventh_of_may_2017_has_one_incident_near_the_line_of_yanqing(recorded) -> None:
    day = recorded.filter(pl.col("acquired_utc").dt.date() == datetime(2017, 5, 11, tzinfo=UTC).date())
    incidents = incidents_of(day, datetime(2017, 5, 11, 9, tzinfo=UTC))
    (yanqing,) = (each for each in incidents if each.distance_to_border_km < 10)
    assert yanqing.incident_id.startswith("JJJ-YQ-HL-2017-")
    assert yanqing.hotspot_count == 2
    assert yanqing.distance_to_border_km == pytest.approx(4.4, abs=0.1)
    assert yanqing.frp_mw == pytest.approx(29.1 + 18.9)
    assert (yanqing.region, yanqing.neighbour_regions) == ("beijing", ("hebei",))
    assert yanqing.least_distance_km == pytest.approx(3.4, abs=0.1)


@pytest.mark.shared
def test_recorded_hotspots_are_each_in_one_incident_and_none_is_active_for_months(recorded) -> None:
    catalogue = load_catalogue()
    unique = recorded.unique(["satellite", "acquired_utc", "lat_deg", "lon_deg"], maintain_order=True)
    rows = frame([hotspot(**row) for row in unique.iter_rows(named=True)])
    watched = unjudged(matched(rows, catalogue).hotspots).sort("acquired_utc")
    incidents: tuple[Incident, ...] = ()
    for day in watched["acquired_utc"].dt.date().unique(maintain_order=True):
        now = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(days=1)
        numbering = Numbering.after([each.incident_id for each in incidents], exercise=False)
        window = watched.filter(pl.col("acquired_utc").is_between(now - timedelta(hours=72), now, closed="left"))
        incidents = track(incidents, window, now=now, rules=RULES, next_number=numbering).incidents
    held = [hotspot_id for each in incidents for hotspot_id in each.hotspot_ids]
    assert sorted(held) == sorted(watched["hotspot_id"])
    assert len(held) > 150
    followed = [each for each in incidents if each.state is not IncidentState.ENDED]
    last = watched["acquired_utc"].max()
    assert all(last - each.last_seen_utc <= timedelta(hours=96) for each in followed)
    assert max(each.last_seen_utc - each.first_seen_utc for each in incidents) < timedelta(days=14)
