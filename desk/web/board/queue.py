"""The queue: what is to be done, sorted by duty and deadline, not by time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from boundary_zones.places import place_in_words
from desk.web.permissions import Permission, may, owners, sees, theirs
from flows.consulting import CONSULTATION
from flows.overdue_clocks import with_answers
from flows.releasing import needed
from flows.wiring import House
from models.field_check.fire_report import FireReport
from models.field_check.report_due import ReportDue, next_report
from models.field_check.stage import Stage
from models.field_check.task import Clock, Task, TaskState, expired
from models.incidents.incident import Incident, IncidentState
from notify.alert import IncidentLevel
from notify.phrases import sector_zh
from notify.three_regions import OfficeFacts
from notify.warning.texts import COLOUR_ZH
from store.accounts import Account
from store.owed import Owed
from store.verification import StageRow
from store.warning_documents import NOTICE, WARNING, DocumentRow

LOOK_BACK = timedelta(hours=48)
DONE_FOR = timedelta(hours=24)
_FORMS_ZH = {CONSULTATION: "会商邀请", NOTICE: "火情通报"}
_FAR = datetime.max.replace(tzinfo=UTC)
LEVEL_ZH = {"": "未定", "none": "未定", "watch": "关注", "notify": "通报", "critical": "紧急"}


class Duty(StrEnum):
    """What is owed, in the order in which it is done. A closed list."""

    ANSWER = "answer"
    RECEIVE = "receive"
    CHECK = "check"
    REPORT = "report"
    SIGN = "sign"
    FOLLOW = "follow"
    DONE = "done"

    @property
    def name_zh(self) -> str:
        """待签收, 待接收, 核查中, 待续报, 待签发, 关注中, 已办结."""
        return _DUTIES_ZH[self]

    @property
    def rank(self) -> int:
        """0 is done first."""
        return list(Duty).index(self)


_DUTIES_ZH = dict(zip(Duty, ("待签收", "待接收", "核查中", "待续报", "待签发", "关注中", "已办结"), strict=True))


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the queue."""

    duty: Duty
    title_zh: str
    detail_zh: str
    link: str
    due_utc: datetime | None = None
    what_due_zh: str = ""
    """接收, 到场, 首次反馈, 办结, 续报 …"""
    level: str = ""
    level_zh: str = ""
    distance_km: float = 9999.0
    mine: bool = True
    code: str = ""
    """Of the alert that the office has not answered."""
    burns: bool = False
    """A fire, or what may be one."""

    @property
    def place(self) -> tuple[int, bool, bool, datetime, float]:
        """By duty; of one duty what is theirs, then fires before texts about danger, then by deadline."""
        return self.duty.rank, not self.mine, not self.burns, self.due_utc or _FAR, self.distance_km

    def late(self, now: datetime) -> bool:
        """Whether its time is over."""
        return self.due_utc is not None and now > self.due_utc


@dataclass(frozen=True)
class Facts:
    """What the queue and the cards rest on, read once."""

    incidents: tuple[Incident, ...]
    tasks: Mapping[str, Task]
    courses: Mapping[str, Sequence[StageRow]]
    """Stages of each, oldest first; none while it is 疑似."""
    reports: Mapping[str, FireReport]
    owed: tuple[OfficeFacts, ...]
    past: int = 0
    """Incidents of before, which are read on a page of their own."""

    def stage(self, incident_id: str) -> Stage:
        """疑似 until somebody said more."""
        course = self.courses.get(incident_id)
        return course[-1].stage if course else Stage.SUSPECTED

    def unanswered(self, account: Account, event_id: str) -> OfficeFacts | None:
        """The newest alert of an event that an account's office was sent and has not answered."""
        mine = [
            one
            for one in self.owed
            if one.event_id == event_id
            and (one.region, one.office) == (account.region, account.office)
            and one.newest
            and one.acknowledged_utc is None
        ]
        return mine[-1] if mine else None


def facts_of(house: House, account: Account, *, now: datetime) -> Facts:
    """Read what concerns an account's joint units."""
    zones = {zone.id for zone in house.catalogue.zones if sees(account, zone)}
    owed = tuple(Owed(house.database).offices(since=now - LOOK_BACK, world=house.world))
    told = {one.event_id for one in owed}
    owing = house.fire_reports.without_final(world=house.world)
    standing = house.incidents.standing(seen_since=now - LOOK_BACK, and_of=told | owing, world=house.world)
    incidents = tuple(each for each in standing if zones & set(each.zones))
    numbers = [each.incident_id for each in incidents]
    tasks = {task.incident_id: task for task in house.verification.tasks(of=numbers, world=house.world)}
    return Facts(
        incidents,
        with_answers(tasks, owed),
        house.verification.courses(of=numbers, world=house.world),
        house.fire_reports.newest(of=numbers, world=house.world),
        owed,
        past=house.incidents.count(zones, world=house.world) - len(incidents),
    )


def queue_of(house: House, account: Account, facts: Facts, *, now: datetime) -> list[Item]:
    """Everything that waits, for one account, in the order in which it is to be done."""
    items = [
        *(_incident(house, account, facts, each, now) for each in facts.incidents if _stands(house, facts, each, now)),
        *_other_alerts(house, account, facts),
        *_drafts(house, account, now),
    ]
    return sorted(items, key=lambda one: one.place)


def suppressed_of(facts: Facts) -> list[Incident]:
    """What the false-alarm filter holds back, nearest to the line first."""
    held = [each for each in facts.incidents if each.suppressed and each.state is not IncidentState.ENDED]
    return sorted(held, key=lambda each: each.least_distance_km)


