"""Sun glint: could the satellite have looked into the mirror image of the sun? Geometry from what a row gives.

A row does not say from which side the satellite looked, only how large its pixel was and whether it was day; both sides
are tried and the nearer one counts. Sources: pixel size over scan angle, MODIS Collection 6 Active Fire User's Guide
(Giglio et al. 2021); glint angle, Giglio et al. 2016; position of the sun, Meeus 1998, low accuracy (0.01°).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType

import numpy as np
import polars as pl

from models.incidents.geometry import EARTH_RADIUS_KM, FloatArray

_INCLINATION_DEG = 98.5
_J2000 = datetime(2000, 1, 1, 12, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class _Orbit:
    height_km: float
    nadir_track_km: float
    widest_scan_deg: float
    northward_by_day: bool


_VIIRS = _Orbit(829.0, 0.375, 56.0, northward_by_day=True)
_ORBITS: Mapping[str, _Orbit] = MappingProxyType(
    {
        "Terra": _Orbit(705.0, 1.0, 55.0, northward_by_day=False),
        "Aqua": _Orbit(705.0, 1.0, 55.0, northward_by_day=True),
        "S-NPP": _VIIRS,
        "NOAA-20": _VIIRS,
        "NOAA-21": _VIIRS,
    }
)


def glint_angle_deg(hotspots: pl.DataFrame) -> FloatArray:
    """Least angle between the line of sight and the mirror image of the sun; NaN where it cannot be known.

    Args:
        hotspots: with ``satellite``, ``acquired_utc``, ``lat_deg``, ``lon_deg``, ``track_km`` and ``daynight``; a night
            row, an unknown orbit or an unknown pixel size gives NaN.
    """
    lat, lon = hotspots["lat_deg"].to_numpy(), hotspots["lon_deg"].to_numpy()
    sun_zenith, sun_azimuth = sun_position_deg(hotspots["acquired_utc"], lat, lon)
    track = hotspots["track_km"].cast(pl.Float64).fill_null(float("nan")).to_numpy()
    satellite = hotspots["satellite"].to_numpy()
    least = np.full(hotspots.height, np.nan)
    for name, orbit in _ORBITS.items():
        rows = satellite == name
        view = _view_zenith_deg(track[rows], orbit)
        right = _right_of_track_deg(lat[rows], northward=orbit.northward_by_day)
        both = [_between_deg(view, azimuth, sun_zenith[rows], sun_azimuth[rows]) for azimuth in (right, right + 180)]
        least[rows] = np.minimum(*both)
    by_day = (hotspots["daynight"] == "D").fill_null(value=False).to_numpy() & (sun_zenith < 90)
    return np.where(by_day, least, np.nan)


def sun_position_deg(
    acquired_utc: pl.Series, lat_deg: FloatArray, lon_deg: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Zenith angle and azimuth (from north, clockwise) of the sun."""
    days = (acquired_utc.dt.epoch("ms").to_numpy() / 1000 - _J2000.timestamp()) / 86_400
    anomaly = np.radians(357.529 + 0.98560028 * days)
    longitude = np.radians(280.459 + 0.98564736 * days + 1.915 * np.sin(anomaly) + 0.020 * np.sin(2 * anomaly))
    tilt = np.radians(23.439 - 0.00000036 * days)
    right_ascension = np.arctan2(np.cos(tilt) * np.sin(longitude), np.cos(longitude))
    declination = np.arcsin(np.sin(tilt) * np.sin(longitude))
    sidereal = np.radians((18.697374558 + 24.06570982441908 * days) % 24 * 15)
    hour_angle = sidereal + np.radians(lon_deg) - right_ascension
    lat = np.radians(lat_deg)
    up = np.sin(lat) * np.sin(declination) + np.cos(lat) * np.cos(declination) * np.cos(hour_angle)
    east = -np.cos(declination) * np.sin(hour_angle)
    north = np.sin(declination) * np.cos(lat) - np.cos(declination) * np.cos(hour_angle) * np.sin(lat)
    return np.degrees(np.arccos(np.clip(up, -1, 1))), np.degrees(np.arctan2(east, north)) % 360


def _view_zenith_deg(track_km: FloatArray, orbit: _Orbit) -> FloatArray:
    """From the pixel's length along the track, which grows with the scan angle alone."""
    scan = np.radians(np.linspace(0, orbit.widest_scan_deg, 200))
    ratio = EARTH_RADIUS_KM / (EARTH_RADIUS_KM + orbit.height_km)
    length = np.cos(scan) - np.sqrt(ratio**2 - np.sin(scan) ** 2)
    zenith = np.degrees(np.arcsin(np.sin(scan) / ratio))
    return np.asarray(np.interp(track_km, orbit.nadir_track_km * length / length[0], zenith), dtype=np.float64)


def _right_of_track_deg(lat_deg: FloatArray, *, northward: bool) -> FloatArray:
    heading = np.degrees(np.arcsin(np.clip(np.cos(np.radians(_INCLINATION_DEG)) / np.cos(np.radians(lat_deg)), -1, 1)))
    return np.asarray((heading if northward else 180 - heading) + 90, dtype=np.float64)


def _between_deg(
    view_zenith: FloatArray, view_azimuth: FloatArray, sun_zenith: FloatArray, sun_azimuth: FloatArray
) -> FloatArray:
    view, sun, apart = np.radians(view_zenith), np.radians(sun_zenith), np.radians(view_azimuth - sun_azimuth)
    cosine = np.cos(view) * np.cos(sun) - np.sin(view) * np.sin(sun) * np.cos(apart)
    return np.asarray(np.degrees(np.arccos(np.clip(cosine, -1, 1))), dtype=np.float64)
