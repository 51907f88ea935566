"""What each instrument can tell apart: its satellites and the size of its pixel.

How far a fire may lie from a hotspot's coordinates comes with the hotspot (``location_error_km``), from the footprint
that its row gives. Here stands what rows do not say: how far apart two hotspots of one pass must lie to be two pixels.

Sources: Giglio et al. 2016, Remote Sens. Environ. 178, 31-41 (MODIS collection 6); Schroeder et al. 2014, Remote Sens.
Environ. 143, 85-96 (VIIRS 375 m).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType

SAME_PASS = timedelta(minutes=10)
"""Longer than a granule (5 or 6 min), far shorter than an orbit (99 to 101 min)."""


@dataclass(frozen=True, slots=True)
class Instrument:
    """An instrument whose pixel is known."""

    name: str
    satellites: tuple[str, ...]
    nadir_pixel_km: float
    """Side of the smallest pixel, that under the satellite."""
    edge_scan_km: float
    edge_track_km: float
    """Sides of the largest pixel, that at the edge of the swath."""

    @property
    def same_pixel_km(self) -> float:
        """Two hotspots of one pass nearer than this are one pixel in two spellings.

        A third of the smallest pixel: more than coordinates cut to 0.001 degree can be off (0.07 km), and so little
        that no pixel has two neighbours within it.
        """
        return self.nadir_pixel_km / 3


MODIS = Instrument("MODIS", ("Terra", "Aqua"), nadir_pixel_km=1.0, edge_scan_km=4.83, edge_track_km=2.01)
VIIRS = Instrument(
    "VIIRS", ("S-NPP", "NOAA-20", "NOAA-21"), nadir_pixel_km=0.375, edge_scan_km=0.80, edge_track_km=0.78
)
INSTRUMENTS: Mapping[str, Instrument] = MappingProxyType({each.name: each for each in (MODIS, VIIRS)})
