"""Answers that come by the link, by SMS or by telephone, brought to the ledger."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from boundary_zones.contacts import Recipient
from flows.errors import ConfigurationError
from flows.settings import Settings
from flows.wiring import House
from notify.alert import Alert
from notify.answer_link import AnswerClaim, LinkKey, claim_of, minted
from notify.channel_rules import kind_of
from notify.delivery_states import Outcome
from notify.parcel import Parcel
from store.errors import AnswerUnclear, NotInStore

VALID_FOR = timedelta(hours=48)
"""An answer later than this is given by telephone."""
_CODE = re.compile(r"演?[\u4e00-\u9fff]{1,2}\d{4}-\d{2,3}")
_YES = re.compile(r"^\s*(?:1|１|收到|已收到)\s*[。.!！]?\s*$")
Send = Callable[[str, Parcel], Outcome]


class ReplyUnclear(ValueError):
    """An SMS that is no answer: nobody has this number, or the text names no alert."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What an answer did."""

    alert: Alert
    region: str
    office: str
    office_zh: str
    first: bool
    """False where the office had answered before: nothing was written."""
    at_utc: datetime


def link_keys(settings: Settings) -> tuple[LinkKey, ...]:
    """The key in use, then the one before; empty where no answer page is set up.

    Raises:
        ConfigurationError: a secret that is too short, or an old one without a new one.
    """
    texts = [one.get_secret_value() for one in (settings.answer_key, settings.answer_key_before) if one is not None]
    if settings.answer_key is None and texts:
        raise ConfigurationError("FIREWATCH_ANSWER_KEY_BEFORE is set without FIREWATCH_ANSWER_KEY")
    if settings.answer_url and not texts:
        raise ConfigurationError("FIREWATCH_ANSWER_URL needs FIREWATCH_ANSWER_KEY: openssl rand -base64 32")
    try:
        return tuple(LinkKey(text.encode()) for text in texts)
    except ValueError as error:
        raise ConfigurationError(f"FIREWATCH_ANSWER_KEY: {error}") from error


def link_of(parcel: Parcel, *, base_url: str, key: LinkKey) -> str:
    """The link that answers a parcel for its office."""
    delivery, alert = parcel.delivery, parcel.alert
    claim = AnswerClaim(
        alert_id=alert.alert_id,
        region=delivery.region,
        office=delivery.office,
        revision=alert.revision,
        expires_utc=alert.decided_utc + VALID_FOR,
        jti=delivery.delivery_id,
    )
    return f"{base_url.rstrip('/')}/a/{minted(claim, key)}"


def with_links(send: Send, settings: Settings, *, can_ack: Collection[str]) -> Send:
    """``send``, with the answer link in the parcels of channels that an office answers on; else as it is.

    A link in a chat group would let anybody there answer for the office.
    """
    keys = link_keys(settings)
    if not keys or not settings.answer_url:
        return send

    def linked(address: str, parcel: Parcel) -> Outcome:
        if kind_of(parcel.delivery.channel) not in can_ack:
            return send(address, parcel)
        link = link_of(parcel, base_url=settings.answer_url, key=keys[0])
        return send(address, replace(parcel, answer_link=link))

    return linked


def opened(house: House, token: str, *, now: datetime) -> tuple[AnswerClaim, Alert, str]:
    """What a link is about: the claim, its alert and the office's name. Writes nothing.

    Raises:
        TokenRefused: the link is not valid, or its time is over.
        NotInStore: the alert, or this delivery of it, is not in the ledger.
    """
    claim = claim_of(token, keys=link_keys(house.settings), now=now)
    told = house.alerts.told(claim.jti)
    if told is None or (told.alert_id, told.region, told.office) != (claim.alert_id, claim.region, claim.office):
        raise NotInStore("the delivery of this link is not in the ledger")
    return claim, house.ledger.alert(claim.alert_id), told.office_zh


def answer_by_link(house: House, token: str, *, by: str, now: datetime) -> Answered:
    """Answer with a link, once: a second answer of the same office changes nothing.

    Raises:
        TokenRefused: the link is not valid, or its time is over.
        NotInStore: as :func:`opened`.
    """
    claim, alert, office_zh = opened(house, token, now=now)
    return _answered(house, alert, (claim.region, claim.office, office_zh), by=by or office_zh, via="page", now=now)


def answer_by_sms(house: House, *, number: str, text: str, now: datetime) -> Answered:
    """Answer with a reply to a short message: 1, or the code of the alert.

    Raises:
        ReplyUnclear: nobody has this number, the text is no answer, or nothing waits for one.
    """
    recipient = _with_number(house.contacts.recipients, number)
    code = _CODE.search(text)
    if code is None and not _YES.match(text):
        raise ReplyUnclear("the text is neither 1 nor the code of an alert")
    where = (recipient.region, recipient.office)
    if code is None:
        alert = house.alerts.newest_unanswered(*where)
        if alert is None:
            raise ReplyUnclear("nothing that was sent to this office waits for an answer")
    else:
        alert = house.alerts.with_code(code[0])
    try:
        return _answered(house, alert, (*where, recipient.office_zh), by=recipient.office_zh, via="sms", now=now)
    except (NotInStore, AnswerUnclear) as error:
        raise ReplyUnclear(str(error)) from error


def _answered(
    house: House, alert: Alert, office: tuple[str, str, str], *, by: str, via: str, now: datetime
) -> Answered:
    region, name, office_zh = office
    before = house.alerts.answered_at(alert.alert_id, region, name)
    if before is not None:
        return Answered(alert, region, name, office_zh, first=False, at_utc=before)
    house.ledger.acknowledge(alert.code, office=f"{region}/{name}", by=by, via=via, now=now, world=alert.world)
    return Answered(alert, region, name, office_zh, first=True, at_utc=now)


def _with_number(recipients: Sequence[Recipient], number: str) -> Recipient:
    """The recipient whose address holds this telephone number. The number itself stands in no error."""
    digits = re.sub(r"\D", "", number).removeprefix("86")
    if len(digits) >= 7:
        for one in recipients:
            if digits in re.findall(r"\d+", one.address):
                return one
    raise ReplyUnclear("no office in the contacts has this number")
