"""The members of an ensemble: what the forecast, the fuel and the satellite may be wrong by."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from models.fire_weather.arrays import FloatArray
from models.spread.front import Members


@dataclass(frozen=True, slots=True)
class EnsembleRules:
    """Spread of the members (``rules/fuels.toml``).

    Raises:
        ValueError: an odd or too small number of members, an interval upside down, or bounds that contradict.
    """

    members: int
    wind_turn_deg: float
    """Wind directions lie within this of the forecast."""
    wind_speed_share: float
    """Wind speeds lie within this share of the forecast."""
    rate_factors: tuple[float, ...]
    """Least and largest factor of the rate of spread."""
    horizon_h: float
    most_per_round: int
    """Incidents projected in one round, most urgent first."""
    most_before_alert: int
    """So many of them before the first alert goes out."""

    def __post_init__(self) -> None:
        if self.members < 20 or self.members % 2:
            raise ValueError(f"members must be even and 20 or more, got {self.members}")
        if len(self.rate_factors) != 2 or not 0 < self.rate_factors[0] <= self.rate_factors[1]:
            raise ValueError(f"rate_factors must be two rising numbers above 0, got {self.rate_factors}")
        if not (0 <= self.wind_turn_deg <= 180 and 0 <= self.wind_speed_share < 1 and self.horizon_h > 0):
            raise ValueError("wind_turn_deg, wind_speed_share or horizon_h out of range")
        if not 0 < self.most_before_alert <= self.most_per_round:
            raise ValueError(f"most_before_alert must be 1 to {self.most_per_round}, got {self.most_before_alert}")


def seed_of(incident_id: str, last_seen_utc: datetime) -> int:
    """The same fire after the same look has the same members, whenever it is projected: hours do not jump by chance."""
    digest = hashlib.sha256(f"{incident_id}|{last_seen_utc.isoformat()}".encode()).digest()
    return int.from_bytes(digest[:8], "big")


def drawn(rules: EnsembleRules, *, seed: int, location_error_m: float, hotspots_m: FloatArray | None = None) -> Members:
    """The members, in pairs whose winds turn as far to the left as to the right: a mirrored world has the same ones.

    Args:
        rules: the spread.
        seed: see :func:`seed_of`.
        location_error_m: the fire may burn anywhere within it: each member starts with circles up to that size.
        hotspots_m: where it was seen, ``(n, 2)`` metres east and north of the middle of the ground; by default there.
    """
    rng = np.random.default_rng(seed)
    half = rules.members // 2
    turn = rng.uniform(0.0, rules.wind_turn_deg, half)
    speed = rng.uniform(1.0 - rules.wind_speed_share, 1.0 + rules.wind_speed_share, half)
    low, high = np.log(rules.rate_factors)
    rate = np.exp(rng.uniform(low, high, half))
    radius = rng.uniform(0.0, 1.0, half) * location_error_m
    speed, rate, radius = (np.concatenate([values, values]) for values in (speed, rate, radius))
    seen = np.zeros((1, 2)) if hotspots_m is None else hotspots_m
    return Members(np.concatenate([turn, -turn]), speed, rate, radius, hotspots_m=seen)
