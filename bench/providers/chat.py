"""WeCom, DingTalk and Feishu as they answer: signatures checked, a code in the body."""

from __future__ import annotations

import base64
import hmac
from typing import Any

from bench.providers.fake import SECRET, Asked, Provider, Reply, say


def _errcode(code: Any) -> dict[str, Any]:
    return {"errcode": code, "errmsg": "no" if code else "ok"}


def _dingtalk_sign(stamp: str) -> str:
    digest = hmac.new(SECRET.encode(), f"{stamp}\n{SECRET}".encode(), "sha256").digest()
    return base64.b64encode(digest).decode()


def _dingtalk_check(asked: Asked) -> int | None:
    if asked.query.get("access_token") != "dt-token":
        return 300005
    stamp, said = asked.query.get("timestamp", ""), asked.query.get("sign", "")
    good = _dingtalk_sign(stamp)
    text = asked.document.get("text", {}).get("content", "")
    if not stamp.isdigit() or len(stamp) != len("1555666777888") or said != good:
        return 310000
    return None if text else 40035


def _feishu_check(asked: Asked) -> int | None:
    document = asked.document
    if asked.path != "/open-apis/bot/v2/hook/fs-token":
        return 19001
    stamp = document.get("timestamp", "")
    good = base64.b64encode(hmac.new(f"{stamp}\n{SECRET}".encode(), digestmod="sha256").digest()).decode()
    if len(stamp) != len("1599360473") or document.get("sign") != good:
        return 19021
    return None if document.get("msg_type") == "text" and document["content"]["text"] else 9499


def _wecom_check(asked: Asked) -> int | None:
    if asked.path != "/cgi-bin/webhook/send" or asked.query.get("key") != "wc-key":
        return 93000
    text = asked.document.get("text", {}).get("content", "")
    return 44004 if not text else 45002 if len(text.encode()) > 2048 else None


def _wecom_app_before(asked: Asked) -> Reply | None:
    if asked.path != "/cgi-bin/gettoken":
        return None
    good = asked.query.get("corpid") == "corp" and asked.query.get("corpsecret") == SECRET
    return say(_errcode(0) | {"access_token": "wa-token", "expires_in": 7200} if good else _errcode(40001))


def _wecom_app_check(asked: Asked) -> int | None:
    if asked.query.get("access_token") != "wa-token":
        return 40014
    return None if asked.document["agentid"] == 1000002 and asked.document["touser"] == "duty" else 81013


def _text(asked: Asked) -> str:
    return str(asked.document["text"]["content"])


CHAT = (
    Provider(
        name="wecom_bot",
        channel="wecom_bot",
        address="wecombot://?key=wc-key&api={api}",
        yes=lambda _: _errcode(0),
        no=_errcode,
        check=_wecom_check,
        key=_text,
    ),
    Provider(
        name="wecom_app",
        channel="wecom_app",
        address=f"wecomapp://?corpid=corp&secret={SECRET}&agentid=1000002&touser=duty&api={{api}}",
        yes=lambda _: _errcode(0) | {"invaliduser": "", "msgid": "m-1"},
        no=_errcode,
        check=_wecom_app_check,
        key=_text,
        before=_wecom_app_before,
    ),
    Provider(
        name="dingtalk",
        channel="dingtalk",
        address=f"dingtalk://?token=dt-token&sign={SECRET}&api={{api}}",
        yes=lambda _: _errcode(0),
        no=_errcode,
        check=_dingtalk_check,
        key=_text,
    ),
    Provider(
        name="feishu",
        channel="feishu",
        address=f"feishu://?token=fs-token&sign={SECRET}&api={{api}}",
        yes=lambda _: {"StatusCode": 0, "StatusMessage": "success", "code": 0, "data": {}, "msg": "success"},
        no=lambda code: {"code": code, "msg": "no", "data": {}},
        check=_feishu_check,
        key=lambda asked: str(asked.document["content"]["text"]),
    ),
)
