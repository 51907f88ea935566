"""The signed numbers of the tracker."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TrackRules:
    """Section ``track`` of rules/incidents.toml.

    Raises:
        ValueError: the numbers contradict each other.
    """

    eps_km: float
    """Greatest distance of two linked hotspots."""
    eps_h: float
    """Greatest time between two linked hotspots."""
    dormant_after_h: float
    ended_after_h: float
    longest_d: float
    """An incident that has lasted longer ends, and what is seen there later gets a number of its own."""
    merge_max_extent_km: float
    """Incidents that would reach farther together stay apart."""
    split_km: float
    """Parts of the newest looks that lie farther apart are two fires."""
    split_window_h: float
    """Which looks are the newest ones."""
    split_hotspots: int
    """Least hotspots of a part that gets a number of its own."""

    def __post_init__(self) -> None:
        if not self.eps_km > 0:
            raise ValueError(f"eps_km must be positive, got {self.eps_km}")
        if not 0 < self.dormant_after_h < self.ended_after_h < 24 * self.longest_d:
            raise ValueError(
                f"an incident is dormant first and ended later: dormant_after_h {self.dormant_after_h}, "
                f"ended_after_h {self.ended_after_h}, longest_d {self.longest_d}"
            )
        if not 0 < self.eps_h <= self.ended_after_h:
            raise ValueError(f"eps_h {self.eps_h} must be positive and not above ended_after_h {self.ended_after_h}")
        if not self.eps_km < self.split_km < self.merge_max_extent_km:
            raise ValueError(
                f"eps_km {self.eps_km}, split_km {self.split_km} and merge_max_extent_km {self.merge_max_extent_km} "
                "must rise: what is linked is no split, and what is split could not be merged again"
            )
        if self.split_window_h <= 0 or self.split_hotspots < 1:
            raise ValueError("split_window_h must be positive and split_hotspots at least 1")
