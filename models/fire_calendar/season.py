"""Fire period (防火期), high-danger period (高火险期) and bans (戒严期、禁火期、封山期) of counties.

A county inherits what its city or prefecture and its region set, and may lengthen it: on each side of the same hill the
periods differ, and a district's order often runs longer than its city's. A period never says that there is no fire: the
rounds run all year, and only cadence and words follow it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from models.fire_calendar.month_day import MonthDay, stretch_begin


class SeasonKind(StrEnum):
    """What a period asks for, from the mildest. A closed list."""

    FIRE_PERIOD = "fire_period"
    HIGH_DANGER = "high_danger"
    BAN = "ban"

    @property
    def name_zh(self) -> str:
        """The general word; a period may carry its own (封山期)."""
        return {"fire_period": "防火期", "high_danger": "高火险期", "ban": "禁火期"}[self.value]


@dataclass(frozen=True, slots=True)
class SeasonPeriod:
    """A stretch of the year that a law or an order sets for a county, a prefecture or a region.

    Raises:
        ValueError: a rule that ends before it begins.
    """

    gb: int
    """GB/T 2260 code of the area: 110000, 130800, 110119."""
    kind: SeasonKind
    begin: MonthDay
    end: MonthDay
    name_zh: str
    """As the order calls it: 防火戒严期, 封山防火期."""
    source: str
    article: str
    valid_from: date
    valid_to: date | None = None
    """Last day on which the rule stands; None: until it is replaced. An order of one year has its end here."""
    confirmed_by: str = ""

    def __post_init__(self) -> None:
        if self.valid_to is not None and self.valid_to < self.valid_from:
            raise ValueError(f"{self.name_zh} of {self.gb}: valid_to {self.valid_to} is before {self.valid_from}")

    def holds(self, local_date: date) -> bool:
        """Whether the period holds on a day: inside the stretch, while the rule stands."""
        return self._stands(local_date) and self.covers(local_date)

    def covers(self, local_date: date) -> bool:
        """Whether the day lies in the yearly stretch, whether or not the rule stands."""
        return stretch_begin(self.begin, self.end, local_date) is not None

    def ran_out(self, local_date: date) -> bool:
        """Whether the rule was an order with an end, and the end is past."""
        return self.valid_to is not None and self.valid_to < local_date

    def _stands(self, local_date: date) -> bool:
        return self.valid_from <= local_date and (self.valid_to is None or local_date <= self.valid_to)


@dataclass(frozen=True, slots=True)
class CountySeason:
    """What holds in one county on one day."""

    county_gb: int
    local_date: date
    periods: tuple[SeasonPeriod, ...]
    """Those that hold, from the mildest; of equal ones the widest area first."""
    awaited: tuple[SeasonPeriod, ...]
    """Orders of earlier years that covered this day of the year, while none of this kind holds today."""
    known: bool
    """False where no period at all is on record for the county: then ``in_season`` says nothing."""

    @property
    def in_season(self) -> bool:
        """Whether any period holds (防火期内)."""
        return bool(self.periods)

    @property
    def high_danger(self) -> bool:
        """Whether a high-danger period (高火险期) holds."""
        return any(period.kind is SeasonKind.HIGH_DANGER for period in self.periods)

    @property
    def banned(self) -> bool:
        """Whether fire in the open is banned, or the hills are closed."""
        return any(period.kind is SeasonKind.BAN for period in self.periods)

    @property
    def kind(self) -> SeasonKind | None:
        """The strictest period that holds; None out of season."""
        return self.periods[-1].kind if self.periods else None

    @property
    def confirmed(self) -> bool:
        """Whether an office put its name to every period that this rests on."""
        return self.known and all(period.confirmed_by for period in self.periods)

    @property
    def words_zh(self) -> str:
        """For a message: 防火期、高火险期; 非防火期; 防火期未录入 where nothing is on record."""
        if not self.known:
            return "防火期未录入"
        names = dict.fromkeys(period.name_zh for period in self.periods)
        return "、".join(names) if names else "非防火期"


def county_season(periods: Iterable[SeasonPeriod], county_gb: int, local_date: date) -> CountySeason:
    """What holds in a county on a day.

    Args:
        periods: all that are on record, for any area.
        county_gb: GB/T 2260 code.
        local_date: day in Asia/Shanghai.
    """
    areas = areas_of(county_gb)
    mine = sorted((one for one in periods if one.gb in areas), key=lambda one: (_rank(one.kind), areas.index(one.gb)))
    holding = tuple(one for one in mine if one.holds(local_date))
    held = {one.kind for one in holding}
    awaited = tuple(one for one in mine if one.kind not in held and one.ran_out(local_date) and one.covers(local_date))
    return CountySeason(county_gb, local_date, holding, awaited, known=bool(mine))


def areas_of(county_gb: int) -> tuple[int, ...]:
    """Codes of region, prefecture and county, from the widest: 130000, 130800, 130826."""
    return tuple(dict.fromkeys((county_gb // 10000 * 10000, county_gb // 100 * 100, county_gb)))


def _rank(kind: SeasonKind) -> int:
    return list(SeasonKind).index(kind)
