"""What a person put in the place of the computed, and how every text and product says so (人工调整, 人工录入)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from flows.order import FlowName, Order
from flows.wiring import House
from models.incidents.incident import Incident
from notify.alert import WarningColour, rank_of
from notify.decide_danger import DangerDay
from notify.phrases import BEIJING, clock_zh
from notify.rules import DangerAlertRules
from notify.texts import LONG_LIMIT, Envelope, Texts
from store.overrides import Override, OverrideKind
from store.run_rows import Trigger

ADJUSTED_ZH = "人工调整"
ENTERED_ZH = "人工录入"
_REASON_MOST = 40


@dataclass(frozen=True, slots=True)
class Mark:
    """What stands in a text that rests on a person's word: first in the short one, a sentence in the long one."""

    head_zh: str
    sentence_zh: str


def order_now(house: House, flow: FlowName, *, reason: str, who: str) -> Order:
    """A round at a person's word: from the archive, at once, so that who must hear of it hears now."""
    return Order(flow, house.clock(), reason, who, Trigger.MANUAL, live=False, send=True, world=house.world)


def override_of(house: House, order: Order, kind: OverrideKind, subject: str) -> Override | None:
    """The level that a person set for a unit or an incident, in force at the time of the order."""
    return house.overrides.of(kind, subject, at=order.as_of, world=house.world)


def override_words(one: Override) -> str:
    """One override in a sentence: who, why, until when, and who reviewed it."""
    reviewer = f"，{one.reviewed_by}复核" if one.reviewed_by else ""
    reason = one.reason if len(one.reason) <= _REASON_MOST else f"{one.reason[: _REASON_MOST - 1]}…"
    until = clock_zh(one.ends_utc, minutes=False)
    return f"级别为{ADJUSTED_ZH}（{one.set_by}{reviewer}，{reason}，至{until}）"


def mark_of(override: Override | None, *, entered: Sequence[str] = ()) -> Mark | None:
    """The mark of a text; None where all of it is computed.

    Args:
        override: the level that a person set.
        entered: who typed a report in.
    """
    heads = ([ADJUSTED_ZH] if override else []) + ([ENTERED_ZH] if entered else [])
    said = [override_words(override)] if override else []
    said += [f"含{ENTERED_ZH}的电话报告（{'、'.join(dict.fromkeys(entered))}）"] if entered else []
    return Mark("、".join(heads), "；".join(said)) if heads else None


def incident_mark(house: House, order: Order, incident: Incident) -> Mark | None:
    """The mark of an incident's texts."""
    override = override_of(house, order, OverrideKind.INCIDENT, incident.incident_id)
    reports = house.hand_reports.of(incident.hotspot_ids, world=house.world)
    return mark_of(override, entered=[f"{one.caller}报，{one.entered_by}录" for one in reports])


def marked(words: Callable[[Envelope], Texts], envelope: Envelope, mark: Mark | None) -> Texts:
    """The texts with their mark. Where a short text has no room for it, the long one says it: no alert waits for it."""
    if mark is None:
        return words(envelope)
    texts = words(replace(envelope, mark=f"{mark.head_zh}，"))
    if not texts.fit:
        texts = words(envelope)
    return replace(texts, long=_with(texts.long, mark, envelope.tail), full=_with_line(texts.full, mark, envelope.tail))


def _with(text: str, mark: Mark, tail: str) -> str:
    body = text.removesuffix(tail) if tail else text
    for said in (f"{mark.sentence_zh}。", f"{mark.head_zh}。"):
        if len(body) + len(said) + len(tail) <= LONG_LIMIT:
            return f"{body}{said}{tail}"
    return text


def _with_line(text: str, mark: Mark, tail: str) -> str:
    if not text:
        return text
    lines = text.splitlines()
    at = len(lines) - 1 if tail and lines[-1] == tail else len(lines)
    return "\n".join([*lines[:at], f"注：{mark.sentence_zh}。", *lines[at:]])


def overridden(
    days: Sequence[DangerDay], override: Override | None, rules: DangerAlertRules
) -> tuple[tuple[DangerDay, ...], DangerAlertRules]:
    """The days as a person sees them, and rules by which a reviewed lowering counts at once.

    Args:
        days: computed; a day after the end of the override keeps its grade.
        override: the colour that a person set for the unit.
        rules: section ``danger``.
    """
    if override is None:
        return tuple(days), rules
    grade = _grade_of(WarningColour(override.level), rules)
    last = (override.ends_utc - timedelta(microseconds=1)).astimezone(BEIJING).date()
    set_days = tuple(replace(day, danger_grade=grade) if day.local_date <= last else day for day in days)
    lowers = rank_of(override.level) < rank_of(override.computed_level)
    at_once = replace(rules, lower_after_runs=1, min_hold_h=0.0, lower_when_degraded=True, window_d=1)
    return set_days, at_once if lowers else rules


def _grade_of(colour: WarningColour, rules: DangerAlertRules) -> int:
    """The highest grade whose colour is not above ``colour``: what a person set is neither more nor less."""
    return max((grade for grade, one in enumerate(rules.colour_by_grade, 1) if one.rank <= colour.rank), default=1)
