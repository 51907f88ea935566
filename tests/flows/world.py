"""A small world of our own: some days of weather around Pinggu, hotspots on the line, a house in a temporary folder."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import dataframely as dy
import polars as pl

from boundary_zones.catalogue import SHIPPED, ZONES_FILE
from flows.carry_out import Report, carry_out
from flows.elevation import CellElevation, TableElevation
from flows.gathered import HotspotSource, WeatherSource
from flows.order import FlowName, Order
from flows.recorded_feeds import HOTSPOTS, WEATHER, RecordedHotspots, RecordedWeather
from flows.replaying import DrivenClock
from flows.rules import shipped_rules
from flows.settings import load_settings
from flows.wiring import House, open_house
from models.fire_weather.season import state_of
from models.frames import HotspotFrame, WeatherFrame
from store.run_rows import Trigger
from tests.flows.folders import lasting_folder
from tests.models.incidents.synthetic import frame, hotspot

TODAY = date(2024, 4, 10)
MORNING = datetime(2024, 4, 9, 23, 7, tzinfo=UTC)
"""07:07 Beijing time on TODAY."""
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
ZONE = "PG-JZ"
DRILL = "exercise-test"
NOWHERE = "http://127.0.0.1:9"
"""Nobody listens there."""
LINE = (40.08096, 117.20336)
"""Where Pinggu, Jizhou and Sanhe meet: no distance from the line."""
STATIONS = (
    ("S1", 40.05, 116.95, 30.0),
    ("S2", 40.05, 117.40, 80.0),
    ("S3", 40.40, 116.95, 150.0),
    ("S4", 40.40, 117.40, 250.0),
    ("S5", 40.40, 116.00, 500.0),
    ("S6", 40.95, 116.50, 400.0),
    ("S7", 40.85, 115.80, 800.0),
    ("S8", 41.10, 116.95, 600.0),
)


@dataclass(frozen=True)
class Air:
    """The same air at every station and hour."""

    temperature_degc: float = 28.0
    humidity_pct: float = 12.0
    wind_ms: float = 9.0
    rain_mm: float = 0.0


HOT_AND_DRY = Air()
WET = Air(8.0, 95.0, 1.0, 2.0)


def weather_rows(first: datetime, last: datetime, *, air: Air = HOT_AND_DRY, issued: datetime | None = None) -> Any:
    """Hourly rows of all stations from ``first`` to ``last``; a forecast where ``issued`` is given."""
    hours = [first + number * HOUR for number in range(int((last - first) / HOUR) + 1)]
    return pl.DataFrame(
        [
            {
                "station_id": name,
                "lat_deg": lat,
                "lon_deg": lon,
                "elevation_m": height,
                "valid_utc": hour,
                "air_temperature_degc": air.temperature_degc,
                "relative_humidity_pct": air.humidity_pct,
                "wind_speed_ms": air.wind_ms,
                "wind_direction_deg": 225.0,
                "precipitation_mm": air.rain_mm,
                "issued_utc": issued,
            }
            for name, lat, lon, height in STATIONS
            for hour in hours
        ],
        schema_overrides={"issued_utc": pl.Datetime("us", "UTC")},
    )


def weather_frame(*parts: pl.DataFrame) -> dy.DataFrame[WeatherFrame]:
    """Rows as the frame that a parser makes of them."""
    told = pl.when(pl.col("issued_utc").is_null()).then(pl.lit("observed")).otherwise(pl.lit("table"))
    rows = pl.concat(parts).with_columns(
        told.alias("model"), *(pl.lit(None, pl.Float64).alias(name) for name in ("wind_gust_ms", "snow_depth_cm"))
    )
    return WeatherFrame.validate(rows.select(WeatherFrame.column_names()), cast=True)


@lru_cache(maxsize=64)
def seen_weather(until: datetime = MORNING, *, air: Air = HOT_AND_DRY, days_ahead: int = 2) -> dy.DataFrame[Any]:
    """What is known at ``until``: three days observed, and a forecast of an hour ago."""
    observed = weather_rows(noon(TODAY - 3 * DAY) + HOUR, on_the_hour(until), air=air)
    ahead = on_the_hour(until) + HOUR
    return weather_frame(observed, weather_rows(ahead, ahead + days_ahead * DAY, air=air, issued=until - HOUR))


def typed_weather(at: datetime = MORNING) -> str:
    """What an office without a network types: three days of one station, and what the weather service foretells."""
    seen = weather_rows(noon(TODAY - 3 * DAY), on_the_hour(at))
    ahead = weather_rows(on_the_hour(at) + HOUR, on_the_hour(at) + 2 * DAY, issued=on_the_hour(at) - HOUR)
    rows = pl.concat([seen, ahead]).filter(pl.col("station_id") == "S1")
    return str(rows.write_csv(datetime_format="%Y-%m-%dT%H:%M:%SZ"))


def noon(day: date) -> datetime:
    """12:00 Beijing time."""
    return datetime(day.year, day.month, day.day, 4, tzinfo=UTC)


def on_the_hour(instant: datetime) -> datetime:
    """The full hour at or before an instant."""
    return instant.replace(minute=0, second=0, microsecond=0)


def moisture(house: House, *, zones: Iterable[str] = (ZONE,), day: date | None = None, spin_up_days: int = 60) -> Any:
    """A dry spring: every cell of the zones with the same codes."""
    cells = pl.concat([house.catalogue.cells(zone) for zone in zones])
    return state_of(cells, day or TODAY - 3 * DAY, moisture=(90.0, 60.0, 300.0), spin_up_days=spin_up_days)


def fire(hours_ago: float = 3.0, *, at: datetime = MORNING, north_km: float = 0.0, **fields: Any) -> dict[str, Any]:
    """A hotspot on the line, available an hour after it was seen."""
    acquired = (at - timedelta(hours=hours_ago)).replace(second=0, microsecond=0)
    place = {"lat_deg": LINE[0] + north_km / 111.2, "lon_deg": LINE[1]}
    return hotspot(**{"acquired_utc": acquired, "available_utc": acquired + HOUR, **place, **fields})


def elsewhere(hours_ago: float = 1.0, *, at: datetime = MORNING) -> dict[str, Any]:
    """A hotspot far away: it says that a satellite looked."""
    return fire(hours_ago, at=at, lat_deg=30.0, lon_deg=110.0)


def hotspot_frame(rows: Sequence[dict[str, Any]]) -> dy.DataFrame[HotspotFrame]:
    """Hotspots as the frame that a parser makes of them."""
    return frame(list(rows))


def heights(points: Sequence[tuple[float, float]] = ()) -> TableElevation:
    """200 m everywhere: at some points, or on a lattice that reaches every cell."""
    return _flat(tuple(points) or tuple((39.8 + lat / 10, 115.5 + lon / 10) for lat in range(16) for lon in range(22)))


@cache
def _flat(points: tuple[tuple[float, float], ...]) -> TableElevation:
    return TableElevation(pl.DataFrame([{"lat_deg": lat, "lon_deg": lon, "elevation_m": 200.0} for lat, lon in points]))


def build_house(home: Path, **settings: Any) -> House:
    """A house with the shipped rules and contacts that can ask nobody."""
    nowhere = {"open_meteo_url": NOWHERE, "firms_url": NOWHERE}
    return open_house(load_settings({}, home=home, **(nowhere | settings)))


def made_home(folder: Path, fill: Callable[[House], object] = lambda house: None) -> Path:
    """A home in which something happened, closed: to be copied by the tests that begin there."""
    house = build_house(folder / "home")
    fill(house)
    house.close()
    return folder / "home"


def dry_spring(house: House) -> House:
    """The drill of a house after a dry spring: its danger is at the top."""
    drill = recorded(house)
    drill.moisture.save(moisture(drill), made_by_run="start", world=drill.world)
    return drill


def told_everywhere(house: House) -> House:
    """The live world with a red warning and a fire on the line, sent to all offices."""
    rows = recorded_hotspots(house, [fire(), elsewhere()])
    live = recorded(house, world="live", hotspots=rows)
    live.moisture.save(moisture(live), made_by_run="start", world="live")
    danger(live)
    hotspots(live)
    dispatch(live)
    return live


def recorded(
    house: House,
    *,
    world: str = DRILL,
    weather: WeatherSource | None = None,
    hotspots: HotspotSource | None = None,
    elevation: CellElevation | None = None,
    at: datetime = MORNING,
) -> House:
    """``house`` seen from a world with recorded feeds and a driven clock; nothing burns and it is hot and dry."""
    rules = house.rules.freshness
    return house.within(
        world,
        weather=weather or RecordedWeather(seen_weather(at), (), rules[WEATHER]),
        hotspots_feed=hotspots or recorded_hotspots(house, [elsewhere(at=at)]),
        elevation=elevation or heights(),
        clock=DrivenClock(at),
    )


def told_fire(home: Path, *, sent_utc: datetime | None = None) -> House:
    """A drill over a new house, in which a fire on the line was seen and told: held once, and copied.

    Its texts left at ``sent_utc``; None where they still wait.
    """
    shutil.copytree(_told_fire_home(sent_utc), home)
    return _with_a_fire(build_house(home))


@cache
def _told_fire_home(sent_utc: datetime | None) -> Path:
    def told(house: House) -> None:
        drill = _with_a_fire(house)
        hotspots(drill)
        if sent_utc is not None:
            dispatch(drill, sent_utc)

    return made_home(lasting_folder("told-fire"), told)


def _with_a_fire(house: House) -> House:
    return recorded(house, hotspots=recorded_hotspots(house, [fire(), elsewhere()]))


def the_incident(house: House) -> str:
    """Number of the only open incident of a drill."""
    [incident] = house.incidents.open_incidents(world=DRILL)
    return incident.incident_id


def recorded_weather(house: House, table: dy.DataFrame[WeatherFrame]) -> RecordedWeather:
    """A weather table in the place of the feed."""
    return RecordedWeather(table, (), house.rules.freshness[WEATHER])


def recorded_hotspots(house: House, rows: Sequence[dict[str, Any]]) -> RecordedHotspots:
    """A hotspot table in the place of the feed."""
    return RecordedHotspots(hotspot_frame(rows), (), house.rules.freshness[HOTSPOTS])


def order(flow: FlowName, at: datetime = MORNING, *, world: str = DRILL, **changes: Any) -> Order:
    """A round of one joint unit that sends and reads what is recorded."""
    asked = Order(flow, at, "试验", "tester", Trigger.EXERCISE, live=False, send=True, world=world)
    return replace(asked, **changes)


def danger(house: House, at: datetime = MORNING, *, zones: tuple[str, ...] = (ZONE,), **changes: Any) -> Report:
    """One danger round of one joint unit."""
    return carry_out(house, order(FlowName.DANGER_WATCH, at, world=house.world, zones=zones, **changes))


def hotspots(house: House, at: datetime = MORNING, **changes: Any) -> Report:
    """One hotspot round."""
    return carry_out(house, order(FlowName.HOTSPOT_WATCH, at, world=house.world, **changes))


def dispatch(house: House, at: datetime = MORNING) -> Report:
    """One round of sending, at the time of its clock."""
    if isinstance(house.clock, DrivenClock):
        house.clock.now = at
    return carry_out(house, order(FlowName.DISPATCH_ROUND, at, world=house.world, live=True))


def only_run(house: House) -> str:
    """Id of the only run of the world."""
    [run] = house.runs.last_runs(world=house.world)
    return run.run_id


def alerts(house: House) -> pl.DataFrame:
    """Every alert of the world, in the order in which they were committed."""
    return house.ledger_frames.alerts(world=house.world)


def told_at_once(house: House) -> pl.DataFrame:
    """Every delivery of the world but the steps of ladders, which wait for an office that does not answer."""
    return house.ledger_frames.deliveries(world=house.world).filter(pl.col("step") == 0)


def messages(house: House) -> list[tuple[str, str]]:
    """Office and delivery of every line in the inbox."""
    lines = (
        (path.stem, line)
        for path in sorted(house.home.inbox.glob("*/*.jsonl"))
        for line in path.read_text(encoding="utf-8").splitlines()
    )
    return [(office, line.split('"delivery_id":"')[1].split('"')[0]) for office, line in lines]


def quick_rules(folder: Path) -> Path:
    """The shipped rules with little patience and a short past: a test need not wait, and answers are small."""
    quick = {
        "feeds.toml": {"[fetch.attempts]": "2", "[fetch.wait_initial_s]": "0.01", "[fetch.wait_max_s]": "0.02"},
        "rounds.toml": {"[rounds.spin_up_past_d]": "6", "[rounds.forecast_d]": "4"},
    }
    for path in shipped_rules().glob("*.toml"):
        lines = path.read_text(encoding="utf-8").splitlines()
        for heading, value in quick.get(path.name, {}).items():
            at = lines.index(heading) + 1
            assert lines[at].startswith("value = ")
            lines[at] = f"value = {value}"
        (folder / path.name).write_text("\n".join(lines), encoding="utf-8")
    return folder


def changed_rules(folder: Path, file: str, heading: str, value: str, *, base: Path | None = None) -> Path:
    """The shipped rules with another value under one heading."""
    if base is None:
        shutil.copytree(shipped_rules(), folder, dirs_exist_ok=True)
    path = folder / file
    lines = path.read_text(encoding="utf-8").splitlines()
    at = lines.index(heading) + 1
    assert lines[at].startswith("value = ")
    lines[at] = f"value = {value}"
    path.write_text("\n".join(lines), encoding="utf-8")
    return folder


def one_unit(folder: Path) -> Path:
    """A world with Pinggu and Jizhou only: a few dozen points to ask for."""
    head, *units = (SHIPPED / ZONES_FILE).read_text(encoding="utf-8").split("\n[[zone]]")
    (kept,) = (unit for unit in units if f'"{ZONE}"' in unit)
    (folder / ZONES_FILE).write_text(f"{head}\n[[zone]]{kept}", encoding="utf-8")
    return folder
