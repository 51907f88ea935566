"""Hotspots near the line and where they may run, typed and checked, before they are put into words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from notify.alert import Reason, require_utc
from notify.facts import COUNTY_NAME_MOST, Wind, refuse_names
from notify.phrases import blows_toward
from notify.texts import refuse_long

ON_LINE_KM = 0.05
UNKNOWN_COUNTY_ZH = "县区待核"
"""In the place of a county's name, where nobody can say in which one it burns."""


@dataclass(frozen=True, slots=True)
class ArrivalFacts:
    """Where a fire may run, to be put into words: hours from the time of decision. Never called a prediction.

    Raises:
        ValueError: late before early, or a share outside 0 to 1.
    """

    early_h: float | None
    """None: nineteen in twenty members do not reach the line within the horizon."""
    late_h: float | None
    """None: more than one in twenty does not."""
    probability_within: Mapping[int, float]
    """By hours: 6, 12, 24."""
    into_zh: str
    """The region that it would burn into (烧入): 北京市; empty when nobody can say."""
    out_of_zh: str
    """The region that it would burn out of (烧出)."""
    rate_m_min: float
    intensity_kw_m: float
    along_deg: float
    """Where the head goes."""
    second_rate_m_min: float | None = None
    """By Wang Zhengfei and Mao."""
    disagrees: bool = False
    """The two rates lie more than three times apart."""
    limits_zh: str = ""
    """One sentence: what is not in it."""
    notes: tuple[str, ...] = ()
    """What it rests on less than it should, in Chinese."""

    def __post_init__(self) -> None:
        if self.early_h is not None and self.late_h is not None and self.late_h < self.early_h:
            raise ValueError(f"late_h {self.late_h} is before early_h {self.early_h}")
        if not all(0 <= share <= 1 for share in self.probability_within.values()):
            raise ValueError(f"probability_within {dict(self.probability_within)} leaves 0 to 1")


@dataclass(frozen=True, slots=True)
class IncidentFacts:
    """Hotspots near the line, to be put into words. Distances are to the line.

    Raises:
        ValueError: a name that does not fit, a number out of its range, or a naive time.
    """

    reason: Reason
    number: str
    """Of the incident: ``JJJ-HR-CD-2027-007``."""
    revision: int
    """Number among its reports: 1 is 首报, 2 is 续报1."""
    county: str
    """Short name, 怀柔; :data:`UNKNOWN_COUNTY_ZH` when it is not known."""
    neighbour: str
    """Short name of the county across the line."""
    place_full: str
    """From the first level down: 北京市怀柔区喇叭沟门满族乡."""
    lat_deg: float
    lon_deg: float
    location_error_km: float
    distance_to_border_km: float
    bearing_to_border_deg: float
    observed_utc: datetime
    hotspot_count: int
    satellites: tuple[str, ...] = ()
    township: str = ""
    wind: Wind | None = None
    weather_source: str = ""
    verification: bool = False
    """Only a look is asked for: the false-alarm filter doubts the source."""
    doubt: str = ""
    """Why it is doubted, in Chinese: 常年热源."""
    relay_zh: str = ""
    """The region whose duty desk is asked to tell the county, where that is no member of the joint unit: 北京市."""
    missing: tuple[str, ...] = ()
    verified: str = ""
    """What somebody on the ground found, where it is a fire: 林火. Empty while nobody has looked."""
    land_zh: str = ""
    """地类: 林地."""
    area_ha: float | None = None
    """Burnt area, always an estimate."""
    arrival: ArrivalFacts | None = None
    """Its projection to the line; None when there is none."""
    first_county: str = ""
    """That the first text named; empty in the first."""

    def __post_init__(self) -> None:
        require_utc(self.observed_utc)
        if self.verified:
            refuse_long("verified as", self.verified, 6)
        refuse_names("county", (self.county, self.neighbour), COUNTY_NAME_MOST)
        refuse_names("county", [self.first_county] if self.first_county else [], COUNTY_NAME_MOST)
        refuse_long("number", self.number, 28)
        if not (0 <= self.distance_to_border_km < 1000 and 0 <= self.location_error_km < 1000):
            raise ValueError(f"{self.number}: distances must lie in 0…1000 km")
        if self.revision < 1 or not 1 <= self.hotspot_count < 100_000:
            raise ValueError(
                f"{self.number}: revision {self.revision} with {self.hotspot_count} hotspots is no told one"
            )

    @property
    def moved(self) -> bool:
        """Whether it is nearest to the line in another county than the first text said."""
        return self.first_county not in {"", self.county}

    @property
    def placed(self) -> bool:
        """Whether its county is known."""
        return self.county != UNKNOWN_COUNTY_ZH

    @property
    def at_line(self) -> bool:
        """Whether the error circle touches the line."""
        return self.distance_to_border_km <= self.location_error_km

    @property
    def on_line(self) -> bool:
        """Whether it lies on the line itself: the bearing to it means nothing."""
        return self.distance_to_border_km < ON_LINE_KM

    @property
    def grew(self) -> bool:
        """Whether the text is about growth."""
        return self.reason is Reason.INCIDENT_GREW

    @property
    def downwind(self) -> bool:
        """Whether the wind blows toward the line. With the line inside the error circle nobody can say."""
        if self.at_line or self.wind is None or self.wind.direction_deg is None or self.wind.calm:
            return False
        return blows_toward(self.wind.direction_deg, self.bearing_to_border_deg)
