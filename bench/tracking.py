"""Following a global day: a million hotspots matched, clustered and tracked against a thousand open incidents.

The day is that of ``bench.hotspots``. The peer does the same job with the means that come to mind first:
``geopandas.sjoin`` for the county, ``sjoin_nearest`` for the line, scikit-learn's DBSCAN over hotspots and incidents,
and a group-by for who grew. It neither ages nor numbers incidents. The run fails if the two do not watch the same
hotspots.

Memory is what the job adds to a fresh process that holds the libraries and the million points.
"""

from __future__ import annotations

import multiprocessing
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dataframely as dy
import geopandas as gpd
import numpy as np
import polars as pl
import shapely
from sklearn.cluster import DBSCAN

from bench.hotspots import EPS_H, EPS_KM, made_up_day
from bench.measurement import Measurement, median_seconds
from boundary_zones.catalogue import Catalogue, load_catalogue
from models.frames import HotspotFrame, JudgementFrame
from models.incidents.geometry import chord_km, earth_km
from models.incidents.incident import Incident, IncidentState
from models.incidents.judge import with_judgements
from models.incidents.match import located
from models.incidents.numbering import Numbering
from models.incidents.track import TrackResult, track
from models.incidents.track_rules import TrackRules

OPEN = 1_000
DAY_END = datetime(2017, 5, 12, tzinfo=UTC)
RULES = TrackRules(
    eps_km=EPS_KM,
    eps_h=EPS_H,
    dormant_after_h=12.0,
    ended_after_h=72.0,
    longest_d=14.0,
    merge_max_extent_km=15.0,
    split_km=6.0,
    split_window_h=12.0,
    split_hotspots=3,
)


def run() -> list[Measurement]:
    """Measure; about two minutes on two cores."""
    catalogue = load_catalogue()
    day, before = made_up_day(), open_incidents()
    return [
        _following(day, before, catalogue),
        *(_growth(points, before, catalogue) for points in (10_000, 100_000)),
        _usual(before, catalogue),
        _memory(),
    ]


def open_incidents(count: int = OPEN, *, seed: int = 1) -> tuple[Incident, ...]:
    """Incidents of the watch area that were seen at the beginning of the day."""
    rng = np.random.default_rng(seed)
    seen = datetime(2017, 5, 11, 0, 30, tzinfo=UTC)
    places = np.column_stack((rng.uniform(39.9, 41.3, count), rng.uniform(115.3, 117.8, count)))
    return tuple(
        Incident(
            incident_id=f"JJJ-PG-JZ-2017-{number:04d}",
            zone=("HR-CD", "YQ-HL", "PG-JZ")[number % 3],
            state=IncidentState.ACTIVE,
            first_seen_utc=seen - timedelta(hours=number % 40),
            first_available_utc=seen,
            last_seen_utc=seen,
            lat_deg=float(lat_deg),
            lon_deg=float(lon_deg),
            location_error_km=0.375,
            hotspot_ids=frozenset({f"before-{number}"}),
            frp_mw=4.0,
            distance_to_border_km=20.0,
            signed_distance_km=20.0,
            bearing_to_border_deg=0.0,
            region="hebei",
            county_gb=None,
            neighbour_county_gb=110117,
            neighbour_regions=("beijing",),
        )
        for number, (lat_deg, lon_deg) in enumerate(places)
    )


def follow(day: dy.DataFrame[HotspotFrame], before: tuple[Incident, ...], catalogue: Catalogue) -> TrackResult:
    """Match, cluster and track."""
    window = with_judgements(located(day, catalogue).hotspots, JudgementFrame.create_empty())
    return track(before, window, now=DAY_END, rules=RULES, next_number=Numbering("JJJ", {("PG-JZ", 2017): OPEN}))


def _following(day: dy.DataFrame[HotspotFrame], before: tuple[Incident, ...], catalogue: Catalogue) -> Measurement:
    ours, theirs = located(day, catalogue).hotspots.height, _peer(day, before, catalogue)
    if abs(ours - theirs) > 0.001 * ours:
        raise AssertionError(f"we watch {ours} hotspots, geopandas {theirs}")
    return Measurement(
        name="hotspots: match, cluster and track 1 000 000 against 1 000 open incidents",
        unit="s",
        ours=median_seconds(lambda: follow(day, before, catalogue), runs=3, warm_up=0),
        peer_name="geopandas sjoin and sjoin_nearest, sklearn DBSCAN, group-by",
        peer=median_seconds(lambda: _peer(day, before, catalogue), runs=1, warm_up=0),
        target=5.0,
        higher_is_better=False,
        bound_by="the search for the nearest stretch (GEOS), then grouping (scipy KDTree)",
    )


