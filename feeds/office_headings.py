"""Headings of a weather table as an office writes them: 气温（℃） for ``air_temperature_degc``, its unit included.

A unit that is not ours is no heading of ours: 风速（公里/时） is refused like any name that is not known.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import polars as pl

from feeds.csv_text import TextTable
from feeds.errors import FeedMalformed

OFFSETS: Mapping[str, str] = MappingProxyType({"北京时": "+08:00", "北京时间": "+08:00", "世界时": "Z", "UTC": "Z"})
"""What stands behind a time that carries no offset itself, by the clock that its heading names."""


@dataclass(frozen=True, slots=True)
class Heading:
    """What a column may be called. The first name with the first unit is how a form asks for it."""

    names: tuple[str, ...]
    units: tuple[str, ...] = ()

    @property
    def asked_zh(self) -> str:
        """``气温（℃）``."""
        return f"{self.names[0]}（{self.units[0]}）" if self.units else self.names[0]

    def spellings(self) -> dict[str, str]:
        """Every heading, as :func:`_plain` writes it, with its unit; empty where none is written."""
        return {_plain(f"{name}({unit})" if unit else name): unit for name in self.names for unit in ("", *self.units)}


_CLOCKS = tuple(OFFSETS)
HEADINGS: Mapping[str, Heading] = MappingProxyType(
    {
        "station_id": Heading(("站号", "站名", "区站号", "站点")),
        "lat_deg": Heading(("纬度", "北纬"), ("度", "°")),
        "lon_deg": Heading(("经度", "东经"), ("度", "°")),
        "elevation_m": Heading(("海拔", "高程", "海拔高度"), ("米", "m")),
        "valid_utc": Heading(("时间", "时次", "观测时间", "日期时间"), _CLOCKS),
        "air_temperature_degc": Heading(("气温", "温度"), ("℃", "度", "摄氏度")),
        "relative_humidity_pct": Heading(("相对湿度", "湿度"), ("%",)),
        "wind_speed_ms": Heading(("风速", "平均风速"), ("米/秒", "m/s")),
        "wind_direction_deg": Heading(("风向",), ("度", "°")),
        "precipitation_mm": Heading(("1小时降水", "小时降水", "小时降水量", "1小时降水量"), ("毫米", "mm")),
        "snow_depth_cm": Heading(("积雪深度", "雪深"), ("厘米", "cm")),
        "wind_gust_ms": Heading(("阵风", "极大风速", "阵风风速"), ("米/秒", "m/s")),
        "issued_utc": Heading(("起报时间", "起报时次"), _CLOCKS),
    }
)


def in_our_names(table: TextTable, feed: str) -> TextTable:
    """A table with our names in the place of an office's, its times with the offset that their heading names.

    Raises:
        FeedMalformed: two headings stand for one column.
    """
    known = [(theirs, *_SPELLINGS.get(_plain(theirs), (theirs, ""))) for theirs in table.columns]
    ours = [name for _, name, _ in known]
    twice = next((name for name in ours if ours.count(name) > 1), None)
    if twice is not None:
        same = "、".join(theirs for theirs, name, _ in known if name == twice)
        raise FeedMalformed(feed, f"columns {same} all stand for {twice}", "keep one of them")
    frame = table.frame.rename({theirs: name for theirs, name, _ in known if theirs != name})
    clocks = {name: OFFSETS[unit] for _, name, unit in known if unit in OFFSETS}
    return TextTable(
        frame.with_columns(_with_offset(name, offset) for name, offset in clocks.items()), table.rows_in, table.ragged
    )


def both_names(columns: Iterable[str]) -> str:
    """Columns for a person: ``lat_deg（纬度）、lon_deg（经度）``."""
    return "、".join(f"{name}（{HEADINGS[name].names[0]}）" for name in columns)


def _plain(heading: str) -> str:
    """Without blanks, and with one form of brackets, per cent and degrees."""
    return "".join(unicodedata.normalize("NFKC", heading).split())


def _with_offset(column: str, offset: str) -> pl.Expr:
    """``2027/4/10 14:00`` and ``2027年4月10日14时`` as ISO 8601 with the offset; anything else stays as it came."""
    parts = pl.col(column).str.extract_groups(
        r"^([0-9]{4})[-/年]([0-9]{1,2})[-/月]([0-9]{1,2})日?[T ]?([0-9]{1,2})"
        r"(?:[:：]([0-9]{2})(?::[0-9]{2})?|时(?:([0-9]{1,2})分)?)$"
    )

    def part(number: int) -> pl.Expr:
        return parts.struct.field(str(number))

    minute = pl.coalesce(part(5), part(6), pl.lit("00"))
    two = [one.str.zfill(2) for one in (part(2), part(3), part(4), minute)]
    return pl.coalesce(pl.format("{}-{}-{}T{}:{}" + offset, part(1), *two), pl.col(column)).alias(column)


_SPELLINGS = {
    spelling: (column, unit) for column, heading in HEADINGS.items() for spelling, unit in heading.spellings().items()
}
