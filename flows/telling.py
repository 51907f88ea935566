"""From a decision to rows in the ledger: memory, code, words, recipients, one commit.

A crash between the commit of an alert and that of the memory is mended at the next round, which finds an alert that
its memory does not know. Two rounds at once decide the same alert, which the ledger takes once.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Generic, TypeVar

from boundary_zones.contacts import Recipient
from boundary_zones.required import RequiredOffice
from boundary_zones.zone import Zone
from flows.by_hand import Mark, marked
from flows.order import Conclusion, Order
from flows.wiring import House
from notify.alert import Alert, AlertKind, Draft, Reason, Silence
from notify.decision import Decision, Scope
from notify.escalate import ladder_rows, owed
from notify.ledger import Delivery
from notify.obligations import former_rows, obligations
from notify.rules import OTHER
from notify.texts import Envelope, Texts
from store.errors import StoreConflict
from store.run_rows import Trigger
from store.zone_levels import LevelRecord, document_of, memory_from

LOG = logging.getLogger("firewatch.telling")
M = TypeVar("M")
_TRIES = 3
PREVIEW_ZH = "预览"
"""In the place of a code where nothing was committed."""
_ENDS = frozenset({Reason.DANGER_ENDED})
_NOTHING_TO_SAY = frozenset({Reason.UNCHANGED, Reason.BELOW_LEVEL, Reason.INCIDENT_ENDED})


@dataclass(frozen=True)
class Event(Generic[M]):
    """What a decision is about, and how to come from it to words.

    Attributes:
        key: of the level history: stable over episodes.
        fresh: memory of an event that nobody has been told of.
        latest: the alert committed last for it; None when there is none.
        recall: memory as it was when an alert was decided; None where the decision needs none to be repeated.
        decide: the pure decision.
        words: texts for a draft.
        signature: of the texts.
        prefix: of the code.
        recipients: everybody who is told.
        required: offices that must hear of it, whether or not the contacts know a way to them.
    """

    key: str
    fresh: M
    latest: Callable[[], Alert | None]
    recall: Callable[[Alert], M] | None
    decide: Callable[[M], Decision[M]]
    words: Callable[[Draft, Envelope], Texts]
    signature: str
    prefix: str
    recipients: Sequence[Recipient]
    required: Sequence[RequiredOffice] = ()
    mark: Mark | None = None
    """Where the level, or a part of the evidence, is a person's word."""


@dataclass(frozen=True, slots=True)
class Told:
    """What came of an event: an alert, or the reason for silence."""

    outcome: Draft | Silence
    alert: Alert | None
    """Committed, or, where nothing is to be sent, what would have been."""
    mark: str = ""
    """Where it rests on a person's word: 人工调整, 人工录入."""


def zone_scope(house: House, zone: Zone) -> Scope:
    """Both sides of the line and all regions, always."""
    return Scope(zone=zone.id, regions=tuple(house.catalogue.regions), world=house.world)


def zone_prefix(zone: Zone) -> str:
    """With which the codes of a joint unit's alerts begin: 怀, 延, 平."""
    return zone.code_prefix_zh


def settle(house: House, order: Order, event: Event[M]) -> Told:
    """Decide, and unless the order is only to look, commit what was decided.

    Raises:
        StoreConflict: other rounds decided otherwise at the same time, again and again.
    """
    last: StoreConflict | None = None
    for _ in range(_TRIES):
        memory, record = _memory(house, event)
        decision = event.decide(memory)
        if record is not None and decision.memory == memory and _repeats(decision.outcome, record):
            return Told(decision.outcome, None, _mark(event))
        try:
            return _commit(house, order, event, decision)
        except StoreConflict as conflict:
            last = conflict
    assert last is not None
    raise last


def _repeats(outcome: Draft | Silence, record: LevelRecord) -> bool:
    """Whether a silence only says again, round after round, that there is nothing to say."""
    return isinstance(outcome, Silence) and outcome.reason in _NOTHING_TO_SAY and outcome.level == record.level


def _commit(house: House, order: Order, event: Event[M], decision: Decision[M]) -> Told:
    alert = None
    if isinstance(decision.outcome, Draft):
        alert = _worded(house, event, decision.outcome, preview=not order.send)
        rows = _rows(house, order, event, alert)
        if order.send:
            _tell(house, event, alert, rows)
    if order.send:
        _remember(house, event.key, decision)
    return Told(decision.outcome, alert, _mark(event))


def _mark(event: Event[M]) -> str:
    return event.mark.head_zh if event.mark else ""


