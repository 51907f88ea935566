"""An incident as a whole: how sure it is that something burns, and whether it is held back, with the reason.

The risk gate: a doubt about a single look silences only where the danger grade is known and low enough. A second look,
growth, or a person lifts it, and what was passed on once is not held back later for the same kind of doubt.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

import polars as pl

from models.incidents.event import Change
from models.incidents.false_alarm_rules import DoubtRules
from models.incidents.incident import Confidence, Doubt, Incident, SourceKind


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What is known around an incident.

    Attributes:
        danger_grade: of its joint unit today, 1…5; None when nobody knows.
        lifted_zh: the word of the person who lifted the suppression; empty when nobody did.
    """

    danger_grade: int | None
    lifted_zh: str = ""


@dataclass(frozen=True, slots=True)
class Assessed:
    """The incident with its confidence, and what changed."""

    incident: Incident
    changes: tuple[Change, ...]


def assessed(incident: Incident, rows: pl.DataFrame, circumstances: Circumstances, rules: DoubtRules) -> Assessed:
    """Weigh an incident.

    Args:
        incident: as the tracker left it.
        rows: its hotspots in the window, as a JudgedHotspotFrame; without any the incident stays as it is, unless a
            person lifted it.
        circumstances: danger, and a person's word.
        rules: of doubts.
    """
    if rows.is_empty() and not (circumstances.lifted_zh and incident.suppressed):
        return Assessed(incident, ())
    after = _weighed(incident, rows, circumstances, rules)
    if incident.suppressed == after.suppressed:
        return Assessed(after, ())
    return Assessed(after, (Change.SUPPRESS if after.suppressed else Change.LIFT,))


def _weighed(incident: Incident, rows: pl.DataFrame, circumstances: Circumstances, rules: DoubtRules) -> Incident:
    if circumstances.lifted_zh:
        return _passed_on(incident, Confidence.MEDIUM, f"人工解除抑制：{circumstances.lifted_zh}")
    if incident.source_kind is SourceKind.STATIC_HEAT:
        newest = rows.sort("acquired_utc", "hotspot_id").row(-1, named=True)
        return _held_back(incident, _doubt_of(rows), newest["reason_zh"])
    if incident.looks >= rules.lifting_looks:
        return _passed_on(incident, Confidence.HIGH, f"{incident.looks}次过境观测到，{_note(rows)}")
    if incident.most_pixels >= rules.lifting_pixels:
        return _passed_on(incident, Confidence.HIGH, f"一次过境{incident.most_pixels}个像元，{_note(rows)}")
    certain = rows.filter(pl.col("doubt").is_null())
    if certain.height:
        best = Confidence.HIGH if (certain["certainty"] == Confidence.HIGH.value).any() else Confidence.MEDIUM
        return _passed_on(incident, best, _note(certain))
    return _doubted(incident, rows, circumstances, rules)


def _doubted(incident: Incident, rows: pl.DataFrame, circumstances: Circumstances, rules: DoubtRules) -> Incident:
    """A single look with a doubt: the risk gate decides."""
    why, grade = _note(rows), circumstances.danger_grade
    if grade is None:
        return _passed_on(incident, Confidence.LOW, f"{why}；火险等级缺测，不作抑制")
    if grade > rules.greatest_silent_grade:
        return _passed_on(incident, Confidence.LOW, f"{why}；火险{grade}级，不作抑制")
    if incident.reason and not incident.suppressed:
        return _passed_on(incident, Confidence.LOW, f"{why}；已通报，不再抑制")
    return _held_back(incident, _doubt_of(rows), f"{why}；单次观测、火险{grade}级，待再次观测")


def _passed_on(incident: Incident, confidence: Confidence, reason: str) -> Incident:
    return replace(incident, confidence=confidence, suppressed=False, suppressed_by=None, reason=reason)


def _held_back(incident: Incident, doubt: Doubt, reason: str) -> Incident:
    return replace(incident, confidence=Confidence.LOW, suppressed=True, suppressed_by=doubt, reason=reason)


def _doubt_of(rows: pl.DataFrame) -> Doubt:
    """The doubt that most hotspots have; of equal ones the first of the list."""
    counted = Counter(rows["doubt"].drop_nulls().to_list())
    return max(Doubt, key=lambda doubt: counted[doubt.value])


def _note(rows: pl.DataFrame) -> str:
    """The sentence of the hotspot that says most: a doubt before none, the newest before others."""
    row = rows.sort(pl.col("doubt").is_null(), "acquired_utc", "hotspot_id", descending=[True, False, False]).row(
        -1, named=True
    )
    return str(row["reason_zh"])
