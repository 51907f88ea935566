"""Aliyun and Tencent as they answer: signatures checked, receipts by the key that went along."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from bench.providers.fake import PHONE, SECRET, Asked, Provider, Receipt


def _hmac(key: str, said: str, digest: str = "sha256") -> bytes:
    return hmac.new(key.encode(), said.encode(), digest).digest()


def _rpc_quote(text: str) -> str:
    return quote(text, safe="-_.~")


def _aliyun_check(asked: Asked, *, number: str | None = None) -> str | None:
    said = asked.form
    given = said.pop("Signature", "")
    ordered = "&".join(f"{_rpc_quote(name)}={_rpc_quote(said[name])}" for name in sorted(said))
    good = base64.b64encode(_hmac(f"{SECRET}&", f"POST&%2F&{_rpc_quote(ordered)}", "sha1")).decode()
    if said.get("AccessKeyId") != "ali-id":
        return "InvalidAccessKeyId.NotFound"
    if given != good:
        return "SignatureDoesNotMatch"
    number = number or said.get("PhoneNumbers") or said.get("CalledNumber") or said.get("PhoneNumber")
    return None if number == PHONE else "isv.MOBILE_NUMBER_ILLEGAL"


def _aliyun_look_up(asked: Asked, receipts: Sequence[Receipt]) -> dict[str, Any]:
    if asked.form.get("Action") != "QuerySendDetails":
        return {}
    if (code := _aliyun_check(asked)) is not None:
        return {"Code": code, "Message": "no"}
    status = {"waits": 1, "failed": 2, "delivered": 3}
    rows = [{"OutId": one.key, "SendStatus": status[one.ending], "PhoneNum": PHONE} for one in receipts]
    return {"Code": "OK", "TotalCount": str(len(rows)), "SmsSendDetailDTOs": {"SmsSendDetailDTO": rows}}


def _aliyun_call(asked: Asked, receipts: Sequence[Receipt]) -> dict[str, Any]:
    if asked.form.get("Action") != "QueryCallDetailByCallId":
        return {}
    if (code := _aliyun_check(asked, number=PHONE)) is not None:
        return {"Code": code, "Message": "no"}
    state = {"waits": "", "failed": "200002", "delivered": "200000"}
    calls = [{"callee": PHONE, "state": state[one.ending]} for one in receipts if asked.form["CallId"] == _call_id(one)]
    return {"Code": "OK", "Message": "OK", "Data": json.dumps(calls[0] if calls else {})}


def _call_id(receipt: Receipt) -> str:
    return f"1165^{receipt.key}"


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


def _tencent_look_up(asked: Asked, receipts: Sequence[Receipt]) -> dict[str, Any]:
    if asked.headers["x-tc-action"] != "PullSmsSendStatusByPhoneNumber":
        return {}
    if (code := _tencent_check(asked)) is not None:
        return _tencent_no(code)
    status = {"failed": "FAIL", "delivered": "SUCCESS"}
    rows = [
        {"SessionContext": one.key, "ReportStatus": status[one.ending], "SerialNo": "5000:1"}
        for one in receipts
        if one.ending in status
    ]
    return {"Response": {"PullSmsSendStatusSet": rows, "RequestId": "r"}}


SMS = (
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
        yes=lambda asked: {"Code": "OK", "Message": "OK", "CallId": f"1165^{asked.form['OutId']}", "RequestId": "r"},
        no=lambda code: {"Code": code, "Message": "no", "RequestId": "r"},
        check=_aliyun_check,
        key=lambda asked: asked.form["OutId"],
        look_up=_aliyun_call,
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