def _stands(house: House, facts: Facts, incident: Incident, now: datetime) -> bool:
    if incident.suppressed or incident.merged_into is not None:
        return False
    if incident.state is not IncidentState.ENDED or now - incident.last_seen_utc < DONE_FOR:
        return True
    return _report_due(house, facts, incident) is not None


def _incident(house: House, account: Account, facts: Facts, incident: Incident, now: datetime) -> Item:
    duty, due, what = _duty(house, facts, incident, now)
    waiting = facts.unanswered(account, incident.incident_id)
    if waiting is not None and may(account, Permission.ANSWER):
        duty, what, due = Duty.ANSWER, "签收", _answer_due(house, waiting)
    zone = house.catalogue.zone(incident.zone)
    mine = duty is Duty.ANSWER or theirs(account, owners(incident, zone))
    stage = facts.stage(incident.incident_id)
    place = place_in_words(
        house.catalogue,
        incident.county_gb,
        neighbour_county_gb=incident.neighbour_county_gb,
        distance_km=incident.distance_to_border_km,
    )
    run = f"，向{sector_zh(incident.projection.bearing_deg)}蔓延" if incident.projection else ""
    return Item(
        duty=duty,
        title_zh=f"{stage.name_zh} {place}{run}",
        detail_zh=f"{incident.incident_id} 热点{incident.hotspot_count}个 {incident.reason}",
        link=f"/incident/{incident.incident_id}",
        due_utc=due,
        what_due_zh=what,
        level=incident.level or IncidentLevel.NONE,
        level_zh=LEVEL_ZH.get(incident.level, incident.level),
        distance_km=incident.least_distance_km,
        mine=mine,
        code=waiting.code if waiting is not None else "",
        burns=True,
    )


def _duty(house: House, facts: Facts, incident: Incident, now: datetime) -> tuple[Duty, datetime | None, str]:
    report = _report_due(house, facts, incident)
    if report is not None:
        return Duty.REPORT, report.due_utc, report.kind.name_zh
    stage = facts.stage(incident.incident_id)
    if incident.state is IncidentState.ENDED or stage is Stage.CLOSED:
        return Duty.DONE, None, ""
    if stage is not Stage.SUSPECTED:
        return Duty.FOLLOW, None, ""
    task = facts.tasks.get(incident.incident_id)
    if task is None:
        return Duty.FOLLOW, None, ""
    return _task_duty(house, task, now)


def _report_due(house: House, facts: Facts, incident: Incident) -> ReportDue | None:
    """The fire report that is owed; of a fire that has ended too."""
    number = incident.incident_id
    return next_report(facts.reports.get(number), facts.courses.get(number, ()), house.rules.report_clocks)


def _task_duty(house: House, task: Task, now: datetime) -> tuple[Duty, datetime | None, str]:
    clocks = house.rules.verification_clocks
    task = expired(task, clocks, now)
    if task.state is TaskState.REFUSED:
        return Duty.RECEIVE, clocks.due(Clock.RECEIVE, task.published_utc), "改派（已拒绝）"
    for clock in Clock:
        if task.step(clock) is None:
            duty = Duty.RECEIVE if clock is Clock.RECEIVE else Duty.CHECK
            return duty, clocks.due(clock, task.published_utc), clock.name_zh
    return Duty.FOLLOW, None, ""


def _answer_due(house: House, one: OfficeFacts) -> datetime:
    minutes = house.rules.escalation.acknowledged_within_min
    return one.decided_utc + timedelta(minutes=minutes.get(one.level, minutes["other"]))


def _other_alerts(house: House, account: Account, facts: Facts) -> Iterable[Item]:
    """Alerts of danger and signed texts that the account's office has not answered."""
    known = {each.incident_id for each in facts.incidents}
    if not may(account, Permission.ANSWER):
        return
    for event_id in dict.fromkeys(one.event_id for one in facts.owed):
        waiting = facts.unanswered(account, event_id)
        if event_id in known or waiting is None:
            continue
        alert = house.ledger.alert(waiting.alert_id)
        yield Item(
            duty=Duty.ANSWER,
            title_zh=alert.text_short,
            detail_zh=f"编号{waiting.code}",
            link=f"/alert/{waiting.code}",
            due_utc=_answer_due(house, waiting),
            what_due_zh="签收",
            level=waiting.level,
            code=waiting.code,
        )


def _drafts(house: House, account: Account, now: datetime) -> Iterable[Item]:
    for row in house.warning_documents.waiting(at=now, world=house.world):
        if not sees_document(house, account, row):
            continue
        names = house.releases.signed_by(row.number, world=house.world)
        missing = max(0, needed(house, row) - len(names))
        yield Item(
            duty=Duty.SIGN,
            title_zh=f"{draft_in_words(house, row)} {row.number}",
            detail_zh=row.text_short,
            link=f"/draft/{row.number}",
            what_due_zh=f"还需{missing}人签字",
            mine=may(account, Permission.SIGN),
        )


def draft_in_words(house: House, row: DocumentRow) -> str:
    """What somebody is asked to sign: 怀柔橙色预警, 会商邀请."""
    form = _FORMS_ZH.get(str(row.content.get("form", "")))
    county = house.catalogue.counties.get(row.county_gb)
    own = f"{COLOUR_ZH[row.colour]}预警" if row.kind == WARNING else "提示函"
    return form or f"{county.short_zh if county else ''}{own}"


def sees_document(house: House, account: Account, row: DocumentRow) -> bool:
    """Whether a document is an account's business: of a county of its region, or from none."""
    if not account.region:
        return sees(account, house.catalogue.zone(row.zone))
    county = house.catalogue.counties.get(row.county_gb)
    return county is not None and county.region_id == account.region
