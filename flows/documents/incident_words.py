"""What the papers of an incident say alike: where it is, which satellites saw it, what the weather is there."""

from __future__ import annotations

from datetime import datetime

from boundary_zones.places import border_in_words, county_in_words
from boundary_zones.townships import near_in_words
from flows.documents.words import county_zh
from flows.weather_near import DayOfRain, WindNear, wind_and_rain_near, wind_near
from flows.weather_words import weather_line
from flows.wiring import House
from models.field_check.fire_report import UNKNOWN_ZH
from models.incidents.incident import Incident
from notify.phrases import SATELLITES_ZH, dms_zh, listed, sector_zh
from notify.wording import wind_words

CLOUD_ZH = "不包括云覆盖下的火点信息。"
FIRST_LINE_ZH = "系统初判，以现场核实为准。"


def satellites_zh(incident: Incident) -> str:
    """As an office names them."""
    return listed([SATELLITES_ZH.get(name, name) for name in incident.satellites]) or UNKNOWN_ZH


def place_fields(house: House, incident: Incident) -> dict[str, object]:
    """County, coordinates in both notations, and where the line is."""
    lat, lon = incident.lat_deg, incident.lon_deg
    border = border_in_words(house.catalogue, incident.neighbour_county_gb, distance_km=incident.distance_to_border_km)
    degrees = f"东经{lon:.4f}度，北纬{lat:.4f}度（东经{dms_zh(lon)}，北纬{dms_zh(lat)}；CGCS2000）"
    across = f"{county_zh(house, incident.neighbour_county_gb)}，界线在{sector_zh(incident.bearing_to_border_deg)}侧"
    return {
        "place": county_in_words(house.catalogue, incident.county_gb, with_prefecture=True)
        + near_in_words(house.townships, lat, lon),
        "coordinates": degrees,
        "border": f"{border}（扣除误差{incident.location_error_km:.1f}公里后{incident.least_distance_km:.1f}公里）",
        "across": across,
    }


def weather_fields(house: House, incident: Incident, at: datetime) -> dict[str, str | None]:
    """Of the nearest point with its station and hour; None where nobody knows."""
    near, rain = wind_and_rain_near(house, incident.lat_deg, incident.lon_deg, as_of=at)
    return {**_now_fields(near), "rain": _rain_zh(rain) if rain is not None else None}


def _now_fields(near: WindNear) -> dict[str, str | None]:
    air, humidity = near.air_temperature_degc, near.relative_humidity_pct
    return {
        "station": near.source,
        "wind": wind_words(near.wind) if near.wind else None,
        "temperature": f"{air:.0f}℃" if air is not None else None,
        "humidity": f"{humidity:.0f}%" if humidity is not None else None,
    }


def _rain_zh(rain: DayOfRain) -> str:
    foretold = f"（含预报{rain.foretold_h}小时）" if rain.foretold_h else ""
    return f"{rain.precipitation_mm:.1f}毫米{foretold}"


def weather_zh(house: House, incident: Incident, at: datetime) -> str | None:
    """Wind, temperature and humidity in one line with their station and hour; None where nothing is known."""
    found = _now_fields(wind_near(house, incident.lat_deg, incident.lon_deg, as_of=at))
    said = {"": found["wind"], "气温": found["temperature"], "相对湿度": found["humidity"]}
    return weather_line(said, found["station"] or "") or None
