"""What a form of the desk must say: words that are needed, a time, a number, a joint unit."""

from __future__ import annotations

import math
from datetime import datetime

from boundary_zones.datum import Datum
from boundary_zones.zone import Zone
from desk.web.permissions import theirs
from desk.web.visit import Visit
from notify.phrases import BEIJING
from store.errors import AnswerUnclear

DATUMS_ZH = {
    Datum.CGCS2000: "CGCS2000（天地图、公文）",
    Datum.WGS84: "WGS-84（GPS、北斗终端）",
    Datum.GCJ02: "GCJ-02（高德、腾讯）",
    Datum.BD09: "BD-09（百度）",
}


LABELS_ZH = {
    "agenda": "议程",
    "answer_by": "报名截止",
    "area": "地区",
    "at": "开会时间",
    "begins": "起始时间",
    "by": "接电话人",
    "caller": "来电单位和姓名",
    "colour": "颜色",
    "ends": "截止时间",
    "error_km": "误差",
    "found": "结论",
    "hotspot": "热点",
    "hours": "时长",
    "humidity": "相对湿度",
    "into": "并入的事件编号",
    "lat": "纬度",
    "level": "级别",
    "lon": "经度",
    "meeting_no": "会议号",
    "office": "单位",
    "outline": "火场范围",
    "reason": "原因",
    "right": "更正为",
    "run": "运行",
    "seen": "看到的时间",
    "source": "来源",
    "subject": "对象或议题",
    "table": "气象表",
    "temperature": "气温",
    "wind": "风力",
    "wrong": "错在何处",
    "zone": "联防单元",
}
"""What a field of a form is called, for whoever left it empty or filled it in wrongly."""


def needed(visit: Visit, name: str) -> str:
    """A field that may not be empty.

    Raises:
        AnswerUnclear: it is.
    """
    value = visit.form.get(name, "")
    if not value:
        raise AnswerUnclear(f"请填写{LABELS_ZH.get(name, name)}")
    return value


def local_time(visit: Visit, name: str) -> datetime:
    """A time as a browser's field gives it, which is Beijing time.

    Raises:
        AnswerUnclear: it is none.
    """
    try:
        return datetime.fromisoformat(visit.form.get(name, "")).replace(tzinfo=BEIJING).astimezone(visit.now.tzinfo)
    except ValueError as error:
        raise AnswerUnclear(f"{LABELS_ZH.get(name, name)}：请写成 2027-04-13T10:00 的样子") from error


def number(visit: Visit, name: str, *, otherwise: float | None = None) -> float:
    """A finite number.

    Raises:
        AnswerUnclear: it is none, nan or inf, or it is empty and nothing stands for that.
    """
    given = visit.form.get(name, "")
    if not given and otherwise is not None:
        return otherwise
    try:
        found = float(given)
    except ValueError:
        found = math.nan
    if not math.isfinite(found):
        raise AnswerUnclear(f"{LABELS_ZH.get(name, name)}：“{given}”不是数字")
    return found


def datum_of(visit: Visit) -> Datum | None:
    """The datum of a form; None where nobody has asked."""
    given = visit.form.get("datum", "")
    return Datum(given) if given in set(Datum) else None


def own_zone(visit: Visit) -> Zone:
    """The joint unit of a form, if the account's region is a member of it.

    Raises:
        AnswerUnclear: there is no such unit.
        NotTheirs: it is another region's.
    """
    name = visit.form.get("zone", "")
    if name not in visit.house.zone_ids:
        raise AnswerUnclear(f"没有联防单元“{name}”")
    zone = visit.house.catalogue.zone(name)
    visit.require(theirs(visit.account, zone.region_ids))
    return zone


def own_zones(visit: Visit) -> list[Zone]:
    """All joint units that the account's region is a member of."""
    return [zone for zone in visit.house.catalogue.zones if theirs(visit.account, zone.region_ids)]
