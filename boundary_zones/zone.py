"""A joint unit (联防单元): who stands on which side of which line."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class MemberRole(StrEnum):
    """What a member county is to a joint unit."""

    HOME = "home"
    """属地: the side from which signed distances are positive."""
    NEIGHBOUR = "neighbour"
    """相邻."""


@dataclass(frozen=True, slots=True)
class Region:
    """A first-level division with a duty desk of its own (北京市, 天津市, 河北省)."""

    id: str
    gb: int
    """GB/T 2260 code, for example 110000."""
    name_zh: str
    short_zh: str
    """One character for numbers and codes, for example 京."""


@dataclass(frozen=True, slots=True)
class Prefecture:
    """A second-level division (承德市, 张家口市 …); the two municipalities have none."""

    gb: int
    name_zh: str
    region_id: str


@dataclass(frozen=True, slots=True)
class County:
    """A county-level division, by GB/T 2260 code."""

    gb: int
    name_zh: str
    short_zh: str
    """The name as an office says it in a message: 怀柔, 丰宁."""
    name_en: str
    region_id: str


@dataclass(frozen=True, slots=True)
class Member:
    """One county's place in a joint unit."""

    county: County
    role: MemberRole


@dataclass(frozen=True, slots=True)
class Zone:
    """A joint unit of two or more members on at least two sides of a regional border.

    Raises:
        ValueError: fewer than two members, a single region, no home member, or a county named twice.
    """

    id: str
    """For example ``HR-CD``; also stands in event numbers."""
    name_zh: str
    name_en: str
    hazard: str
    """A key, ``forest_fire`` today."""
    members: tuple[Member, ...]
    superiors: tuple[int, ...]
    """GB/T 2260 codes of the common and separate superiors (共同上级)."""

    def __post_init__(self) -> None:
        codes = [member.county.gb for member in self.members]
        if len(codes) < 2:
            raise ValueError(f"zone {self.id}: a joint unit has two or more members, got {codes}")
        if len(set(codes)) != len(codes):
            raise ValueError(f"zone {self.id}: a county is named twice in {codes}")
        if len(self.region_ids) < 2:
            raise ValueError(f"zone {self.id}: all members lie in {self.region_ids[0]}; there is no border")
        if not any(member.role is MemberRole.HOME for member in self.members):
            raise ValueError(f"zone {self.id}: no member has the role 'home' (属地)")

    @property
    def code_prefix_zh(self) -> str:
        """First character of the name, with which the codes of its alerts begin: 怀, 延, 平."""
        return self.name_zh[0]

    @property
    def region_ids(self) -> tuple[str, ...]:
        """Regions of the members, each once, in member order."""
        return tuple(dict.fromkeys(member.county.region_id for member in self.members))

    @property
    def home_region_ids(self) -> tuple[str, ...]:
        """Regions on the home side of the line, each once."""
        homes = (member for member in self.members if member.role is MemberRole.HOME)
        return tuple(dict.fromkeys(member.county.region_id for member in homes))

    @property
    def counties(self) -> tuple[County, ...]:
        """Member counties in member order."""
        return tuple(member.county for member in self.members)
