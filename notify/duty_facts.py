"""What a watch says beside alarms, typed and checked: a fire that was none, an invitation, the day's report."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from notify.alert import require_utc
from notify.facts import COUNTY_NAME_MOST, refuse_names
from notify.texts import refuse_long


@dataclass(frozen=True, slots=True)
class ClosedFacts:
    """An incident that turned out to be no fire of concern (误报销号).

    Raises:
        ValueError: a part that does not fit into a short message, or a naive time.
    """

    number: str
    county: str
    place_zh: str
    """厂区; empty where nobody said."""
    verdict_zh: str
    """One of the types of verification: 工矿用火."""
    checked_by_zh: str
    checked_utc: datetime
    heat_source: bool = False
    """Whether it was proposed for the list of persistent heat."""

    def __post_init__(self) -> None:
        require_utc(self.checked_utc)
        refuse_long("number", self.number, 28)
        refuse_long("county", self.county, COUNTY_NAME_MOST)
        refuse_long("verdict", self.verdict_zh, 6)
        refuse_long("name of who checked", self.checked_by_zh, 20)


@dataclass(frozen=True, slots=True)
class OverFacts:
    """A verified fire that is over: out, mopped up and accepted (解除).

    Raises:
        ValueError: a part that does not fit into a short message, or a naive time.
    """

    number: str
    county: str
    neighbour: str
    verified: str
    """What it was: 林火."""
    closed_by_zh: str
    closed_utc: datetime
    moved_to: tuple[str, ...] = ()
    """Counties that later texts named; ``county`` and ``neighbour`` are those of the first."""

    def __post_init__(self) -> None:
        require_utc(self.closed_utc)
        refuse_long("number", self.number, 28)
        refuse_names("county", (self.county, self.neighbour, *self.moved_to), COUNTY_NAME_MOST)
        refuse_long("verified as", self.verified, 6)
        refuse_long("name of who closed it", self.closed_by_zh, 20)


@dataclass(frozen=True, slots=True)
class ConsultationFacts:
    """A consultation of several offices (会商).

    Raises:
        ValueError: nobody to invite, a part that does not fit, a naive time, or an answer after the beginning.
    """

    subject_zh: str
    """京津冀清明火险视频会商."""
    at_utc: datetime
    answer_by_utc: datetime
    members: tuple[str, ...]
    """Short names of offices: 怀柔、丰宁、滦平."""
    meeting_no: str
    by_zh: str
    means_zh: str = "视频"
    agenda: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.members or require_utc(self.answer_by_utc) > require_utc(self.at_utc):
            raise ValueError("a consultation invites somebody, who answers before it begins")
        refuse_long("subject", self.subject_zh, 16)
        refuse_long("meeting number", self.meeting_no, 12)
        refuse_long("name of who invites", self.by_zh, 20)
        refuse_names("office", self.members, COUNTY_NAME_MOST)


@dataclass(frozen=True, slots=True)
class ZeroFacts:
    """What a watch saw in a day (零报告、值班日报). Where something was missing it is no report of nothing.

    Raises:
        ValueError: an empty span, a negative number, a name that does not fit, or an answer to a sum.
    """

    unit_zh: str
    """怀柔, 北京市, 怀柔–丰宁–滦平."""
    begins_utc: datetime
    ends_utc: datetime
    hotspots: int
    fires: int
    notices: int = 0
    answered: int = 0
    doubted: int = 0
    """Hotspots that the false-alarm filter held back: they are not among ``hotspots``, and are said."""
    missing: tuple[str, ...] = ()
    answer_by_utc: datetime | None = None
    """The office is asked to look at the numbers and to answer by then: its answer is its report."""
    why_zh: str = ""
    """What makes the day one of reports: 高火险期、清明."""
    reported: tuple[str, ...] = ()
    """Counties whose offices have reported, where this is the sum for those above them."""
    unreported: tuple[str, ...] = ()
    """Counties whose offices have not."""

    def __post_init__(self) -> None:
        if require_utc(self.begins_utc) >= require_utc(self.ends_utc):
            raise ValueError("a report covers a span of time")
        if min(self.hotspots, self.fires, self.notices, self.answered, self.doubted) < 0:
            raise ValueError("numbers of a report are not negative")
        if self.answer_by_utc is not None and self.is_sum:
            raise ValueError("a sum for those above asks nobody for a report")
        refuse_long("unit", self.unit_zh, 14)

    @property
    def is_sum(self) -> bool:
        """Whether it says who has reported and who has not."""
        return bool(self.reported or self.unreported)

    @property
    def is_zero(self) -> bool:
        """Whether nothing was seen, nothing was missing, and nobody is silent."""
        return self.hotspots == self.fires == 0 and not self.missing and not self.unreported


@dataclass(frozen=True, slots=True)
class BulletinFacts:
    """The day's count of verifications (热点核查情况通报), with the denominator of its rate by name.

    Raises:
        ValueError: an empty span, or numbers that cannot be.
    """

    unit_zh: str
    number_zh: str
    """2027年第100期."""
    begins_utc: datetime
    ends_utc: datetime
    pushed: int
    fed_back: int
    checking: int
    late: int
    confirmed: int
    late_zh: tuple[str, ...] = ()
    """What is or was late, with its office: 怀柔区（首次反馈）."""
    missing: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if require_utc(self.begins_utc) >= require_utc(self.ends_utc):
            raise ValueError("a count covers a span of time")
        if not 0 <= self.confirmed <= self.fed_back <= self.pushed or self.checking != self.pushed - self.fed_back:
            raise ValueError(f"{self.number_zh}: confirmed ≤ fed back ≤ pushed, and the rest is under verification")

    @property
    def rate_zh(self) -> str:
        """查实率 of what was fed back; says so where nothing was."""
        if not self.fed_back:
            return "查实率无（尚无反馈）"
        return f"查实率{100 * self.confirmed / self.fed_back:.0f}%（{self.confirmed}/{self.fed_back}，以已反馈计）"
