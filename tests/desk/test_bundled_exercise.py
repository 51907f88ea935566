"""The bundled tables: made by their script, read by the feeds, and consistent with what the scenario expects."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest

from boundary_zones.catalogue import Catalogue
from boundary_zones.geodesy import WGS84
from desk.scenario import Scenario, load_scenario
from desk.scenarios import jizhou_sanhe
from desk.scenarios.construct import tables
from desk.scenarios.made_weather import BEIJING, POINTS
from feeds.parsed import Parsed
from feeds.tables import TableFile, parse_hotspot_table, parse_weather_table
from flows.rules import shipped_rules
from flows.signed import SignedRules, load_signed
from flows.wiring import catalogue_of
from models.danger import danger, zone_danger
from models.fire_weather.season import fire_weather_days, state_of
from models.frames import CodesFrame, HotspotFrame, JudgementFrame, WeatherFrame
from models.incidents.judge import with_judgements
from models.incidents.match import located
from models.incidents.numbering import EXERCISE_PREFIX, Numbering
from models.incidents.track import track
from models.weather.elevation import elevation_at
from models.weather.interpolate import weather_at_cells
from models.weather.noon import noon_weather


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return load_scenario(jizhou_sanhe.FOLDER)


@pytest.fixture(scope="module")
def rules() -> SignedRules:
    return load_signed(shipped_rules())


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return catalogue_of(None)


@pytest.fixture(scope="module")
def weather(scenario, rules) -> Parsed[WeatherFrame]:
    file = TableFile("weather.csv", scenario.files.weather.read_bytes(), scenario.end)
    return parse_weather_table(file, bounds=rules.rejects)


@pytest.fixture(scope="module")
def hotspots(scenario, rules) -> Parsed[HotspotFrame]:
    file = TableFile("hotspots.csv", scenario.files.hotspots.read_bytes(), scenario.end)
    return parse_hotspot_table(file, rules=rules.hotspots, bounds=rules.rejects)


def grades(scenario, rules, catalogue, weather, as_of: datetime) -> dict[tuple[str, str], int]:
    """Danger grade by joint unit and day, as a round at ``as_of`` computes it from the start of the exercise."""
    known = pl.col("issued_utc").is_null() & (pl.col("valid_utc") <= as_of)
    issued = (pl.col("issued_utc") <= as_of).fill_null(value=False)
    cells = pl.concat([catalogue.cells(zone) for zone in scenario.zones])
    single = cells.unique("cell_id", maintain_order=True)
    heights = elevation_at(single, pl.read_csv(scenario.files.elevation), reach_km=8.0)
    start = scenario.start
    moisture = (start.ffmc, start.dmc, start.dc)
    state = state_of(single, start.local_date, moisture=moisture, spin_up_days=start.spin_up_days)
    noon = noon_weather(WeatherFrame.validate(weather.frame.filter(known | issued)))
    assert noon.gaps.height == 0
    at_cells = weather_at_cells(
        noon.noon, single.with_columns(pl.Series("elevation_m", heights)), parameters=rules.interpolation
    )
    codes = fire_weather_days(state, at_cells, cells=single, parameters=rules.fire_weather)
    ahead = CodesFrame.validate(codes.filter(pl.col("local_date") >= as_of.astimezone(BEIJING).date()))
    found = danger(ahead, cells, issued_utc=as_of, bounds=rules.grades, parameters=rules.danger)
    assert not found["degraded"].any()
    zones = zone_danger(found, area_share=rules.danger.area_share)
    return {(row["zone"], f"{row['local_date']:%m-%d}"): row["danger_grade"] for row in zones.to_dicts()}


def test_the_script_makes_the_same_bytes() -> None:
    for name, content in tables(jizhou_sanhe.JIZHOU_SANHE, jizhou_sanhe.LOOKS).items():
        assert (jizhou_sanhe.FOLDER / name).read_bytes() == content, (
            f"run python -m desk.scenarios.jizhou_sanhe for {name}"
        )


def test_the_tables_are_small_enough_to_be_read() -> None:
    assert sum(map(len, tables(jizhou_sanhe.JIZHOU_SANHE, jizhou_sanhe.LOOKS).values())) < 1_000_000


def test_the_feeds_read_every_row(weather, hotspots) -> None:
    for table in (weather, hotspots):
        assert table.rows_in == table.frame.height > 0
        assert table.rejects.total == table.blanked.total == 0


def test_the_weather_reaches_back_to_the_start_of_the_codes_and_ten_days_ahead(scenario, weather) -> None:
    observed = weather.frame.filter(pl.col("issued_utc").is_null())["valid_utc"]
    start = scenario.start.local_date
    noon_of_start = datetime(start.year, start.month, start.day, 4, tzinfo=UTC)
    assert observed.min() == noon_of_start + timedelta(hours=1)
    assert observed.max() == scenario.end.astimezone(UTC)
    assert weather.frame["valid_utc"].max() - scenario.begin.astimezone(UTC) > timedelta(days=10)


def test_a_round_needs_no_hour_that_is_missing(weather) -> None:
    observed = weather.frame.filter(pl.col("issued_utc").is_null())
    hours = observed["valid_utc"].n_unique()
    assert observed.height == hours * len(POINTS)
    assert hours == (jizhou_sanhe.LAST_OBSERVED_UTC - jizhou_sanhe.FIRST_UTC) // timedelta(hours=1) + 1


def test_the_day_of_the_fire_is_hot_dry_and_windy_as_the_records_say(weather) -> None:
    plain = weather.frame.filter(
        pl.col("station_id") == "EX-PINGGU",
        pl.col("issued_utc").is_null(),
        pl.col("valid_utc").dt.convert_time_zone("Asia/Shanghai").dt.date() == date(2017, 5, 11),
    )
    assert 29 <= plain["air_temperature_degc"].max() <= 33
    assert 6 <= plain["relative_humidity_pct"].min() <= 12
    assert 8 <= plain["wind_speed_ms"].max() <= 11
    assert plain["precipitation_mm"].sum() == 0


def test_danger_rises_to_orange_by_the_forecast_and_to_red_by_the_observation(
    scenario, rules, catalogue, weather
) -> None:
    first, *_, before_the_fire, _ = scenario.danger_rounds()
    ahead = grades(scenario, rules, catalogue, weather, first)
    seen = grades(scenario, rules, catalogue, weather, before_the_fire)
    assert (ahead["PG-JZ", "05-10"], ahead["PG-JZ", "05-11"], seen["PG-JZ", "05-11"]) == (3, 4, 5)
    for wanted in scenario.expected.danger:
        reached = ahead | seen
        assert reached[wanted.zone, f"{wanted.local_date:%m-%d}"] >= wanted.least_grade
    assert ahead["PG-JZ", "05-15"] == 1


def test_the_hotspots_become_one_incident_on_the_line_as_expected(scenario, rules, catalogue, hotspots) -> None:
    (wanted,) = scenario.expected.incidents
    matched = located(hotspots.frame, catalogue)
    rows = with_judgements(matched.hotspots, JudgementFrame.create_empty())
    result = track([], rows, now=scenario.end, rules=rules.track, next_number=Numbering(EXERCISE_PREFIX))
    (incident,) = result.incidents
    assert incident.incident_id == "YL-PG-JZ-2017-001"
    assert incident.zone == wanted.zone
    assert incident.hotspot_count == wanted.hotspots
    assert incident.distance_to_border_km <= wanted.greatest_distance_km
    assert incident.least_distance_km == 0.0
    assert {incident.region, *incident.neighbour_regions} == set(scenario.expected.told_regions)
    assert matched.outside == hotspots.frame.height - wanted.hotspots > 10


def test_the_first_row_of_the_fire_comes_within_the_hour_and_a_round_follows_in_time(
    scenario, catalogue, hotspots
) -> None:
    (wanted,) = scenario.expected.incidents
    fire = located(hotspots.frame, catalogue).hotspots
    first_available = fire["available_utc"].min()
    assert fire["acquired_utc"].min() >= datetime(2017, 5, 11, 8, 0, tzinfo=UTC)
    assert fire["acquired_utc"].max() <= datetime(2017, 5, 11, 17, 30, tzinfo=UTC)
    assert first_available - fire["acquired_utc"].min() <= timedelta(hours=1)
    round_utc = next(each for each in scenario.hotspot_rounds() if each >= first_available)
    assert round_utc <= wanted.told_by


def test_other_places_say_that_the_satellites_looked_before_every_round(scenario, rules, hotspots) -> None:
    bound = timedelta(hours=rules.freshness["hotspot_table"].max_content_age_h)
    for instant in scenario.hotspot_rounds():
        known = hotspots.frame.filter(pl.col("available_utc") <= instant)["acquired_utc"]
        assert instant - known.max() < bound


def test_heights_are_near_those_of_the_weather_points(scenario) -> None:
    table = pl.read_csv(scenario.files.elevation)
    points = pl.DataFrame([{"lat_deg": each.lat_deg, "lon_deg": each.lon_deg} for each in POINTS])
    heights = elevation_at(points, table, reach_km=8.0)
    assert all(abs(height - each.elevation_m) < 250 for height, each in zip(heights, POINTS, strict=True))


def test_the_fire_burns_where_three_counties_meet(catalogue) -> None:
    lat, lon = jizhou_sanhe.GEOSTATIONARY_PIXEL
    tripoint = (40.08096, 117.20336)
    _, _, distance_m = WGS84.inv(lon, lat, tripoint[1], tripoint[0])
    assert distance_m < 2500
