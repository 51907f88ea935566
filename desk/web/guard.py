"""What every answer carries and no request may exceed: headers, bodies, hosts. Plain ASGI, around everything."""

from __future__ import annotations

from collections.abc import Collection, MutableMapping
from typing import Any
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MOST_BODY_BYTES = 64 * 1024
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'"
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "X-Robots-Tag": "noindex, nofollow",
}
LASTING = ("/static/", "/leaflet/")
LOOPBACK = ("127.0.0.1", "localhost", "::1", "[::1]")


class TooLarge(HTTPException):
    """A body that is longer than any form of ours."""

    def __init__(self) -> None:
        super().__init__(413, "too large")


class Guard:
    """Wraps the application."""

    def __init__(self, app: ASGIApp, *, hosts: Collection[str], secure: bool) -> None:
        self.app = app
        self.hosts = frozenset(hosts) | frozenset(LOOPBACK)
        self.extra = {"Strict-Transport-Security": "max-age=31536000"} if secure else {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or refuse it before anything of ours reads it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        lasting = scope["path"].startswith(LASTING)
        cached = {"Cache-Control": "private, max-age=86400" if lasting else "no-store"}
        started = _Started(send, HEADERS | self.extra | cached)
        headers = Headers(scope=scope)
        if _host(headers) not in self.hosts:
            await PlainTextResponse("unknown host", status_code=400)(scope, receive, started)
        elif not _fits(headers):
            await PlainTextResponse("too large", status_code=413)(scope, receive, started)
        else:
            await self._limited(scope, receive, started)

    async def _limited(self, scope: Scope, receive: Receive, started: _Started) -> None:
        """A body without a length, in chunks, is counted as it comes."""
        read = 0

        async def counted() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > MOST_BODY_BYTES:
                raise TooLarge
            return message

        try:
            await self.app(scope, counted, started)
        except TooLarge:
            if not started.begun:
                await PlainTextResponse("too large", status_code=413)(scope, receive, started)


class _Started:
    """Sends with our headers, and knows whether an answer has begun."""

    def __init__(self, send: Send, headers: dict[str, str]) -> None:
        self.send = send
        self.headers = headers
        self.begun = False

    async def __call__(self, message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            self.begun = True
            headers = MutableHeaders(scope=message)
            for name, value in self.headers.items():
                headers.setdefault(name, value)
        await self.send(message)


def _host(headers: Headers) -> str:
    name = urlsplit(f"//{headers.get('host', '')}").hostname
    return name or ""


def _fits(headers: Headers) -> bool:
    length = headers.get("content-length")
    return length is None or (length.isascii() and length.isdigit() and int(length) <= MOST_BODY_BYTES)
