"""The notice of a fire (火情通报) as a case: what ledger and verification know, with what people noted beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import TypeVar

from flows.wiring import House
from models.field_check.fire_report import ReportKind
from models.incidents.event import Change
from models.processes.case import Case, Step
from models.processes.law import Process, State
from notify.alert import Alert, AlertKind, Reason
from notify.three_regions import OfficeFacts
from store.errors import NotInStore
from store.owed import Owed
from store.warning_documents import NOTICE

_T = TypeVar("_T")
PREFIX = "通-"
SYSTEM_ZH = "系统"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TOLD = frozenset({AlertKind.INCIDENT, AlertKind.VERIFICATION})
_LAST = frozenset({Reason.INCIDENT_NO_FIRE, Reason.INCIDENT_OVER})


def is_notice(case_no: str) -> bool:
    """Whether a number is that of a notice: 通-JJJ-HR-CD-2027-007."""
    return case_no.startswith(PREFIX)


def notice_case(house: House, case_no: str) -> Case:
    """The notice of one event.

    Raises:
        NotInStore: nobody was told of such an event.
    """
    found = notice_cases(house, event_id=case_no.removeprefix(PREFIX))
    if not found:
        raise NotInStore(f"no notice {case_no!r} in world {house.world!r}; see firewatch process list")
    return found[0]


def notice_cases(house: House, *, event_id: str | None = None) -> tuple[Case, ...]:
    """The notices of all events that somebody was told of, or of one, oldest first."""
    world = house.world
    alerts = (
        house.alerts.since(_EPOCH, world=world) if event_id is None else house.alerts.of_event(event_id, world=world)
    )
    events = _by_event([alert for alert in alerts if alert.kind in _TOLD], lambda alert: alert.event_id)
    owed = _by_event(Owed(house.database).offices(event_id=event_id, world=world), lambda one: one.event_id)
    steps = _by_event(_kept(house, event_id), lambda kept: kept[0])
    return tuple(
        _case(event, revisions, owed.get(event, []), [step for _, step in steps.get(event, [])])
        for event, revisions in events.items()
    )


def _by_event(rows: Iterable[_T], event_of: Callable[[_T], str]) -> dict[str, list[_T]]:
    found: dict[str, list[_T]] = {}
    for row in rows:
        found.setdefault(event_of(row), []).append(row)
    return found


def _case(event_id: str, alerts: Sequence[Alert], facts: Sequence[OfficeFacts], kept: Sequence[Step]) -> Case:
    told = [*_told(alerts, facts), *_received(facts)]
    steps = sorted((*told[1:], *kept), key=lambda step: step.at_utc)
    # A deed noted with an earlier clock never stands before the decision that it belongs to.
    steps = [step if step.at_utc >= told[0].at_utc else replace(step, at_utc=told[0].at_utc) for step in steps]
    return Case(f"{PREFIX}{event_id}", Process.NOTICE, alerts[0].zone or "", (told[0], *steps), event_id)


def _kept(house: House, event_id: str | None) -> Iterator[tuple[str, Step]]:
    """What people found, wrote and noted, and the end of the event, each with the number of its event."""
    world = house.world
    for answer in house.verification.answers(event_id, world=world):
        finding = answer.result.name_zh + (f"（{answer.note}）" if answer.note else "")
        said = {"office": answer.by, "finding": finding}
        yield answer.incident_id, Step(State.FEEDBACK, answer.at_utc, answer.by, said)
    for report in house.fire_reports.reports(event_id, world=world):
        if report.kind is not ReportKind.FIRST:
            state = State.FINAL if report.kind is ReportKind.FINAL else State.FOLLOW_UP
            yield report.incident_id, Step(state, report.drafted_utc, report.drafted_by, {"text": report.title_zh})
    for row in house.warning_documents.all_documents(world=world):
        about = str(row.content.get("event_id", ""))
        if row.content.get("form") == NOTICE and row.released_utc is not None and event_id in {None, about}:
            words = {"text": f"正式通报（{row.signed_by}签发）", "document": row.number}
            yield about, Step(State.FOLLOW_UP, row.released_utc, row.signed_by or SYSTEM_ZH, words)
    merged = {one.incident_id: one.merged_into for one in house.incidents.all_incidents(world=world) if one.merged_into}
    for event in house.incident_events.of(event_id, world=world):
        into = merged.get(event.incident_id)
        if event.change is Change.END or (event.change is Change.MERGE and into):
            words = {"text": f"并入{into}" if into else event.note or "事件结束"}
            yield event.incident_id, Step(State.FINAL, event.at_utc, SYSTEM_ZH, words)
    for case in house.processes.cases(event_id=event_id, world=world):
        if is_notice(case.case_no):
            yield from ((case.event_id, step) for step in case.steps)


def _told(alerts: Sequence[Alert], facts: Sequence[OfficeFacts]) -> Iterator[Step]:
    """Draft with the first decision, sent when the first office had it; each later revision is a follow-up."""
    for number, alert in enumerate(alerts):
        words = {"text": alert.text_short, "document": alert.code}
        if number == 0:
            yield Step(State.DRAFT, alert.decided_utc, SYSTEM_ZH, words)
        left = [one.sent_utc for one in facts if one.alert_id == alert.alert_id and one.sent_utc is not None]
        if not left:
            continue
        if alert.reason in _LAST:
            yield Step(State.FINAL, min(left), SYSTEM_ZH, words)
        else:
            yield Step(State.FOLLOW_UP if number else State.SENT, min(left), SYSTEM_ZH, words)


def _received(facts: Sequence[OfficeFacts]) -> Iterator[Step]:
    for one in facts:
        if one.acknowledged_utc is not None:
            said = {"office": one.office_zh, "document": one.code}
            yield Step(State.RECEIVED, one.acknowledged_utc, one.office_zh, said)
