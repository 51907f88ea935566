"""The card of an incident: its fields, its story, what waits, and the words that may be copied."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from boundary_zones.places import place_in_words
from desk.web.board.card_fields import Fields, sections_of
from desk.web.board.queue import LEVEL_ZH, Facts, facts_of
from desk.web.board.told import Told, told_of
from desk.web.pages import short_time
from flows.wiring import House
from models.field_check.fire_report import FireReport
from models.field_check.stage import NEXT_STAGES, Stage
from models.field_check.task import Task, late_steps
from models.incidents.event import CHANGE_ZH
from models.incidents.incident import Incident, IncidentState
from notify.alert import Alert
from notify.phrases import hectares_zh, hour_minute_zh
from store.accounts import Account
from store.heat_proposals import HeatProposal, ProposalState


@dataclass(frozen=True, slots=True)
class Moment:
    """One line of the story."""

    at_utc: datetime
    what_zh: str
    who_zh: str = ""


@dataclass(frozen=True)
class Card:
    """Everything that the page of an incident shows."""

    incident: Incident
    title_zh: str
    stage: Stage
    state_zh: str
    level_zh: str
    sections: tuple[tuple[str, Fields], ...]
    task: Task | None
    next_stages: tuple[Stage, ...]
    report: FireReport | None
    proposal: HeatProposal | None
    story: tuple[Moment, ...]
    alerts: tuple[Alert, ...]
    told: tuple[Told, ...]
    others: tuple[Incident, ...]
    """That it could be merged with."""
    answer_code: str
    """Of the newest alert that the reader's office has not answered; empty for none."""
    picture: bool
    hotspots: tuple[tuple[str, str], ...]
    """Id and words of each, whose place could be wrong; the newest first."""


def card_of(house: House, account: Account, number: str, *, now: datetime) -> Card:
    """The card of an incident.

    Raises:
        NotInStore: no such number.
    """
    incident = house.incidents.resolve(number, world=house.world)
    facts = facts_of(house, account, now=now)
    stage = facts.stage(incident.incident_id)
    waiting = facts.unanswered(account, incident.incident_id)
    mine = [one for one in facts.owed if one.event_id == incident.incident_id]
    alerts = tuple(reversed(house.alerts.of_event(incident.incident_id, world=house.world)))
    proposals = [
        one for one in house.heat_proposals.proposals(world=house.world) if one.incident_id == incident.incident_id
    ]
    return Card(
        incident=incident,
        title_zh=_title(house, incident),
        stage=stage,
        state_zh=incident.state.name_zh,
        level_zh=LEVEL_ZH.get(incident.level, incident.level),
        sections=tuple(sections_of(house, incident, alerts, now)),
        task=facts.tasks.get(incident.incident_id),
        next_stages=tuple(each for each in Stage if each in NEXT_STAGES[stage] and each is not Stage.VERIFIED),
        report=facts.reports.get(incident.incident_id),
        proposal=next((one for one in proposals if one.state is ProposalState.PROPOSED), None),
        story=tuple(sorted(_story(house, incident, facts, alerts), key=lambda each: each.at_utc)),
        alerts=alerts,
        told=tuple(told_of(house, account, mine, now=now)),
        others=_others(facts, incident),
        answer_code=waiting.code if waiting else "",
        picture=house.products.newest_named("incident_map", f"{incident.incident_id}.png", world=house.world)
        is not None,
        hotspots=tuple(_hotspots(house, incident)),
    )


def _hotspots(house: House, incident: Incident) -> Iterator[tuple[str, str]]:
    mine = house.hotspots.among(incident.hotspot_ids, since=incident.first_seen_utc, world=house.world)
    for row in mine.sort("acquired_utc", descending=True).iter_rows(named=True):
        place = f"{row['lat_deg']:.4f},{row['lon_deg']:.4f}"
        yield row["hotspot_id"], f"{short_time(row['acquired_utc'])} {row['satellite']} {place}"


def _title(house: House, incident: Incident) -> str:
    return place_in_words(
        house.catalogue,
        incident.county_gb,
        neighbour_county_gb=incident.neighbour_county_gb,
        distance_km=incident.distance_to_border_km,
        with_prefecture=True,
    )


def _story(house: House, incident: Incident, facts: Facts, alerts: tuple[Alert, ...]) -> Iterator[Moment]:
    number = incident.incident_id
    yield Moment(incident.first_seen_utc, "卫星首次观测")
    for one in (number, *incident.merged_from):
        for event in house.incident_events.of(one, world=house.world):
            added = f"，新增{event.hotspots_added}个热点" if event.hotspots_added else ""
            others = f" {'、'.join(event.others)}" if event.others else ""
            yield Moment(event.at_utc, f"{CHANGE_ZH[event.change]}{others}{added}", event.note)
    for alert in alerts:
        yield Moment(alert.decided_utc, f"通知 {alert.code} {alert.text_short}")
    for fact in facts.owed:
        if fact.event_id == number and fact.acknowledged_utc is not None:
            yield Moment(fact.acknowledged_utc, f"签收 {fact.code}", fact.office_zh)
    for answer in house.verification.answers(number, world=house.world):
        yield Moment(
            answer.at_utc, f"核查结论：{answer.result.name_zh}{' ' + answer.note if answer.note else ''}", answer.by
        )
    for stage in house.verification.stages(number, world=house.world):
        yield Moment(stage.at_utc, f"状态：{stage.stage.name_zh}", stage.by)
    for right in house.place_corrections.of(incident.hotspot_ids, world=house.world):
        former = f"{right.former_lat_deg:.4f},{right.former_lon_deg:.4f}"
        what = f"改正热点坐标：{former} 改为 {right.lat_deg:.4f},{right.lon_deg:.4f}（{right.reason}）"
        yield Moment(right.corrected_utc, what, right.corrected_by)
    for outline in house.perimeters.of(number, *incident.merged_from, world=house.world):
        what = f"火场范围{hectares_zh(outline.area_ha)}（{outline.source}，{hour_minute_zh(outline.seen_utc)}）"
        yield Moment(outline.entered_utc, what, outline.entered_by)
    task = facts.tasks.get(number)
    if task is not None:
        yield from _steps(house, task)


def _steps(house: House, task: Task) -> Iterator[Moment]:
    yield Moment(task.published_utc, "核查任务下发")
    for name, step in (("接收任务", task.received), ("到达现场", task.arrived)):
        if step is not None:
            yield Moment(step.at_utc, name, step.by)
    for late in late_steps(task, house.rules.verification_clocks, task.published_utc):
        yield Moment(late.due_utc, f"{late.clock.name_zh}时限{hour_minute_zh(late.due_utc)}")


def _others(facts: Facts, incident: Incident) -> tuple[Incident, ...]:
    near = [
        each
        for each in facts.incidents
        if set(each.zones) & set(incident.zones)
        and each.incident_id != incident.incident_id
        and each.state is not IncidentState.ENDED
    ]
    return tuple(
        sorted(near, key=lambda each: abs(each.lat_deg - incident.lat_deg) + abs(each.lon_deg - incident.lon_deg))
    )
