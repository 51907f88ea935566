"""Cancelling and correcting: one more revision, for exactly those who got, or may have got, a former one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from flows.cap_products import publish_cap
from flows.telling import zone_prefix
from flows.wiring import House
from notify.alert import LIVE, SYSTEM_PREFIX, Alert, AlertKind, Draft, Reason
from notify.facts import CancelFacts, CorrectFacts
from notify.ledger import Delivery
from notify.obligations import former_rows
from notify.texts import Envelope, Texts
from notify.wording import cancel_texts, correct_texts
from store.audit import AuditAction, Deed
from store.errors import StoreConflict

_TAKEN_BACK = frozenset({AlertKind.CANCEL})


@dataclass(frozen=True, slots=True)
class TakenBack:
    """A cancellation or correction that was committed."""

    alert: Alert
    rows: tuple[Delivery, ...]
    """One for each office and channel that a former revision left for."""


def cancel(house: House, code: str, *, reason_zh: str, by: str, now: datetime) -> TakenBack:
    """Withdraw an event's alerts.

    Raises:
        NotInStore: no alert has this code.
        StoreConflict: it is withdrawn already.
        ValueError: a reason or a name that no message can hold.
    """
    former = _former(house, code)

    def words(envelope: Envelope) -> Texts:
        facts = CancelFacts(former.code, former.decided_utc, subject_zh(former), reason_zh, by)
        return cancel_texts(facts, envelope)

    return take_back(house, former, (AlertKind.CANCEL, Reason.TAKEN_BACK), words, by=by, now=now)


def correct(house: House, code: str, *, wrong_zh: str, right_zh: str, by: str, now: datetime) -> TakenBack:
    """Put an alert right: what was wrong, and what is right.

    Raises:
        NotInStore: no alert has this code.
        StoreConflict: it is withdrawn already.
        ValueError: words or a name that no message can hold.
    """
    former = _former(house, code)

    def words(envelope: Envelope) -> Texts:
        facts = CorrectFacts(former.code, former.decided_utc, subject_zh(former), wrong_zh, right_zh, by)
        return correct_texts(facts, envelope)

    return take_back(house, former, (AlertKind.CORRECT, Reason.PUT_RIGHT), words, by=by, now=now)


def subject_zh(alert: Alert) -> str:
    """What an alert was, as a duty room calls it."""
    if alert.kind is AlertKind.SYSTEM:
        return "运行通知"
    return "火险预警建议" if alert.event_id.startswith("danger:") else "疑似火情通报"


def take_back(
    house: House,
    former: Alert,
    what: tuple[AlertKind, Reason],
    words: Callable[[Envelope], Texts],
    *,
    by: str,
    now: datetime,
    signature: str = "",
) -> TakenBack:
    """Commit one more revision for exactly those whom a former one left for, with its audit entry and its CAP.

    Args:
        house: any world.
        former: an alert of the event.
        what: kind and reason of the new revision.
        words: its texts.
        by: who decided it.
        now: when.
        signature: of the texts; empty for that of corrections.

    Raises:
        StoreConflict: the event is withdrawn already.
        ValueError: words that no message can hold.
    """
    kind, reason = what
    world = house if house.world == former.world else house.within(former.world)
    with house.database.begin():
        house.ledger.lock(former)
        newest = house.alerts.of_event(former.event_id, world=former.world)[-1]
        if newest.kind in _TAKEN_BACK:
            raise StoreConflict(f"{former.code} was withdrawn by {newest.code}")
        reached = house.alerts.reached(former.event_id, world=former.world)
        draft = _draft(newest, (kind, reason), reached, now=now)
        code = house.ledger.next_code(
            _prefix(house, former), decided_utc=now, exercise=draft.exercise, world=former.world
        )
        envelope = Envelope(signature or house.rules.wording.correction_signature, code, now, draft.exercise)
        texts = words(envelope)
        alert = draft.alert(code, text_short=texts.short, text_long=texts.long)
        rows = former_rows(alert, reached, house.contacts.recipients)
        house.ledger.commit(alert, rows)
        action = AuditAction.CANCEL if kind is AlertKind.CANCEL else AuditAction.CORRECT
        said = {"by_code": code, "offices": sorted({f"{row.region}/{row.office}" for row in rows})}
        house.audit.append(Deed(by, action, former.code, now, said, former.world))
    publish_cap(world, now=now, run_id=f"{kind}-{code}")
    return TakenBack(alert, rows)


def _former(house: House, code: str) -> Alert:
    """The alert with a code: of the house's own world, or of any where that is the live one."""
    return house.alerts.with_code(code, world=None if house.world == LIVE else house.world)


def _draft(newest: Alert, what: tuple[AlertKind, Reason], reached: Sequence[Delivery], *, now: datetime) -> Draft:
    """The next revision. It keeps level and evidence, so that the next round tells again only what is new."""
    kind, reason = what
    return Draft(
        event_id=newest.event_id,
        revision=newest.revision + 1,
        kind=kind,
        zone=newest.zone,
        level=newest.level,
        previous_level=newest.level,
        reason=reason,
        decided_utc=max(now, newest.decided_utc),
        regions=tuple(sorted({row.region for row in reached})),
        degraded=False,
        evidence=newest.evidence,
        world=newest.world,
    )


def _prefix(house: House, former: Alert) -> str:
    return SYSTEM_PREFIX if former.zone is None else zone_prefix(house.catalogue.zone(former.zone))
