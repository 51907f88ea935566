"""Providers of messages as they answer, on this machine: signatures checked, codes in the body, rates, blocks, faults.

Written from the providers' documents and not from our channels, so that both can be wrong only in different ways.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import socket
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, parse_qsl, quote, unquote, urlsplit

PHONE = "13912345678"
SECRET = "fake-sign-secret"
_TWENTY_A_MINUTE, _BLOCK_S = 20, 600.0


@dataclass(frozen=True)
class Asked:
    """One request that arrived whole."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes

    @property
    def document(self) -> dict[str, Any]:
        """The body as JSON."""
        found = json.loads(self.body)
        assert isinstance(found, dict)
        return found

    @property
    def form(self) -> dict[str, str]:
        """The body as a form."""
        return dict(parse_qsl(self.body.decode(), keep_blank_values=True))


@dataclass(frozen=True)
class Reply:
    """What is answered: a status and a body, or what a broken far end does instead."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    fault: str = ""
    """``reset``, ``silent``, ``drip``, ``cut``: the body stops in the middle."""
    accepts: bool = False
    """Whether the message counts as taken over, whatever is said of it."""


def say(document: object, status: int = 200, **more: Any) -> Reply:
    """A JSON answer."""
    return Reply(status, json.dumps(document).encode(), **more)


@dataclass
class Provider:
    """One provider: how it is addressed, what it checks, how it says yes and no."""

    name: str
    channel: str
    address: str
    """With ``{api}`` for where this one stands."""
    yes: Callable[[Asked], dict[str, Any]]
    no: Callable[[Any], dict[str, Any]]
    check: Callable[[Asked], Any]
    """The error code of a request that is not in order, or None."""
    key: Callable[[Asked], str]
    """What identifies the message: the ledger's key where one is carried, else the text."""
    before: Callable[[Asked], Reply | None] = lambda _: None
    """Answers a request that is no message: a token, a look-up."""
    look_up: Callable[[Asked, list[str]], dict[str, Any]] | None = None


@dataclass
class Fake:
    """A provider that runs. ``accepted`` is the truth: what it took over, in order."""

    provider: Provider
    port: int = 0
    accepted: list[str] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    script: deque[Reply] = field(default_factory=deque)
    """What the next messages are answered; when it is empty: yes, or the code of what is wrong."""
    always: Reply | None = None
    per_min: int | None = None
    blocks: int = 0
    """How often the rate was overrun; each is ten minutes of refusals."""
    clock: Callable[[], float] = time.monotonic
    _blocked_until: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def address(self) -> str:
        """What stands in a contacts file."""
        return self.provider.address.format(api=f"http://127.0.0.1:{self.port}")

    def reply(self, asked: Asked) -> Reply:
        """What this request is answered, and whether it was a message that is taken over."""
        with self._lock:
            if (early := self.provider.before(asked)) is not None:
                return early
            if self.provider.look_up is not None and (found := self.provider.look_up(asked, self.accepted)):
                return say(found)
            self.asked.append(asked)
            self.times.append(self.clock())
            told = self._told(asked)
            if told.accepts:
                self.accepted.append(self.provider.key(asked))
            return told

    def _told(self, asked: Asked) -> Reply:
        if self._overrun():
            return say(self.provider.no(410100 if self.provider.name == "dingtalk" else 45009))
        if self.script:
            return self.script.popleft()
        if self.always is not None:
            return self.always
        code = self.provider.check(asked)
        return say(self.provider.yes(asked), accepts=True) if code is None else say(self.provider.no(code))

    def _overrun(self) -> bool:
        if self.per_min is None:
            return False
        now = self.clock()
        if now < self._blocked_until:
            return True
        if sum(now - 60 < at <= now for at in self.times) > self.per_min:
            self.blocks += 1
            self._blocked_until = now + _BLOCK_S
            return True
        return False


def _errcode(code: Any) -> dict[str, Any]:
    return {"errcode": code, "errmsg": "no" if code else "ok"}


def _hmac(key: str, said: str, digest: str = "sha256") -> bytes:
    return hmac.new(key.encode(), said.encode(), digest).digest()


def _dingtalk_check(asked: Asked) -> int | None:
    if asked.query.get("access_token") != "dt-token":
        return 300005
    stamp, said = asked.query.get("timestamp", ""), asked.query.get("sign", "")
    good = base64.b64encode(_hmac(SECRET, f"{stamp}\n{SECRET}")).decode()
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


def _rpc_quote(text: str) -> str:
    return quote(text, safe="-_.~")


def _aliyun_check(asked: Asked) -> str | None:
    said = asked.form
    given = said.pop("Signature", "")
    ordered = "&".join(f"{_rpc_quote(name)}={_rpc_quote(said[name])}" for name in sorted(said))
    good = base64.b64encode(_hmac(f"{SECRET}&", f"POST&%2F&{_rpc_quote(ordered)}", "sha1")).decode()
    if said.get("AccessKeyId") != "ali-id":
        return "InvalidAccessKeyId.NotFound"
    if given != good:
        return "SignatureDoesNotMatch"
    number = said.get("PhoneNumbers") or said.get("CalledNumber") or said.get("PhoneNumber")
    return None if number == PHONE else "isv.MOBILE_NUMBER_ILLEGAL"


def _aliyun_look_up(asked: Asked, accepted: list[str]) -> dict[str, Any]:
    if asked.form.get("Action") != "QuerySendDetails":
        return {}
    if (code := _aliyun_check(asked)) is not None:
        return {"Code": code, "Message": "no"}
    rows = [{"OutId": key, "SendStatus": 3, "PhoneNum": PHONE} for key in accepted]
    return {"Code": "OK", "TotalCount": str(len(rows)), "SmsSendDetailDTOs": {"SmsSendDetailDTO": rows}}


