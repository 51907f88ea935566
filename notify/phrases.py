"""Weather, time and place in the words of a duty room (值班室)."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

BEIJING = ZoneInfo("Asia/Shanghai")

BEAUFORT_FROM_MS = (
    0.3, 1.6, 3.4, 5.5, 8.0, 10.8, 13.9, 17.2, 20.8, 24.5, 28.5, 32.7, 37.0, 41.5, 46.2, 51.0, 56.1,
)  # fmt: skip
"""Lower bounds of forces 1…17 in m/s (GB/T 28591-2012, table 1), for speeds rounded to 0.1."""

_SECTORS = ("北", "东北", "东", "东南", "南", "西南", "西", "西北")
_SIDES = ("偏北", "偏东", "偏南", "偏西")
_GRADES = ("一级", "二级", "三级", "四级", "五级")
SATELLITES_ZH = {"Himawari-8": "葵花8号", "Himawari-9": "葵花9号"}
"""What an office calls a satellite, where it has a name of its own for it."""
DOUBTED = "存疑"
"""How the short word of a check of the weather ends: 风速单位存疑."""
BEFORE = "前期气象"
"""How a note on the days before a danger begins: what they lack is moisture that is not settled, no value of today."""
VIA_ZH = {
    "phone": "电话",
    "page": "签收页",
    "sms": "短信",
    "cli": "值班台",
    "desk": "值班页",
    "api": "对方平台",
    "file": "文件摆渡",
}
"""How an answer came."""


def beaufort(speed_ms: float) -> int:
    """Wind force 0…17 (风力等级).

    Raises:
        ValueError: a negative speed or NaN.
    """
    if not speed_ms >= 0:
        raise ValueError(f"wind speed must not be negative, got {speed_ms}")
    return bisect_right(BEAUFORT_FROM_MS, round(speed_ms, 1))


def sector_zh(direction_deg: float) -> str:
    """The direction from which the wind blows, in eight sectors: 西北."""
    return _SECTORS[_part(direction_deg, 8)]


def side_zh(direction_deg: float) -> str:
    """The direction from which the wind blows over an area, in four sides: 偏北."""
    return _SIDES[_part(direction_deg, 4)]


def blows_toward(direction_deg: float, bearing_deg: float) -> bool:
    """Whether wind from ``direction_deg`` blows within 45° of ``bearing_deg``."""
    turn = (direction_deg + 180 - bearing_deg + 180) % 360 - 180
    return abs(turn) <= 45


def grade_zh(danger_grade: int) -> str:
    """Danger grade 1…5 as 一级…五级."""
    return _GRADES[danger_grade - 1]


def clock_zh(instant: datetime, *, minutes: bool = True, year: bool = False) -> str:
    """Beijing time: 4月10日14时20分; the full hour without minutes."""
    local = instant.astimezone(BEIJING)
    text = f"{date_zh(local.date(), year=year)}{local.hour:02d}时"
    return text + (f"{local.minute:02d}分" if minutes and local.minute else "")


def hour_minute_zh(instant: datetime) -> str:
    """Beijing time without the date: 14时20分."""
    local = instant.astimezone(BEIJING)
    return f"{local.hour:02d}时" + (f"{local.minute:02d}分" if local.minute else "")


def date_zh(day: date, *, year: bool = False) -> str:
    """4月10日, or 2027年4月10日."""
    return (f"{day.year}年" if year else "") + f"{day.month}月{day.day}日"


def until_zh(day: date, *, after: date) -> str:
    """The end of a range, always as 24时 of its last day; the month is not said twice."""
    same = (day.year, day.month) == (after.year, after.month)
    return (f"{day.day}日" if same else date_zh(day, year=day.year != after.year)) + "24时"


def same_day(first: datetime, second: datetime) -> bool:
    """Whether two instants fall on one day in Beijing."""
    return first.astimezone(BEIJING).date() == second.astimezone(BEIJING).date()


def duration_zh(length: timedelta) -> str:
    """3小时, 2小时15分, 40分钟."""
    hours, minutes = divmod(round(length.total_seconds() / 60), 60)
    if not hours:
        return f"{minutes}分钟"
    return f"{hours}小时" + (f"{minutes}分" if minutes else "")


def listed(names: Sequence[str], most: int | None = None, *, unit: str = "个") -> str:
    """怀柔、丰宁、滦平; with ``most`` names: 怀柔等3个."""
    if most is None or most >= len(names):
        return "、".join(names)
    return "、".join(names[:most]) + f"等{len(names)}{unit}"


def lacking(names: Sequence[str], *, by_name: bool = True) -> str:
    """缺测：降水；数据存疑：风速单位；前期气象仅7天: only what is missing is called so.

    Args:
        names: of what a text rests on less than it should; one that ends in 存疑 is a doubt, one that begins with
            前期气象 says itself what it is.
        by_name: whether there is room for the names; else six characters say the gravest: an alert never fails for
            want of room.
    """
    before = [name for name in names if name.startswith(BEFORE)]
    doubted = [name.removesuffix(DOUBTED) for name in names if name.endswith(DOUBTED)]
    missing = [name for name in names if not name.startswith(BEFORE) and not name.endswith(DOUBTED)]
    if by_name:
        told = (("缺测", missing), ("数据存疑", doubted))
        return "；".join([*(f"{label}：{listed(found)}" for label, found in told if found), *before])
    if doubted:
        return "缺测、存疑" if missing else f"数据存疑{len(doubted)}项"
    return f"缺测{len(missing)}项" if missing else f"{BEFORE}不足" if before else ""


def dms_zh(degrees: float) -> str:
    """Degrees, minutes and seconds (度分秒), to the second: 116°28′52″; carried over where the seconds round to 60."""
    seconds = round(abs(degrees) * 3600)
    return f"{'-' if degrees < 0 else ''}{seconds // 3600}°{seconds // 60 % 60:02d}′{seconds % 60:02d}″"


def area_zh(area_ha: float) -> str:
    """An area in both units, always as an estimate: 约12.5公顷（188亩，估算）. One hectare is 15 mu.

    Raises:
        ValueError: a negative area.
    """
    if not area_ha >= 0:
        raise ValueError(f"an area is not negative, got {area_ha}")
    hectares = f"{area_ha:.1f}".removesuffix(".0")
    return f"约{hectares}公顷（{int(area_ha * 15 + 0.5)}亩，估算）"


def hectares_zh(area_ha: float) -> str:
    """An area as an office says it: 0.4公顷, 12公顷, 1350公顷."""
    return f"{area_ha:.1f}公顷" if area_ha < 10 else f"{area_ha:.0f}公顷"


def plain(text: str) -> str:
    """One line without control characters: what a feed or a tool says of itself is not always fit for a message."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())


def length_of(text: str) -> int:
    """Characters as a short message counts them (UTF-16 units: a rare character outside the basic plane counts two)."""
    return len(text.encode("utf-16-le")) // 2


def _part(direction_deg: float, parts: int) -> int:
    if not 0 <= direction_deg <= 360:
        raise ValueError(f"wind direction must lie in 0…360°, got {direction_deg}")
    return int(direction_deg / (360 / parts) + 0.5) % parts
