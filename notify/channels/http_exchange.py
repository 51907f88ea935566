"""One HTTP request and its whole answer, within one total deadline; what could not be known is an outcome."""

from __future__ import annotations

import http.client
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from urllib.parse import SplitResult, quote

from notify.channels.line import Line, WholeLines
from notify.delivery_states import Outcome, OutcomeClass

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
_LONGEST_BODY = 256 * 1024


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked, and of whom. Target, headers and body hold secrets."""

    name: str
    """Of the channel, for outcomes."""
    base: SplitResult = field(repr=False)
    """Scheme, host and port; a scheme that ends in ``s`` is secure."""
    target: str = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    method: str = "POST"

    @property
    def secure(self) -> bool:
        """Whether TLS is used."""
        return self.base.scheme.endswith("s")


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, whole."""

    status: int
    content_type: str
    retry_after: str | None
    date: str | None
    body: bytes = field(default=b"", repr=False)


def exchange(request: Request, *, deadline_s: float, read_body: bool = True) -> Answer | Outcome:
    """Ask once; redirects are not followed.

    Args:
        request: whom and what.
        deadline_s: from connecting to the last byte of the answer.
        read_body: whether the body matters. One that is cut short makes the answer unknown.

    Returns:
        The answer, or the outcome when there was none: NOT_SENT before the request left, UNKNOWN after.
    """
    base = request.base
    try:
        with Line(base.hostname or "", base.port or (443 if request.secure else 80), deadline_s=deadline_s) as line:
            if request.secure:
                line.secure()
            return _asked(line, request, read_body=read_body)
    except OSError as error:
        return Outcome(_C.NOT_SENT, f"{request.name}: no connection ({type(error).__name__})")


class _WholeAnswer(http.client.HTTPResponse):
    """An answer whose head arrived whole; the library takes a connection that ends within it for its end."""

    def __init__(self, sock: socket.socket, debuglevel: int = 0, method: str | None = None, url: str | None = None):
        super().__init__(sock, debuglevel, method, url)
        self.fp = WholeLines.of(sock)


def _asked(line: Line, request: Request, *, read_body: bool) -> Answer | Outcome:
    connection = http.client.HTTPConnection(request.base.hostname or "", request.base.port)
    connection.response_class = _WholeAnswer
    connection.sock = line.sock
    try:
        connection.request(request.method, request.target, body=request.body, headers=dict(request.headers))
        response = connection.getresponse()
        body = response.read(_LONGEST_BODY) if read_body else b""
        if line.over and read_body:
            raise TimeoutError
    except (OSError, http.client.HTTPException) as error:
        why = "no answer before the deadline" if line.over else f"broken off ({type(error).__name__})"
        return Outcome(_C.UNKNOWN, f"{request.name}: {why}")
    return Answer(
        status=response.status,
        content_type=response.headers.get_content_type(),
        retry_after=response.headers.get("Retry-After"),
        date=response.headers.get("Date"),
        body=body,
    )


def refused(answer: Answer, *, name: str, now: datetime) -> Outcome | None:
    """The outcome of an HTTP status that is not 2xx, or None."""
    if 200 <= answer.status < 300:
        return None
    said = f"{name}: HTTP {answer.status}"
    if answer.status in _TEMPORARY:
        return Outcome(_C.REJECT_TEMPORARY, said, retry_after_s=retry_after_s(answer, now))
    if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR or answer.status < 200:
        return Outcome(_C.UNKNOWN, said)
    return Outcome(_C.REJECT_PERMANENT, said)


def retry_after_s(answer: Answer, now: datetime) -> float | None:
    """Seconds of a Retry-After header: a number, or a date counted from the answer's own Date. Else None."""
    text = (answer.retry_after or "").strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    until = _http_date(text)
    if until is None:
        return None
    return max(0.0, (until - (_http_date(answer.date or "") or now)).total_seconds())


def target_of(path: str, query: str = "") -> str:
    """Path and query as a server expects them; what is quoted stays as it is."""
    quoted = quote(path or "/", safe="/%:@!$&'()*+,;=~-._")
    return f"{quoted}?{quote(query, safe='/%:@!$&()*+,;=~-._?')}" if query else quoted


def _http_date(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
