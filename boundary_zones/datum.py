"""Which datum a place was read in: WGS-84, CGCS2000, and the two shifted ones of Chinese web maps, GCJ-02 and BD-09."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike

from boundary_zones.geodesy import WGS84, Floats, coordinates, wgs84_from_gcj02

_BD_TURN = np.pi * 3000.0 / 180.0


class Datum(StrEnum):
    """In what a latitude and longitude are given."""

    WGS84 = "wgs84"
    """GPS, 北斗 terminals."""
    CGCS2000 = "cgcs2000"
    """天地图, official maps; agrees with WGS-84 to decimetres."""
    GCJ02 = "gcj02"
    """高德, 腾讯 and other web maps: shifted by 510 to 595 m here."""
    BD09 = "bd09"
    """百度: shifted once more."""

    @property
    def written(self) -> str:
        """As a paper writes it: ``WGS-84``."""
        return _TITLES[self]


_TITLES = {Datum.WGS84: "WGS-84", Datum.CGCS2000: "CGCS2000", Datum.GCJ02: "GCJ-02", Datum.BD09: "BD-09"}


@dataclass(frozen=True, slots=True)
class Reading:
    """One place as one datum reads it, in WGS-84, and how far that is from reading the numbers as WGS-84."""

    datum: Datum
    lat_deg: float
    lon_deg: float
    shift_m: float


def reading(lat_deg: float, lon_deg: float, datum: Datum) -> Reading:
    """The place in WGS-84.

    Raises:
        ValueError: no place on Earth.
    """
    lats, lons = wgs84_from(lat_deg, lon_deg, datum)
    lat, lon = float(lats[0]), float(lons[0])
    _, _, shift_m = WGS84.inv(lon_deg, lat_deg, lon, lat)
    return Reading(datum, lat, lon, float(shift_m))


def wgs84_from(lat_deg: ArrayLike, lon_deg: ArrayLike, datum: Datum) -> tuple[Floats, Floats]:
    """WGS-84 latitudes and longitudes of places that are given in a datum.

    Raises:
        ValueError: no place on Earth.
    """
    lat, lon = coordinates(lat_deg, lon_deg)
    if datum is Datum.BD09:
        lat, lon = _gcj02_from_bd09(lat, lon)
    return wgs84_from_gcj02(lat, lon) if datum in {Datum.GCJ02, Datum.BD09} else (lat, lon)


def readings(lat_deg: float, lon_deg: float) -> tuple[Reading, ...]:
    """The place as each datum reads it."""
    return tuple(reading(lat_deg, lon_deg, datum) for datum in Datum)


def _gcj02_from_bd09(lat_deg: Floats, lon_deg: Floats) -> tuple[Floats, Floats]:
    """The public formula of BD-09, good to metres."""
    x, y = lon_deg - 0.0065, lat_deg - 0.006
    radius = np.hypot(x, y) - 0.00002 * np.sin(y * _BD_TURN)
    angle = np.arctan2(y, x) - 0.000003 * np.cos(x * _BD_TURN)
    return radius * np.sin(angle), radius * np.cos(angle)
