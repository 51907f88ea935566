"""The page with which an office answers: one large action, without JavaScript, on any phone, in black and white.

GET shows and never answers, because mail and chat scanners open links. POST answers. The link is the permission, so
there is no cookie and nothing that another site could make a browser send; a POST that says it comes from another
site is refused all the same.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.parse import parse_qs

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from flows.answering import Answered, ReplyUnclear, answer_by_link, answer_by_sms, opened
from flows.wiring import House
from notify.answer_link import TokenFault, TokenRefused
from notify.phrases import clock_zh
from store.errors import NotInStore

LOG = logging.getLogger("firewatch.answer")
MOST_FORM_BYTES = 4096
MOST_NAME = 20
_CSS = (Path(__file__).parent / "pages" / "answer.css").read_text(encoding="utf-8")
_CSS_HASH = base64.b64encode(hashlib.sha256(_CSS.encode()).digest()).decode()
HEADERS = {
    "Content-Security-Policy": f"default-src 'none'; style-src 'sha256-{_CSS_HASH}'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "Strict-Transport-Security": "max-age=31536000",
    "X-Robots-Tag": "noindex, nofollow",
}
_PAGES = Environment(
    loader=PackageLoader("desk", "pages"),
    undefined=StrictUndefined,
    autoescape=select_autoescape(default=True, enabled_extensions=("html",)),
    trim_blocks=True,
    lstrip_blocks=True,
)
_PAGES.filters["clock"] = clock_zh
_PAGES.globals["css"] = Markup(_CSS)  # noqa: S704  # a file of ours
_EXPIRED_ZH = "这个签收链接已过有效期。请打值班电话答复，或查看最新的通报。"
_INVALID_ZH = "这个签收链接无效。请从收到的通报里重新打开，或打值班电话答复。"


def answer_app(house: House) -> Starlette:
    """The application over one house.

    Args:
        house: its clock, contacts and ledger are used; the database is opened once.
    """

    async def show(request: Request) -> Response:
        return await _guarded(lambda: _shown(house, request.path_params["token"]))

    async def answer(request: Request) -> Response:
        if _from_elsewhere(request):
            return _page("refused.html", {"message": "请在签收页面上点按钮签收。"}, status=403)
        try:
            name = _name(await _body(request))
        except TooLarge:
            return _page("refused.html", {"message": "提交的内容过长，请重新打开签收链接。"}, status=413)
        return await _guarded(lambda: _answered_page(house, request.path_params["token"], name))

    async def sms(request: Request) -> Response:
        return await _sms(house, request)

    async def alive(_request: Request) -> Response:
        return PlainTextResponse("ok", headers=HEADERS)

    return Starlette(
        routes=[
            Route("/a/{token}", show, methods=["GET"]),
            Route("/a/{token}", answer, methods=["POST"]),
            Route("/sms", sms, methods=["POST"]),
            Route("/alive", alive, methods=["GET"]),
        ]
    )


async def _guarded(act: Callable[[], Response]) -> Response:
    """What a link does, or a page that says why it does nothing. Neither the token nor the reason is logged with it."""
    try:
        return await run_in_threadpool(act)
    except TokenRefused as refusal:
        LOG.warning("answer link refused: %s", refusal.fault)
        gone = refusal.fault is TokenFault.EXPIRED
        message = _EXPIRED_ZH if gone else _INVALID_ZH
        return _page("refused.html", {"message": message}, status=410 if gone else 404)
    except NotInStore:
        LOG.warning("answer link refused: no such delivery")
        return _page("refused.html", {"message": _INVALID_ZH}, status=404)


def _shown(house: House, token: str) -> Response:
    claim, alert, office_zh = opened(house, token, now=house.clock())
    before = house.alerts.answered_at(alert.alert_id, claim.region, claim.office)
    newest = house.alerts.of_event(alert.event_id, world=alert.world)[-1]
    said = {
        "alert": alert,
        "office_zh": office_zh,
        "answered_utc": before,
        "newer": newest if newest.revision > alert.revision else None,
        "exercise": alert.exercise,
    }
    return _page("show.html", said)


def _answered_page(house: House, token: str, name: str) -> Response:
    done = answer_by_link(house, token, by=name, now=house.clock())
    return _page("done.html", {"done": done, "alert": done.alert, "exercise": done.alert.exercise})


def _page(template: str, said: Mapping[str, object], *, status: int = 200) -> Response:
    text = _PAGES.get_template(template).render({"exercise": False, **said})
    return HTMLResponse(text, status_code=status, headers=HEADERS)


def _from_elsewhere(request: Request) -> bool:
    """Whether a browser says that another site made it send this."""
    return request.headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}


class TooLarge(ValueError):
    """A body that is longer than any of ours, or that does not say its length as a number."""


async def _body(request: Request) -> bytes:
    """The body, counted as it comes: a length that is announced, or not, is only a word.

    Raises:
        TooLarge: more than any form of ours; the rest is not read.
    """
    length = request.headers.get("content-length", "0")
    if not (length.isascii() and length.isdigit()) or int(length) > MOST_FORM_BYTES:
        raise TooLarge
    read = bytearray()
    async for chunk in request.stream():
        read += chunk
        if len(read) > MOST_FORM_BYTES:
            raise TooLarge
    return bytes(read)


def _name(body: bytes) -> str:
    """Who answers, as far as said in a form of ours."""
    fields = parse_qs(body.decode("utf-8", "replace"))
    text = fields.get("by", [""])[0]
    return "".join(letter for letter in text if letter.isprintable()).strip()[:MOST_NAME]


async def _sms(house: House, request: Request) -> Response:
    """A reply that the SMS gateway hands over: JSON ``{"from": number, "text": text}``, with our secret in a header."""
    key = house.settings.sms_reply_key
    given = request.headers.get("x-firewatch-key", "")
    if key is None or not hmac.compare_digest(given.encode(), key.get_secret_value().encode()):
        return JSONResponse({"error": "the key is missing or wrong"}, status_code=401, headers=HEADERS)
    try:
        body = json.loads(await _body(request))
        number, text = str(body["from"]), str(body["text"])
    except TooLarge:
        return JSONResponse({"error": "too large"}, status_code=413, headers=HEADERS)
    except (ValueError, KeyError, TypeError):
        return JSONResponse({"error": "send JSON with from and text"}, status_code=400, headers=HEADERS)
    try:
        done = await run_in_threadpool(answer_by_sms, house, number=number, text=text, now=house.clock())
    except (ReplyUnclear, NotInStore) as unclear:
        LOG.warning("SMS reply not taken: %s", unclear)
        return JSONResponse({"acknowledged": None, "error": str(unclear)}, status_code=422, headers=HEADERS)
    return JSONResponse(_sms_document(done), headers=HEADERS)


def _sms_document(done: Answered) -> dict[str, object]:
    return {
        "acknowledged": done.alert.code,
        "office": f"{done.region}/{done.office}",
        "first": done.first,
        "reply": f"已记录{done.office_zh}签收{done.alert.code}。",
    }
