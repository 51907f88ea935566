"""The four ways to read a latitude and longitude here, and how far they lie apart."""

from __future__ import annotations

import pytest

from boundary_zones.datum import Datum, reading, readings
from boundary_zones.geodesy import gcj02_from_wgs84

PINGGU_GCJ02 = (40.1448, 117.1123)
PINGGU_WGS84 = (40.1434, 117.1057)
"""domain.md §3.9."""


def test_wgs84_and_cgcs2000_are_taken_as_they_are() -> None:
    for datum in (Datum.WGS84, Datum.CGCS2000):
        found = reading(*PINGGU_WGS84, datum)
        assert (found.lat_deg, found.lon_deg, found.shift_m) == (*PINGGU_WGS84, 0.0)


def test_gcj02_comes_back_to_the_place_it_was_shifted_from() -> None:
    found = reading(*PINGGU_GCJ02, Datum.GCJ02)
    assert found.lat_deg == pytest.approx(PINGGU_WGS84[0], abs=1e-4)
    assert found.lon_deg == pytest.approx(PINGGU_WGS84[1], abs=1e-4)
    assert found.shift_m == pytest.approx(580, abs=10)


def test_bd09_is_gcj02_shifted_once_more() -> None:
    lats, lons = gcj02_from_wgs84(40.0, 117.2)
    # The public forward formula of BD-09 on that GCJ-02 point.
    import math

    x, y = float(lons[0]), float(lats[0])
    turn = math.pi * 3000.0 / 180.0
    radius = math.hypot(x, y) + 0.00002 * math.sin(y * turn)
    angle = math.atan2(y, x) + 0.000003 * math.cos(x * turn)
    found = reading(radius * math.sin(angle) + 0.006, radius * math.cos(angle) + 0.0065, Datum.BD09)
    assert found.lat_deg == pytest.approx(40.0, abs=2e-5)
    assert found.lon_deg == pytest.approx(117.2, abs=2e-5)


def test_the_readings_of_one_pair_of_numbers_lie_far_enough_apart_to_change_the_county() -> None:
    shifts = {one.datum: one.shift_m for one in readings(*PINGGU_GCJ02)}
    assert 500 < shifts[Datum.GCJ02] < 600
    assert shifts[Datum.BD09] > 1000
