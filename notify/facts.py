"""What happened, typed and checked, before it is put into words.

Names that must stand in every text, and that no short message could hold, are refused: they come from data that are
checked at the start. What may be left out (a missing input, a source, a doubt) has any length, so that no alert fails
for it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from notify.alert import Reason, WarningColour, require_utc
from notify.phrases import beaufort, blows_toward
from notify.texts import refuse_long

COUNTY_NAME_MOST = 4
FEED_NAME_MOST = 14
ON_LINE_KM = 0.05


@dataclass(frozen=True, slots=True)
class Wind:
    """Wind at 10 m. Said as force and direction."""

    speed_ms: float
    direction_deg: float | None = None
    gust_ms: float | None = None

    @property
    def calm(self) -> bool:
        """Force 0: it has no direction."""
        return beaufort(self.speed_ms) == 0


@dataclass(frozen=True, slots=True)
class DayGrade:
    """Danger grade of a day; None when it could not be computed."""

    local_date: date
    danger_grade: int | None
    basis_zh: str = ""
    """What it rests on beside noon."""


@dataclass(frozen=True, slots=True)
class DangerFacts:
    """A zone's fire danger, to be put into words.

    Raises:
        ValueError: no day with a grade, no county, a name that does not fit, or an end without its beginning.
    """

    reason: Reason
    colour: WarningColour
    previous_colour: WarningColour
    days: tuple[DayGrade, ...]
    """The days that the decision looked at, in order."""
    counties: tuple[str, ...]
    """Short names of all members, 怀柔 before 丰宁."""
    began_utc: datetime | None = None
    """Decision that began the episode: an end names it."""
    wind: Wind | None = None
    """Strongest of the period; the direction is that of the area."""
    least_humidity_pct: float | None = None
    precipitation_mm: float | None = None
    weather_source: str = ""
    """Who says so, and as of when: Open-Meteo（ECMWF、CMA）15时."""
    weather_past: bool = False
    """The weather is that of the last 24 hours, because no forecast is there."""
    colour_is_kept: bool = False
    """The colour stands above what the grades ask for: an earlier run of those that a lowering needs asked for it."""
    missing: tuple[str, ...] = ()
    """Inputs that were missing or old, in Chinese."""

    def __post_init__(self) -> None:
        if not self.counties or all(day.danger_grade is None for day in self.days):
            raise ValueError("a danger text needs a county and a day with a grade")
        if self.ended and self.began_utc is None:
            raise ValueError("the end of a warning names the beginning: began_utc is missing")
        refuse_names("county", self.counties, COUNTY_NAME_MOST)

    @property
    def ended(self) -> bool:
        """Whether the warning is over."""
        return self.reason is Reason.DANGER_ENDED

    @property
    def peak_grade(self) -> int:
        """Highest grade of the days."""
        return max(day.danger_grade for day in self.days if day.danger_grade is not None)

    @property
    def peak_days(self) -> tuple[date, ...]:
        """Days with the highest grade: what a text says of the grade it says of these."""
        return tuple(day.local_date for day in self.days if day.danger_grade == self.peak_grade)

    @property
    def missing_days(self) -> tuple[date, ...]:
        """Days of which nothing is known."""
        return tuple(day.local_date for day in self.days if day.danger_grade is None)


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
    """Short name, 怀柔; 县区待核 when it is not known."""
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


@dataclass(frozen=True, slots=True)
class FeedFacts:
    """A feed that is out or back, to be put into words for operations.

    Raises:
        ValueError: a name that does not fit, or no failed round.
    """

    reason: Reason
    feed_zh: str
    since_utc: datetime
    failed_rounds: int
    newest_content_utc: datetime | None
    problem_zh: str = ""
    means_zh: str = "看不到新的热点或预报，无数据不等于无火情，产品和值班页写明缺测"
    """For the products."""
    retired: bool = False
    """It is not back, but asked no more."""

    def __post_init__(self) -> None:
        require_utc(self.since_utc)
        refuse_long("feed", self.feed_zh, FEED_NAME_MOST)
        if not 1 <= self.failed_rounds < 100_000:
            raise ValueError(f"{self.feed_zh}: {self.failed_rounds} failed rounds")

    @property
    def out(self) -> bool:
        """Whether it is out."""
        return self.reason is Reason.FEED_OUT


@dataclass(frozen=True, slots=True)
class RunFacts:
    """A flow whose runs fail or are good again, to be put into words for operations.

    Raises:
        ValueError: a name that does not fit, no failed run, or a naive time.
    """

    reason: Reason
    flow_zh: str
    """What the flow makes: 火险, 热点, 发送."""
    run_id: str
    """Of the run that failed first, or that was good again."""
    spoken_run: str
    """The part of it that is said on the phone: ``R0410-0710``."""
    since_utc: datetime
    """When the first run failed."""
    failed_runs: int
    last_good_utc: datetime | None
    """Time of the newest good run before; None when there never was one."""
    effect_zh: str
    """What it means for those who wait for the result: 已标过期, 通报可能未发出."""
    error: str = ""
    """Class of the error."""
    problem: str = ""
    """What the error says, already without secrets and addresses."""

    def __post_init__(self) -> None:
        require_utc(self.since_utc)
        refuse_long("flow", self.flow_zh, 2)
        refuse_long("spoken run id", self.spoken_run, 10)
        refuse_long("run id", self.run_id, 60)
        refuse_long("effect", self.effect_zh, 8)
        if not 1 <= self.failed_runs < 100_000:
            raise ValueError(f"{self.run_id}: {self.failed_runs} failed runs")

    @property
    def failed(self) -> bool:
        """Whether it fails."""
        return self.reason is Reason.RUN_FAILED


@dataclass(frozen=True, slots=True)
class CancelFacts:
    """An alert that is taken back.

    Raises:
        ValueError: a part that does not fit into a short message.
    """

    former_code: str
    former_utc: datetime
    subject_zh: str
    """What the alert was: 疑似火情通报."""
    reason_zh: str
    by_zh: str

    def __post_init__(self) -> None:
        _refuse_former(self.former_code, self.former_utc, subject=self.subject_zh, by=self.by_zh)
        refuse_long("reason of a cancellation", self.reason_zh, 16)


@dataclass(frozen=True, slots=True)
class CorrectFacts:
    """An alert that is put right.

    Raises:
        ValueError: a part that does not fit into a short message.
    """

    former_code: str
    former_utc: datetime
    subject_zh: str
    wrong_zh: str
    """What was wrong: 位置有误."""
    right_zh: str
    """What is right: 应为宝山镇，距赤城界3.1公里."""
    by_zh: str

    def __post_init__(self) -> None:
        _refuse_former(self.former_code, self.former_utc, subject=self.subject_zh, by=self.by_zh)
        refuse_long("what was wrong", self.wrong_zh, 6)
        refuse_long("what is right", self.right_zh, 20)


def refuse_names(what: str, names: Sequence[str], most: int) -> None:
    """Refuse names that no short message has room for.

    Raises:
        ValueError: names the first.
    """
    for name in names:
        refuse_long(what, name, most)


def _refuse_former(code: str, decided_utc: datetime, *, subject: str, by: str) -> None:
    require_utc(decided_utc)
    refuse_long("former code", code, 10)
    refuse_long("subject", subject, 8)
    refuse_long("name of who decided", by, 20)
