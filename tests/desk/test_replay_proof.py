"""Recordings held against what following must do, and what the proof itself would catch."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from boundary_zones.catalogue import load_catalogue
from desk.exits import Exit
from desk.proof import Followed, findings, follow_passes, recurrent
from flows.rules import shipped_rules
from flows.signed import SignedRules, load_signed
from models.frames import LocatedHotspotFrame
from models.incidents.match import located
from tests.flows.world import LINE
from tests.models.incidents.synthetic import frame, hotspot

BEGIN = datetime(2024, 3, 1, 5, 0, tzinfo=UTC)
DAYS = (0, 16, 33, 40, 50)


@pytest.fixture(scope="module")
def rules() -> SignedRules:
    return load_signed(shipped_rules())


def seen(day: int, lat_deg: float = LINE[0] + 0.036, lon_deg: float = LINE[1], frp_mw: float = 4.0) -> dict:
    at = BEGIN + timedelta(days=day)
    place = {"lat_deg": lat_deg, "lon_deg": lon_deg}
    return hotspot(acquired_utc=at, available_utc=at + timedelta(hours=3), frp_mw=frp_mw, **place)


def played(rules: SignedRules, *rows: dict) -> tuple[Followed, dict]:
    """A works that is seen on five days, and a fire elsewhere on the line."""
    everything = frame(list(rows))
    watched = located(everything, load_catalogue()).hotspots
    run = follow_passes(watched, everything, (), rules)
    mixed = LocatedHotspotFrame.validate(watched.sample(fraction=1.0, shuffle=True, seed=3))
    again = follow_passes(mixed, everything, (), rules)
    return run, findings(run, again, watched, frozenset({date(2024, 3, 1)}), rules)


def test_a_works_is_told_while_it_is_learned_and_held_back_after(rules) -> None:
    run, found = played(rules, *(seen(day) for day in DAYS), seen(20, lat_deg=40.2, lon_deg=117.56))
    assert found["holds"]
    assert (found["incidents"], found["told"], found["clean_within_rings"]) == (6, 4, 4)
    assert (found["heat_incidents_after_learning"], found["heat_held_back"]) == (2, 2)
    assert found["suppressed_by"] == {"persistent_heat": 2}
    assert (found["days"], found["days_无数据"]) == (51, 50)
    assert len(run.told) == 4


def test_a_works_that_gives_far_more_than_ever_is_told(rules) -> None:
    _, found = played(rules, *(seen(day) for day in DAYS[:3]), seen(40, frp_mw=300.0))
    assert found["heat_told_because_it_left_its_history"] == 1
    assert found["holds"]


def test_the_proof_fails_where_a_fire_was_lost_or_the_order_mattered(rules) -> None:
    everything = frame([seen(0), seen(20, lat_deg=40.2, lon_deg=117.56)])
    watched = located(everything, load_catalogue()).hotspots
    run = follow_passes(watched, everything, (), rules)
    lost = replace(run, incidents=run.incidents[:1])
    found = findings(lost, run, watched, frozenset(), rules)
    assert not found["holds"]
    assert not found["same_incidents_when_shuffled"]
    assert len(found["clean_within_rings_lost"]) == 1


def test_places_are_learned_from_the_past_alone(rules) -> None:
    watched = located(frame([seen(day) for day in DAYS]), load_catalogue()).hotspots
    ids = watched.sort("acquired_utc")["hotspot_id"].to_list()
    assert recurrent(watched) == frozenset(ids[3:])


def test_a_table_without_the_columns_is_refused_by_name(firewatch, tmp_path) -> None:
    table = tmp_path / "odd.csv"
    table.write_text("date,center_lon,center_lat\n2016-08-02,113.755,30.559\n", encoding="utf-8")
    done = firewatch("replay-proof", table)
    assert done.code == Exit.BAD_INPUT
    assert "latitude" in done.err


@pytest.mark.shared
def test_the_recorded_snapshots_hold(firewatch, shared, tmp_path) -> None:
    table = shared / "data/hotspots/viirs_20231109/SUOMI_VIIRS_C2_Global_VNP14IMGTDL_NRT_2023313_margin_box.csv.gz"
    out = tmp_path / "proof.json"
    done = firewatch("replay-proof", table, "--out", out, "--json")
    assert done.code == Exit.DONE
    assert done.document["tables"][0]["hotspots"] == 73
    assert out.is_file()
