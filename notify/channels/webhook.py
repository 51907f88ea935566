"""``webhook://`` and ``webhooks://``: one JSON document by POST over HTTP or HTTPS, with a key that receivers drop by.

``webhooks://host/path?query`` is ``https://host/path?query``, exactly. ``user:password@`` becomes Basic, ``token@`` a
Bearer authorisation.
"""

from __future__ import annotations

import base64
import http.client
import json
import socket
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from urllib.parse import SplitResult, quote, unquote, urlsplit

from notify.channels.line import Line, WholeLines
from notify.channels.plugin import ChannelSettings, OwnChannel
from notify.ledger import Outcome, OutcomeClass
from notify.parcel import Parcel

_C = OutcomeClass
_TEMPORARY = {
    HTTPStatus.FOUND,
    HTTPStatus.SEE_OTHER,
    HTTPStatus.TEMPORARY_REDIRECT,
    HTTPStatus.REQUEST_TIMEOUT,
    HTTPStatus.TOO_EARLY,
    HTTPStatus.TOO_MANY_REQUESTS,
    HTTPStatus.INTERNAL_SERVER_ERROR,
    HTTPStatus.SERVICE_UNAVAILABLE,
    HTTPStatus.INSUFFICIENT_STORAGE,
}
"""A temporary redirect is a login page or a gateway in between: not received, and it may pass."""


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    content_type: str
    retry_after: str | None
    date: str | None


class WebhookChannel(OwnChannel):
    """A receiver of JSON that answers 2xx when it has taken the document over."""

    service_name = "Webhook"
    protocol = "webhook"
    secure_protocol = "webhooks"

    def deliver(self, address: str, parcel: Parcel, *, settings: ChannelSettings) -> Outcome:
        """POST once; redirects are not followed."""
        try:
            parts = urlsplit(address)
            port = parts.port
        except ValueError:
            return Outcome(_C.REJECT_PERMANENT, "webhook: the address cannot be read")
        if not parts.hostname or not address.isprintable():
            return Outcome(_C.REJECT_PERMANENT, "webhook: the address names no host or has control characters")
        secure = parts.scheme == self.secure_protocol
        try:
            with Line(parts.hostname, port or (443 if secure else 80), deadline_s=settings.deadline_s) as line:
                if secure:
                    line.secure()
                return _exchange(line, parts, parcel)
        except OSError as error:
            return Outcome(_C.NOT_SENT, f"webhook: no connection ({type(error).__name__})")


class _WholeAnswer(http.client.HTTPResponse):
    """An answer whose head arrived whole; the library takes a connection that ends within it for its end."""

    def __init__(self, sock: socket.socket, debuglevel: int = 0, method: str | None = None, url: str | None = None):
        super().__init__(sock, debuglevel, method, url)
        self.fp = WholeLines.of(sock)


def _exchange(line: Line, parts: SplitResult, parcel: Parcel) -> Outcome:
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port)
    connection.response_class = _WholeAnswer
    connection.sock = line.sock
    body = json.dumps(parcel.document(), ensure_ascii=False).encode()
    try:
        connection.request("POST", _target(parts), body=body, headers=_headers(parts, parcel))
        response = connection.getresponse()
    except (OSError, http.client.HTTPException) as error:
        why = "no answer before the deadline" if line.over else f"broken off ({type(error).__name__})"
        return Outcome(_C.UNKNOWN, f"webhook: {why}")
    answer = _Answer(
        status=response.status,
        content_type=response.headers.get_content_type(),
        retry_after=response.headers.get("Retry-After"),
        date=response.headers.get("Date"),
    )
    return _judged(answer, parcel.sending_utc)


def _judged(answer: _Answer, now: datetime) -> Outcome:
    said = f"webhook: HTTP {answer.status}"
    if 200 <= answer.status < 300:
        if answer.content_type == "text/html":
            return Outcome(_C.UNKNOWN, f"{said}, but with a page for people: is that the receiver?")
        return Outcome(_C.OK, said)
    if answer.status in _TEMPORARY:
        return Outcome(_C.REJECT_TEMPORARY, said, retry_after_s=_retry_after_s(answer, now))
    if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Outcome(_C.UNKNOWN, said)
    return Outcome(_C.REJECT_PERMANENT, said)


def _retry_after_s(answer: _Answer, now: datetime) -> float | None:
    """Seconds of a Retry-After header: a number, or a date counted from the answer's own Date. Else None."""
    text = (answer.retry_after or "").strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    until = _http_date(text)
    if until is None:
        return None
    return max(0.0, (until - (_http_date(answer.date or "") or now)).total_seconds())


def _http_date(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _target(parts: SplitResult) -> str:
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
    return f"{path}?{quote(parts.query, safe='/%:@!$&()*+,;=~-._?')}" if parts.query else path


def _headers(parts: SplitResult, parcel: Parcel) -> dict[str, str]:
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "Accept": "application/json",
        "User-Agent": "border-firewatch",
        "Connection": "close",
        "Idempotency-Key": parcel.key,
    }
    if parts.username is not None and parts.password is not None:
        pair = f"{unquote(parts.username)}:{unquote(parts.password)}".encode()
        headers["Authorization"] = f"Basic {base64.b64encode(pair).decode()}"
    elif parts.username:
        headers["Authorization"] = f"Bearer {quote(unquote(parts.username))}"
    return headers
