"""Rows as files and other systems read them: the JSON lines of the interfaces."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from boundary_zones.catalogue import Catalogue
from boundary_zones.roles import OfficeRole, office_roles
from models.incidents.incident import Incident


def incident_document(incident: Incident, catalogue: Catalogue) -> dict[str, Any]:
    """An incident with the fields of incidents.jsonl, and what else is known of it."""
    county = catalogue.counties.get(incident.county_gb) if incident.county_gb is not None else None
    zone = catalogue.zone(incident.zone)
    roles = office_roles(zone, touched=incident.county_gbs, across=incident.neighbour_county_gb)
    return {
        "incident_id": incident.incident_id,
        "zone": incident.zone,
        "state": incident.state,
        "first_seen_utc": incident.first_seen_utc,
        "first_available_utc": incident.first_available_utc,
        "last_seen_utc": incident.last_seen_utc,
        "lat_deg": incident.lat_deg,
        "lon_deg": incident.lon_deg,
        "location_error_km": incident.location_error_km,
        "hotspot_count": incident.hotspot_count,
        "frp_mw": incident.frp_mw,
        "distance_to_border_km": incident.distance_to_border_km,
        "region": incident.region,
        "county": county.name_zh if county else None,
        "neighbour_regions": list(incident.neighbour_regions),
        "projection": asdict(incident.projection) if incident.projection else None,
        "source_kind": incident.source_kind,
        "suppressed": incident.suppressed,
        "reason": incident.reason,
        "hotspot_no": incident.hotspot_no,
        "confidence": incident.confidence,
        "suppressed_by": incident.suppressed_by,
        "level": incident.level,
        "level_reasons": list(incident.level_reasons),
        "looks": incident.looks,
        "most_pixels": incident.most_pixels,
        "merged_into": incident.merged_into,
        "merged_from": list(incident.merged_from),
        "split_from": incident.split_from,
        "other_zones": list(incident.other_zones),
        "offices": {role.value: [gb for gb, has in sorted(roles.items()) if has is role] for role in OfficeRole},
    }


def write_json_lines(path: Path, rows: Iterable[Mapping[str, Any]]) -> int:
    """Write one JSON object a line; instants as ISO 8601 UTC. Returns the number of lines."""
    count = 0
    with path.open("w", encoding="utf-8") as file:
        for row in rows:
            file.write(json.dumps(row, ensure_ascii=False, default=_plain) + "\n")
            count += 1
    return count


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} cannot stand in a JSON line")
