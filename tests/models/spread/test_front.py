"""Fronts over a plain are the ellipse; over terrain they are no later than paths through the cells."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from models.spread.ellipse import Ellipse
from models.spread.front import March, Winds
from models.spread.ground import DOES_NOT_BURN, Ground, between_cells
from models.spread.paces import behaviour_of
from tests.models.spread.worlds import DRY, PINE, one_member, paces, plain, steady

WIND_OF_RATIO_3_KMH = 23.8


def closed_form(speed_kmh: float, along_deg: float) -> Ellipse:
    fire = behaviour_of(paces().settings[PINE], DRY, wind_speed_kmh=np.array([speed_kmh]))
    along = np.array([along_deg])
    return Ellipse.of(fire.rate_m_min, fire.back_rate_m_min, fire.length_to_breadth, along_deg=along)


@pytest.mark.parametrize("normal_deg", [40, 60, 80, 90, 100, 120, 140])
def test_on_a_plain_the_head_third_arrives_within_three_per_cent_of_the_closed_form(normal_deg: float) -> None:
    shape = closed_form(WIND_OF_RATIO_3_KMH, 90.0)
    assert shape.half_length[0] / shape.half_breadth[0] == pytest.approx(3.0, abs=0.05)
    ground, winds = plain(line_m=3000.0, normal_deg=normal_deg), steady(WIND_OF_RATIO_3_KMH, 270.0)
    marched = March(ground, paces(), winds, one_member()).run(minutes=1440)
    expected = 3000.0 / shape.rate_of_line(np.array([float(normal_deg)]))[0]
    assert marched.arrival_min[0] == pytest.approx(expected, rel=0.03)


def test_the_crossing_lies_where_the_ellipse_touches_the_line() -> None:
    shape = closed_form(WIND_OF_RATIO_3_KMH, 90.0)
    ground = plain(line_m=3000.0, normal_deg=60.0)
    marched = March(ground, paces(), steady(WIND_OF_RATIO_3_KMH, 270.0), one_member()).run(minutes=1440)
    bearing = np.degrees(np.arctan2(*marched.crossing_m[0])) % 360
    assert bearing == pytest.approx(shape.first_bearing_deg(np.array([60.0]))[0], abs=3.0)
    assert between_cells(ground, ground.line_distance_m, *marched.crossing_m.T)[0] < 300.0


def test_a_fire_that_starts_across_the_line_has_arrived() -> None:
    marched = March(plain(line_m=50.0, normal_deg=0.0), paces(), steady(5, 180), one_member(100.0)).run(minutes=60)
    assert marched.arrival_min[0] == 0.0


def test_what_does_not_burn_stops_a_fire() -> None:
    ground = plain(line_m=3000.0, normal_deg=90.0)
    east, _ = ground.centres_m()
    barren = np.where(np.abs(east - 1500.0) < 400.0, DOES_NOT_BURN, PINE)
    walled = Ground(ground.cell_m, None, barren, ground.line_distance_m)
    marched = March(walled, paces(), steady(30, 270), one_member()).run(minutes=600)
    assert np.isinf(marched.arrival_min[0])
    assert np.isnan(marched.crossing_m).all()


def test_a_wind_that_turns_at_noon_turns_the_fire() -> None:
    away = Winds(np.full(3, 25.0), np.array([90.0, 90.0, 270.0]))
    marched = March(plain(line_m=1500.0, normal_deg=90.0), paces(), away, one_member()).run(minutes=1440)
    straight = 1500.0 / closed_form(25.0, 90.0).rate_of_line(np.array([90.0]))[0]
    assert marched.arrival_min[0] > 120.0
    assert marched.arrival_min[0] == pytest.approx(120.0 + straight, rel=0.1)


def test_over_hills_the_front_is_no_later_than_the_best_path_through_eighty_directions() -> None:
    bumps = plain(line_m=3000.0, normal_deg=90.0, cells=61)
    east, north = bumps.centres_m()
    hills = 250.0 * np.sin(east / 900.0) * np.cos(north / 700.0)
    ground = plain(line_m=3000.0, normal_deg=90.0, cells=61, height_m=hills)
    marched = March(ground, paces(), steady(12.0, 270.0), one_member()).run(minutes=3000)
    path = best_path_min(ground, speed_kmh=12.0, along_deg=90.0)
    assert marched.arrival_min[0] <= path * 1.03
    assert marched.arrival_min[0] >= path * 0.7


def best_path_min(ground: Ground, *, speed_kmh: float, along_deg: float) -> float:
    """First arrival by Dijkstra over straight edges of up to five cells, each cell with its own ellipse."""
    rows, columns = ground.shape
    slope_east, slope_north = ground.gradient()
    grade = np.hypot(slope_east, slope_north)
    strength = paces().slope_wind_kmh(ground.fuels, 100 * grade)
    unit = np.divide(strength, grade, out=np.zeros_like(grade), where=grade > 0)
    net_east = speed_kmh * np.sin(np.radians(along_deg)) + unit * slope_east
    net_north = speed_kmh * np.cos(np.radians(along_deg)) + unit * slope_north
    a, b, c = paces().at(ground.fuels, np.hypot(net_east, net_north))
    shape = Ellipse(a, b, c, np.degrees(np.arctan2(net_east, net_north)))
    index = np.arange(rows * columns).reshape(rows, columns)
    starts, ends, minutes = [], [], []
    for right in range(-5, 6):
        for up in range(-5, 6):
            if np.gcd(right, up) != 1:
                continue
            slowness = 1.0 / shape.rate_toward(np.full(ground.shape, np.degrees(np.arctan2(right, up))))
            here = (slice(max(0, -up), rows - max(0, up)), slice(max(0, -right), columns - max(0, right)))
            there = (slice(max(0, up), rows + min(0, up)), slice(max(0, right), columns + min(0, right)))
            length = ground.cell_m * np.hypot(right, up)
            samples = []
            for part in np.linspace(0, 1, 7):
                x, y = ground.centres_m()
                samples.append(
                    between_cells(
                        ground, slowness, x[here] + part * right * ground.cell_m, y[here] + part * up * ground.cell_m
                    )
                )
            starts.append(index[here].ravel())
            ends.append(index[there].ravel())
            minutes.append((length * np.mean(samples, axis=0)).ravel())
    size = rows * columns
    graph = csr_matrix((np.concatenate(minutes), (np.concatenate(starts), np.concatenate(ends))), shape=(size, size))
    arrival = dijkstra(graph, indices=index[rows // 2, columns // 2])
    return float(arrival[(ground.line_distance_m <= 0).ravel()].min())
