"""``smstencent://?id=…&secret=…&app=1400…&signname=…&template=…&to=139…``: Tencent SMS (腾讯云短信), signed by TC3.

The ledger's key goes along as SessionContext and comes back in receipts.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from notify.channels.address import Parameters, parameters
from notify.channels.codes import TENCENT_SMS
from notify.channels.http_exchange import Answer, Request, exchange, refused
from notify.channels.plugin import ChannelSettings, OwnChannel
from notify.channels.variables import variables_of
from notify.channels.verdict import document_of
from notify.delivery_states import Finding, Outcome, OutcomeClass
from notify.parcel import Parcel

_NAME = TENCENT_SMS.name
_API = "https://sms.tencentcloudapi.com"
_NEEDED = ("id", "secret", "app", "signname", "template", "to")
_ALLOWED = ("vars", "region")
_VERSION = "2021-01-11"
_PAGE = 100
_JSON = "application/json; charset=utf-8"


class TencentSmsChannel(OwnChannel):
    """腾讯云短信 SendSms to one number."""

    service_name = "Tencent SMS"
    protocol = "firewatchsmstencent"

    def deliver(self, address: str, parcel: Parcel, *, settings: ChannelSettings) -> Outcome:
        """Ask once to send."""
        try:
            asked = parameters(address, needed=_NEEDED, allowed=_ALLOWED, api=_API)
            variables = variables_of(asked, parcel, settings, _NAME)
        except ValueError as error:
            return Outcome(OutcomeClass.REJECT_PERMANENT, f"{_NAME}: {error}")
        document = {
            "PhoneNumberSet": [_international(asked["to"])],
            "SmsSdkAppId": asked["app"],
            "SignName": asked["signname"],
            "TemplateId": asked["template"],
            "TemplateParamSet": list(variables.values()),
            "SessionContext": parcel.key,
        }
        answer = ask(asked, "SendSms", document, now=parcel.sending_utc, deadline_s=settings.deadline_s)
        return answer if isinstance(answer, Outcome) else _judged(answer, parcel.sending_utc)


def _judged(answer: Answer, now: datetime) -> Outcome:
    """Tencent answers 200 to everything: an Error, or one status for the number."""
    if (no := refused(answer, name=_NAME, now=now)) is not None:
        return no
    response = _response(answer)
    if isinstance(error := response.get("Error"), dict):
        found = TENCENT_SMS.outcome(error.get("Code"))
        doubtful = found.outcome_class is OutcomeClass.OK
        return Outcome(OutcomeClass.UNKNOWN, f"{_NAME}: an error that says Ok") if doubtful else found
    statuses = response.get("SendStatusSet")
    if not isinstance(statuses, list) or len(statuses) != 1 or not isinstance(statuses[0], dict):
        return Outcome(OutcomeClass.UNKNOWN, f"{_NAME}: HTTP 200 without the status of the number")
    serial = statuses[0].get("SerialNo")
    return TENCENT_SMS.outcome(statuses[0].get("Code"), provider_id=serial if isinstance(serial, str) else None)


def look_up_sms(address: str, parcel: Parcel, *, settings: ChannelSettings) -> Finding:
    """What PullSmsSendStatusByPhoneNumber says of the message with this SessionContext since the alert was decided.

    Receipts appear only when the carrier has answered: one that is not there yet is UNSURE, never MISSING.
    """
    try:
        asked = parameters(address, needed=_NEEDED, allowed=_ALLOWED, api=_API)
    except ValueError:
        return Finding.UNSURE
    document = {
        "BeginTime": int(parcel.alert.decided_utc.timestamp()),
        "EndTime": int(parcel.sending_utc.timestamp()) + 1,
        "Offset": 0,
        "Limit": _PAGE,
        "PhoneNumber": _international(asked["to"]),
        "SmsSdkAppId": asked["app"],
    }
    action = "PullSmsSendStatusByPhoneNumber"
    answer = ask(asked, action, document, now=parcel.sending_utc, deadline_s=settings.deadline_s)
    rows = _response(answer).get("PullSmsSendStatusSet") if isinstance(answer, Answer) else None
    if not isinstance(rows, list):
        return Finding.UNSURE
    mine = [row for row in rows if isinstance(row, dict) and row.get("SessionContext") == parcel.key]
    reports = {row.get("ReportStatus") for row in mine}
    if "SUCCESS" in reports:
        return Finding.DELIVERED
    return Finding.FAILED if reports == {"FAIL"} else Finding.UNSURE


def ask(
    asked: Parameters, action: str, document: Mapping[str, object], *, now: datetime, deadline_s: float
) -> Answer | Outcome:
    """One request signed with TC3-HMAC-SHA256."""
    body = json.dumps(document, ensure_ascii=False).encode()
    host = asked.api.netloc
    timestamp = int(now.timestamp())
    headers = {
        "Content-Type": _JSON,
        "Host": host,
        "Connection": "close",
        "X-TC-Action": action,
        "X-TC-Version": _VERSION,
        "X-TC-Timestamp": str(timestamp),
        "X-TC-Region": asked.get("region") or "ap-beijing",
        "Authorization": authorization(
            asked["id"], asked["secret"], body, host=host, service="sms", timestamp=timestamp
        ),
    }
    return exchange(Request(_NAME, asked.api, asked.api.path.rstrip("/") + "/", headers, body), deadline_s=deadline_s)


def authorization(secret_id: str, secret_key: str, body: bytes, *, host: str, service: str, timestamp: int) -> str:
    """The Authorization header of TC3-HMAC-SHA256 for a POST of JSON to ``/``."""
    day = f"{datetime.fromtimestamp(timestamp, UTC):%Y-%m-%d}"
    signed_headers = "content-type;host"
    asked = f"POST\n/\n\ncontent-type:{_JSON}\nhost:{host}\n\n{signed_headers}\n{hashlib.sha256(body).hexdigest()}"
    scope = f"{day}/{service}/tc3_request"
    signed = f"TC3-HMAC-SHA256\n{timestamp}\n{scope}\n{hashlib.sha256(asked.encode()).hexdigest()}"
    key = f"TC3{secret_key}".encode()
    for part in (day, service, "tc3_request"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    digest = hmac.new(key, signed.encode(), hashlib.sha256).hexdigest()
    return f"TC3-HMAC-SHA256 Credential={secret_id}/{scope}, SignedHeaders={signed_headers}, Signature={digest}"


def _response(answer: Answer) -> dict[str, Any]:
    found = (document_of(answer) or {}).get("Response")
    return found if isinstance(found, dict) else {}


def _international(number: str) -> str:
    return number if number.startswith("+") else f"+86{number}"
