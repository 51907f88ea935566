"""Recordings held against what following must do, and what the proof itself would catch."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from desk.exits import Exit
from desk.proof.command import held_against, proved
from desk.proof.coverage import days_of_rows
from desk.proof.findings import Recording, Runs, findings
from desk.proof.following import Followed, follow_passes
from desk.proof.permuted import arrivals_permuted, shuffled
from desk.proof.stored import compared, stored_incidents
from flows.rules import shipped_rules
from flows.settings import load_settings
from flows.signed import SignedRules, load_signed
from flows.wiring import catalogue_of
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
    watched = located(everything, catalogue_of(None)).hotspots
    run = follow_passes(watched, everything, (), rules)
    again = follow_passes(shuffled(watched), everything, (), rules)
    return run, findings(Runs(run, again, run), Recording(everything, watched), rules)


def test_a_works_is_told_while_it_is_learned_and_held_back_after(rules) -> None:
    run, found = played(rules, *(seen(day) for day in DAYS), seen(20, lat_deg=40.2, lon_deg=117.56))
    assert found["holds"]
    assert (found["incidents"], found["told"], found["clean_within_rings"]) == (6, 4, 4)
    assert (found["heat_incidents_after_learning"], found["heat_held_back"]) == (2, 2)
    assert found["suppressed_by"] == {"persistent_heat": 2}
    assert len(run.told) == 4


def test_a_works_that_gives_far_more_than_ever_is_told(rules) -> None:
    _, found = played(rules, *(seen(day) for day in DAYS[:3]), seen(40, frp_mw=300.0))
    assert found["heat_told_because_it_left_its_history"] == 1
    assert found["holds"]


def test_the_proof_fails_where_a_fire_was_lost_or_the_order_mattered(rules) -> None:
    everything = frame([seen(0), seen(20, lat_deg=40.2, lon_deg=117.56)])
    watched = located(everything, catalogue_of(None)).hotspots
    run = follow_passes(watched, everything, (), rules)
    lost = replace(run, incidents=run.incidents[:1])
    found = findings(Runs(lost, run, run), Recording(everything, watched), rules)
    assert not found["holds"]
    assert not found["same_incidents_when_shuffled"]
    assert any("raised 0 incidents, not one" in each for each in found["failures"])


def test_places_are_learned_from_the_past_alone(rules) -> None:
    everything = frame([seen(day) for day in DAYS])
    watched = located(everything, catalogue_of(None)).hotspots
    ids = watched.sort("acquired_utc")["hotspot_id"].to_list()
    assert Recording(everything, watched).learned(rules) == frozenset(ids[3:])


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


SANHE = (40.04, 117.006)


def sanhe(day: int) -> dict:
    return seen(day, lat_deg=SANHE[0], lon_deg=SANHE[1])


def table_of(folder, *rows: dict, name: str = "table.csv"):
    """A FIRMS table of hotspots; ``available_utc`` is left out where ``late`` says nothing."""
    path = folder / name
    lines = [
        f"{r['lat_deg']},{r['lon_deg']},{r['acquired_utc']:%Y-%m-%d},{r['acquired_utc']:%H%M},N,VIIRS,n,{r['frp_mw']}"
        for r in rows
    ]
    header = "latitude,longitude,acq_date,acq_time,satellite,instrument,confidence,frp"
    path.write_text("\n".join([header, *lines, ""]), encoding="utf-8")
    return path


def test_persistent_heat_at_sanhe_is_named_learned_and_told_of_no_more_listed_or_not(tmp_path) -> None:
    own = tmp_path / "own.csv"
    own.write_text(
        "source_id,name_zh,kind,lat_deg,lon_deg,radius_km,reviewed_by,reviewed_local_date,origin\n"
        f"S-1,三河某热源,other,{SANHE[0]},{SANHE[1]},1.0,某人,2024-01-01,台账\n",
        encoding="utf-8",
    )
    found = proved(table_of(tmp_path, *map(sanhe, DAYS)), "", held_against(load_settings(heat_sources=own)))
    assert found["holds"]
    (plain,) = found["without_register"]["heat_places"]
    assert "三河界" in plain["place"]
    assert (plain["listed"], plain["looks"], plain["days"]) == ("未列名", 5, 5)
    assert plain["learned_since_local_date"] == date(2024, 4, 10)
    assert (plain["held_back"], plain["told_after_learning"]) == (2, 0)
    assert plain["told_while_learning"] == 3
    (beside,) = found["with_register"]["heat_places"]
    assert beside["listed"] == "三河某热源"
    assert (beside["held_back"], beside["told_while_learning"], beside["told_after_learning"]) == (5, 0, 0)


def test_a_day_that_nobody_looked_at_reads_no_data_and_a_quiet_one_zero(firewatch, tmp_path) -> None:
    coverage = tmp_path / "coverage.csv"
    coverage.write_text(
        "snapshot_utc,covers_study_box\n2024-03-03T12:00:00Z,True\n2024-03-04T12:00:00Z,False\n", encoding="utf-8"
    )
    table = table_of(tmp_path, seen(0), seen(5))
    done = firewatch("replay-proof", table, "--coverage", coverage, "--out", tmp_path / "found.json")
    (found,) = json.loads((tmp_path / "found.json").read_text(encoding="utf-8"))
    assert found["by_day"] == {
        "2024-03-01": 1,
        "2024-03-02": "无数据",
        "2024-03-03": 0,
        "2024-03-04": "无数据",
        "2024-03-05": "无数据",
        "2024-03-06": 1,
    }
    assert re.search(r"2024-03-04 │ 2024-03-05 │ 2 +│ 无数据", done.out)


def test_a_row_on_another_continent_does_not_say_that_anybody_looked_here() -> None:
    days = days_of_rows(frame([seen(0), seen(1, lat_deg=38.0, lon_deg=-120.0), seen(2)]))
    assert days == {date(2024, 3, 1), date(2024, 3, 3)}


def test_the_stored_rounds_give_the_same_incidents_and_numbers(rules, tmp_path) -> None:
    everything = frame([seen(0), seen(4, frp_mw=9.0)])
    watched = located(everything, catalogue_of(None)).hotspots
    run = follow_passes(watched, everything, (), rules)
    kept = stored_incidents(everything, watched["available_utc"].unique().sort().to_list(), (), tmp_path / "home")
    assert compared(kept, run) == {"stored_incidents": 2, "same_incidents_when_stored": True, "failures": []}
    (failure,) = compared(kept[:1], run)["failures"]
    assert failure == f"the stored rounds give other incidents: {kept[1].incident_id}"


def test_rows_that_cannot_be_read_are_counted(tmp_path) -> None:
    table = table_of(tmp_path, seen(0), {**seen(1), "lat_deg": 91.0})
    found = proved(table, "", held_against(load_settings()))
    assert (found["hotspots"], found["hotspot_rows_rejected"]) == (1, 1)


def test_a_table_with_a_header_alone_holds_and_is_empty(tmp_path) -> None:
    found = proved(table_of(tmp_path), "", held_against(load_settings(), stored=True))
    assert found["holds"]
    assert (found["hotspots"], found["by_day"]) == (0, {})


def test_permuted_arrivals_stay_within_what_a_round_looks_back(rules) -> None:
    table = frame([seen(day) for day in range(40)])
    late = arrivals_permuted(table, latest_h=72)
    delay_h = (late["available_utc"] - late["acquired_utc"]).dt.total_seconds() / 3600
    assert delay_h.max() < 72
    assert delay_h.n_unique() > 5
    assert set(late["hotspot_id"]) == set(table["hotspot_id"])


def test_an_incident_that_came_a_pass_late_fails_with_a_sentence(rules) -> None:
    everything = frame([seen(0), seen(20, lat_deg=40.2, lon_deg=117.56)])
    watched = located(everything, catalogue_of(None)).hotspots
    run = follow_passes(watched, everything, (), rules)
    key = watched["hotspot_id"][0]
    run.taken[key] = run.taken[key] + timedelta(hours=6)
    run.told.clear()
    found = findings(Runs(run, run, run), Recording(everything, watched), rules)
    assert not found["holds"]
    assert any(
        f"{key} came 2024-03-01 08:00Z and was followed at 2024-03-01 14:00Z" in each for each in found["failures"]
    )
    assert any("nobody was told" in each for each in found["failures"])
