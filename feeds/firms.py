"""NASA FIRMS: hotspots of MODIS and VIIRS, by area (with a key) or as the keyless file of a region.

Data: NASA LANCE/FIRMS, part of NASA EOSDIS, open. API: firms.modaps.eosdis.nasa.gov/api/area.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from types import MappingProxyType
from typing import Literal, NamedTuple

from pydantic import SecretStr

from feeds.csv_text import decoded, require_columns, text_table
from feeds.errors import FeedError, FeedMalformed, FeedRefused, FeedUnavailable
from feeds.hotspot_rows import BRIGHTNESS, PLACE_AND_TIME, HotspotRules, HotspotSource, hotspots
from feeds.html import page_title
from feeds.parsed import Parsed
from feeds.rejects import RejectBounds
from feeds.request import FeedRequest
from models.frames import HotspotFrame

BASE_URL = "https://firms.modaps.eosdis.nasa.gov"
REGION = "Russia_Asia"
"""The regional file that holds North China; SouthEast_Asia does not."""
FIRST_COLUMN = "latitude,"
TRANSACTION_INTERVAL_S = 600.0
_REQUIRED = (*PLACE_AND_TIME, "scan", "track", "confidence", "frp", "daynight")


@dataclass(frozen=True)
class Product:
    """One near-real-time product and where its keyless files lie."""

    name: str
    feed: str
    folder: str
    file_stem: str


PRODUCTS = MappingProxyType(
    {
        product.name: product
        for product in (
            Product("MODIS_NRT", "firms_modis", "modis-c6.1", "MODIS_C6_1"),
            Product("VIIRS_SNPP_NRT", "firms_viirs_snpp", "suomi-npp-viirs-c2", "SUOMI_VIIRS_C2"),
            Product("VIIRS_NOAA20_NRT", "firms_viirs_noaa20", "noaa-20-viirs-c2", "J1_VIIRS_C2"),
            Product("VIIRS_NOAA21_NRT", "firms_viirs_noaa21", "noaa-21-viirs-c2", "J2_VIIRS_C2"),
        )
    }
)


@dataclass(frozen=True)
class FirmsRules:
    """What is known of the products' service.

    Args:
        delivery_ends: first UTC day on which a product is announced to come no more, by its name.

    Raises:
        ValueError: a product that is not in ``PRODUCTS``, or a text that is no ISO date.
    """

    delivery_ends: Mapping[str, str]

    def __post_init__(self) -> None:
        unknown = sorted(set(self.delivery_ends) - set(PRODUCTS))
        if unknown:
            raise ValueError(f"{', '.join(unknown)} is no product; known: {', '.join(PRODUCTS)}")
        for day in self.delivery_ends.values():
            date.fromisoformat(day)

    def expects(self, product: Product, as_of_utc: datetime) -> bool:
        """Whether silence of ``product`` is a fault. A product past its announced end is asked, but not missed."""
        ends = self.delivery_ends.get(product.name)
        return ends is None or as_of_utc.astimezone(UTC).date() < date.fromisoformat(ends)


_PRODUCT_OF_FEED = {product.feed: product.name for product in PRODUCTS.values()}


class Box(NamedTuple):
    """Longitudes and latitudes that enclose an area, WGS-84."""

    west_deg: float
    south_deg: float
    east_deg: float
    north_deg: float


def area_request(
    product: Product, box: Box, *, map_key: SecretStr, day_range: int = 2, base_url: str = BASE_URL
) -> FeedRequest:
    """Ask for the hotspots of ``product`` within ``box``.

    Two days are asked for, and the caller rolls its window over them: a range of 1 is the UTC day so far, which
    at 08:00 in Beijing is empty whatever burns.

    Raises:
        ValueError: a box that encloses nothing, or a day range that the service does not know.
    """
    west, south, east, north = box
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
        raise ValueError(f"{product.feed}: {box} encloses no area")
    if not 1 <= day_range <= 5:
        raise ValueError(f"{product.feed}: day_range must be 1–5, got {day_range}")
    area = ",".join(f"{edge:.4f}" for edge in box)
    return FeedRequest(
        feed=product.feed,
        url=f"{base_url}/api/area/csv/{{map_key}}/{product.name}/{area}/{day_range}",
        secrets={"map_key": map_key},
    )


def regional_file_request(
    product: Product, window: Literal["24h", "48h", "7d"] = "48h", *, base_url: str = BASE_URL
) -> FeedRequest:
    """Ask for the keyless file of ``product`` for our region: the last 24 h, 48 h or 7 d, some megabytes."""
    name = f"{product.file_stem}_{REGION}_{window}.csv"
    return FeedRequest(feed=product.feed, url=f"{base_url}/data/active_fire/{product.folder}/csv/{name}")


def parse_hotspots(
    content: bytes, *, feed: str, fetched_utc: datetime, rules: HotspotRules, bounds: RejectBounds
) -> Parsed[HotspotFrame]:
    """Read an answer of the area API or a regional file.

    A header without rows is a quiet day. Whatever does not begin with ``latitude,`` is no answer.

    Args:
        content: body as it came.
        feed: name of the feed, as in ``PRODUCTS``.
        fetched_utc: when it came: from then on its rows were available.
        rules: satellites, location errors, latencies, confidence bounds.
        bounds: how many rows may be unusable.

    Returns:
        Every hotspot of the body, uncropped.

    Raises:
        FeedUnavailable: an empty body, or the transaction limit.
        FeedRefused: the service names a fault of the request or the key.
        FeedMalformed: another kind of text, a missing column, too many unusable rows.
    """
    text = decoded(content, feed)
    if not text.startswith(FIRST_COLUMN):
        raise _not_a_table(text.strip(), feed)
    table = text_table(text, feed)
    require_columns(table, _REQUIRED, feed)
    if not any(name in table.columns for name in BRIGHTNESS):
        raise FeedMalformed(feed, f"column {' or '.join(BRIGHTNESS)} is missing; got {', '.join(table.columns)}")
    source = HotspotSource(feed, _PRODUCT_OF_FEED.get(feed, feed), fetched_utc, live=True)
    return hotspots(table, source=source, rules=rules, bounds=bounds)


def _not_a_table(text: str, feed: str) -> FeedError:
    if not text:
        return FeedUnavailable(feed, "the body is empty; a quiet day has at least a header")
    said = text.lower()
    if said.startswith("invalid map_key"):
        return FeedRefused(feed, text[:80], "check FIRMS_MAP_KEY; a good key that is throttled is answered the same")
    if "transaction limit" in said:
        return FeedUnavailable(feed, text[:80], retry_after_s=TRANSACTION_INTERVAL_S)
    if said.startswith("invalid"):
        return FeedRefused(feed, text[:80], "the request is not one that the service knows")
    if text.startswith("<"):
        return FeedMalformed(feed, f"a page came instead of data: {page_title(text)}", "look at proxy and base address")
    return FeedMalformed(feed, f"the body begins with {text[:60]!r}, not with {FIRST_COLUMN!r}")