def _peer(day: pl.DataFrame, before: tuple[Incident, ...], catalogue: Catalogue) -> int:
    """The same with geopandas and scikit-learn; returns how many hotspots lie in the watch area."""
    counties = gpd.GeoDataFrame(
        {"gb": catalogue.county_map.gb}, geometry=list(catalogue.county_map.polygons), crs="EPSG:4326"
    )
    parts = [part for each in catalogue.lines.stretches for part in each.line.geoms]
    lines = gpd.GeoDataFrame(geometry=parts, crs="EPSG:4326").to_crs(32650)
    where = gpd.points_from_xy(day["lon_deg"].to_numpy(), day["lat_deg"].to_numpy(), crs="EPSG:4326")
    points = gpd.GeoDataFrame({"row": np.arange(day.height)}, geometry=where)
    with_county = gpd.sjoin(points, counties, how="left", predicate="intersects")
    west, south, east, north = shapely.multilinestrings(parts).bounds
    near = with_county.cx[west - 0.7 : east + 0.7, south - 0.5 : north + 0.5].drop(columns="index_right").to_crs(32650)
    watched = gpd.sjoin_nearest(near, lines, max_distance=50_000, distance_col="distance_m").drop_duplicates("row")
    rows = day[watched["row"].to_numpy()]
    lat = pl.concat([rows["lat_deg"], pl.Series("lat_deg", [each.lat_deg for each in before])])
    lon = pl.concat([rows["lon_deg"], pl.Series("lon_deg", [each.lon_deg for each in before])])
    labels = DBSCAN(eps=chord_km(EPS_KM), min_samples=1, algorithm="kd_tree").fit_predict(earth_km(lat, lon))
    owner = pl.DataFrame({"group": labels[rows.height :], "incident": [each.incident_id for each in before]})
    grown = pl.DataFrame({"group": labels[: rows.height], "hotspot": rows["hotspot_id"]}).join(
        owner.group_by("group").agg(pl.col("incident").min()), on="group", how="left"
    )
    grown.group_by(pl.coalesce("incident", pl.col("group").cast(pl.String))).agg("hotspot")
    return int(rows.height)


def _growth(points: int, before: tuple[Incident, ...], catalogue: Catalogue) -> Measurement:
    day = made_up_day(points)
    return Measurement(
        name=f"hotspots: match, cluster and track {points:,} against 1 000 open incidents".replace(",", " "),
        unit="s",
        ours=median_seconds(lambda: follow(day, before, catalogue), runs=3),
        peer_name=None,
        peer=None,
        target=10.0,
        higher_is_better=False,
        bound_by="growth of the row above",
    )


def _usual(before: tuple[Incident, ...], catalogue: Catalogue) -> Measurement:
    day = HotspotFrame.validate(made_up_day(4_000).sample(3_000, seed=3))
    return Measurement(
        name="hotspots: a usual round, 300 of 3 000 in the watch area, 100 open incidents",
        unit="s",
        ours=median_seconds(lambda: follow(day, before[:100], catalogue), runs=5),
        peer_name=None,
        peer=None,
        target=0.2,
        higher_is_better=False,
        bound_by="the checks of the frames and one small table for each incident that grew",
    )


def _memory() -> Measurement:
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        added_mb = pool.apply(_added_mb)
    return Measurement(
        name="hotspots: memory that matching and tracking 1 000 000 adds",
        unit="MB",
        ours=added_mb,
        peer_name=None,
        peer=None,
        target=1_000.0,
        higher_is_better=False,
        bound_by="the pairs of neighbouring cubes and the table of the watch area",
    )


def _added_mb() -> float:
    """Peak resident memory after the job less that before it. Linux only."""
    day, before, catalogue = made_up_day(), open_incidents(), load_catalogue()
    held = _status_mb("VmRSS")
    follow(day, before, catalogue)
    return max(0.0, _status_mb("VmHWM") - held)


def _status_mb(field: str) -> float:
    found = re.search(rf"{field}:\s*(\d+) kB", Path("/proc/self/status").read_text())
    if found is None:
        raise OSError(f"this system does not tell a process its memory ({field})")
    return int(found[1]) / 1024
