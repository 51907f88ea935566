"""防火期前材料 and 重要节点材料: what a meeting at a fixed time needs on its table."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

from boundary_zones.contacts import NOT_ALERTED, Recipient
from flows.documents.period import (
    exercise_zh,
)
from flows.documents.words import (
    UNIT_ZH,
    danger_grid,
    danger_zh,
    local_day,
    measures,
    office_zh,
    season_rows,
    season_zh,
    warnings_zh,
)
from flows.due import tier_of
from flows.order import FlowName
from flows.wiring import House
from flows.world_time import newest_moment
from models.fire_calendar.key_dates import KeyDay
from notify.alert import LIVE
from notify.documents.forms.occasion_shapes import KEY_DATE, PRE_SEASON
from notify.documents.forms.shape import Around, filled
from notify.documents.layout import Block, OfficialDocument, Paragraph, grid
from notify.phrases import BEIJING, date_zh, hour_minute_zh, listed

TO_BE_WRITTEN = "待核：由牵头方补充"
YEARS = 5
AHEAD_D = 45


def pre_season_of(house: House, day: date) -> OfficialDocument:
    """The material before a fire season: periods, history, drought, contacts, channels, exercises."""
    now = newest_moment(house)
    begins = _season_begins(house, day)
    earliest = min(begins.values(), default=None)
    contacts = _told(house)
    tested = [one for one in contacts if one.verified_at is not None]
    history = _years(house, day)
    exercises = [world for world in house.runs.worlds() if world.startswith("exercise-")]
    values = {
        "earliest": date_zh(earliest, year=True) if earliest else None,
        "incidents": f"{sum(rows[1] for rows in history)}起（系统记录的{len(history)}年）" if history else None,
        "verified": f"{sum(rows[2] for rows in history)}起" if history else None,
        "tested": f"{len(tested)}条",
        "untested": f"{len(contacts) - len(tested)}条（没有收达确认日期）",
        "last": exercise_zh(house, exercises[-1]) if exercises else "系统内没有演练记录",
    }
    rows = [
        (house.catalogue.counties[gb].name_zh, date_zh(start, year=True), _mark(house, gb, start))
        for gb, start in begins.items()
    ]
    beside: dict[str, Sequence[Block]] = {
        "一、各县区防火期": [grid(("县区", "下一防火期开始", "确认"), rows, empty=TO_BE_WRITTEN)],
        "二、五年历史": [grid(("年度", "系统记录的事件", "核实火情"), history, empty="系统内没有往年记录，请各方提供")],
        "三、可燃物与干旱": [_drought(house, day)],
        "四、通讯录核对": [_contacts(house)],
        "七、建议会商事项": [Paragraph(f"{number}．{line}。") for number, line in enumerate(_AGENDA, start=1)],
    }
    return filled(PRE_SEASON, values, around_occasion(house, f"{day.year}年度", now), beside=beside)


def key_date_of(house: House, day: date) -> OfficialDocument:
    """The material of a key date (重要节点): the one that a day belongs to, or the next one.

    Raises:
        ValueError: none lies within 45 days.
    """
    now = newest_moment(house)
    found = _next_key_date(house, day)
    if found is None:
        raise ValueError(f"no key date lies within {AHEAD_D} days of {day}")
    years = _same_days(house, found, now)
    values = {
        "name": found.words_zh,
        "days": date_zh(found.begin, year=True) + (f"至{date_zh(found.end)}" if found.end > found.begin else ""),
        "rest": _rest_days(house, found),
        "season": season_zh(house, found.begin),
        "reports": "法定节假日、重要会议、重大活动实行每日报告；无情况报零报告",
        "cadence": _cadence_zh(house, found.begin),
        "hotspots": listed(years) or None,
        "danger": danger_zh(house),
        "warnings": warnings_zh(house, now),
        "contacts": listed(list(dict.fromkeys(one.office_zh for one in _told(house)))),
    }
    beside: dict[str, Sequence[Block]] = {
        "三、各县区管控": [grid(("县区", "时期", "确认"), season_rows(house, found.begin), shares=(1, 3, 1))],
        "四、火险与预警": [danger_grid(house)],
        "六、针对性措施": measures(house, now),
    }
    return filled(
        KEY_DATE, values, around_occasion(house, f"{found.begin.year}年{found.key_date.name_zh}", now), beside=beside
    )


_AGENDA = (
    "核对各方通讯录和值班安排，逐条确认通道收达",
    "商定会商主持和联合值守安排",
    "确认规则中未确认的数值：边界距离、核查和签收时限、预警颜色对照",
    "商定本季联合演练科目、时间和牵头方",
    "通报各方重点管控区段和可燃物清理安排",
)


def _season_begins(house: House, day: date) -> dict[int, date]:
    """The next day from ``day`` on that begins a fire period of each member county."""
    calendar, found = house.rules.calendar, {}
    for zone in house.catalogue.zones:
        for county in zone.counties:
            for number in range(366):
                here = day + timedelta(days=number)
                before = calendar.fire_period(county.gb, here - timedelta(days=1)).in_season
                if calendar.fire_period(county.gb, here).in_season and not before:
                    found[county.gb] = here
                    break
    return found


def _mark(house: House, gb: int, day: date) -> str:
    return "已确认" if house.rules.calendar.fire_period(gb, day).confirmed else "未确认"


def _years(house: House, day: date) -> list[tuple[str, int, int]]:
    """Incidents and verified fires of each season year that the system has, the newest last."""
    calendar = house.rules.calendar
    this = calendar.season_year(day)
    results = house.verification.results(world=house.world)
    counted: dict[int, list[int]] = {}
    for one in house.incidents.all_incidents(world=house.world):
        year = calendar.season_year(local_day(one.first_seen_utc))
        if this - YEARS <= year <= this and not one.merged_into:
            row = counted.setdefault(year, [0, 0])
            row[0] += 1
            result = results.get(one.incident_id)
            row[1] += result is not None and result.opens_fire_report
    return [(f"{year}—{year + 1}年度", rows[0], rows[1]) for year, rows in sorted(counted.items())]


def _drought(house: House, day: date) -> Block:
    newest = house.moisture.newest(day, world=house.world)
    rows: list[tuple[object, ...]] = []
    for zone in house.catalogue.zones:
        cells = house.catalogue.cells(zone.id)["cell_id"].to_list()
        mine = None if newest is None else newest.filter(newest["cell_id"].is_in(cells))
        if mine is None or mine.is_empty():
            rows.append((zone.name_zh, None, None, None, None))
            continue
        codes = [f"{float(str(mine[name].median())):.0f}" for name in ("ffmc", "dmc", "dc")]
        rows.append((zone.name_zh, *codes, date_zh(mine["local_date"].max())))  # type: ignore[arg-type]  # a date column
    columns = ("联防单元", "细小可燃物湿度码", "腐殖质湿度码", "干旱码", "截至")
    return grid(columns, rows, shares=(1.6, 1.4, 1.4, 1, 1.2))


def _contacts(house: House) -> Block:
    ways: dict[str, list[date | None]] = {}
    for one in _told(house):
        ways.setdefault(one.office_zh, []).append(one.verified_at)
    rows = []
    for name, days in ways.items():
        known = [one for one in days if one is not None]
        rows.append((name, len(days), len(known), date_zh(max(known), year=True) if known else "从未确认"))
    return grid(("单位", "通道", "已确认收达", "最近确认"), rows, shares=(2.4, 1, 1.2, 1.8))


def _told(house: House) -> list[Recipient]:
    """Ways to the offices that are told of fires."""
    return [one for one in house.contacts.recipients if one.role not in NOT_ALERTED]


def _rest_days(house: House, found: KeyDay) -> str:
    """Days of rest in a key date; holidays that are not announced yet are marked."""
    days = [found.begin + timedelta(days=number) for number in range((found.end - found.begin).days + 1)]
    rests = {day: house.rules.calendar.rest_day(day) for day in days}
    named = listed([date_zh(day) for day, rest in rests.items() if rest.rest]) or "无"
    return named + ("" if all(rest.announced for rest in rests.values()) else "（放假安排待公布）")


def _cadence_zh(house: House, day: date) -> str:
    """How often rounds are held on a day, by the rules."""
    tier, cadences = tier_of(house), house.rules.season.cadences
    danger = [hour_minute_zh(at) for at in cadences[FlowName.DANGER_WATCH].planned(tier, day)]
    first, second, *_ = cadences[FlowName.HOTSPOT_WATCH].planned(tier, day)
    return f"热点每{(second - first) // timedelta(minutes=1)}分钟一轮，火险每日{listed(danger)}"


def _next_key_date(house: House, day: date) -> KeyDay | None:
    for number in range(AHEAD_D):
        found = house.rules.calendar.key_dates(day + timedelta(days=number))
        if found:
            return found[0]
    return None


def _same_days(house: House, found: KeyDay, now: datetime) -> list[str]:
    """Hotspot events on the same days of the years that the system has."""
    said = []
    for back in range(1, YEARS + 1):
        begin, end = (beijing_hour(_years_before(one, back), 0) for one in (found.begin, found.end + timedelta(days=1)))
        mine = [
            one for one in house.verification.tasks(world=house.world) if begin <= one.published_utc < min(end, now)
        ]
        if mine:
            said.append(f"{_years_before(found.begin, back).year}年{len(mine)}个")
    return said


def _years_before(day: date, years: int) -> date:
    return (
        day.replace(year=day.year - years)
        if (day.month, day.day) != (2, 29)
        else day.replace(year=day.year - years, day=28)
    )


def beijing_hour(day: date, hour: int) -> datetime:
    """An hour of a day in Beijing."""
    return datetime.combine(day, time(hour), BEIJING).astimezone(UTC)


def around_occasion(house: House, number: str, now: datetime) -> Around:
    """What stands around the material of a meeting: for the three regions, by who leads this year."""
    regions = tuple(filter(None, (office_zh(house, one.gb) for one in house.catalogue.regions.values())))
    return Around(
        number=number,
        made_utc=now,
        subtitle=number,
        to_zh=regions,
        signature_zh=f"{UNIT_ZH}联防联控（牵头方待核）",
        date_zh=date_zh(local_day(now), year=True),
        attachments=("值班通讯录",),
        exercise=house.world != LIVE,
    )
