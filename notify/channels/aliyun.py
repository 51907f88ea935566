"""Aliyun text messages and voice calls (阿里云短信、语音通知), by its RPC interface with a signature of version 1.0.

``smsaliyun://?id=…&secret=…&signname=…&template=SMS_…&to=139…[&vars=a,b,c]`` and
``voicealiyun://?id=…&secret=…&template=TTS_…&to=…[&from=…][&vars=a,b,c]``. The text goes into the variables of the
template, in their order; the ledger's key goes along as OutId and comes back in receipts.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote
from uuid import uuid4

from notify.channels.address import Parameters, parameters
from notify.channels.codes import ALIYUN_SMS, ALIYUN_VOICE
from notify.channels.http_exchange import Answer, Request, exchange
from notify.channels.plugin import ChannelSettings, OwnChannel
from notify.channels.variables import variables_of
from notify.channels.verdict import Codes, document_of, judged
from notify.delivery_states import Finding, Outcome, OutcomeClass
from notify.parcel import Parcel
from notify.phrases import BEIJING

_SMS_API, _VOICE_API = "https://dysmsapi.aliyuncs.com", "https://dyvmsapi.aliyuncs.com"
_NEEDED = ("id", "secret", "template", "to")
_VERSION = "2017-05-25"
_PAGE = 50
_VOICE_PRODUCT = "11000000300006"
_VOICE_STATE = re.compile(r"20[0-9]{4}")
_ANSWERED = "200000"
_STATUS = {1: Finding.ARRIVED, 2: Finding.FAILED, 3: Finding.DELIVERED}
"""SendStatus: 1 waits for the receipt, 2 failed, 3 reached the handset."""


class _AliyunChannel(OwnChannel):
    """One request; a receipt number in the answer is what it was taken under."""

    codes: Codes
    api = ""
    allowed: tuple[str, ...] = ("vars",)
    needed: tuple[str, ...] = _NEEDED
    receipt = ""

    def deliver(self, address: str, parcel: Parcel, *, settings: ChannelSettings) -> Outcome:
        """Ask once to send or to call."""
        try:
            asked = parameters(address, needed=self.needed, allowed=self.allowed, api=self.api)
            variables = variables_of(asked, parcel, settings, self.codes.name)
        except ValueError as error:
            return Outcome(OutcomeClass.REJECT_PERMANENT, f"{self.codes.name}: {error}")
        action = self.action(asked, json.dumps(variables, ensure_ascii=False), parcel.key)
        answer = ask(self.codes.name, asked, action, now=parcel.sending_utc, deadline_s=settings.deadline_s)
        if isinstance(answer, Outcome):
            return answer
        outcome = judged(answer, self.codes, "Code", now=parcel.sending_utc)
        taken = (document_of(answer) or {}).get(self.receipt)
        if outcome.outcome_class is not OutcomeClass.OK:
            return outcome
        if not isinstance(taken, str) or not taken:
            return Outcome(OutcomeClass.UNKNOWN, f"{self.codes.name}: OK without a receipt number")
        return Outcome(OutcomeClass.OK, outcome.detail, provider_id=taken)

    def action(self, asked: Parameters, variables: str, key: str) -> dict[str, str]:
        """Parameters of the request beside those that all share."""
        raise NotImplementedError


class AliyunSmsChannel(_AliyunChannel):
    """阿里云短信 SendSms."""

    service_name = "Aliyun SMS"
    protocol = "firewatchsmsaliyun"
    codes = ALIYUN_SMS
    api = _SMS_API
    needed = (*_NEEDED, "signname")
    receipt = "BizId"

    def action(self, asked: Parameters, variables: str, key: str) -> dict[str, str]:
        """SendSms to one number."""
        return {
            "Action": "SendSms",
            "PhoneNumbers": asked["to"],
            "SignName": asked["signname"],
            "TemplateCode": asked["template"],
            "TemplateParam": variables,
            "OutId": key,
        }


class AliyunVoiceChannel(_AliyunChannel):
    """阿里云语音通知 SingleCallByTts: one number at most once a minute, 5 times an hour, 20 a day."""

    service_name = "Aliyun voice notification"
    protocol = "firewatchvoicealiyun"
    codes = ALIYUN_VOICE
    api = _VOICE_API
    allowed = ("vars", "from")
    receipt = "CallId"

    def action(self, asked: Parameters, variables: str, key: str) -> dict[str, str]:
        """SingleCallByTts, read three times."""
        shown = {"CalledShowNumber": asked.get("from")} if asked.get("from") else {}
        return shown | {
            "Action": "SingleCallByTts",
            "CalledNumber": asked["to"],
            "TtsCode": asked["template"],
            "TtsParam": variables,
            "PlayTimes": "3",
            "OutId": key,
        }


def look_up_sms(address: str, parcel: Parcel, *, settings: ChannelSettings) -> Finding:
    """What QuerySendDetails says of the message with this OutId, sent since the alert was decided.

    MISSING only when Aliyun lists the number's messages of every day since and this one is not among them.
    """
    try:
        asked = parameters(address, needed=AliyunSmsChannel.needed, allowed=AliyunSmsChannel.allowed, api=_SMS_API)
    except ValueError:
        return Finding.UNSURE
    days = sorted({moment.astimezone(BEIJING).date() for moment in (parcel.alert.decided_utc, parcel.sending_utc)})
    found: list[Finding] = []
    for day in days:
        one = _details(asked, f"{day:%Y%m%d}", parcel, deadline_s=settings.deadline_s / len(days))
        if one is None:
            return Finding.UNSURE
        found += one
    for best in (Finding.DELIVERED, Finding.ARRIVED, Finding.UNSURE, Finding.FAILED):
        if best in found:
            return best
    return Finding.MISSING


def _details(asked: Parameters, day: str, parcel: Parcel, *, deadline_s: float) -> list[Finding] | None:
    """Findings for this key on one day; None when the list could not be had whole."""
    action = {
        "Action": "QuerySendDetails",
        "PhoneNumber": asked["to"],
        "SendDate": day,
        "PageSize": str(_PAGE),
        "CurrentPage": "1",
    }
    answer = ask(ALIYUN_SMS.name, asked, action, now=parcel.sending_utc, deadline_s=deadline_s)
    document = document_of(answer) if isinstance(answer, Answer) and answer.status == 200 else None
    if document is None or document.get("Code") != "OK":
        return None
    listed = document.get("SmsSendDetailDTOs")
    rows = listed.get("SmsSendDetailDTO") if isinstance(listed, dict) else None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        return None
    mine: list[dict[str, Any]] = [row for row in rows if row.get("OutId") == parcel.key]
    if not mine and len(rows) >= _PAGE:
        return None
    return [_STATUS.get(row.get("SendStatus", 0), Finding.UNSURE) for row in mine]


def look_up_call(address: str, parcel: Parcel, *, settings: ChannelSettings) -> Finding:
    """What QueryCallDetailByCallId says of the call: DELIVERED when somebody took it, FAILED when nobody did.

    UNSURE while it rings, and for a state that is not of the documented family.
    """
    try:
        asked = parameters(
            address, needed=AliyunVoiceChannel.needed, allowed=AliyunVoiceChannel.allowed, api=_VOICE_API
        )
    except ValueError:
        return Finding.UNSURE
    called_utc = parcel.delivery.sent_utc or parcel.sending_utc
    action = {
        "Action": "QueryCallDetailByCallId",
        "CallId": parcel.delivery.provider_id or "",
        "ProdId": _VOICE_PRODUCT,
        "QueryDate": str(int(called_utc.timestamp() * 1000)),
    }
    answer = ask(ALIYUN_VOICE.name, asked, action, now=parcel.sending_utc, deadline_s=settings.deadline_s)
    state = _call_state(document_of(answer)) if isinstance(answer, Answer) and answer.status == 200 else ""
    if state == _ANSWERED:
        return Finding.DELIVERED
    return Finding.FAILED if _VOICE_STATE.fullmatch(state) else Finding.UNSURE


def _call_state(document: Mapping[str, Any] | None) -> str:
    """The state in the JSON that stands as text in ``Data``; empty where it cannot be read."""
    if document is None or document.get("Code") != "OK" or not isinstance(document.get("Data"), str):
        return ""
    try:
        found = json.loads(document["Data"])
    except ValueError:
        return ""
    return str(found.get("state", "")) if isinstance(found, dict) else ""


def ask(
    name: str, asked: Parameters, action: Mapping[str, str], *, now: datetime, deadline_s: float
) -> Answer | Outcome:
    """One signed request of the RPC interface, by POST."""
    said = dict(action) | {
        "Format": "JSON",
        "Version": _VERSION,
        "AccessKeyId": asked["id"],
        "SignatureMethod": "HMAC-SHA1",
        "SignatureVersion": "1.0",
        "SignatureNonce": uuid4().hex,
        "Timestamp": f"{now.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
    }
    said["Signature"] = signature(said, asked["secret"], method="POST")
    body = "&".join(f"{_quoted(key)}={_quoted(value)}" for key, value in said.items()).encode()
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Connection": "close"}
    return exchange(Request(name, asked.api, asked.api.path.rstrip("/") + "/", headers, body), deadline_s=deadline_s)


def signature(said: Mapping[str, str], secret: str, *, method: str) -> str:
    """Base64 of HMAC-SHA1 over the sorted parameters, under ``secret&``."""
    query = "&".join(f"{_quoted(key)}={_quoted(said[key])}" for key in sorted(said))
    signed = f"{method}&{_quoted('/')}&{_quoted(query)}"
    return base64.b64encode(hmac.new(f"{secret}&".encode(), signed.encode(), hashlib.sha1).digest()).decode()


def _quoted(text: str) -> str:
    return quote(text, safe="~")
