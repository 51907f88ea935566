"""Projection of one incident: 200 members on hills for 24 hours, beside Dijkstra over a graph of 80 directions.

The peer is one member on the same ground by scipy's Dijkstra over straight edges of up to five cells, each cell with
its own ellipse, with a wind that never changes; its time is multiplied by the members. Growth is shown too.
"""

from __future__ import annotations

from functools import partial

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from bench.measurement import Measurement, median_seconds
from models.spread.ellipse import Ellipse
from models.spread.ensemble import EnsembleRules, drawn
from models.spread.front import Winds
from models.spread.fuel import ORDER, FuelType
from models.spread.ground import Ground
from models.spread.outlook import Asked, Outlook, outlook
from models.spread.paces import Dryness, FuelSetting, Paces

MEMBERS = 200
CELLS, CELL_M, LINE_M = 121, 250.0, 9000.0
WIND_KMH = 15.0
PINE = ORDER.index(FuelType.C3)
PACES = Paces({PINE: FuelSetting(FuelType.C3)}, Dryness(90.0, 60.0))
REACH = 5


def hills() -> Ground:
    """Thirty kilometres of hills with a line across."""
    bare = Ground(CELL_M, None, np.full((CELLS, CELLS), PINE), np.zeros((CELLS, CELLS)))
    east, north = bare.centres_m()
    height = 300.0 * np.sin(east / 1500.0) * np.cos(north / 1100.0)
    return Ground(CELL_M, height, bare.fuels, LINE_M - east)


def ensemble(ground: Ground, members: int) -> Outlook:
    """The whole projection with wind by the hour."""
    hours = np.arange(25)
    winds = Winds(WIND_KMH + 4.0 * np.sin(hours / 4.0), 270.0 + 20.0 * np.cos(hours / 5.0))
    rules = EnsembleRules(members, 20.0, 0.3, (0.6, 1.6), 24.0, most_per_round=20, most_before_alert=3)
    members_drawn = drawn(rules, seed=1, location_error_m=400)
    return outlook(ground, PACES, winds, members_drawn, asked=Asked(24.0, rings=True), air=None)


def dijkstra_once(ground: Ground) -> float:
    """First arrival of one member over the graph."""
    rows, columns = ground.shape
    up_east, up_north = ground.gradient()
    grade = np.hypot(up_east, up_north)
    unit = PACES.slope_wind_kmh(ground.fuels, 100 * grade) / np.maximum(grade, 1e-12)
    east, north = WIND_KMH + unit * up_east, unit * up_north
    a, b, c = PACES.at(ground.fuels, np.hypot(east, north))
    shape = Ellipse(a, b, c, np.degrees(np.arctan2(east, north)))
    index = np.arange(rows * columns).reshape(rows, columns)
    parts = []
    for right in range(-REACH, REACH + 1):
        for up in range(-REACH, REACH + 1):
            if np.gcd(right, up) != 1:
                continue
            slow = 1.0 / shape.rate_toward(np.full(ground.shape, np.degrees(np.arctan2(right, up))))
            here = (slice(max(0, -up), rows - max(0, up)), slice(max(0, -right), columns - max(0, right)))
            there = (slice(max(0, up), rows + min(0, up)), slice(max(0, right), columns + min(0, right)))
            minutes = CELL_M * np.hypot(right, up) * (slow[here] + slow[there]) / 2
            parts.append((index[here].ravel(), index[there].ravel(), minutes.ravel()))
    start, end, minutes = (np.concatenate(column) for column in zip(*parts, strict=True))
    graph = csr_matrix((minutes, (start, end)), shape=(rows * columns, rows * columns))
    arrival = dijkstra(graph, indices=index[rows // 2, columns // 2])
    return float(arrival[(ground.line_distance_m <= 0).ravel()].min())


def run() -> list[Measurement]:
    """Half a minute on two cores."""
    ground = hills()
    ours = median_seconds(lambda: ensemble(ground, MEMBERS), runs=3)
    peer = median_seconds(lambda: dijkstra_once(ground), runs=1) * MEMBERS
    growth = {members: median_seconds(partial(ensemble, ground, members), runs=1) for members in (50, 400)}
    shown = ", ".join(f"{members} members {seconds:.2f} s" for members, seconds in growth.items())
    return [
        Measurement(
            name="projection: 200 members on hills, 24 h",
            unit="s",
            ours=ours,
            peer_name="scipy Dijkstra over 80 directions, member by member",
            peer=peer,
            target=5.0,
            higher_is_better=False,
            bound_by=f"numpy passes over members × points, step by step; growth: {shown}",
        ),
        Measurement(
            name="projection: wall time of one incident",
            unit="s",
            ours=ours,
            peer_name=None,
            peer=None,
            target=2.0,
            higher_is_better=False,
            bound_by="as above",
        ),
    ]


if __name__ == "__main__":
    for measurement in run():
        print(f"{measurement.name}: {measurement.ours:.3f} {measurement.unit}, ratio {measurement.ratio:.1f}")
        print(measurement.bound_by)
