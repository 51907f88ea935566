"""``wecomapp://?corpid=…&secret=…&agentid=…&touser=…``: an application of WeCom (企业微信应用消息), to a person."""

from __future__ import annotations

import hashlib
import threading
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from notify.channels.address import AddressUnreadable, Parameters, parameters
from notify.channels.bots import post_json
from notify.channels.codes import WECOM_APP
from notify.channels.fitting import fitted
from notify.channels.http_exchange import Answer, Request, exchange, target_of
from notify.channels.plugin import ChannelSettings, OwnChannel
from notify.channels.verdict import document_of, judged
from notify.delivery_states import Outcome, OutcomeClass
from notify.parcel import Parcel
from notify.rules import by_channel

_NAME = WECOM_APP.name
_STALE = frozenset({40014, 41001, 42001})
"""The token is no longer good: the message was not taken."""
_MARGIN = timedelta(minutes=5)


class _Tokens:
    """Access tokens of this process, each until shortly before its end; WeCom limits how often one may be asked for."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._held: dict[str, tuple[str, datetime]] = {}

    def held(self, key: str, now: datetime) -> str | None:
        with self._lock:
            token, until = self._held.get(key, ("", now))
        return token if until > now else None

    def hold(self, key: str, token: str, until: datetime) -> None:
        with self._lock:
            self._held[key] = (token, until)

    def drop(self, key: str) -> None:
        with self._lock:
            self._held.pop(key, None)


_TOKENS = _Tokens()


class WecomAppChannel(OwnChannel):
    """One text to named members. ``invaliduser`` in the answer is a member that was not told."""

    service_name = "WeCom application"
    protocol = "firewatchwecomapp"

    def deliver(self, address: str, parcel: Parcel, *, settings: ChannelSettings) -> Outcome:
        """Send once; with a new token once more when the old one was refused. Both share one deadline."""
        try:
            asked = parameters(
                address, needed=("corpid", "secret", "agentid", "touser"), api="https://qyapi.weixin.qq.com"
            )
            if not asked["agentid"].isascii() or not asked["agentid"].isdigit():
                raise AddressUnreadable("agentid= is not a number")
            most = by_channel(settings.limits.max_bytes, _NAME)
            text = fitted(parcel.text_long, most, code=parcel.alert.code)
        except ValueError as error:
            return Outcome(OutcomeClass.REJECT_PERMANENT, f"{_NAME}: {error}")
        third_s = settings.deadline_s / 3
        token = _token(asked, parcel.sending_utc, deadline_s=third_s)
        if isinstance(token, Outcome):
            return token
        outcome, stale = _sent(asked, token, text, now=parcel.sending_utc, deadline_s=2 * third_s)
        if stale:
            _TOKENS.drop(_key(asked))
        return outcome


def _token(asked: Parameters, now: datetime, *, deadline_s: float) -> str | Outcome:
    """A token that holds, or why there is none: nothing was sent then."""
    if (held := _TOKENS.held(_key(asked), now)) is not None:
        return held
    query = f"corpid={quote(asked['corpid'], safe='')}&corpsecret={quote(asked['secret'], safe='')}"
    target = asked.api.path.rstrip("/") + target_of("/cgi-bin/gettoken", query)
    answer = exchange(Request(_NAME, asked.api, target, {"Connection": "close"}, b"", "GET"), deadline_s=deadline_s)
    if isinstance(answer, Outcome):
        return Outcome(OutcomeClass.NOT_SENT, f"{answer.detail}, asking for a token")
    outcome = judged(answer, WECOM_APP, "errcode", now=now)
    document = document_of(answer) or {}
    token, seconds = document.get("access_token"), document.get("expires_in")
    if outcome.outcome_class is OutcomeClass.OK and isinstance(token, str) and token:
        lasts = timedelta(seconds=seconds if isinstance(seconds, int) else 0)
        _TOKENS.hold(_key(asked), token, now + lasts - _MARGIN)
        return token
    if outcome.outcome_class in {OutcomeClass.OK, OutcomeClass.UNKNOWN}:
        return Outcome(OutcomeClass.NOT_SENT, f"{_NAME}: no token in the answer; nothing was sent")
    return outcome


def _sent(asked: Parameters, token: str, text: str, *, now: datetime, deadline_s: float) -> tuple[Outcome, bool]:
    """The outcome, and whether the token was refused."""
    document = {
        "touser": asked["touser"],
        "msgtype": "text",
        "agentid": int(asked["agentid"]),
        "text": {"content": text},
        "enable_duplicate_check": 0,
    }
    target = target_of("/cgi-bin/message/send", f"access_token={quote(token, safe='')}")
    answer: Answer | Outcome = post_json(_NAME, asked, target, document, deadline_s=deadline_s)
    if isinstance(answer, Outcome):
        return answer, False
    outcome, said = judged(answer, WECOM_APP, "errcode", now=now), document_of(answer) or {}
    if outcome.outcome_class is not OutcomeClass.OK:
        code = said.get("errcode")
        return outcome, isinstance(code, int) and code in _STALE
    return _to_whom(said, outcome), False


def _to_whom(said: dict[str, Any], outcome: Outcome) -> Outcome:
    """WeCom takes a message over that some of the members cannot get: then it is not sent."""
    for field in ("invaliduser", "unlicenseduser"):
        if said.get(field):
            return Outcome(OutcomeClass.REJECT_PERMANENT, f"{_NAME}: {field} 有成员收不到，核对touser=和可见范围")
    message_id = said.get("msgid")
    return Outcome(
        outcome.outcome_class, outcome.detail, provider_id=message_id if isinstance(message_id, str) else None
    )


def _key(asked: Parameters) -> str:
    said = "|".join((asked.api.geturl(), asked["corpid"], asked["secret"]))
    return hashlib.sha256(said.encode()).hexdigest()
