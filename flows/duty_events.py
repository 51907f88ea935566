"""What is told at the cut-off (17:00), each once a day: the count, each county's figures, and who is missing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from boundary_zones.contacts import Recipient, RecipientRole
from boundary_zones.required import RequiredOffice
from flows.daily_report import missing_in
from flows.duty_figures import day_figures
from flows.duty_roster import DutyLine, office_of
from flows.telling import Event
from flows.wiring import House
from models.field_check.statistics import DayCount, DayWindow
from notify.alert import Draft, ReportLevel
from notify.decision import Decision, Scope
from notify.duty_facts import BulletinFacts, ZeroFacts
from notify.duty_report import (
    DUTY_PREFIX,
    ReportMemory,
    asked_event,
    bulletin_event,
    decide_report,
    report_memory_of,
    summed_event,
)
from notify.duty_wording import bulletin_texts, zero_texts
from notify.texts import Envelope, Texts
from notify.verification_words import DayFacts, day_text


@dataclass(frozen=True)
class DayReport:
    """One text of the day, and who gets it."""

    event_id: str
    words: Callable[[Envelope], Texts]
    regions: tuple[str, ...]
    recipients: Sequence[Recipient]
    required: tuple[RequiredOffice, ...] = ()
    """The office that owes an answer; empty where nobody does."""
    degraded: bool = False


def asked(
    house: House, lines: Sequence[DutyLine], window: DayWindow, *, now: datetime, due: datetime
) -> Iterator[DayReport]:
    """For each county on duty its own figures, to its own office, whose answer is its report.

    Args:
        house: its world is looked at.
        lines: the roster of the day.
        window: of the day.
        now: time of the round.
        due: by when the answer is wanted.
    """
    missing = missing_in(house, window, now=now)
    for line in (line for line in lines if line.owed):
        office = office_of(house, house.catalogue.counties[line.county_gb])
        facts = _figures(house, line.county_zh, (line.county_gb,), window, missing=missing)
        facts = replace(facts, answer_by_utc=due, why_zh="、".join(line.why_zh))
        yield DayReport(
            asked_event(line.county_gb, window.local_date),
            partial(zero_texts, facts),
            (line.region,),
            [one for one in office.endpoints if one.rank == 1],
            (office,),
            bool(missing),
        )


def sums(house: House, lines: Sequence[DutyLine], window: DayWindow, *, now: datetime) -> Iterator[DayReport]:
    """For each region with a county on duty: who has reported and who has not, to the desks above."""
    missing = missing_in(house, window, now=now)
    for region in house.catalogue.regions.values():
        owed = [line for line in lines if line.owed and line.region == region.id]
        if not owed:
            continue
        counties = [line.county_gb for line in owed]
        facts = replace(
            _figures(house, region.name_zh, counties, window, missing=missing),
            reported=tuple(line.county_zh for line in owed if line.reported_utc is not None),
            unreported=tuple(line.county_zh for line in owed if line.reported_utc is None),
        )
        yield DayReport(
            summed_event(region.id, window.local_date),
            partial(zero_texts, facts),
            (region.id,),
            _above(house, region.id, counties),
            degraded=bool(missing),
        )


def bulletin(house: House, counted: tuple[DayCount, DayFacts], *, now: datetime) -> DayReport:
    """The day's count of verifications, to the duty desk of every region."""
    count, facts = counted
    total = count.total
    numbers = BulletinFacts(
        unit_zh=facts.unit_zh,
        number_zh=facts.number_zh,
        begins_utc=count.window.begin_utc,
        ends_utc=count.window.end_utc,
        pushed=total.pushed,
        fed_back=total.fed_back,
        checking=total.checking,
        late=total.late,
        confirmed=total.confirmed,
        late_zh=_late_zh(count, facts),
        missing=facts.missing_zh,
    )

    def words(envelope: Envelope) -> Texts:
        full = day_text(count, facts, now=now, exercise=envelope.exercise)
        return replace(bulletin_texts(numbers, envelope), full=full)

    return DayReport(
        bulletin_event(count.window.local_date),
        words,
        tuple(house.catalogue.regions),
        [one for one in house.contacts.recipients if one.role is RecipientRole.PROVINCE_DUTY],
        degraded=bool(facts.missing_zh),
    )


def event_of(house: House, report: DayReport, *, now: datetime) -> Event[ReportMemory]:
    """A report as an event of the ledger: told once, and owed an answer where an office is named."""
    level = ReportLevel.DUE if report.required else ReportLevel.NONE
    scope = Scope(None, report.regions, house.world)

    def decide(memory: ReportMemory) -> Decision[ReportMemory]:
        return decide_report(report.event_id, memory, scope=scope, level=level, degraded=report.degraded, now=now)

    def words(_: Draft, envelope: Envelope) -> Texts:
        return report.words(envelope)

    return Event(
        key=report.event_id,
        fresh=ReportMemory(),
        latest=lambda: house.alerts.latest(event_id=report.event_id, world=house.world),
        recall=report_memory_of,
        decide=decide,
        words=words,
        signature=house.rules.wording.duty_signature,
        prefix=DUTY_PREFIX,
        recipients=report.recipients,
        required=report.required,
    )


def _figures(
    house: House, unit_zh: str, counties: Sequence[int], window: DayWindow, *, missing: tuple[str, ...]
) -> ZeroFacts:
    found = day_figures(house, counties, window)
    return ZeroFacts(
        unit_zh,
        window.begin_utc,
        window.end_utc,
        found.hotspots,
        found.fires,
        found.notices,
        found.answered,
        found.doubted,
        missing,
    )


def _above(house: House, region: str, counties: Sequence[int]) -> list[Recipient]:
    """The desk of a region, and those of the cities above the counties that owe a report."""
    cities = {str(gb // 100 * 100) for gb in counties}
    return [
        one
        for one in house.contacts.recipients
        if one.region == region
        and (one.role is RecipientRole.PROVINCE_DUTY or (one.role is RecipientRole.CITY_DUTY and one.office in cities))
    ]


def _late_zh(count: DayCount, facts: DayFacts) -> tuple[str, ...]:
    """What came late, with its county, each once."""
    found = dict.fromkeys((one.county_gb, one.clock.name_zh) for one in count.late)
    names = facts.counties_zh
    return tuple(f"{names.get(gb, '县区待核') if gb is not None else '县区待核'}（{clock}）" for gb, clock in found)
