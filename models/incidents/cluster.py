"""Grouping by distance and time: what is linked, hotspot by hotspot, belongs together.

Two hotspots are linked when they lie at most ``eps_km`` and at most ``eps_h`` apart, or when their circles of error
touch: pixels of a geostationary satellite, or of the edge of a swath, lie farther apart than ``eps_km`` and are
neighbours all the same. A group is whatever a chain of links holds together. Without wide circles this is DBSCAN with
``min_samples=1`` (Ester et al. 1996) under both bounds. It is not computed hotspot by hotspot: those of one small cube
of space are linked by construction, so the links are sought between the cubes that hold any (Gunawan 2013), and hotspot
by hotspot only where two cubes are not joined otherwise. A day of a million hotspots, most of them inside a few large
fires, stays within memory that way.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import KDTree

from models.incidents.geometry import BoolArray, FloatArray, IntArray, apart_km, chord_km, earth_km

MS_PER_H = 3_600_000
STEP_ROWS = 500_000
"""Hotspot pairs looked at in one step: bounds the memory, not the result."""

_WIDE_STEP = 2_000
"""Hotspots with a wide circle of error looked at in one step."""


def group_labels(hotspots: pl.DataFrame, *, eps_km: float, eps_h: float, apart: str | None = None) -> pl.Series:
    """Number of the group that each hotspot belongs to.

    Args:
        hotspots: with ``lat_deg``, ``lon_deg``, ``acquired_utc`` and, where circles of error count,
            ``location_error_km``, in any order.
        eps_km: greatest distance of two linked hotspots.
        eps_h: greatest time between two linked hotspots.
        apart: a column; hotspots of which it says different things are never linked.

    Returns:
        A series named ``group``, one whole number a row from 0: groups are numbered by ``apart`` where that is given,
        then by their earliest hotspot, then by its latitude and longitude, so that the number does not depend on the
        order of rows.

    Raises:
        ValueError: a bound is not positive.
    """
    if not (eps_km > 0 and eps_h >= 0):
        raise ValueError(f"eps_km must be positive and eps_h not negative, got {eps_km} and {eps_h}")
    if hotspots.is_empty():
        return pl.Series("group", [], dtype=pl.Int64)
    worlds = _worlds(hotspots, apart)
    points = _Points(
        at_km=apart_km(earth_km(hotspots["lat_deg"], hotspots["lon_deg"]), worlds),
        acquired_ms=hotspots["acquired_utc"].dt.epoch("ms").to_numpy(),
        eps_km=chord_km(eps_km),
        eps_ms=round(eps_h * MS_PER_H),
    )
    labels = _components(points)
    if "location_error_km" in hotspots.columns:
        labels = _with_wide(points, labels, hotspots["location_error_km"].to_numpy())
    lat, lon = hotspots["lat_deg"].to_numpy(), hotspots["lon_deg"].to_numpy()
    return pl.Series("group", _in_order(labels, np.lexsort((lon, lat, points.acquired_ms, worlds))))


def _worlds(hotspots: pl.DataFrame, apart: str | None) -> IntArray:
    """A number for each value of ``apart``, in its order."""
    if apart is None:
        return np.zeros(hotspots.height, dtype=np.int64)
    return (hotspots[apart].rank("dense").to_numpy() - 1).astype(np.int64)


@dataclass(frozen=True, slots=True)
class _Points:
    at_km: FloatArray
    acquired_ms: IntArray
    eps_km: float
    eps_ms: int

    def linked(self, left: IntArray, right: IntArray) -> BoolArray:
        """Whether each hotspot of ``left`` is linked with that of ``right``."""
        linked = np.empty(len(left), dtype=np.bool_)
        for begin in range(0, len(left), STEP_ROWS):
            step = slice(begin, begin + STEP_ROWS)
            apart_km = np.linalg.norm(self.at_km[left[step]] - self.at_km[right[step]], axis=1)
            apart_ms = np.abs(self.acquired_ms[left[step]] - self.acquired_ms[right[step]])
            linked[step] = (apart_km <= self.eps_km) & (apart_ms <= self.eps_ms)
        return linked


@dataclass(frozen=True, slots=True)
class _Nodes:
    """Hotspots of one cube without a pause longer than ``eps_ms``: linked by construction."""

    order: IntArray
    """Hotspots sorted by cube and time; a node is a stretch of it."""
    start: IntArray
    stop: IntArray
    centre_km: FloatArray


def _components(points: _Points) -> IntArray:
    nodes = _nodes(points)
    pairs = _near_pairs(points, nodes)
    certain = points.linked(nodes.order[nodes.start[pairs[:, 0]]], nodes.order[nodes.start[pairs[:, 1]]])
    links = pairs[certain]
    joined = _joined(links, len(nodes.start))
    open_pairs = pairs[~certain]
    open_pairs = open_pairs[joined[open_pairs[:, 0]] != joined[open_pairs[:, 1]]]
    if len(open_pairs):
        found = open_pairs[_any_linked(points, nodes, open_pairs)]
        joined = _joined(np.concatenate((links, found)), len(nodes.start))
    labels = np.empty(len(points.at_km), dtype=np.int64)
    labels[nodes.order] = np.repeat(joined, nodes.stop - nodes.start)
    return labels


def _with_wide(points: _Points, labels: IntArray, error_km: FloatArray) -> IntArray:
    """Labels after the links of those hotspots whose circle of error reaches farther than ``eps_km``."""
    wide = np.flatnonzero(error_km > points.eps_km / 2)
    if not len(wide):
        return labels
    tree = KDTree(points.at_km)
    reach_km = error_km[wide] + error_km.max()
    links = []
    for begin in range(0, len(wide), _WIDE_STEP):
        step = slice(begin, begin + _WIDE_STEP)
        near = tree.query_ball_point(points.at_km[wide[step]], reach_km[step])
        left = np.repeat(wide[step], [len(each) for each in near])
        right = np.concatenate([np.asarray(each, dtype=np.int64) for each in near])
        apart_km = np.linalg.norm(points.at_km[left] - points.at_km[right], axis=1)
        apart_ms = np.abs(points.acquired_ms[left] - points.acquired_ms[right])
        linked = (apart_km <= error_km[left] + error_km[right]) & (apart_ms <= points.eps_ms)
        links.append(np.unique(np.column_stack((labels[left[linked]], labels[right[linked]])), axis=0))
    return _joined(np.concatenate(links), int(labels.max()) + 1)[labels]


def _nodes(points: _Points) -> _Nodes:
    side_km = points.eps_km / np.sqrt(3)  # the diagonal of the cube is eps_km
    cubes = np.floor(points.at_km / side_km).astype(np.int64)
    order = np.lexsort((points.acquired_ms, cubes[:, 2], cubes[:, 1], cubes[:, 0]))
    new_cube = (np.diff(cubes[order], axis=0) != 0).any(axis=1)
    pause = np.diff(points.acquired_ms[order]) > points.eps_ms
    start = np.concatenate(([0], np.flatnonzero(new_cube | pause) + 1))
    stop = np.append(start[1:], len(order))
    return _Nodes(order, start, stop, (cubes[order[start]] + 0.5) * side_km)


def _near_pairs(points: _Points, nodes: _Nodes) -> IntArray:
    """Pairs of nodes, shape (m, 2), that can hold a link: near enough in space and in time."""
    pairs = KDTree(nodes.centre_km).query_pairs(2 * points.eps_km * (1 + 1e-9), output_type="ndarray")
    first_ms = points.acquired_ms[nodes.order[nodes.start]]
    last_ms = points.acquired_ms[nodes.order[nodes.stop - 1]]
    left, right = pairs[:, 0], pairs[:, 1]
    gap_ms = np.maximum(first_ms[left] - last_ms[right], first_ms[right] - last_ms[left])
    return np.asarray(pairs[gap_ms <= points.eps_ms], dtype=np.int64)


def _any_linked(points: _Points, nodes: _Nodes, pairs: IntArray) -> BoolArray:
    """Whether any hotspot of the one node is linked with any of the other, for each pair."""
    size = nodes.stop - nodes.start
    left, right = pairs[:, 0], pairs[:, 1]
    of_pair = np.repeat(np.arange(len(pairs)), size[left])
    hotspot = nodes.order[_ranges(nodes.start[left], size[left])]
    ends = np.cumsum(size[right[of_pair]])
    linked = np.zeros(len(pairs), dtype=np.bool_)
    begin = 0
    while begin < len(of_pair):
        done = ends[begin - 1] if begin else 0
        end = max(begin + 1, int(np.searchsorted(ends, done + STEP_ROWS, side="right")))
        chunk = of_pair[begin:end]
        others = size[right[chunk]]
        opposite = nodes.order[_ranges(nodes.start[right[chunk]], others)]
        found = points.linked(np.repeat(hotspot[begin:end], others), opposite)
        linked[np.repeat(chunk, others)[found]] = True
        begin = end
    return linked


def _ranges(start: IntArray, count: IntArray) -> IntArray:
    """``start[0] … start[0] + count[0] - 1, start[1] …`` in one array; every count is positive."""
    before = np.cumsum(count) - count
    return np.asarray(np.repeat(start - before, count) + np.arange(count.sum()), dtype=np.int64)


def _joined(links: IntArray, nodes: int) -> IntArray:
    graph = coo_array((np.ones(len(links), dtype=np.int8), (links[:, 0], links[:, 1])), shape=(nodes, nodes))
    return np.asarray(connected_components(graph, directed=False)[1], dtype=np.int64)


def _in_order(labels: IntArray, order: IntArray) -> IntArray:
    """Labels renumbered from 0 by the first row of each in ``order``."""
    _, first = np.unique(labels[order], return_index=True)
    number = np.empty(len(first), dtype=np.int64)
    number[np.argsort(first)] = np.arange(len(first))
    return number[labels]
