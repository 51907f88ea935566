"""A fire reported by telephone becomes a hotspot of its own kind, marked 人工录入, after a check of its place."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import dataframely as dy
import polars as pl

from boundary_zones.datum import Datum, Reading, reading, readings
from boundary_zones.places import locate
from flows.by_hand import order_now
from flows.carry_out import Report, carry_out
from flows.errors import OrderRefused
from flows.order import FlowName
from flows.wiring import House
from models.frames import HotspotFrame
from notify.phrases import clock_zh
from store.hand_reports import HandReport

FEED = "hand"
SATELLITE_ZH = "电话报告"
NO_COUNTY_ZH = "三省市以外"


@dataclass(frozen=True, slots=True)
class Call:
    """What a caller said, as it was written down."""

    lat_deg: float
    lon_deg: float
    seen_utc: datetime
    caller: str
    by: str
    datum: Datum | None = None
    """None while nobody has asked in which datum the numbers are."""
    county_zh: str = ""
    """The county that the caller named; the place must lie in it."""
    error_km: float = 0.5
    note: str = ""


@dataclass(frozen=True, slots=True)
class Placed:
    """One reading of the numbers, with where that is."""

    reading: Reading
    county_zh: str
    neighbour_zh: str
    """The county that lies across the nearest line."""
    distance_to_border_km: float
    in_watch_area: bool

    @property
    def said_zh(self) -> str:
        """A line for the officer who asks the caller."""
        one = self.reading
        place = f"北纬{one.lat_deg:.5f}° 东经{one.lon_deg:.5f}° {self.county_zh}"
        away = f"距{self.neighbour_zh}界{self.distance_to_border_km:.2f}公里"
        return f"{one.datum.written}：{place}，{away}（偏{one.shift_m:.0f}米）"


def placed(house: House, found: Sequence[Reading]) -> tuple[Placed, ...]:
    """Where each reading lies."""
    rows = locate(house.catalogue, [one.lat_deg for one in found], [one.lon_deg for one in found]).to_dicts()
    counties = house.catalogue.counties
    return tuple(
        Placed(
            one,
            counties[row["county_gb"]].name_zh if row["county_gb"] in counties else NO_COUNTY_ZH,
            counties[row["neighbour_county_gb"]].short_zh,
            row["distance_to_border_km"],
            row["in_watch_area"],
        )
        for one, row in zip(found, rows, strict=True)
    )


def checked(house: House, call: Call) -> Placed:
    """The place of a call.

    Raises:
        OrderRefused: latitude and longitude are swapped, the datum was not asked, the place is outside of the watch
            area, or it does not lie in the county that the caller named; the message says what each datum would give.
    """
    if call.lat_deg > 60 and 15 < call.lon_deg < 60:
        raise OrderRefused(f"纬度{call.lat_deg}、经度{call.lon_deg}像是写反了：先纬度，后经度")
    if not (-90 <= call.lat_deg <= 90 and -180 <= call.lon_deg <= 180):
        raise OrderRefused(f"纬度{call.lat_deg}、经度{call.lon_deg}不在地球上，请核对")
    options = placed(house, readings(call.lat_deg, call.lon_deg))
    if call.datum is None:
        raise OrderRefused("未说明坐标系，请问清后注明（--datum）。各坐标系读出的位置：\n" + listed(options))
    (found,) = placed(house, [reading(call.lat_deg, call.lon_deg, call.datum)])
    if not found.in_watch_area:
        raise OrderRefused(f"位置不在监测范围内，请核对数字和坐标系：\n{listed(options)}")
    if call.county_zh and call.county_zh not in found.county_zh:
        raise OrderRefused(
            f"来电说在{call.county_zh}，按{call.datum.written}却在{found.county_zh}，请核对：\n{listed(options)}"
        )
    return found


def listed(options: Sequence[Placed]) -> str:
    """A line for each reading."""
    return "\n".join(f"  {one.said_zh}" for one in options)


def report_fire(house: House, call: Call) -> tuple[HandReport, Placed]:
    """Keep a call: its place as a hotspot, its words beside it, both in one transaction.

    Raises:
        OrderRefused: as :func:`checked`, or a time that has not come.
        AnswerUnclear: nobody called, or nobody wrote it down.
        StoreConflict: the same call was written down before.
    """
    now = house.clock()
    if call.seen_utc > now:
        raise OrderRefused(f"看到的时间{clock_zh(call.seen_utc)}还没有到，请核对")
    found = checked(house, call)
    assert call.datum is not None
    report = HandReport(
        hotspot_id=_id(call),
        lat_deg=found.reading.lat_deg,
        lon_deg=found.reading.lon_deg,
        given_lat_deg=call.lat_deg,
        given_lon_deg=call.lon_deg,
        datum=call.datum.value,
        error_km=call.error_km,
        seen_utc=call.seen_utc,
        entered_utc=now,
        entered_by=call.by,
        caller=call.caller,
        note=call.note,
    )
    with house.database.begin():
        house.hotspots.save(_hotspot(report), world=house.world)
        house.hand_reports.save(report, world=house.world)
    return report, found


def _id(call: Call) -> str:
    said = f"{call.lat_deg}|{call.lon_deg}|{call.datum}|{call.seen_utc.isoformat()}|{call.caller}"
    return f"hand-{hashlib.sha256(said.encode()).hexdigest()[:12]}"


def _hotspot(report: HandReport) -> dy.DataFrame[HotspotFrame]:
    nothing = dict.fromkeys(HotspotFrame.column_names())
    row = nothing | {
        "hotspot_id": report.hotspot_id,
        "feed": FEED,
        "satellite": SATELLITE_ZH,
        "instrument": FEED,
        "acquired_utc": report.seen_utc,
        "available_utc": report.entered_utc,
        "lat_deg": report.lat_deg,
        "lon_deg": report.lon_deg,
        "confidence": "high",
        "location_error_km": report.error_km,
    }
    return HotspotFrame.validate(pl.DataFrame([row], schema=HotspotFrame.create_empty().schema))


def tell_now(house: House, report: HandReport) -> Report:
    """Hold a hotspot round from the archive, so that a call does not wait for the next look of a satellite."""
    reason = f"人工录入：{report.caller}电话报告"
    order = order_now(house, FlowName.HOTSPOT_WATCH, reason=reason, who=report.entered_by)
    return carry_out(house, order)
