"""``firewatch replay``: recorded tables through the rounds, as they would have been seen at each time."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from desk.exits import Exit
from models.frames import DANGER_CSV
from store.home import Home
from tests.flows import world
from tests.flows.world import DAY, HOUR

BEGIN = datetime(2024, 4, 9, 22, 0, tzinfo=UTC)
"""06:00 Beijing time on 10 April."""
END = BEGIN + timedelta(hours=12)
FILES = ("alerts.jsonl", "danger.csv", "deliveries.jsonl", "incidents.jsonl", "summary.json")
FIELDS = {
    "alerts.jsonl": (
        "alert_id, code, revision, event_id, kind, zone, level, previous_level, reason, decided_utc, regions, "
        "recipients, exercise, degraded, text_short, text_long"
    ),
    "deliveries.jsonl": (
        "delivery_id, alert_id, revision, region, office, recipient_role, channel, step, state, attempts, sent_utc, "
        "acknowledged_utc, outcome"
    ),
    "incidents.jsonl": (
        "incident_id, zone, state, first_seen_utc, first_available_utc, last_seen_utc, lat_deg, lon_deg, "
        "location_error_km, hotspot_count, frp_mw, distance_to_border_km, region, county, neighbour_regions, "
        "projection, source_kind, suppressed, reason, hotspot_no, confidence, suppressed_by, level, level_reasons, "
        "looks, most_pixels, merged_into, merged_from, split_from, offices, other_zones"
    ),
}
DANGER = (
    "zone, cell_id, lat_deg, lon_deg, issued_utc, local_date, lead_d, ffmc, dmc, dc, isi, bui, fwi, danger_grade, "
    "ignition_probability, spin_up_days, degraded"
)
HOTSPOTS = "latitude,longitude,acq_date,acq_time,satellite,instrument,confidence,frp,available_utc"


def hotspot_row(lat: float, lon: float, acquired: datetime, *, available: datetime | None = None) -> str:
    known = f"{available or acquired + HOUR:%Y-%m-%dT%H:%M:%SZ}"
    return f"{lat},{lon},{acquired:%Y-%m-%d},{acquired:%H%M},N20,VIIRS,n,6.5,{known}"


FIRE = hotspot_row(*world.LINE, BEGIN + 2 * HOUR)
ELSEWHERE = hotspot_row(30.0, 110.0, BEGIN - 2 * HOUR)


@pytest.fixture(autouse=True)
def _one_unit(monkeypatch, one_unit) -> None:
    monkeypatch.setenv("FIREWATCH_ZONES", str(one_unit))


@pytest.fixture
def weather(tmp_path) -> Path:
    """Three days observed, and a forecast that is issued while the replay runs."""
    path = tmp_path / "weather.csv"
    first = world.noon(world.TODAY - 3 * DAY) + HOUR
    seen = world.weather_rows(first, END)
    ahead = world.weather_rows(BEGIN, END + 40 * HOUR, issued=BEGIN - HOUR)
    late = world.weather_rows(END + 41 * HOUR, END + 70 * HOUR, issued=BEGIN + 3 * HOUR)
    table = pl.concat([seen, ahead, late])
    path.write_text(table.write_csv(datetime_format="%Y-%m-%dT%H:%M:%SZ"), encoding="utf-8")
    return path


@pytest.fixture
def table(tmp_path):
    """Writes a hotspot table of some rows."""

    def write(*rows: str, name: str = "hotspots.csv") -> Path:
        path = tmp_path / name
        path.write_text("\n".join([HOTSPOTS, *rows, ""]), encoding="utf-8")
        return path

    return write


@pytest.fixture
def replay(firewatch, tmp_path):
    """Replays 12 hours into ``tmp_path / name``."""

    def run(name: str, *options: object, end: datetime = END, step: str = "10min"):
        span = ("--from", BEGIN.isoformat(), "--to", end.isoformat(), "--step", step)
        return firewatch("replay", *span, "--out", tmp_path / name, *options)

    return run


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_a_replay_writes_the_five_files_with_the_fields_of_the_interface(replay, weather, table, tmp_path) -> None:
    done = replay("out", "--weather", weather, "--hotspots", table(FIRE, ELSEWHERE), "--json")
    out = tmp_path / "out"
    assert done.code == Exit.DEGRADED
    assert {path.name for path in out.iterdir() if path.is_file()} >= set(FILES)
    for name, fields in FIELDS.items():
        rows = lines(out / name)
        assert rows
        assert [set(row) for row in rows] == [set(fields.split(", "))] * len(rows), name
    danger = pl.read_csv(out / "danger.csv")
    assert danger.columns == DANGER.split(", ") == list(DANGER_CSV)
    assert done.document == json.loads((out / "summary.json").read_text(encoding="utf-8"))


def test_a_replay_tells_of_the_fire_in_the_inbox_marked_as_exercise(replay, weather, table, tmp_path) -> None:
    summary = replay("out", "--weather", weather, "--hotspots", table(FIRE, ELSEWHERE), "--json").document
    out = tmp_path / "out"
    told = [row for row in lines(out / "alerts.jsonl") if row["kind"] == "incident"]
    (alert,) = told
    assert alert["exercise"]
    assert alert["text_short"].startswith("【演练】")
    assert alert["event_id"] == "YL-PG-JZ-2024-001"
    sent = [row for row in lines(out / "deliveries.jsonl") if row["alert_id"] == alert["alert_id"]]
    assert {(row["state"], row["channel"]) for row in sent} == {("sent", "inbox")}
    assert {row["region"] for row in sent} == {"beijing", "tianjin", "hebei"}
    assert len(list(Home(out).inbox.glob("*/*.jsonl"))) >= len(sent)
    assert (summary["incidents"], summary["incidents_by_zone"]) == (1, {"PG-JZ": 1})
    (incident,) = lines(out / "incidents.jsonl")
    projection = incident["projection"]
    assert set(projection) >= {
        "bearing_deg",
        "arrival_h_early",
        "arrival_h_late",
        "crossing_lat_deg",
        "crossing_lon_deg",
    }
    assert projection["arrival_h_early"] == 0.0  # it lies on the line
    assert incident["first_seen_utc"] == (BEGIN + 2 * HOUR).isoformat()


def test_weather_that_cannot_be_used_is_counted_in_the_summary(replay, weather, table) -> None:
    rows = weather.read_text(encoding="utf-8").splitlines()
    humidity, when = (rows[0].split(",").index(name) for name in ("relative_humidity_pct", "valid_utc"))
    wet = [",".join("106" if at == humidity else cell for at, cell in enumerate(row.split(","))) for row in rows[1:]]
    no_time = ",".join("soon" if at == when else cell for at, cell in enumerate(rows[1].split(",")))
    weather.write_text("\n".join([rows[0], no_time, *wet[:9], *rows[10:], ""]), encoding="utf-8")
    without_offset = ELSEWHERE.removesuffix("Z")
    too_late = hotspot_row(40.4, 116.9, BEGIN + HOUR, available=END + HOUR)
    hotspots = table(FIRE, without_offset, too_late)
    summary = replay("out", "--weather", weather, "--hotspots", hotspots, "--json").document
    assert (summary["weather_rows_rejected"], summary["weather_values_blanked"]) == (1, 9)
    assert (summary["hotspot_rows_rejected"], summary["hotspot_values_blanked"]) == (0, 1)
    assert summary["hotspots_available_after_end"] == 1


def test_the_future_is_not_seen(replay, weather, table, tmp_path) -> None:
    """A hotspot is told at the step at which it became available; a forecast is used after it was issued."""
    available = BEGIN + 5 * HOUR + timedelta(minutes=3)
    row = hotspot_row(*world.LINE, BEGIN + 2 * HOUR, available=available)
    after = hotspot_row(40.2, 117.25, END - HOUR, available=END + HOUR)
    replay("out", "--weather", weather, "--hotspots", table(row, after, ELSEWHERE))
    (told,) = [row for row in lines(tmp_path / "out" / "alerts.jsonl") if row["kind"] == "incident"]
    decided = datetime.fromisoformat(told["decided_utc"])
    assert available <= decided < available + timedelta(minutes=10)
    (incident,) = lines(tmp_path / "out" / "incidents.jsonl")
    assert incident["hotspot_count"] == 1
    danger = pl.read_csv(tmp_path / "out" / "danger.csv")
    first, second = sorted(danger["issued_utc"].unique())
    days = {at: sorted(set(danger.filter(pl.col("issued_utc") == at)["local_date"])) for at in (first, second)}
    assert first == "2024-04-09T23:07:00Z"
    assert days[first] == ["2024-04-10", "2024-04-11"]
    assert days[second] == ["2024-04-10", "2024-04-11", "2024-04-12", "2024-04-13"]


def test_the_same_replay_twice_gives_the_same_files(replay, weather, table, tmp_path) -> None:
    hotspots = table(FIRE, ELSEWHERE, hotspot_row(40.2, 117.25, BEGIN + 4 * HOUR))
    for name in ("one", "two"):
        replay(name, "--weather", weather, "--hotspots", hotspots, step="1h", end=BEGIN + 6 * HOUR)
    for name in FILES:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes(), name


def test_a_finer_step_changes_when_things_are_told_and_not_what(replay, weather, table, tmp_path) -> None:
    hotspots = table(FIRE, ELSEWHERE, hotspot_row(40.2, 117.25, BEGIN + 4 * HOUR))
    for name, step in (("fine", "10min"), ("coarse", "1h")):
        replay(name, "--weather", weather, "--hotspots", hotspots, step=step, end=BEGIN + 6 * HOUR)

    def told(name: str) -> list[tuple[str, int, str]]:
        rows = lines(tmp_path / name / "alerts.jsonl")
        return sorted((row["event_id"], row["revision"], row["reason"]) for row in rows)

    assert told("fine") == told("coarse")
    assert (tmp_path / "fine" / "danger.csv").read_bytes() == (tmp_path / "coarse" / "danger.csv").read_bytes()


def test_without_hotspots_the_days_read_no_data_and_not_zero(replay, weather) -> None:
    done = replay("out", "--weather", weather, "--json")
    summary = done.document
    assert done.code == Exit.DEGRADED
    assert {day["hotspots"] for day in summary["by_day"].values()} == {"无数据"}
    assert summary["days_without_hotspot_data"] == summary["days"] == 1
    assert summary["by_day"]["2024-04-10"]["danger"]["PG-JZ"] >= 1
    assert summary["alerts_by_kind"]["system/feed_out"] == 1


def test_without_weather_no_day_has_a_grade(replay, table, tmp_path) -> None:
    summary = replay("out", "--hotspots", table(FIRE, ELSEWHERE), "--json").document
    assert {day["danger"] for day in summary["by_day"].values()} == {"无数据"}
    assert summary["days_without_danger"] == 1
    assert summary["by_day"]["2024-04-10"]["hotspots"] == 1
    assert (tmp_path / "out" / "danger.csv").read_text(encoding="utf-8").strip() == DANGER.replace(", ", ",")


def test_a_day_that_a_satellite_looked_at_reads_zero_and_one_that_none_did_reads_no_data(replay, table) -> None:
    summary = replay("out", "--hotspots", table(ELSEWHERE), "--json", end=BEGIN + 3 * DAY, step="1h").document
    days = summary["by_day"]
    assert days["2024-04-10"]["hotspots"] == 0
    assert days["2024-04-12"]["hotspots"] == "无数据"


def test_snapshots_are_replayed_in_the_order_in_which_they_arrived(replay, tmp_path) -> None:
    arrived = BEGIN + 3 * HOUR
    feature = {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [world.LINE[1], world.LINE[0]]},
        "properties": {
            "latitude": str(world.LINE[0]),
            "longitude": str(world.LINE[1]),
            "bright_ti4": "340.0",
            "scan": "0.4",
            "track": "0.4",
            "acq_date": f"{BEGIN:%Y-%m-%d}",
            "acq_time": f"{BEGIN:%H%M}",
            "satellite": "N",
            "confidence": "n",
            "frp": "5.0",
            "daynight": "N",
        },
    }
    common = {"repo": "office/mirror", "path": "snpp.geojson", "covers_study_box": True}
    record = [
        common | {"snapshot_utc": f"{BEGIN:%Y-%m-%dT%H:%M:%SZ}", "features": []},
        common | {"snapshot_utc": f"{arrived:%Y-%m-%dT%H:%M:%SZ}", "features": [feature]},
    ]
    path = tmp_path / "snapshots.jsonl"
    path.write_text("".join(json.dumps(each) + "\n" for each in record), encoding="utf-8")
    summary = replay("out", "--hotspots", path, "--json").document
    assert summary["incidents"] == 1
    (incident,) = lines(tmp_path / "out" / "incidents.jsonl")
    assert incident["first_available_utc"] == arrived.isoformat()
    assert summary["by_day"]["2024-04-10"]["hotspots"] == 1


@pytest.mark.parametrize("used", ["folder", "file"])
def test_a_used_folder_is_refused_and_left_as_it_was(replay, weather, tmp_path, used) -> None:
    out = tmp_path / "out"
    if used == "folder":
        out.mkdir()
        (out / "notes.txt").write_text("mine", encoding="utf-8")
    else:
        out.write_text("mine", encoding="utf-8")
    done = replay("out", "--weather", weather)
    assert done.code == Exit.BAD_INPUT
    assert str(out) in done.err
    assert [path.name for path in out.iterdir()] == ["notes.txt"] if used == "folder" else out.read_text() == "mine"


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--from", "2024-04-10"), "--from: '2024-04-10' has no offset"),
        (("--to", "tomorrow"), "--to: 'tomorrow' is no time"),
        (("--to", "2024-04-01T00:00+08:00"), "is empty"),
        (("--step", "0min"), "--step: '0min' is no step"),
        (("--step", "fast"), "--step: 'fast' is no step"),
        (("--weather", "absent.csv"), "absent.csv: No such file"),
        (("--hotspots", "absent.csv"), "absent.csv: No such file"),
        (("--elevation", "absent.csv"), "elevation table absent.csv"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_what_cannot_be_replayed_is_named(firewatch, tmp_path, options, says) -> None:
    span = {"--from": BEGIN.isoformat(), "--to": END.isoformat(), "--out": str(tmp_path / "out")}
    span[options[0]] = options[1]
    done = firewatch("replay", *(part for pair in span.items() for part in pair))
    assert done.code == Exit.BAD_INPUT
    assert says in done.err


def test_a_mapping_that_is_not_declared_is_refused_with_those_that_are(replay, table) -> None:
    done = replay("out", "--hotspots", table(FIRE), "--mapping", "fy3")
    assert done.code == Exit.BAD_INPUT
    assert "'fy3' is not declared (there are firms_recorded)" in done.err


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("relative_humidity_pct", "humidity", "column relative_humidity_pct（相对湿度） is missing"),
        ("T01:00:00Z", "T01:20:00Z", "is not on the hour"),
        ("S1,40.05", "S1,41.05", "station S1 has two positions"),
    ],
)
def test_a_weather_table_that_cannot_be_used_is_named_with_what_is_wrong(replay, weather, old, new, says) -> None:
    weather.write_text(weather.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    done = replay("out", "--weather", weather)
    assert done.code == Exit.BAD_INPUT
    assert "weather.csv" in done.err
    assert says in done.err


def test_a_replay_leaves_the_house_of_the_settings_alone(replay, weather, home) -> None:
    replay("out", "--weather", weather, step="1h", end=BEGIN + 2 * HOUR)
    assert not home.exists()


def test_a_person_reads_how_much_was_played(replay, weather, table, tmp_path) -> None:
    done = replay("out", "--weather", weather, "--hotspots", table(FIRE, ELSEWHERE), step="1h", end=BEGIN + 2 * HOUR)
    assert re.search(r"steps\s+│\s+3\b", done.out)
    assert done.out.strip().endswith(str(tmp_path / "out"))


@pytest.mark.shared
def test_two_days_of_recorded_hotspots_of_may_2017_are_replayed(firewatch, shared, tmp_path, monkeypatch) -> None:
    monkeypatch.delenv("FIREWATCH_ZONES")
    table = shared / "data/hotspots/firms_nrt/firms_nrt_dev.csv.gz"
    span = ("--from", "2017-05-10T00:00+08:00", "--to", "2017-05-12T00:00+08:00", "--step", "1h")
    done = firewatch(
        "replay", *span, "--hotspots", table, "--mapping", "firms_recorded", "--out", tmp_path / "may", "--json"
    )
    assert done.code == Exit.DEGRADED
    assert done.document["incidents_by_zone"]["YQ-HL"] >= 1
    assert done.document["days_without_danger"] == done.document["days"]
