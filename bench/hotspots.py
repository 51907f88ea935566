"""Hotspots: matching to zones and counties, and grouping, on a million points of one made-up day.

The day is made to be hard: fires of all sizes, the largest with a tenth of all hotspots, a tenth of the fires in the
watch area, and twenty hotspots on a square kilometre of fire: a VIIRS pixel covers 0.14 km2, and three satellites pass
twice a day. The peers do the same job on the same points with the libraries' own means:

- matching: shapely point by point (county by STRtree, distance to the lines), on every hundredth point, its time
  multiplied by a hundred;
- grouping: scikit-learn's DBSCAN with ``min_samples=1`` on all points. All acquisitions lie within ``eps_h``, so that
  DBSCAN in space alone has to find the same groups; the run fails if it does not.

Memory is the peak of a fresh process that makes the points and does the job; Python with its libraries and the points
are some 600 MB of it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime

import dataframely as dy
import numpy as np
import polars as pl
import shapely
from sklearn.cluster import DBSCAN

from bench.measurement import Measurement, in_a_fresh_process, median_seconds, peak_memory_mb
from boundary_zones.catalogue import Catalogue, load_catalogue
from models.frames import HotspotFrame
from models.incidents.cluster import group_labels
from models.incidents.geometry import chord_km, earth_km
from models.incidents.match import located

POINTS = 1_000_000
FIRES = 4_000
EPS_KM, EPS_H = 2.0, 24.0
SUBSET_STEP = 100


def made_up_day(points: int = POINTS, *, seed: int = 20170511) -> dy.DataFrame[HotspotFrame]:
    """One day of hotspots around the globe in the shape of the frame."""
    rng = np.random.default_rng(seed)
    share = rng.pareto(1.1, FIRES) + 1
    fire = np.sort(rng.choice(FIRES, size=points, p=share / share.sum()))
    size = np.bincount(fire, minlength=FIRES)
    lat, lon = rng.uniform(-35, 65, FIRES), rng.uniform(-180, 180, FIRES)
    watched = np.arange(0, FIRES, 10)
    lat[watched], lon[watched] = rng.uniform(39.9, 41.3, len(watched)), rng.uniform(115.3, 117.8, len(watched))
    spread_deg = 0.0008 * np.sqrt(size)[fire]
    acquired = datetime(2017, 5, 11, tzinfo=UTC).timestamp() + rng.integers(0, 86_400, points)
    frame = pl.DataFrame(
        {
            "hotspot_id": pl.int_range(points, eager=True).cast(pl.String),
            "acquired_utc": pl.from_epoch(pl.Series(acquired.astype(np.int64))).dt.replace_time_zone("UTC"),
            "lat_deg": np.clip(lat[fire] + rng.normal(0, 1, points) * spread_deg, -89, 89),
            "lon_deg": np.clip(lon[fire] + rng.normal(0, 1, points) * spread_deg, -180, 180),
        }
    ).with_columns(
        pl.lit("made-up").alias("feed"),
        pl.lit("NOAA-20").alias("satellite"),
        pl.lit("VIIRS").alias("instrument"),
        pl.col("acquired_utc").alias("available_utc"),
        pl.lit(0.375).alias("location_error_km"),
        *(pl.lit(None, HotspotFrame.create_empty().schema[name]).alias(name) for name in _UNUSED),
    )
    return HotspotFrame.validate(frame.select(HotspotFrame.column_names()), cast=True)


_UNUSED = ("frp_mw", "brightness_k", "scan_km", "track_km", "confidence", "confidence_pct", "daynight")


def run() -> list[Measurement]:
    """Measure; about two minutes on two cores."""
    day, catalogue = made_up_day(), load_catalogue()
    return [_matching(day, catalogue), _grouping(day), _both(day, catalogue), _memory()]


def _matching(day: dy.DataFrame[HotspotFrame], catalogue: Catalogue) -> Measurement:
    subset = day.gather_every(SUBSET_STEP)
    return Measurement(
        name="hotspots: match 1 000 000 to zone and county",
        unit="s",
        ours=median_seconds(lambda: located(day, catalogue), runs=3),
        peer_name=f"shapely point by point, 1 in {SUBSET_STEP} and scaled",
        peer=median_seconds(lambda: _point_by_point(subset, catalogue), runs=1, warm_up=0) * SUBSET_STEP,
        target=5.0,
        higher_is_better=False,
        bound_by="geodesic distances of the points in the watch area (pyproj) and the nearest-segment search",
    )


def _point_by_point(day: pl.DataFrame, catalogue: Catalogue) -> list[tuple[int | None, float]]:
    counties = shapely.STRtree(catalogue.county_map.polygons)
    lines = shapely.multilinestrings([part for each in catalogue.lines.stretches for part in each.line.geoms])
    found = []
    for lat_deg, lon_deg in day.select("lat_deg", "lon_deg").iter_rows():
        point = shapely.Point(lon_deg, lat_deg)
        inside = counties.query(point, predicate="intersects")
        found.append((int(inside[0]) if len(inside) else None, lines.distance(point)))
    return found


def _grouping(day: dy.DataFrame[HotspotFrame]) -> Measurement:
    return Measurement(
        name="hotspots: group 1 000 000 by distance and time",
        unit="s",
        ours=median_seconds(lambda: group_labels(day, eps_km=EPS_KM, eps_h=EPS_H), runs=3),
        peer_name="sklearn.cluster.DBSCAN(min_samples=1) on the same points",
        peer=_dbscan_seconds(day),
        target=5.0,
        higher_is_better=False,
        bound_by="the pairs of neighbouring cubes that hold hotspots (scipy KDTree)",
    )


def _dbscan_seconds(day: dy.DataFrame[HotspotFrame]) -> float:
    at_km = earth_km(day["lat_deg"], day["lon_deg"])
    start = time.perf_counter()
    theirs = DBSCAN(eps=chord_km(EPS_KM), min_samples=1, algorithm="kd_tree").fit_predict(at_km)
    seconds = time.perf_counter() - start
    ours = group_labels(day, eps_km=EPS_KM, eps_h=EPS_H)
    pairs = pl.DataFrame({"ours": ours, "theirs": theirs}).n_unique()
    if not pairs == ours.n_unique() == len(np.unique(theirs)):
        raise AssertionError(f"ours has {ours.n_unique()} groups, DBSCAN {len(np.unique(theirs))}, together {pairs}")
    return seconds


def _both(day: dy.DataFrame[HotspotFrame], catalogue: Catalogue) -> Measurement:
    def job() -> None:
        group_labels(located(day, catalogue).hotspots, eps_km=EPS_KM, eps_h=EPS_H)

    return Measurement(
        name="hotspots: match 1 000 000, then group those of the watch area",
        unit="s",
        ours=median_seconds(job, runs=3),
        peer_name=None,
        peer=None,
        target=10.0,
        higher_is_better=False,
        bound_by="matching",
    )


def _memory() -> Measurement:
    return Measurement(
        name="hotspots: peak memory of a process that matches and groups 1 000 000",
        unit="MB",
        ours=in_a_fresh_process(_peak_with_points_mb, _match_and_group),
        peer_name="the same with DBSCAN, without matching",
        peer=in_a_fresh_process(_peak_with_points_mb, _dbscan),
        target=1.0,
        higher_is_better=False,
        bound_by="the table of points itself",
    )


def _match_and_group(day: dy.DataFrame[HotspotFrame]) -> None:
    located(day, load_catalogue())
    group_labels(day, eps_km=EPS_KM, eps_h=EPS_H)


def _dbscan(day: dy.DataFrame[HotspotFrame]) -> None:
    at_km = earth_km(day["lat_deg"], day["lon_deg"])
    DBSCAN(eps=chord_km(EPS_KM), min_samples=1, algorithm="kd_tree").fit_predict(at_km)


def _peak_with_points_mb(job: Callable[[dy.DataFrame[HotspotFrame]], None]) -> float:
    """Peak resident memory of this process."""
    job(made_up_day())
    return peak_memory_mb()
