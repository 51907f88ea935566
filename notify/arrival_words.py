"""The words of a projection to the line: into and out of which region, in how many hours, how likely. Pure.

A share is said in words, never as a bare number: nobody measured how often such a share comes true here.
"""

from __future__ import annotations

from math import ceil, floor

from notify.incident_facts import ArrivalFacts
from notify.phrases import plain, sector_zh

SOON_H = 0.5
"""Sooner than this is 随时: the location error alone is as much."""
WITHIN_MOST_H = 6.0
"""A fire that may arrive at once is told by the latest hour up to here; beyond, 23小时内 would hide the haste."""
LEAST_SHARE = 0.05
"""Below this nothing is said of arrival."""
_SHARES_ZH = ((0.66, "可能性较大"), (0.33, "可能性中等"), (0.0, "可能性较小"))
"""Bounds of the calibrated language of the IPCC (likely 66 %, unlikely 33 %)."""


def arrival_short(facts: ArrivalFacts | None, *, brief: bool = False) -> str:
    """For a short text: ``2至5小时可能烧入河北省``, in brief ``…烧入河北``.

    Empty where the line is hardly reached or nothing is known.
    """
    if facts is None or facts.early_h is None:
        return ""
    across = f"{hours_zh(facts)}可能{_into(facts)}"
    return across.rstrip("省市") if brief else across


def arrival_long(facts: ArrivalFacts | None) -> str:
    """Hours, regions, how likely, and what disagrees."""
    if facts is None:
        return ""
    along = f"向{sector_zh(facts.along_deg)}蔓延"
    if facts.early_h is None:
        return f"{along}，{_horizon(facts)}小时内烧至界线的可能性很小，不等于不会越界"
    across = (
        f"{hours_zh(facts)}可能由{facts.out_of_zh}烧出、{_into(facts)}" if facts.out_of_zh else arrival_short(facts)
    )
    doubt = "；两种算法相差三倍以上，仅供参考" if facts.disagrees else ""
    return f"{along}，{across}（{_horizon(facts)}小时内{likely_zh(_share(facts))}）{doubt}"


def arrival_limits(facts: ArrivalFacts | None) -> str:
    """What is not in the projection, and what it rests on less than it should."""
    if facts is None:
        return ""
    return "；".join(plain(each).rstrip("。") for each in (facts.limits_zh, *facts.notes) if each)


def likely_zh(share: float) -> str:
    """A share of ensemble members in words."""
    if share < LEAST_SHARE:
        return "可能性很小"
    return next(word for bound, word in _SHARES_ZH if share >= bound)


def hours_zh(facts: ArrivalFacts) -> str:
    """From when to when the line may be reached, from the time of the message; whole hours, outward."""
    early, late = facts.early_h, facts.late_h
    if early is None:
        return ""
    if late is not None and late < SOON_H:
        return "半小时内"
    begins = "随时" if early < SOON_H else f"最早{max(floor(early), 1)}小时"
    if late is None or (early < 1 and late > WITHIN_MOST_H):
        return begins
    if early < 1:
        return f"{ceil(late)}小时内"
    return f"{floor(early)}至{ceil(late)}小时"


def _into(facts: ArrivalFacts) -> str:
    return f"烧入{facts.into_zh}" if facts.into_zh else "越界"


def _horizon(facts: ArrivalFacts) -> int:
    return max(facts.probability_within, default=24)


def _share(facts: ArrivalFacts) -> float:
    return facts.probability_within.get(_horizon(facts), 0.0)
