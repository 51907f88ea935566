"""What a fire runs in: the wind and the air of the hours ahead, the ground, and how dry it is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from flows.dryness import dryness_near
from flows.ground import Surroundings, surroundings
from flows.weather_ahead import Ahead, weather_ahead
from flows.wiring import House
from models.incidents.incident import Incident
from models.spread.paces import Dryness


@dataclass(frozen=True)
class Conditions:
    """Weather, ground and dryness around one incident; what they rest on less than they should stands in the notes."""

    ahead: Ahead
    surroundings: Surroundings
    dryness: Dryness


def conditions_of(house: House, incident: Incident, *, hours: int, as_of: datetime) -> Conditions | None:
    """Of the time from the last look at an incident on; None without wind or region.

    Args:
        house: the world to work in.
        incident: whose place and last look count.
        hours: how many of wind.
        as_of: what was known then.
    """
    begin = incident.last_seen_utc
    ahead = weather_ahead(house, incident.lat_deg, incident.lon_deg, begin_utc=begin, as_of=as_of, hours=hours)
    if ahead is None or incident.region is None:
        return None
    around = surroundings(house, incident, as_of=as_of)
    dryness, notes = dryness_near(house, incident, as_of=as_of)
    return Conditions(ahead, replace(around, notes=(*around.notes, *notes)), dryness)
