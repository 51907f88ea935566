"""What the system says of itself, outside the ledger: rehearsals of channels, and the head of the audit log."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from boundary_zones.contacts import Recipient, RecipientRole
from flows.channel_settings import channel_settings
from flows.wiring import House
from notify.alert import LIVE, SYSTEM_PREFIX, Alert, AlertKind, FeedLevel, Reason, alert_id_of
from notify.channels import credential_of, is_proven, send
from notify.delivery_states import DeliveryState, Outcome, OutcomeClass
from notify.ledger import Delivery
from notify.parcel import Parcel
from notify.phrases import BEIJING, clock_zh
from notify.texts import DRILL
from store.audit_chain import Head

PUBLISH_AFTER = timedelta(hours=24)
_LOG = logging.getLogger("firewatch.rehearsal")
Send = Callable[[str, Parcel], Outcome]

ADVICE_ZH = {
    OutcomeClass.OK: "请测试组确认收到",
    OutcomeClass.REJECT_PERMANENT: "按说明改正后重试；改正前本渠道不可用",
    OutcomeClass.REJECT_TEMPORARY: "稍后重试；持续出现时联系服务商",
    OutcomeClass.NOT_SENT: "查网络、地址和防火墙",
    OutcomeClass.UNKNOWN: "请测试组查看是否收到；收到也须查明原因",
}


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """What came of a channel's rehearsal."""

    channel: str
    proven: bool
    outcome: Outcome | None
    latency_s: float
    advice_zh: str


def rehearse(house: House, *, now: datetime) -> list[Rehearsed]:
    """Send 【演练】 once through every account that the contacts use, to the test group; nobody else is reached."""
    settings = channel_settings(house)
    tests = house.contacts.test_group()
    found, reached = [], set[str]()
    for channel, credential in _accounts(house):
        fitting = [one for one in tests if one.channel_kind == channel and credential_of(one.address) == credential]
        group = fitting or [one for one in tests if one.channel_kind == channel]
        if not group:
            advice = "联系人文件中加一行role=test_group，用本渠道"
            found.append(Rehearsed(channel, is_proven(credential.partition("-")[0] + "://"), None, 0.0, advice))
        for one in group:
            if one.key in reached:
                continue
            reached.add(one.key)
            notice = _notice(house, one, _rehearsal_text(now), now=now, exercise=True)
            began = time.monotonic()
            outcome = send(one.address, notice, settings=settings)
            took_s, proven = time.monotonic() - began, is_proven(one.address)
            advice = ADVICE_ZH[outcome.outcome_class] + ("" if proven else "；未验证渠道，不作叫应依据")
            found.append(Rehearsed(one.channel, proven, outcome, took_s, advice))
    return found


def publish_head(house: House, send_one: Send, *, now: datetime, at_least: timedelta = PUBLISH_AFTER) -> Head | None:
    """Send the head of the audit log to operations when the last one went out long enough ago.

    Returns:
        The head that went out; None when none was due, or no endpoint took it: it is tried again next time.
    """
    last = house.audit.last_published()
    head = house.audit.head()
    if house.world != LIVE or head.seq == 0 or (last is not None and now - last[1] < at_least):
        return None
    text = f"【火险管线】审计日志截至{clock_zh(now)}：{head}。请留存，核验用firewatch audit verify --head。"
    taken = 0
    for one in house.contacts.operations():
        outcome = send_one(one.address, _notice(house, one, text, now=now, exercise=False))
        taken += outcome.outcome_class is OutcomeClass.OK
        if outcome.outcome_class is not OutcomeClass.OK:
            _LOG.warning("the audit head did not reach operations on %s: %s", one.channel, outcome.detail)
    return house.audit.publish(head, at_utc=now) if taken else None


def _accounts(house: House) -> Sequence[tuple[str, str]]:
    """Channel and account of every address in use, the inbox once, in the order of the file."""
    used = (one for one in house.contacts.recipients if one.role is not RecipientRole.TEST_GROUP)
    pairs = {
        (one.channel_kind, "inbox-") if one.channel_kind == "inbox" else (one.channel_kind, credential_of(one.address))
        for one in used
    }
    return sorted(pairs)


def _rehearsal_text(now: datetime) -> str:
    return f"{DRILL}通道检查{clock_zh(now)}，无需处置。{DRILL}"


def _notice(house: House, one: Recipient, text: str, *, now: datetime, exercise: bool) -> Parcel:
    event = f"notice:{now:%Y%m%dT%H%M%S}:{sha256(text.encode()).hexdigest()[:8]}"
    alert = Alert(
        alert_id=alert_id_of(world=house.world, event_id=event, revision=1),
        code=f"{'演' if exercise else ''}{SYSTEM_PREFIX}{now.astimezone(BEIJING):%m%d}-00",
        revision=1,
        event_id=event,
        kind=AlertKind.SYSTEM,
        zone=None,
        level=FeedLevel.NONE,
        previous_level=FeedLevel.NONE,
        reason=Reason.NOTICE,
        decided_utc=now,
        regions=(),
        exercise=exercise,
        degraded=False,
        text_short=text,
        text_long=text,
        world=house.world,
    )
    key = sha256(f"{alert.alert_id}|{one.key}".encode()).hexdigest()[:32]
    row = Delivery(
        key,
        alert.alert_id,
        1,
        one.region,
        one.office,
        one.office_zh,
        str(one.role),
        one.channel,
        0,
        DeliveryState.SENDING,
    )
    return Parcel(row, alert, sending_utc=now)
