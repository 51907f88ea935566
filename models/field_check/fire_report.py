"""The fire report (火情快报): its fields, what is unknown, its clocks, and the grade that it suggests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

UNKNOWN_ZH = "待核"
FIELDS: Mapping[str, str] = {
    "place": "起火地点",
    "coordinates": "坐标",
    "started": "起火时间",
    "discovered": "发现时间",
    "reported": "接报时间",
    "source": "来源",
    "cause": "起因",
    "land": "地类林种",
    "weather": "气象实况",
    "fire_line": "火势",
    "trend": "蔓延趋势",
    "border": "距界与烧入烧出",
    "burned_area": "过火面积（估算）",
    "damaged_forest_area": "受害森林面积",
    "casualties": "伤亡",
    "threats": "周边威胁",
    "forces": "出动力量",
    "commander": "指挥员",
    "measures": "处置措施",
    "requests": "困难与请求支援",
    "contact": "联系人",
}
"""What a report must carry (domain.md §2.7); a field that nobody filled reads 待核, never blank and never 0."""


class ReportKind(StrEnum):
    """First, follow-up, final."""

    FIRST = "first"
    FOLLOW_UP = "follow_up"
    FINAL = "final"

    @property
    def name_zh(self) -> str:
        """首报, 续报, 终报."""
        return {"first": "首报", "follow_up": "续报", "final": "终报"}[self.value]


@dataclass(frozen=True, slots=True)
class ReportClocks:
    """How long a report may take (section ``fire_report``).

    Raises:
        ValueError: a time that is not positive, or a written report due before the phone call.
    """

    phone_min: float
    written_min: float
    follow_up_h: float
    final_h: float

    def __post_init__(self) -> None:
        if not 0 < self.phone_min <= self.written_min or self.follow_up_h <= 0 or self.final_h <= 0:
            raise ValueError("report clocks must be positive, and phone ≤ written")

    def phone_due(self, verified_utc: datetime) -> datetime:
        """When the phone call is due."""
        return verified_utc + timedelta(minutes=self.phone_min)

    def due(self, kind: ReportKind, since_utc: datetime) -> datetime:
        """When the written report is due.

        Args:
            kind: of the report.
            since_utc: 首报: when the fire was verified; 续报: the report before; 终报: when the flames were out.
        """
        lengths = {
            ReportKind.FIRST: timedelta(minutes=self.written_min),
            ReportKind.FOLLOW_UP: timedelta(hours=self.follow_up_h),
            ReportKind.FINAL: timedelta(hours=self.final_h),
        }
        return since_utc + lengths[kind]


@dataclass(frozen=True, slots=True)
class FireReport:
    """One report of one fire.

    Raises:
        ValueError: a field that the form does not have, or a number that does not go with the kind.
    """

    incident_id: str
    kind: ReportKind
    number: int
    """1 for 首报; 续报 count on."""
    drafted_utc: datetime
    drafted_by: str
    fields: Mapping[str, str]

    def __post_init__(self) -> None:
        unknown = sorted(self.fields.keys() - FIELDS.keys())
        if unknown:
            raise ValueError(f"the report has no field {unknown[0]!r}; there are {', '.join(FIELDS)}")
        if (self.kind is ReportKind.FIRST) != (self.number == 1) or self.number < 1:
            raise ValueError(f"{self.kind.name_zh} with the number {self.number}")

    def value(self, field: str) -> str:
        """What stands in a field; 待核 where nobody knows."""
        return self.fields.get(field, "").strip() or UNKNOWN_ZH

    @property
    def unknown(self) -> tuple[str, ...]:
        """Fields that read 待核, in the order of the form."""
        return tuple(name for name in FIELDS if self.value(name) == UNKNOWN_ZH)

    @property
    def title_zh(self) -> str:
        """首报, 续报2, 终报."""
        return f"续报{self.number - 1}" if self.kind is ReportKind.FOLLOW_UP else self.kind.name_zh


class FireClass(StrEnum):
    """Fire grade (森林火灾等级); by damaged forest area and casualties, never by what a satellite saw."""

    ORDINARY = "一般"
    LARGER = "较大"
    MAJOR = "重大"
    EXTREME = "特别重大"


_CLASSES = tuple(FireClass)
_BOUNDS = {"受害森林面积（公顷）": (1.0, 100.0, 1000.0), "死亡（人）": (3, 10, 30), "重伤（人）": (10, 50, 100)}
"""From which number on the next class begins: 条例2008 art. 40; those of the 2026 regulation are to be checked."""


@dataclass(frozen=True, slots=True)
class SuggestedClass:
    """建议等级(按现有信息), always with 待核."""

    fire_class: FireClass
    criterion_zh: str

    @property
    def words_zh(self) -> str:
        """建议等级：较大（依据受害森林面积42.7公顷，待核）."""
        return f"建议等级：{self.fire_class.value}（依据{self.criterion_zh}，{UNKNOWN_ZH}）"


def suggested_class(
    damaged_forest_ha: float | None = None, *, deaths: int | None = None, serious_injuries: int | None = None
) -> SuggestedClass | None:
    """The class that what people reported would give; None while they reported nothing.

    Any one criterion suffices. The area is 受害森林面积 from the ground: an area burnt, as a satellite or a map gives
    it, has no place here.

    Raises:
        ValueError: a negative number.
    """
    known = dict(zip(_BOUNDS, (damaged_forest_ha, deaths, serious_injuries), strict=True))
    found: list[tuple[int, str]] = []
    for criterion, value in known.items():
        if value is None:
            continue
        if not value >= 0:
            raise ValueError(f"{criterion}: {value} is negative")
        rank = sum(value >= bound for bound in _BOUNDS[criterion])
        if value > 0 or criterion.startswith("受害"):
            name, unit = criterion.rstrip("）").split("（")
            found.append((rank, f"{name}{value:g}{unit}"))
    if not found:
        return None
    rank, criterion_zh = max(found, key=lambda one: one[0])
    return SuggestedClass(_CLASSES[rank], criterion_zh)
