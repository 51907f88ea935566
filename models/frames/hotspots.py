"""Satellite hotspots: as they came, with their place, with what they are taken for."""

from __future__ import annotations

import dataframely as dy

from models.frames.declared import DeclaredFrame
from models.frames.instants import UTC


class HotspotFrame(DeclaredFrame):
    """Satellite hotspots (热点): one row a pixel, all satellites and feeds in the same units."""

    hotspot_id = dy.String(primary_key=True)
    """Stable over feeds: made of instrument, satellite, time and place."""
    feed = dy.String()
    satellite = dy.String()
    """One of Terra, Aqua, S-NPP, NOAA-20, NOAA-21, or the declared name of another source."""
    instrument = dy.String()
    acquired_utc = dy.Datetime(time_zone=UTC)
    available_utc = dy.Datetime(time_zone=UTC)
    lat_deg = dy.Float64(min=-90, max=90)
    lon_deg = dy.Float64(min=-180, max=180)
    frp_mw = dy.Float64(nullable=True, min=0)
    brightness_k = dy.Float64(nullable=True, min=150, max=2000)
    scan_km = dy.Float64(nullable=True, min=0, max=20)
    track_km = dy.Float64(nullable=True, min=0, max=20)
    confidence = dy.String(nullable=True)
    """``low``, ``nominal`` or ``high``: MODIS percentages are brought to the three by rules/feeds.toml."""
    confidence_pct = dy.Float64(nullable=True, min=0, max=100)
    daynight = dy.String(nullable=True)
    location_error_km = dy.Float64(min=0)


class LocatedHotspotFrame(HotspotFrame):
    """Hotspots of the watch area with their place. Distances are to the line of ``zone``, the nearest joint unit."""

    zone = dy.String()
    region = dy.String(nullable=True)
    county_gb = dy.Int64(nullable=True)
    signed_distance_km = dy.Float64()
    """Positive on the home side of the line, negative across it."""
    distance_to_border_km = dy.Float64(min=0)
    neighbour_county_gb = dy.Int64()
    """The county across the nearest stretch of the line."""
    neighbour_region = dy.String()
    """The region of that county."""
    bearing_to_border_deg = dy.Float64(min=0, max=360)
    touched_county_gbs = dy.List(dy.Int64())
    """Counties that the circle of the location error touches, the one it lies in among them, by code."""


class JudgedHotspotFrame(LocatedHotspotFrame):
    """Hotspots with what each is taken for. Words of ``models.incidents.incident``."""

    source_kind = dy.String()
    certainty = dy.String()
    doubt = dy.String(nullable=True)
    reason_zh = dy.String()


class JudgementFrame(DeclaredFrame):
    """What a hotspot is taken for, and how sure that is. Words of ``models.incidents.incident``."""

    hotspot_id = dy.String(primary_key=True)
    source_kind = dy.String()
    certainty = dy.String()
    """``high``, ``medium`` or ``low``: the feed's own word is ``confidence`` of the hotspot."""
    doubt = dy.String(nullable=True)
    reason_zh = dy.String()
    """One sentence."""
    judged_utc = dy.Datetime(time_zone=UTC)
