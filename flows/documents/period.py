"""What a stretch of time held: hotspots and their verification, notices, answers, fires, exercises."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flows.daily_report import missing_in
from flows.documents.words import county_zh, local_day
from flows.verifying import with_receipts
from flows.wiring import House
from models.field_check.feedback import FeedbackType
from models.field_check.statistics import Count, DayCount, DayWindow, day_count
from notify.alert import Alert, AlertKind
from notify.answer_times import AnswerTimes, answer_times
from notify.documents.layout import Block, grid
from notify.phrases import date_zh
from store.owed import Owed

_TOLD = frozenset({AlertKind.INCIDENT, AlertKind.VERIFICATION})


@dataclass(frozen=True, slots=True)
class Period:
    """Counts of a stretch of time in one world."""

    begin_utc: datetime
    end_utc: datetime
    count: DayCount
    fires: int
    """Events that were verified as a fire."""
    notices: tuple[Alert, ...]
    answers: tuple[AnswerTimes, ...]
    exercises: tuple[str, ...]
    missing_zh: tuple[str, ...]

    @property
    def mean_answer_min(self) -> float | None:
        """Over all answers; None where nobody answered."""
        minutes = [each for office in self.answers for each in office.minutes]
        return sum(minutes) / len(minutes) if minutes else None


def period_of(house: House, begin: datetime, end: datetime, *, now: datetime) -> Period:
    """Count a stretch of time; its end does not belong to it."""
    world, rules = house.world, house.rules
    window = DayWindow(local_day(end), begin, end)
    regions = {gb: county.region_id for gb, county in house.catalogue.counties.items()}
    tasks = with_receipts(house, house.verification.tasks(world=world))
    count = day_count(tasks, window, regions=regions, clocks=rules.verification_clocks, rules=rules.statistics, now=now)
    alerts = house.alerts.since(begin, world=world)
    notices = tuple(one for one in alerts if one.kind in _TOLD and one.decided_utc < end)
    told = {one.alert_id for one in notices}
    facts = [one for one in Owed(house.database).offices(since=begin, world=world) if one.alert_id in told]
    return Period(
        begin_utc=begin,
        end_utc=end,
        count=count,
        fires=sum(number for kind, number in count.total.results.items() if _is_fire(kind)),
        notices=notices,
        answers=answer_times(facts, rules.escalation.acknowledged_within_min),
        exercises=tuple(_exercises(house, begin, end)),
        missing_zh=missing_in(house.within(world), window, now=now),
    )


def month_of(text: str) -> tuple[date, date]:
    """First day of a month and of the next one.

    Raises:
        ValueError: no month; write 2027-04.
    """
    first = date.fromisoformat(f"{text}-01")
    return first, (first + timedelta(days=32)).replace(day=1)


def pct(value: float | None) -> str:
    """A rate, or that it has no denominator."""
    return "无（分母为0）" if value is None else f"{value:.2f}%"


def rate_zh(count: Count) -> str:
    """查实率 with both denominators by name."""
    return (
        f"查实÷推送{pct(count.confirmed_of_pushed_pct)}（{count.confirmed}/{count.pushed}），"
        f"查实÷已反馈{pct(count.confirmed_of_fed_back_pct)}（{count.confirmed}/{count.fed_back}）"
    )


def region_grid(house: House, count: DayCount) -> Block:
    """Counts by region; every region has its line, with what was counted."""
    none = Count(0, 0, 0, 0, 0, {})
    found = [(one.name_zh, count.by_region.get(one.id, none)) for one in house.catalogue.regions.values()]
    if "" in count.by_region:
        found.append(("行政区不明", count.by_region[""]))
    return _count_grid([*found, ("合计", count.total)])


def county_grid(house: House, count: DayCount) -> Block:
    """Counts by county, the most first."""
    return _count_grid([(county_zh(house, gb), each) for gb, each in count.by_county.items()])


def answers_grid(answers: Sequence[AnswerTimes]) -> Block:
    """How fast each office answered."""
    rows = [
        (
            one.office_zh,
            one.owed,
            one.answered,
            one.in_time,
            f"{one.median_min:.0f}分" if one.median_min is not None else "未见签收",
            f"{one.minutes[-1]:.0f}分" if one.minutes else "—",
        )
        for one in answers
    ]
    columns = ("单位", "应签收", "已签收", "时限内", "中位用时", "最慢")
    return grid(columns, rows, shares=(3, 1, 1, 1, 1.2, 1), empty="本期没有跨界通报")


def _count_grid(found: Sequence[tuple[str, Count]]) -> Block:
    rows = [
        (name, one.pushed, one.fed_back, one.checking, one.late, one.confirmed, one.ruled_out,
         pct(one.confirmed_of_pushed_pct))
        for name, one in found
    ]  # fmt: skip
    columns = ("地区", "推送", "已反馈", "核查中", "超时", "查实", "查否", "查实率（÷推送）")
    return grid(columns, rows, shares=(2.2, 1, 1, 1, 1, 1, 1, 1.8))


def _is_fire(kind: FeedbackType) -> bool:
    return kind.opens_fire_report


def _exercises(house: House, begin: datetime, end: datetime) -> list[str]:
    """Exercises that were held then, as a paper names them."""
    worlds = ((world, held_utc(world)) for world in house.runs.worlds())
    return [exercise_zh(house, world) for world, held in worlds if held is not None and begin <= held < end]


def exercise_zh(house: House, world: str) -> str:
    """An exercise by its days: when it was held, and the day of its scenario."""
    held, runs = held_utc(world), house.runs.last_runs(world=world, limit=1)
    day = "日期不详" if held is None else date_zh(local_day(held), year=True)
    return f"{day}演练" + (f"（情景时间{date_zh(local_day(runs[0].as_of_utc), year=True)}）" if runs else "")


def held_utc(world: str) -> datetime | None:
    """The real time of an exercise, which stands in the name of its world; None where it is none."""
    if not world.startswith("exercise-"):
        return None
    try:
        return datetime.strptime(world.rpartition("-")[2], "%Y%m%dT%H%M%S%z")
    except ValueError:
        return None
