"""One round of the auditor, as a run: is all that is owed finished or in time? Only then the heartbeat goes out."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from boundary_zones.required import all_required
from flows.best_effort import attempt
from flows.due import lateness
from flows.feed_watch import codes_of
from flows.janitor import end_dead_rows
from flows.order import Order, Outcome
from flows.overdue_clocks import overdue_clocks
from flows.readings import reading_of
from flows.run_alarm import EFFECT_ZH, FLOW_ZH
from flows.telling import Event, memory_of, settle
from flows.telling_found import tell_untold
from flows.wiring import House
from notify.alert import LIVE, SYSTEM_PREFIX, Alert, Draft
from notify.audit_words import AuditFacts, audit_texts, overdue_problem
from notify.auditor import (
    CLOCK_PREFIX,
    EVENT_PREFIX,
    Audit,
    Problem,
    audit_memory_of,
    audited,
    cut_off_problem,
    decide_audit,
    office_key,
    sick_problem,
)
from notify.bundling import BundleMemory
from notify.channels import credential_of
from notify.decision import Scope
from notify.heartbeat import HeartbeatFailed, send_heartbeat
from notify.phrases import clock_zh, hour_minute_zh, same_day
from notify.self_watch import watched_problems
from notify.texts import Envelope, Texts
from store.owed import Owed
from store.run_rows import RunOutcome, Trigger
from store.senders import Senders

LOG = logging.getLogger("firewatch.auditing")
NO_WATCHER_ZH = "未设置外部心跳"
UNTOLD_ZH = "有销号未能告知"


def auditing_round(house: House, order: Order, run_id: str) -> Outcome:  # noqa: ARG001  # makes no product
    """Hold the ledger against what it owes; call operations, or send the heartbeat.

    Args:
        house: the world to work in.
        order: what was asked; a round that only looks sends neither alert nor heartbeat.
        run_id: of the run row.
    """
    if house.world == LIVE:
        end_dead_rows(house, now=house.clock())
    rest, done = attempt("tell what a crash kept from being told", partial(_tell_rest, house, order), log=LOG)
    found = audit_of(house, sender_expected=order.trigger is Trigger.SCHEDULED)
    late = tuple(overdue_clocks(house, now=found.at_utc))
    events = (_event(house, found, EVENT_PREFIX), _event(house, replace(found, problems=late), CLOCK_PREFIX))
    told = [settle(house, order, event) for event in events]
    problems = [problem.said_zh for problem in found.problems] + ([] if done else [UNTOLD_ZH])
    missing = [*problems, *_heartbeat(house, order, found)]
    return Outcome(
        outcome=RunOutcome.DEGRADED if missing else RunOutcome.DONE,
        missing=tuple(missing),
        alerts=(*(alert.code for alert in rest or ()), *codes_of(told)),
        counts={
            "owed": found.owed,
            "finished": found.finished,
            "in_time": found.in_time,
            "problems": len(problems),
            "late": len(late),
        },
        table=tuple({"problem": problem.key, "said": problem.said_zh} for problem in (*found.problems, *late)),
    )


def _tell_rest(house: House, order: Order) -> list[Alert]:
    return tell_untold(house, now=order.as_of) if order.send else []


def audit_of(house: House, *, sender_expected: bool = False) -> Audit:
    """What the auditor finds now.

    Args:
        house: the world to look at.
        sender_expected: a house that keeps the clock has a dispatcher; elsewhere one is missed only if it was there.
    """
    now, rules = house.clock(), house.rules.audit
    owed = Owed(house.database)
    return audited(
        owed.offices(since=now - timedelta(hours=rules.look_back_h), world=house.world),
        oldest_due_utc=owed.oldest_due(now=now, world=house.world),
        sender_silent=sender_silent(house, now, expected=sender_expected),
        required=all_required(house.catalogue, house.contacts),
        now=now,
        rules=rules,
        watched=[
            *overdue_rounds(house, now=now),
            *own_problems(house, now=now),
            *sick_endpoints(house),
            *cut_off(house, now=now),
        ],
    )


def sender_silent(house: House, now: datetime, *, expected: bool) -> timedelta | None:
    """For how long no dispatcher was seen. One that was seen in the future was seen before the clock was set back."""
    if house.world != LIVE:
        return None
    seen = Senders(house.database).last_seen(world=house.world)
    if seen is None:
        return timedelta.max if expected else None
    return abs(now - seen)


def sick_endpoints(house: House) -> list[Problem]:
    """Every endpoint of the contacts that keeps refusing: a wrong number, or a credential that was revoked."""
    known = {one.key: one for one in house.contacts.recipients}
    most = house.rules.audit.sick_after_failures
    found = []
    for sick in house.ledger.sick_endpoints(world=house.world):
        way = known.get(f"{sick.region}/{sick.office}/{sick.channel}")
        if way is not None and sick.failures >= most:
            found.append(sick_problem(way.key, office_zh=way.office_zh, channel=sick.channel, failures=sick.failures))
    return found


def cut_off(house: House, *, now: datetime) -> list[Problem]:
    """Every provider account in use that takes no messages now; nobody sends through one that the contacts left."""
    used = {credential_of(way.address) for way in house.contacts.recipients}
    return [
        cut_off_problem(
            one.credential,
            channel=one.channel,
            since_zh=(hour_minute_zh if same_day(one.since_utc, now) else clock_zh)(one.since_utc),
            detours=one.detours,
            doubtful=one.doubtful,
        )
        for one in house.ledger.cut_off(world=house.world)
        if one.credential in used
    ]


def overdue_rounds(house: House, *, now: datetime) -> list[Problem]:
    """Every planned round that was not held; the heartbeat waits for a watch only. An exercise has no plan."""
    if house.world != LIVE:
        return []
    return [
        replace(
            overdue_problem(
                late.flow,
                flow_zh=FLOW_ZH[late.flow],
                planned_utc=late.overdue,
                held_utc=late.held_utc,
                effect_zh=EFFECT_ZH[late.flow],
            ),
            urgent=late.flow in house.rules.season.cadences,
        )
        for late in lateness(house, now=now)
        if late.overdue is not None
    ]


def own_problems(house: House, *, now: datetime) -> list[Problem]:
    """What may soon stop the rounds. An exercise has none of its own."""
    if house.world != LIVE:
        return []
    told = house.alerts.latest(event_prefix=EVENT_PREFIX, world=house.world)
    standing = () if told is None else audit_memory_of(told).told
    return watched_problems(reading_of(house, now=now), house.rules.watch, standing=standing, now=now)


def _heartbeat(house: House, order: Order, found: Audit) -> tuple[str, ...]:
    """Send it if all is well; what is to be said of it."""
    url = house.settings.heartbeat_url
    if url is None or order.exercise or not order.send:
        return () if order.exercise or url is not None else (NO_WATCHER_ZH,)
    if not found.ok:
        return ("心跳停发",)
    try:
        send_heartbeat(url.get_secret_value(), now=house.clock())
    except HeartbeatFailed as error:
        return (f"心跳未送达：{error}",)
    return ()


def _event(house: House, found: Audit, prefix: str) -> Event[BundleMemory]:
    """What the auditor found (``EVENT_PREFIX``), or whom the offices wait for (``CLOCK_PREFIX``)."""
    scope = Scope(zone=None, regions=(), world=house.world)

    def words(draft: Draft, envelope: Envelope) -> Texts:
        before = memory_of(house, event)
        lapsed = () if draft.degraded else lapsed_offices(house, before, now=found.at_utc)
        clocks = prefix == CLOCK_PREFIX
        facts = AuditFacts(draft.reason, found.problems, before.since_utc, lapsed, len(before.told), clocks)
        return audit_texts(facts, envelope)

    event = Event(
        key=prefix.rstrip(":"),
        fresh=BundleMemory(),
        latest=lambda: house.alerts.latest(event_prefix=prefix, world=house.world),
        recall=audit_memory_of,
        decide=lambda memory: decide_audit(
            found, memory, scope=scope, prefix=prefix, bundle=timedelta(minutes=house.rules.audit.bundle_min)
        ),
        words=words,
        signature=house.rules.wording.system_signature,
        prefix=SYSTEM_PREFIX,
        recipients=house.contacts.operations(),
    )
    return event


def lapsed_offices(house: House, before: BundleMemory, *, now: datetime) -> tuple[str, ...]:
    """Offices of which operations were told and that never had their alert: it is only too old to be looked at."""
    if before.since_utc is None:
        return ()
    since = before.since_utc - timedelta(hours=house.rules.audit.look_back_h)
    owed = Owed(house.database).offices(since=since, world=house.world)
    never = [one for one in owed if one.is_missing(now) and office_key(one) in before.told]
    return tuple(f"{one.office_zh}未收到{one.code}" for one in never)