def _tell(house: House, event: Event[M], alert: Alert, rows: Sequence[Delivery]) -> None:
    """Commit an alert with its rows; an end goes to those only whom the warning left for."""
    with house.database.begin():
        if alert.reason not in _ENDS:
            rules = house.rules.escalation
            house.ledger.commit(alert, rows, owed(alert, event.required, event.recipients, rules=rules))
            return
        house.ledger.lock(alert)
        reached = house.alerts.reached(alert.event_id, world=alert.world)
        house.ledger.commit(alert, former_rows(alert, reached, house.contacts.recipients))


def _rows(house: House, order: Order, event: Event[M], alert: Alert) -> tuple[Delivery, ...]:
    """Who is told at once, and the steps of the ladder. In a replay nobody could answer, so it has none."""
    reaches = house.rules.channels.reaches_office
    regions = {office.region for office in event.required}
    told = obligations(alert, event.recipients, required=regions, reaches_office=reaches)
    if order.trigger is Trigger.REPLAY:
        return told
    operations = house.contacts.operations()
    rules = house.rules.escalation
    return told + ladder_rows(alert, event.required, operations=operations, rules=rules, reaches_office=reaches)


def _worded(house: House, event: Event[M], draft: Draft, *, preview: bool) -> Alert:
    if preview:
        code = house.alerts.code_of(draft.alert_id, decided_utc=draft.decided_utc) or PREVIEW_ZH
    else:
        code = _code(house, event, draft)
    envelope = Envelope(event.signature, code, draft.decided_utc, draft.exercise)
    texts = marked(partial(event.words, draft), envelope, event.mark)
    if not texts.fit:
        LOG.warning("alert %s is longer than one message after all shortening: %s", code, texts.short)
    hours = house.rules.dispatch.expires_after_h
    expires = draft.decided_utc + timedelta(hours=hours.get(draft.kind, hours[OTHER]))
    texts_of = {"text_short": texts.short, "text_long": texts.long, "text_full": texts.full}
    return draft.alert(code, expires_utc=expires, **texts_of)


def _code(house: House, event: Event[M], draft: Draft) -> str:
    return house.ledger.next_code(
        event.prefix, decided_utc=draft.decided_utc, exercise=draft.exercise, world=house.world
    )


def conclusion_of(told: Told) -> Conclusion:
    """What came of an event, as a run row keeps it."""
    outcome, alert = told.outcome, told.alert
    if isinstance(outcome, Silence):
        kind, _, _ = outcome.event_id.partition(":")
        return Conclusion(
            event_id=outcome.event_id,
            kind=kind if kind != outcome.event_id else AlertKind.INCIDENT,
            zone=outcome.zone,
            level=outcome.level,
            reason=outcome.reason,
            told=False,
            note="；".join(filter(None, (told.mark, outcome.note))),
        )
    texts = "\n".join((alert.text_short, alert.text_long, alert.text_full)) if alert else ""
    return Conclusion(
        event_id=outcome.event_id,
        kind=outcome.kind,
        zone=outcome.zone,
        level=outcome.level,
        reason=outcome.reason,
        told=alert is not None,
        revision=outcome.revision,
        previous_level=outcome.previous_level,
        code=alert.code if alert else "",
        text_short=alert.text_short if alert else "",
        text_sha256=hashlib.sha256(texts.encode()).hexdigest(),
        note=told.mark,
    )


def memory_of(house: House, event: Event[M]) -> M:
    """What is remembered of an event; made anew from its last alert where a crash lost the memory of that."""
    return _memory(house, event)[0]


def _memory(house: House, event: Event[M]) -> tuple[M, LevelRecord | None]:
    """The memory of an event and the record that it is from; no record where it had to be made anew."""
    record = house.levels.newest(event.key, world=house.world)
    alert = event.latest()
    if event.recall is not None and alert is not None and (record is None or record.decided_utc < alert.decided_utc):
        return event.recall(alert), None
    return (event.fresh, None) if record is None else (memory_from(record, type(event.fresh)), record)


def _remember(house: House, key: str, decision: Decision[M]) -> None:
    outcome = decision.outcome
    record = LevelRecord(
        event_key=key,
        decided_utc=outcome.decided_utc,
        level=outcome.level,
        candidate_level=None,
        memory=document_of(decision.memory),
    )
    house.levels.save(record, world=house.world)
    if isinstance(outcome, Silence):
        house.levels.keep_silence(outcome, world=house.world)
