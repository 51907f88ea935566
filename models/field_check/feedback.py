"""The eleven results of a verification (热点核查反馈类型), and what each means for everything that follows.

The list and its codes 0…10 are those of a provincial system (domain.md §2.6). Types are named, never numbered, in code:
a list of bare numbers there leaves out 林火 by one.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class FeedbackType(StrEnum):
    """What was found. A closed list, in the order of its codes."""

    FOREST_FIRE = "forest_fire"
    GRASS_FIRE = "grass_fire"
    PRESCRIBED_BURN = "prescribed_burn"
    FARM_FIRE = "farm_fire"
    HILL_BURN = "hill_burn"
    SHRUB_FIRE = "shrub_fire"
    INDUSTRIAL_HEAT = "industrial_heat"
    OTHER = "other"
    OUTSIDE_FIRE = "outside_fire"
    NOT_FOUND = "not_found"
    CHECKING = "checking"

    @property
    def code(self) -> int:
        """0…10."""
        return list(FeedbackType).index(self)

    @property
    def name_zh(self) -> str:
        """As the form prints it."""
        return NAMES_ZH[self]

    @property
    def final(self) -> bool:
        """Whether it ends the task. 核查中 is an answer, and no result."""
        return self is not FeedbackType.CHECKING

    @property
    def opens_fire_report(self) -> bool:
        """Whether a fire report (火情快报) is owed: 林火, 草原火, 灌木火, and 境外火, for the other side."""
        return self in WILDFIRES or self is FeedbackType.OUTSIDE_FIRE

    @property
    def closes(self) -> bool:
        """Whether the incident ends with it. 未找到 does not: nobody saw that there is no fire."""
        return self in _CLOSING

    @property
    def label(self) -> int | None:
        """For training: 1 a wildfire began here, 0 none did, None nobody can say."""
        if self in WILDFIRES:
            return 1
        return 0 if self in _CLOSING else None


NAMES_ZH: Mapping[FeedbackType, str] = dict(
    zip(
        FeedbackType,
        ("林火", "草原火", "计划烧除", "农用火", "炼山", "灌木火", "工矿用火", "其他", "境外火", "未找到", "核查中"),
        strict=True,
    )
)
WILDFIRES = frozenset({FeedbackType.FOREST_FIRE, FeedbackType.GRASS_FIRE, FeedbackType.SHRUB_FIRE})
_CLOSING = frozenset(
    {
        FeedbackType.PRESCRIBED_BURN,
        FeedbackType.FARM_FIRE,
        FeedbackType.HILL_BURN,
        FeedbackType.INDUSTRIAL_HEAT,
        FeedbackType.OTHER,
    }
)


class FeedbackDetail(StrEnum):
    """Sub-types that offices along these lines use. A closed list."""

    STRAW = "straw"
    RUBBISH = "rubbish"
    GRAVE_OFFERING = "grave_offering"
    SOLAR_GLINT = "solar_glint"
    CLOUD_OR_PLUME = "cloud_or_plume"
    PERSISTENT_HEAT = "persistent_heat"

    @property
    def name_zh(self) -> str:
        """As the form prints it."""
        return DETAILS_ZH[self]

    @property
    def of(self) -> FeedbackType:
        """The type that it is a part of."""
        return _DETAIL_OF[self]


DETAILS_ZH: Mapping[FeedbackDetail, str] = {
    FeedbackDetail.STRAW: "秸秆焚烧",
    FeedbackDetail.RUBBISH: "垃圾焚烧",
    FeedbackDetail.GRAVE_OFFERING: "祭祀用火",
    FeedbackDetail.SOLAR_GLINT: "光伏反光",
    FeedbackDetail.CLOUD_OR_PLUME: "云或烟羽伪热点",
    FeedbackDetail.PERSISTENT_HEAT: "常年热源",
}
_DETAIL_OF = {
    FeedbackDetail.STRAW: FeedbackType.FARM_FIRE,
    FeedbackDetail.RUBBISH: FeedbackType.FARM_FIRE,
    FeedbackDetail.GRAVE_OFFERING: FeedbackType.OTHER,
    FeedbackDetail.SOLAR_GLINT: FeedbackType.OTHER,
    FeedbackDetail.CLOUD_OR_PLUME: FeedbackType.OTHER,
    FeedbackDetail.PERSISTENT_HEAT: FeedbackType.INDUSTRIAL_HEAT,
}


def feedback_type(text: str) -> tuple[FeedbackType, FeedbackDetail | None]:
    """What an officer wrote as a type: ``林火``, ``forest_fire``, ``0``, or a sub-type, ``秸秆焚烧``.

    Raises:
        ValueError: none of these; the message lists the types.
    """
    word = text.strip()
    for kind in FeedbackType:
        if word in {kind.value, kind.name_zh, str(kind.code)}:
            return kind, None
    for detail in FeedbackDetail:
        if word in {detail.value, detail.name_zh}:
            return detail.of, detail
    listed = "、".join([*(f"{kind.code}{kind.name_zh}" for kind in FeedbackType), *DETAILS_ZH.values()])
    raise ValueError(f"{text!r} is no feedback type; there are {listed}")
