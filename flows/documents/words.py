"""What several documents say of the same thing: danger, warnings in force, seasons, offices, tasks that wait."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from itertools import pairwise

from flows.processes.cases import waiting
from flows.standing import standing_at, standing_danger
from flows.wiring import House
from notify.documents.layout import Block, Paragraph, grid
from notify.phrases import BEIJING, clock_zh, duration_zh, grade_zh, listed
from notify.warning.document import STANDING, WarningAction
from notify.warning.texts import COLOUR_ZH, end_zh
from store.warning_documents import WARNING, DocumentRow

NOBODY_ZH = "县区待核"
UNIT_ZH = "京津冀边界"
DUTY_ROOM_ZH = f"{UNIT_ZH}值班室"
MOST_DAYS = 7


def local_day(instant: datetime) -> date:
    """The day in Beijing."""
    return instant.astimezone(BEIJING).date()


def county_zh(house: House, gb: int | None) -> str:
    """Name of a county; 县区待核 where it is not known."""
    return house.catalogue.counties[gb].name_zh if gb in house.catalogue.counties and gb is not None else NOBODY_ZH


def office_zh(house: House, gb: int | str | None) -> str:
    """Name of the office with a code, as the contacts have it; of a county without one, its name and 森防办."""
    names = {one.office: one.office_zh for one in house.contacts.recipients}
    if str(gb) in names:
        return names[str(gb)]
    known = house.catalogue.counties.get(int(gb)) if gb is not None and str(gb).isdigit() else None
    return f"{known.name_zh}森防办" if known else ""


def offices_of_zone(house: House, *zone_ids: str, superiors: bool) -> tuple[str, ...]:
    """Offices of the members of one or more joint units, or of their superiors; each once."""
    zones = [house.catalogue.zone(zone_id) for zone_id in zone_ids]
    codes = [gb for zone in zones for gb in (zone.superiors if superiors else [county.gb for county in zone.counties])]
    return tuple(dict.fromkeys(filter(None, (office_zh(house, gb) for gb in codes))))


def danger_grid(house: House, zones: Sequence[str] = ()) -> Block:
    """Grade by joint unit and day as it stands, with ↑ and ↓ against the day before."""
    standing = standing_danger(house)
    graded: dict[str, dict[str, int]] = {}
    for one in [] if standing is None else standing["zones"]:
        if not zones or one["zone"] in zones:
            graded.setdefault(one["zone"], {})[str(one["local_date"])] = int(one["danger_grade"])
    days = sorted({day for grades in graded.values() for day in grades})[:MOST_DAYS]
    rows = [
        (house.catalogue.zone(zone).name_zh, *(_turned(grades, day, before) for before, day in pairwise(["", *days])))
        for zone, grades in graded.items()
    ]
    named = [f"{date.fromisoformat(day).month}/{date.fromisoformat(day).day}" for day in days]
    return grid(("联防单元", *named), rows, shares=(2.4, *(1.0 for _ in days)), empty="火险数据缺测")


def _turned(grades: Mapping[str, int], day: str, before: str) -> str:
    if day not in grades:
        return "缺测"
    turn = grades[day] - grades.get(before, grades[day])
    return grade_zh(grades[day]) + ("↑" if turn > 0 else "↓" if turn < 0 else "")


def danger_zh(house: House, zones: Sequence[str] = (), *, at: datetime | None = None) -> str:
    """The highest grade of each joint unit, and how old that is; empty where none was computed.

    Args:
        house: the world to look at.
        zones: joint units; all where none is named.
        at: of an earlier time what stood then; what stands now where none is given.
    """
    standing = standing_danger(house) if at is None else standing_at(house, at)
    if standing is None:
        return ""
    highest: dict[str, int] = {}
    for one in standing["zones"]:
        if not zones or one["zone"] in zones:
            highest[one["zone"]] = max(highest.get(one["zone"], 0), int(one["danger_grade"]))
    said = [f"{house.catalogue.zone(zone).name_zh}最高{grade_zh(grade)}" for zone, grade in highest.items()]
    made = clock_zh(datetime.fromisoformat(standing["made_utc"]))
    old = f"，{standing['label']}" if standing.get("label") else ""
    return f"{listed(said)}（{made}计算{old}）" if said else ""


def warnings_in_force(house: House, at: datetime) -> list[DocumentRow]:
    """Warnings that a person signed and that are valid; the newest of each county."""
    rows = [row for row in house.warning_documents.all_documents(world=house.world) if row.kind == WARNING]
    newest: dict[tuple[str, int], DocumentRow] = {}
    for row in rows:
        if row.state in STANDING and row.begins_utc <= at:
            newest[row.zone, row.county_gb] = row
    return [row for row in newest.values() if row.action is not WarningAction.END and row.ends_utc > at]


def warnings_zh(house: House, at: datetime) -> str:
    """Warnings in force in a sentence; 无已签发预警 where nobody signed one."""
    said = [
        f"{county_zh(house, row.county_gb)}{COLOUR_ZH[row.colour]}（至{end_zh(row.ends_utc)}）"
        for row in warnings_in_force(house, at)
    ]
    return listed(said) or "无已签发预警"


def season_rows(house: House, day: date, zones: Sequence[str] = ()) -> list[tuple[object, ...]]:
    """Fire period of each member county on a day."""
    calendar, rows = house.rules.calendar, []
    for zone_id in zones or house.zone_ids:
        for county in house.catalogue.zone(zone_id).counties:
            season = calendar.fire_period(county.gb, day)
            rows.append((county.name_zh, season.words_zh, "" if season.confirmed else "未确认"))
    return list(dict.fromkeys((name, words, mark or "已确认") for name, words, mark in rows))


def season_zh(house: House, day: date) -> str:
    """The season, the counties of each period, and the key dates of a day."""
    calendar = house.rules.calendar
    periods: dict[str, list[str]] = {}
    for name, words, _ in season_rows(house, day):
        periods.setdefault(str(words), []).append(str(name))
    counties = "".join(f"；{words}：{listed(names)}" for words, names in periods.items())
    named = listed([one.words_zh for one in calendar.key_dates(day)])
    return calendar.season_in_words(day) + counties + (f"；重要节点：{named}" if named else "")


def measures(house: House, at: datetime) -> tuple[Block, ...]:
    """Measures by the highest colour in force, from the signed library (rules/warnings.toml)."""
    colours = [row.colour for row in warnings_in_force(house, at)]
    colour = max(colours, key=lambda one: one.rank, default=None)
    words = house.rules.warning_words.measures["none" if colour is None else colour.value]
    basis = f"依据现行最高预警颜色{COLOUR_ZH[colour]}" if colour else "现无已签发预警"
    numbered = enumerate(words, start=1)
    lines = [Paragraph(f"{number}．{line}。" if len(words) > 1 else f"{line}。") for number, line in numbered]
    return (*lines, Paragraph(f"{basis}，措施取自措施库，请会商后增删。"))


def waiting_grid(house: House, now: datetime, *, event_id: str | None = None) -> Block:
    """Cases that wait, with their clocks."""
    rows = [
        (
            due.case_no,
            due.process.name_zh,
            due.waits_for_zh,
            clock_zh(due.due_utc) if due.due_utc else "无时限",
            due.standing_zh(now) + (f"{duration_zh(late)}" if (late := due.late_by(now)) else ""),
        )
        for due in waiting(house, now=now)
        if event_id is None or due.event_id == event_id
    ]
    return grid(("编号", "流程", "等待", "时限", "状态"), rows, shares=(3, 1.5, 2, 2.2, 2), empty="无未办结事项")
