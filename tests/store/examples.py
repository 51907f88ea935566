"""Small nouns of our own for tests of the store."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import dataframely as dy
import polars as pl

from models.frames import HotspotFrame, MoistureFrame
from models.incidents.incident import Confidence, Doubt, Incident, IncidentState, Projection, SourceKind, Telling
from notify.alert import Alert, AlertKind, Reason, alert_id_of
from notify.delivery_states import DeliveryState
from notify.ledger import Delivery
from store.ledger import SqlLedger
from tests.models.weather_cases import SOUND

NOON = datetime(2017, 5, 11, 4, 0, tzinfo=UTC)
OFFICES = (("beijing", "110117", "平谷"), ("tianjin", "120119", "蓟州"), ("hebei", "131082", "三河"))


def minutes(number: float) -> datetime:
    """An instant some minutes after noon of 11 May 2017 in Beijing."""
    return NOON + timedelta(minutes=number)


def an_alert(event_id: str = "JJJ-PG-JZ-2017-001", revision: int = 1, **changes: Any) -> Alert:
    """An alert of an incident near the line."""
    world = changes.get("world", "live")
    plain: dict[str, Any] = {
        "alert_id": alert_id_of(world=world, event_id=event_id, revision=revision),
        "code": "平0511-01",
        "revision": revision,
        "event_id": event_id,
        "kind": AlertKind.INCIDENT,
        "zone": "PG-JZ",
        "level": "critical",
        "previous_level": "none",
        "reason": Reason.INCIDENT_NEAR_BORDER,
        "decided_utc": NOON,
        "regions": ("beijing", "tianjin", "hebei"),
        "exercise": world != "live",
        "degraded": False,
        "text_short": "平谷—蓟州边界 1.2 km 热点",
        "text_long": "平谷—蓟州边界 1.2 km 发现卫星热点，请核查。",
        "evidence": ("h1", "h2"),
    }
    return Alert(**plain | changes)


def rows_of(alert: Alert, *, channels: tuple[str, ...] = ("inbox",), steps: tuple[int, ...] = (0,)) -> list[Delivery]:
    """A pending row for each of three offices, channel and step."""
    return [
        Delivery(
            delivery_id=f"{alert.alert_id}-{office}-{channel}-{step}",
            alert_id=alert.alert_id,
            revision=alert.revision,
            region=region,
            office=office,
            office_zh=name,
            recipient_role="office",
            channel=channel,
            step=step,
            state=DeliveryState.PENDING,
            world=alert.world,
        )
        for region, office, name in OFFICES
        for channel in channels
        for step in steps
    ]


def commit(ledger: SqlLedger, alert: Alert | None = None, **rows: Any) -> Alert:
    """Commit an alert with its rows; it must be new."""
    alert = alert or an_alert()
    assert ledger.commit(alert, rows_of(alert, **rows))
    return alert


def claim(
    ledger: SqlLedger, *, at: float = 0, owner: str = "d1", limit: int = 10, world: str = "live"
) -> list[Delivery]:
    """Claim rows for 60 s at some minutes after noon."""
    return ledger.claim(owner=owner, now=minutes(at), lease_s=60, limit=limit, world=world)


def hotspots(*ids: str, **changes: Any) -> dy.DataFrame[HotspotFrame]:
    """A hotspot for each id, a minute apart."""
    plain: dict[str, Any] = {
        "feed": "firms_viirs_snpp",
        "satellite": "S-NPP",
        "instrument": "VIIRS",
        "available_utc": minutes(100),
        "lat_deg": 40.1,
        "lon_deg": 117.3,
        "frp_mw": 3.5,
        "brightness_k": 330.0,
        "scan_km": 0.4,
        "track_km": 0.4,
        "confidence": "nominal",
        "confidence_pct": None,
        "daynight": "D",
        "location_error_km": 0.4,
    }
    rows = [plain | {"hotspot_id": key, "acquired_utc": minutes(index)} | changes for index, key in enumerate(ids)]
    return HotspotFrame.validate(pl.DataFrame(rows, schema=HotspotFrame.create_empty().schema), cast=True)


def moisture(local_date: date, *cells: str, ffmc: float = 85.0) -> dy.DataFrame[MoistureFrame]:
    """The codes of one day."""
    rows = [
        {
            "cell_id": cell,
            "local_date": local_date,
            "ffmc": ffmc,
            "dmc": 6.0,
            "dc": 15.0,
            **SOUND,
            "spin_up_days": 3,
        }
        for cell in cells
    ]
    return MoistureFrame.validate(pl.DataFrame(rows), cast=True)


TELLING = Telling({6: 0.3, 12: 0.6, 24: 0.9}, "tianjin", 12.5, 4000.0, 3.0, disagrees=True, notes=("推演按默认可燃物",))


def an_incident(number: int = 1, **changes: Any) -> Incident:
    """A followed fire of three hotspots, with no field at its default."""
    plain: dict[str, Any] = {
        "incident_id": f"JJJ-PG-JZ-2017-{number:03d}",
        "zone": "PG-JZ",
        "state": IncidentState.ACTIVE,
        "first_seen_utc": minutes(0),
        "first_available_utc": minutes(100),
        "last_seen_utc": minutes(30),
        "lat_deg": 40.12,
        "lon_deg": 117.31,
        "location_error_km": 0.4,
        "hotspot_ids": frozenset({"h1", "h2", "h3"}),
        "frp_mw": 12.25,
        "distance_to_border_km": 1.25,
        "signed_distance_km": -1.25,
        "bearing_to_border_deg": 210.5,
        "region": "tianjin",
        "county_gb": 120119,
        "neighbour_county_gb": 110117,
        "neighbour_regions": ("beijing", "hebei"),
        "source_kind": SourceKind.STATIC_HEAT,
        "suppressed": True,
        "reason": "固定热源",
        "satellites": ("Aqua", "S-NPP"),
        "hotspot_no": f"RD-120119-20170511-{number:02d}",
        "confidence": Confidence.LOW,
        "suppressed_by": Doubt.PERSISTENT_HEAT,
        "looks": 2,
        "most_pixels": 3,
        "county_gbs": (110117, 120119),
        "level": "notify",
        "level_reasons": ("距界1.2公里",),
        "projection": Projection(210.0, 2.5, 6.0, 40.1, 117.3, minutes(0), 0.4, hotspots=3, telling=TELLING),
        "other_zones": ("HR-CD",),
        "merged_into": f"JJJ-PG-JZ-2017-{number + 500:03d}",
        "merged_from": (f"JJJ-PG-JZ-2017-{number + 600:03d}",),
        "split_from": f"JJJ-PG-JZ-2017-{number + 700:03d}",
    }
    return Incident(**plain | changes)
