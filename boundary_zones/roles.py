"""What each office is to a fire near a line: 属地, 相邻, 共同上级, 抄送."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum

from boundary_zones.zone import Zone


class OfficeRole(StrEnum):
    """Part of an office in an incident."""

    LOCAL = "local"
    """属地: it burns there, or may, because the circle of error touches the county."""
    NEIGHBOUR = "neighbour"
    """相邻: across the nearest stretch of the line."""
    SUPERIOR = "superior"
    """共同上级: above an office of the first two; no county commands the other."""
    COPY = "copy"
    """抄送: the other members of the joint unit and their superiors."""


ROLE_ZH = {
    OfficeRole.LOCAL: "属地",
    OfficeRole.NEIGHBOUR: "相邻",
    OfficeRole.SUPERIOR: "共同上级",
    OfficeRole.COPY: "抄送",
}


def office_roles(zone: Zone, *, touched: Collection[int], across: int) -> dict[int, OfficeRole]:
    """The part of every office that an incident of a joint unit concerns, by GB code.

    Args:
        zone: the joint unit.
        touched: counties that the circle of error of a hotspot touches; none where it lies in no known county.
        across: the county across the nearest stretch of the line.
    """
    concerned = {*touched, across}
    roles = {county.gb: OfficeRole.COPY for county in zone.counties}
    roles |= dict.fromkeys(zone.superiors, OfficeRole.COPY)
    above = {*zone.superiors, *(gb // 10_000 * 10_000 for gb in concerned)}
    roles |= {gb: OfficeRole.SUPERIOR for gb in sorted(above) if _is_above(gb, concerned)}
    roles[across] = OfficeRole.NEIGHBOUR
    return roles | dict.fromkeys(touched, OfficeRole.LOCAL)


def _is_above(superior: int, counties: Collection[int]) -> bool:
    """A region ends in four zeros, a prefecture in two; a municipality has no prefecture."""
    step = 10_000 if superior % 10_000 == 0 else 100
    return any(gb // step == superior // step for gb in counties)