def _tencent_check(asked: Asked) -> str | None:
    stamp = int(asked.headers["x-tc-timestamp"])
    day = time.strftime("%Y-%m-%d", time.gmtime(stamp))
    canonical = "\n".join(
        (
            "POST",
            "/",
            "",
            f"content-type:{asked.headers['content-type']}",
            f"host:{asked.headers['host']}",
            "",
            "content-type;host",
            hashlib.sha256(asked.body).hexdigest(),
        )
    )
    scope = f"{day}/sms/tc3_request"
    signed = "\n".join(("TC3-HMAC-SHA256", str(stamp), scope, hashlib.sha256(canonical.encode()).hexdigest()))
    key = ("TC3" + SECRET).encode()
    for part in (day, "sms", "tc3_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    good = hmac.digest(key, signed.encode(), "sha256").hex()
    if f"Credential=tc-id/{scope}," not in asked.headers["authorization"]:
        return "AuthFailure.SecretIdNotFound"
    return None if asked.headers["authorization"].endswith(f"Signature={good}") else "AuthFailure.SignatureFailure"


def _tencent_no(code: Any) -> dict[str, Any]:
    return {"Response": {"Error": {"Code": code, "Message": "no"}, "RequestId": "r"}}


def _tencent_yes(asked: Asked) -> dict[str, Any]:
    status = {
        "SerialNo": "5000:1",
        "PhoneNumber": f"+86{PHONE}",
        "Fee": 1,
        "SessionContext": asked.document["SessionContext"],
        "Code": "Ok",
        "Message": "send success",
        "IsoCode": "CN",
    }
    return {"Response": {"SendStatusSet": [status], "RequestId": "r"}}


def _tencent_look_up(asked: Asked, accepted: list[str]) -> dict[str, Any]:
    if asked.headers["x-tc-action"] != "PullSmsSendStatusByPhoneNumber":
        return {}
    if (code := _tencent_check(asked)) is not None:
        return _tencent_no(code)
    rows = [{"SessionContext": key, "ReportStatus": "SUCCESS", "SerialNo": "5000:1"} for key in accepted]
    return {"Response": {"PullSmsSendStatusSet": rows, "RequestId": "r"}}


def _text(asked: Asked) -> str:
    return str(asked.document["text"]["content"])


PROVIDERS: dict[str, Provider] = {
    one.name: one
    for one in (
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
        Provider(
            name="sms_aliyun",
            channel="sms_aliyun",
            address=f"smsaliyun://?id=ali-id&secret={SECRET}&signname=森防&template=SMS_1&to={PHONE}&api={{api}}",
            yes=lambda _: {"Code": "OK", "Message": "OK", "BizId": "9006^0", "RequestId": "r"},
            no=lambda code: {"Code": code, "Message": "no", "RequestId": "r"},
            check=_aliyun_check,
            key=lambda asked: asked.form["OutId"],
            look_up=_aliyun_look_up,
        ),
        Provider(
            name="voice_aliyun",
            channel="voice_aliyun",
            address=f"voicealiyun://?id=ali-id&secret={SECRET}&template=TTS_1&to={PHONE}&api={{api}}",
            yes=lambda _: {"Code": "OK", "Message": "OK", "CallId": "1165^1", "RequestId": "r"},
            no=lambda code: {"Code": code, "Message": "no", "RequestId": "r"},
            check=_aliyun_check,
            key=lambda asked: asked.form["OutId"],
        ),
        Provider(
            name="sms_tencent",
            channel="sms_tencent",
            address=f"smstencent://?id=tc-id&secret={SECRET}&app=1400006666&signname=森防&template=1&to={PHONE}&api={{api}}",
            yes=_tencent_yes,
            no=_tencent_no,
            check=_tencent_check,
            key=lambda asked: str(asked.document["SessionContext"]),
            look_up=_tencent_look_up,
        ),
    )
}


@contextmanager
def serving(name: str) -> Iterator[Fake]:
    """A provider for the length of a block."""
    fake = Fake(PROVIDERS[name])
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(fake))
    server.daemon_threads = True
    server.handle_error = lambda *_: None  # type: ignore[method-assign]  # a client that gives up is no news
    fake.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield fake
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _handler(fake: Fake) -> type[BaseHTTPRequestHandler]:
    class Answering(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.do_POST()

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            parts = urlsplit(self.path)
            query = {key: found[-1] for key, found in parse_qs(parts.query).items()}
            headers = {key.lower(): value for key, value in self.headers.items()}
            asked = Asked(self.command, unquote(parts.path), query, headers, body)
            _give(self, fake.reply(asked))

        def log_message(self, *_: Any) -> None:
            """Keep quiet."""

    return Answering


def _give(handler: BaseHTTPRequestHandler, reply: Reply) -> None:
    handler.close_connection = True
    if reply.fault == "reset":
        handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
        handler.connection.close()
        return
    if reply.fault == "silent":
        time.sleep(1.0)
        return
    handler.send_response(reply.status)
    for name, value in ({"Content-Type": "application/json"} | dict(reply.headers)).items():
        handler.send_header(name, value)
    handler.send_header("Content-Length", str(len(reply.body)))
    handler.end_headers()
    if reply.fault == "cut":
        handler.wfile.write(reply.body[: len(reply.body) // 2])
    elif reply.fault == "drip":
        for position in range(len(reply.body)):
            handler.wfile.write(reply.body[position : position + 1])
            handler.wfile.flush()
            time.sleep(0.05)
    else:
        handler.wfile.write(reply.body)
