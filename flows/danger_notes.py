"""What must be said of a danger beside its grade: what it rests on less than it should, and why it is low."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

import dataframely as dy
import polars as pl

from models.danger import grade_reached, ungraded
from models.frames import CodesFrame, DangerFrame, ZoneDangerFrame
from models.local_grade import LocalBoundsFrame, with_local_grade
from notify.phrases import BEFORE, BEIJING, date_zh, grade_zh

ZoneDay = tuple[str, date]


@dataclass(frozen=True, slots=True)
class DangerNotes:
    """Chinese, for products and messages.

    Attributes:
        lacking: each makes the round a degraded one.
        remarks: nothing is wrong; without them a reader would wonder.
    """

    lacking: tuple[str, ...]
    remarks: Mapping[ZoneDay, str]


def danger_notes(
    found: dy.DataFrame[DangerFrame], ahead: dy.DataFrame[CodesFrame], cells: pl.DataFrame, *, spin_up_required_d: int
) -> DangerNotes:
    """The notes of a round.

    Args:
        found: the danger.
        ahead: the codes that it was made of.
        cells: all that were to be graded.
        spin_up_required_d: days after which a start is no longer felt.
    """
    lacking = (
        _start_note(found, spin_up_required_d),
        _most(found, "gap_days", BEFORE + "缺{}天（可燃物湿度按前值）"),
        _most(found, "filled_days", "{}天气象以较早的预报代替"),
        _ungraded_note(ahead, cells),
    )
    return DangerNotes(tuple(note for note in lacking if note), _snow_remarks(found))


def _start_note(found: dy.DataFrame[DangerFrame], required_d: int) -> str:
    """How long the codes run since their start; a start after a gap is told apart from the first one."""
    restarted, least = found["restarted_local_date"].max(), found["spin_up_days"].min()
    if not isinstance(least, int) or least >= required_d:
        return ""
    if isinstance(restarted, date):
        return f"{BEFORE}中断，{date_zh(restarted)}起重新累计{least}天"
    return f"{BEFORE}仅{least}天（可燃物湿度尚在累积）"


def _most(found: dy.DataFrame[DangerFrame], name: str, words: str) -> str:
    most = found[name].max()
    return words.format(most) if isinstance(most, int) and most else ""


def _ungraded_note(ahead: dy.DataFrame[CodesFrame], cells: pl.DataFrame) -> str:
    missing = ungraded(ahead, cells).height
    return f"{missing}个格日的气象" if missing else ""


def _snow_remarks(found: dy.DataFrame[DangerFrame]) -> dict[ZoneDay, str]:
    """For each unit and day with snow: how much of it is lowest for that reason."""
    shares = found.group_by("zone", "local_date").agg(pl.col("snow").mean()).filter(pl.col("snow") > 0)
    return {
        (zone, day): f"积雪覆盖{share:.0%}的网格，火险按最低级"
        for zone, day, share in shares.sort("zone", "local_date").rows()
    }


def peak_words(zones: dy.DataFrame[ZoneDangerFrame], peaks: pl.DataFrame) -> dict[ZoneDay, str]:
    """For each unit and day that the peak raised above noon: when that is, and what noon said.

    Args:
        zones: danger of the units.
        peaks: ``zone, local_date, valid_utc`` of the highest hour.
    """
    raised = zones.filter(pl.col("danger_grade") > pl.col("noon_grade")).join(peaks, on=["zone", "local_date"])
    return {(row["zone"], row["local_date"]): _peak(row) for row in raised.iter_rows(named=True)}


def _peak(row: Mapping[str, object]) -> str:
    at, noon = row["valid_utc"], row["noon_grade"]
    assert isinstance(at, datetime)
    assert isinstance(noon, int)
    return raised_zh(at, noon)


def raised_zh(peak_utc: datetime, noon_grade: int) -> str:
    """That the worst hour raised a grade above that of noon."""
    return f"{peak_utc.astimezone(BEIJING).hour}时前后火险最高，正午为{grade_zh(noon_grade)}"


def local_words(
    found: dy.DataFrame[DangerFrame], bounds: dy.DataFrame[LocalBoundsFrame] | None, *, area_share: float
) -> dict[ZoneDay, str]:
    """For each unit and day what the grade by the cells' own climate says of noon; nothing where none was built."""
    if bounds is None:
        return {}
    known = with_local_grade(found, bounds).drop_nulls("local_grade")
    units = known.group_by("zone", "local_date").agg(grade_reached(area_share, "local_grade"))
    return {(zone, day): f"按本地历年正午为{grade_zh(grade)}" for zone, day, grade in units.rows()}


def day_words(*told: Mapping[ZoneDay, str]) -> dict[ZoneDay, str]:
    """What is told of each unit and day, in one phrase."""
    keys = dict.fromkeys(key for each in told for key in each)
    return {key: "，".join(each[key] for each in told if key in each) for key in sorted(keys)}
