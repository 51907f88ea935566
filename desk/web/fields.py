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


def needed(visit: Visit, name: str, what: str) -> str:
    """A field that may not be empty.

    Raises:
        AnswerUnclear: it is.
    """
    value = visit.form.get(name, "")
    if not value:
        raise AnswerUnclear(f"{name}: say {what}")
    return value


def local_time(visit: Visit, name: str) -> datetime:
    """A time as a browser's field gives it, which is Beijing time.

    Raises:
        AnswerUnclear: it is none.
    """
    try:
        return datetime.fromisoformat(visit.form.get(name, "")).replace(tzinfo=BEIJING).astimezone(visit.now.tzinfo)
    except ValueError as error:
        raise AnswerUnclear(f"{name}: not a time, write 2027-04-13T10:00") from error


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
        raise AnswerUnclear(f"{name}: {given!r} is no number")
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
        raise AnswerUnclear(f"no joint unit {name!r}")
    zone = visit.house.catalogue.zone(name)
    visit.require(theirs(visit.account, zone.region_ids))
    return zone


def own_zones(visit: Visit) -> list[Zone]:
    """All joint units that the account's region is a member of."""
    return [zone for zone in visit.house.catalogue.zones if theirs(visit.account, zone.region_ids)]
