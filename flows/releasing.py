"""From a draft to a text that went out in an office's name: signed by as many persons as the rules ask for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from boundary_zones.required import required_offices
from flows.consulting import CONSULTATION
from flows.hearing import members_of, units_of
from flows.telling import zone_prefix
from flows.wiring import House
from notify.alert import FORMAL, Alert, AlertKind, Draft, Reason, WarningColour
from notify.escalate import owed
from notify.obligations import obligations
from notify.release import signers
from notify.texts import DRILL
from notify.warning.document import DocumentState
from notify.warning.texts import released_text
from store.audit import AuditAction, Deed
from store.errors import StoreConflict
from store.warning_documents import LETTER, NOTICE, DocumentRow

JOINT_ZH = "、"


@dataclass(frozen=True, slots=True)
class Signed:
    """Where a document stands after a signature."""

    document: DocumentRow
    signed_by: tuple[str, ...]
    missing: int
    """Signatures that are still needed."""
    alert: Alert | None = None
    """What went out, once nothing is missing."""


def needed(house: House, document: DocumentRow) -> int:
    """How many persons must sign a document."""
    colours = (document.colour, document.previous_colour)
    return house.rules.release.signatures_needed(colours, cross_border=document.kind == LETTER)


def sign(house: House, number: str, *, by: str, now: datetime, note: str = "") -> Signed:
    """Put a name under a draft; with the last one that is needed it goes out.

    Raises:
        NotInStore: no such document.
        AnswerUnclear: nobody is named.
        StoreConflict: the document is no draft any more, or this person signed it before.
    """
    with house.database.begin():
        document = house.warning_documents.load(number, world=house.world)
        if document.state is not DocumentState.DRAFT:
            raise StoreConflict(f"{number} is {document.state.name_zh}; only a draft is signed")
        names = signers(house.releases.sign(number, by=by, at=now, note=note, world=house.world))
        missing = max(0, needed(house, document) - len(names))
        if missing:
            return Signed(document, names, missing)
        house.warning_documents.move(number, DocumentState.SIGNED, by=JOINT_ZH.join(names), at=now, world=house.world)
        alert = _sent_out(house, document, names, now=now)
        released = house.warning_documents.move(number, DocumentState.RELEASED, by=by, at=now, world=house.world)
        house.audit.append(Deed(by, AuditAction.PUBLISH, number, now, {"code": alert.code}, house.world))
    return Signed(released, names, 0, alert)


def send_back(house: House, number: str, *, by: str, reason: str, now: datetime) -> DocumentRow:
    """Put a draft aside.

    Raises:
        NotInStore: no such document.
        StoreConflict: the document is no draft any more.
    """
    with house.database.begin():
        document = house.warning_documents.move(number, DocumentState.DISCARDED, by=by, at=now, world=house.world)
        house.audit.append(Deed(by, AuditAction.RETURN, number, now, {"reason": reason}, house.world))
    return document


def _sent_out(house: House, document: DocumentRow, names: tuple[str, ...], *, now: datetime) -> Alert:
    zone = house.catalogue.zone(document.zone)
    draft = Draft(
        event_id=f"{FORMAL}{document.number}",
        revision=1,
        kind=AlertKind.DANGER,
        zone=document.zone,
        level=document.colour,
        previous_level=document.previous_colour,
        reason=_reason(document),
        decided_utc=now,
        regions=tuple(house.catalogue.regions),
        degraded=document.degraded,
        world=house.world,
    )
    code = house.ledger.next_code(zone_prefix(zone), decided_utc=now, exercise=draft.exercise, world=house.world)
    tail = f"签发：{JOINT_ZH.join(names)}。编号{code}，收到回1。"
    # A draft has a number of its own; an office answers the alert that comes of it.
    own = str(document.content.get("code", "")) or code
    alert = draft.alert(
        code,
        text_short=_framed(document.text_short.replace(own, code), "", exercise=draft.exercise),
        text_long=_framed(
            released_text(document.text_long.replace(own, code), released_utc=now), tail, exercise=draft.exercise
        ),
        expires_utc=max(document.ends_utc, now) if document.ends_utc > now else None,
    )
    beside = members_of(house, units_of(house, str(document.content.get("event_id", "")), zone.id))
    told = house.contacts.for_zone(zone, house.catalogue, also=beside)
    required = required_offices(zone, house.catalogue, house.contacts, also=beside)
    house.ledger.commit(alert, obligations(alert, told), owed(alert, required, told, rules=house.rules.escalation))
    return alert


def _reason(document: DocumentRow) -> Reason:
    """Why it goes out: an invitation or a notice says nothing of danger."""
    if document.content.get("form") in {CONSULTATION, NOTICE}:
        return Reason.NOTICE
    return Reason.DANGER_ENDED if document.colour is WarningColour.NONE else Reason.DANGER_RAISED


def _framed(text: str, tail: str, *, exercise: bool) -> str:
    """The signed text with who signed it; an exercise begins and ends as one."""
    body = text.strip().removeprefix(DRILL).removesuffix(DRILL).strip()
    body = f"{body}\n{tail}" if tail else body
    return f"{DRILL}{body}{DRILL}" if exercise else body
