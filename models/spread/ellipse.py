"""The shape of a fire from a point (ST-X-3, equations 79 to 81, 89 to 91), and what follows from it geometrically.

A fire that keeps its rates is an ellipse that grows: at time t its half axis along the spread is t (H + B) / 2, its
centre t (H - B) / 2 before the ignition, its breadth a length-to-breadth ratio smaller. ``theta`` is the angle from the
direction of spread. The direction in which a line is reached first is usually not the shortest way to it: the support
function of the ellipse tells when it is reached. GLC-X-10 equation 94 is singular at 90 degrees and is not used.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from models.fire_weather.arrays import FloatArray


def length_to_breadth(wind_speed_kmh: FloatArray, *, grass: np.ndarray) -> FloatArray:
    """LB at the net wind speed: forest (79), grass (80, 81)."""
    forest = 1.0 + 8.729 * (1.0 - np.exp(-0.030 * wind_speed_kmh)) ** 2.155
    meadow = np.where(wind_speed_kmh >= 1.0, 1.1 * np.maximum(wind_speed_kmh, 1.0) ** 0.464, 1.0)
    return np.where(grass, meadow, forest)


def flank_rate_m_min(head: FloatArray, back: FloatArray, ratio: FloatArray) -> FloatArray:
    """FROS (89)."""
    rate: FloatArray = (head + back) / (2.0 * ratio)
    return rate


@dataclass(frozen=True, slots=True)
class Ellipse:
    """Growth per minute: half axes and shift of the centre, m/min; ``along_deg`` is where the head goes."""

    half_length: FloatArray
    half_breadth: FloatArray
    shift: FloatArray
    along_deg: FloatArray

    @classmethod
    def of(cls, head: FloatArray, back: FloatArray, ratio: FloatArray, *, along_deg: FloatArray) -> Ellipse:
        """From the rates at head and back, m/min, and the length-to-breadth ratio."""
        half = (head + back) / 2.0
        return cls(half, half / ratio, (head - back) / 2.0, along_deg)

    def rate_toward(self, bearing_deg: FloatArray) -> FloatArray:
        """Rate of spread from the ignition toward a bearing, m/min: the radius of the ellipse from its ignition."""
        theta = np.radians(bearing_deg - self.along_deg)
        cos, sin = np.cos(theta), np.sin(theta)
        a, b, c = self.half_length, self.half_breadth, self.shift
        root = np.sqrt(b**2 * cos**2 + (a**2 - c**2) * sin**2)
        rate: FloatArray = (c * cos * b**2 + a * b * root) / (b**2 * cos**2 + a**2 * sin**2)
        return rate

    def rate_of_line(self, normal_deg: FloatArray) -> FloatArray:
        """How fast the fire nears a straight line with that outward normal, m/min: the support function."""
        phi = np.radians(normal_deg - self.along_deg)
        rate: FloatArray = self.shift * np.cos(phi) + np.hypot(
            self.half_length * np.cos(phi), self.half_breadth * np.sin(phi)
        )
        return rate

    def first_bearing_deg(self, normal_deg: FloatArray) -> FloatArray:
        """From the ignition, the bearing of the place where a line with that outward normal is touched first."""
        phi = np.radians(normal_deg - self.along_deg)
        support = np.hypot(self.half_length * np.cos(phi), self.half_breadth * np.sin(phi))
        along = self.shift + self.half_length**2 * np.cos(phi) / support
        across = self.half_breadth**2 * np.sin(phi) / support
        bearing: FloatArray = (self.along_deg + np.degrees(np.arctan2(across, along))) % 360.0
        return bearing
