"""What people of an exercise do on the ground and between offices, at times that its script gives."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from flows.fire_reporting import draft_report
from flows.processes.cases import Opening, all_cases, open_case, take_step
from flows.taking_back import correct
from flows.telling_found import tell_found
from flows.verifying import move_stage, verify
from flows.verifying import take_step as take_task_step
from flows.wiring import House
from models.field_check.feedback import feedback_type
from models.field_check.fire_report import ReportKind
from models.field_check.stage import Stage
from models.processes.law import Process, State
from notify.alert import Alert
from store.errors import NotInStore
from store.verification import Feedback


class DeedKind(StrEnum):
    """What is done. A closed list."""

    TASK = "task"
    """A step of the verification task: receive, arrive."""
    VERIFY = "verify"
    """What was found: 林火."""
    STAGE = "stage"
    """The next stage of the fire: flames_out."""
    REPORT = "report"
    """The next fire report: follow_up, final."""
    REQUEST = "request"
    """Forces are asked for (联动响应); ``value`` names the office that is asked."""
    CORRECT = "correct"
    """The newest text of the event is put right; ``value`` says what was wrong, the note what is right."""
    RESPONSE = "response"
    """The next step of that case: accepted, in_place."""


_TASK_ZH = {"receive": "接收核查任务", "arrive": "到达现场"}


@dataclass(frozen=True, slots=True)
class ScriptedDeed:
    """One deed, done to the first event of the exercise that offices were told of."""

    at: datetime
    kind: DeedKind
    value: str
    by: str
    note: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)

    @property
    def words_zh(self) -> str:
        """What is done, as who looks on reads it: 接收核查任务, 火情快报首报."""
        words: Mapping[DeedKind, Callable[[], str]] = {
            DeedKind.TASK: lambda: _TASK_ZH.get(self.value, self.value),
            DeedKind.VERIFY: lambda: f"核查结论：{self.value}",
            DeedKind.STAGE: lambda: f"火情进展：{Stage(self.value).name_zh}",
            DeedKind.REPORT: lambda: f"起草火情快报{ReportKind(self.value).name_zh}",
            DeedKind.REQUEST: lambda: f"请求联动响应：{self.fields.get('office', self.value)}",
            DeedKind.CORRECT: lambda: f"更正：{self.value}",
            DeedKind.RESPONSE: lambda: f"联动响应{State(self.value).name_zh}",
        }
        return words[self.kind]() + (f"（{self.note}）" if self.note else "")


def do(house: House, deed: ScriptedDeed) -> str | None:
    """Do it in the exercise's world. Returns the code of the alert that went out because of it.

    Raises:
        NotInStore: no office was told of anything yet.
        StoreConflict: it may not follow what stands; the script is wrong.
    """
    number, at = _event(house), deed.at
    if deed.kind is DeedKind.TASK:
        take_task_step(house, number, deed.value, by=deed.by, now=at)
    elif deed.kind is DeedKind.VERIFY:
        found = feedback_type(deed.value)
        done = verify(house, number, found, said=Feedback("", found[0], deed.by, at, via="phone", note=deed.note))
        return _code(tell_found(house, done, by=deed.by, now=at))
    elif deed.kind is DeedKind.STAGE:
        done = move_stage(house, number, Stage(deed.value), by=deed.by, now=at, note=deed.note)
        return _code(tell_found(house, done, by=deed.by, now=at))
    elif deed.kind is DeedKind.CORRECT:
        newest = house.alerts.of_event(number, world=house.world)[-1]
        return correct(house, newest.code, wrong_zh=deed.value, right_zh=deed.note, by=deed.by, now=at).alert.code
    elif deed.kind is DeedKind.REPORT:
        draft_report(house, number, ReportKind(deed.value), fields=deed.fields, by=deed.by, now=at)
    elif deed.kind is DeedKind.REQUEST:
        opening = Opening(Process.RESPONSE, deed.fields, number, asked=deed.value)
        open_case(house, opening, by=deed.by, now=at)
    else:
        case = next(one for one in reversed(all_cases(house, event_id=number)) if one.process is Process.RESPONSE)
        take_step(house, case.case_no, State(deed.value), by=deed.by, now=at, fields=deed.fields)
    return None


def _event(house: House) -> str:
    told = {case.event_id: case for case in all_cases(house)}
    known = [one for one in house.incidents.all_incidents(world=house.world) if one.incident_id in told]
    if not known:
        raise NotInStore("the script does something, and no office was told of any event yet")
    return min(known, key=lambda one: one.first_seen_utc).incident_id


def _code(alert: Alert | None) -> str | None:
    return alert.code if alert is not None else None
