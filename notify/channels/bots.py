"""Group bots of WeCom (企业微信群机器人), DingTalk (钉钉), Feishu (飞书): they reach a group, and nobody answers.

``wecombot://?key=…``, ``dingtalk://?token=…[&sign=SEC…]``, ``feishu://?token=…[&sign=…]``, each with ``api=`` for a
private deployment and, for WeCom and DingTalk, ``mention=`` with mobile numbers or ``all``.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import datetime
from typing import Any
from urllib.parse import quote

from notify.channels.address import AddressUnreadable, Parameters, parameters
from notify.channels.codes import DINGTALK, FEISHU, WECOM_BOT
from notify.channels.fitting import fitted
from notify.channels.http_exchange import Answer, Request, exchange, target_of
from notify.channels.plugin import ChannelSettings, OwnChannel
from notify.channels.verdict import Codes, document_of, judged
from notify.delivery_states import Outcome, OutcomeClass
from notify.parcel import Parcel
from notify.rules import by_channel

_JSON = {"Content-Type": "application/json; charset=utf-8", "User-Agent": "border-firewatch", "Connection": "close"}
_FRAME_BYTES = 600
"""What stands around the text in a body whose limit counts all of it: names, mentions, signature."""


def post_json(name: str, asked: Parameters, target: str, document: object, *, deadline_s: float) -> Answer | Outcome:
    """POST a document to the provider; see :func:`notify.channels.http_exchange.exchange`."""
    body = json.dumps(document, ensure_ascii=False).encode()
    path = asked.api.path.rstrip("/") + target
    return exchange(Request(name, asked.api, path, _JSON, body), deadline_s=deadline_s)


class _Bot(OwnChannel):
    """What the three have in common: one POST of a text, a code in the body."""

    codes: Codes
    field = "errcode"
    api = ""
    needed: tuple[str, ...] = ("token",)
    allowed: tuple[str, ...] = ("sign", "mention")
    framed = False

    def deliver(self, address: str, parcel: Parcel, *, settings: ChannelSettings) -> Outcome:
        """POST the long text once."""
        name = self.codes.name
        try:
            asked = parameters(address, needed=self.needed, allowed=self.allowed, api=self.api)
            most = by_channel(settings.limits.max_bytes, name) - (_FRAME_BYTES if self.framed else 0)
            text = fitted(parcel.text_long, most, code=parcel.alert.code)
            target, document = self.message(asked, text, parcel.sending_utc)
        except (AddressUnreadable, ValueError) as error:
            return Outcome(OutcomeClass.REJECT_PERMANENT, f"{name}: {error}")
        answer = post_json(name, asked, target, document, deadline_s=settings.deadline_s)
        if isinstance(answer, Outcome):
            return answer
        return judged(answer, self.codes, self.code_field(document_of(answer)), now=parcel.sending_utc)

    def code_field(self, document: dict[str, Any] | None) -> str:  # noqa: ARG002  # Feishu's depends on the answer
        """The field of the answer that holds the code."""
        return self.field

    def message(self, asked: Parameters, text: str, now: datetime) -> tuple[str, dict[str, Any]]:
        """Target and document of the request."""
        raise NotImplementedError


class WecomBotChannel(_Bot):
    """企业微信群机器人: text of at most 2048 bytes, 20 messages a minute."""

    service_name = "WeCom group bot"
    protocol = "firewatchwecombot"
    codes = WECOM_BOT
    api = "https://qyapi.weixin.qq.com"
    needed = ("key",)
    allowed = ("mention",)

    def message(self, asked: Parameters, text: str, now: datetime) -> tuple[str, dict[str, Any]]:  # noqa: ARG002
        """A text, with the people who are called by their mobile numbers."""
        called = ["@all" if who == "all" else who for who in asked.listed("mention")]
        body = {"content": text} | ({"mentioned_mobile_list": called} if called else {})
        return target_of("/cgi-bin/webhook/send", f"key={quote(asked['key'], safe='')}"), {
            "msgtype": "text",
            "text": body,
        }


class DingtalkChannel(_Bot):
    """钉钉自定义机器人, signed: 20 messages a minute, then blocked for ten."""

    service_name = "DingTalk bot, signed"
    protocol = "firewatchdingtalk"
    codes = DINGTALK
    api = "https://oapi.dingtalk.com"
    framed = True

    def message(self, asked: Parameters, text: str, now: datetime) -> tuple[str, dict[str, Any]]:
        """A text; the signature stands in the query, quoted once."""
        query = f"access_token={quote(asked['token'], safe='')}"
        if secret := asked.get("sign"):
            timestamp = round(now.timestamp() * 1000)
            query += f"&timestamp={timestamp}&sign={quote(dingtalk_sign(secret, timestamp), safe='')}"
        called = asked.listed("mention")
        at = {"atMobiles": [who for who in called if who != "all"], "isAtAll": "all" in called}
        return target_of("/robot/send", query), {"msgtype": "text", "text": {"content": text}, "at": at}


class FeishuChannel(_Bot):
    """飞书自定义机器人, signed: 100 messages a minute, 5 a second, body of at most 20 KB."""

    service_name = "Feishu bot, signed"
    protocol = "firewatchfeishu"
    codes = FEISHU
    field = "code"
    api = "https://open.feishu.cn"
    allowed = ("sign",)
    framed = True

    def code_field(self, document: dict[str, Any] | None) -> str:
        """``code``; the oldest bots answer ``StatusCode``."""
        return "StatusCode" if document is not None and "code" not in document else "code"

    def message(self, asked: Parameters, text: str, now: datetime) -> tuple[str, dict[str, Any]]:
        """A text; the signature stands in the body."""
        document: dict[str, Any] = {"msg_type": "text", "content": {"text": text}}
        if secret := asked.get("sign"):
            timestamp = int(now.timestamp())
            document |= {"timestamp": str(timestamp), "sign": feishu_sign(secret, timestamp)}
        return target_of(f"/open-apis/bot/v2/hook/{quote(asked['token'], safe='')}"), document


def dingtalk_sign(secret: str, timestamp: int) -> str:
    """DingTalk: HMAC-SHA256 of time, line feed and secret, under the secret; milliseconds."""
    said = f"{timestamp}\n{secret}".encode()
    return base64.b64encode(hmac.new(secret.encode(), said, hashlib.sha256).digest()).decode()


def feishu_sign(secret: str, timestamp: int) -> str:
    """Feishu: HMAC-SHA256 of nothing, under time, line feed and secret; seconds."""
    key = f"{timestamp}\n{secret}".encode()
    return base64.b64encode(hmac.new(key, b"", hashlib.sha256).digest()).decode()
