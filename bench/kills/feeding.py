"""What the service under kills sees: feeds of this machine, on which a new fire burns whenever we say so."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import polars as pl

from boundary_zones.catalogue import load_catalogue
from tests.flows.feed_server import Feeds, Reply, hotspot_table

APART_KM = 6.0
PRODUCT = "VIIRS_NOAA20_NRT"
_KM_A_DEGREE = (111.0, 85.0)
"""Of latitude and of longitude at 40° N."""


class Fires:
    """Fires on the line, each well apart from all before it, and the answers of the feed that tell of them."""

    def __init__(self, feeds: Feeds, *, seed: int) -> None:
        self.feeds = feeds
        self.burning: list[tuple[float, float, datetime]] = []
        self._places = _places(seed)

    def burn(self) -> None:
        """One more fire."""
        self.burning.append((*next(self._places), datetime.now(UTC) - timedelta(hours=1)))
        self.refresh()

    def refresh(self) -> None:
        """All fires so far, and a row that says that the satellite looked just now."""
        self.feeds.now = datetime.now(UTC)
        looked = (55.0, 95.0, self.feeds.now - timedelta(hours=1))
        self.feeds.replies[PRODUCT] = Reply(hotspot_table(PRODUCT, looked, *self.burning))


def _places(seed: int) -> Iterator[tuple[float, float]]:
    """Places within two kilometres of the line, in random order."""
    catalogue = load_catalogue()
    cells = pl.concat([catalogue.cells(zone.id) for zone in catalogue.zones])
    near = cells.filter(pl.col("distance_to_border_km") <= 2.0).sample(fraction=1.0, shuffle=True, seed=seed)
    taken: list[tuple[float, float]] = []
    for place in near.select("lat_deg", "lon_deg").iter_rows():
        if all(_apart(place, other) for other in taken):
            taken.append(place)
            yield place


def _apart(one: tuple[float, float], other: tuple[float, float]) -> bool:
    return any(abs(a - b) * km > APART_KM for a, b, km in zip(one, other, _KM_A_DEGREE, strict=True))
