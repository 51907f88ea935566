"""Polygons and circles of a CAP area: latitude first, closed, and not crossing themselves."""

from __future__ import annotations

import math
import re

import shapely

from notify.cap.problem import ProblemKind

_NUMBER = r"[+-]?\d+(?:\.\d+)?"
_PAIR = re.compile(rf"({_NUMBER}),({_NUMBER})")
_LEAST_POINTS = 4
_HALF_EQUATOR_KM = 20_037.5


def polygon_fault(text: str) -> tuple[ProblemKind, str] | None:
    """What is wrong with ``lat,lon lat,lon …``, or None."""
    words = text.split()
    pairs = [_PAIR.fullmatch(word) for word in words]
    if not words or not all(pairs):
        bad = next((word for word, pair in zip(words, pairs, strict=True) if pair is None), text)
        return ProblemKind.POLYGON, f"{bad[:40]!r} is no pair lat,lon"
    points = [(float(pair[1]), float(pair[2])) for pair in pairs if pair is not None]
    outside = next(((lat, lon) for lat, lon in points if not _on_earth(lat, lon)), None)
    if outside is not None:
        return ProblemKind.POLYGON, f"{outside[0]},{outside[1]} is no place on Earth; latitude comes first"
    if len(points) < _LEAST_POINTS:
        return ProblemKind.POLYGON, f"has {len(points)} points; {_LEAST_POINTS} are the least"
    if points[0] != points[-1]:
        return ProblemKind.POLYGON, "is not closed: the last point must be the first"
    ring = shapely.Polygon([(lon, lat) for lat, lon in points])
    if not ring.is_valid or ring.area == 0:
        return ProblemKind.POLYGON_CROSSES_ITSELF, shapely.is_valid_reason(ring) if not ring.is_valid else "has no area"
    return None


def circle_fault(text: str) -> tuple[ProblemKind, str] | None:
    """What is wrong with ``lat,lon radius`` (km), or None."""
    words = text.split()
    pair = _PAIR.fullmatch(words[0]) if len(words) == 2 else None
    if pair is None or not re.fullmatch(_NUMBER, words[1]):
        return ProblemKind.CIRCLE, f"{text[:40]!r} is not lat,lon radius"
    lat, lon, radius_km = float(pair[1]), float(pair[2]), float(words[1])
    if not _on_earth(lat, lon):
        return ProblemKind.CIRCLE, f"{lat},{lon} is no place on Earth; latitude comes first"
    if not 0 <= radius_km <= _HALF_EQUATOR_KM:
        return ProblemKind.CIRCLE, f"radius {radius_km} km"
    return None


def _on_earth(lat: float, lon: float) -> bool:
    return math.isfinite(lat) and abs(lat) <= 90 and math.isfinite(lon) and abs(lon) <= 180
