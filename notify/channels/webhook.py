"""``webhook://`` and ``webhooks://``: one JSON document by POST over HTTP or HTTPS, with a key that receivers drop by.

``webhooks://host/path?query`` is ``https://host/path?query``, exactly. ``user:password@`` becomes Basic, ``token@`` a
Bearer authorisation.
"""

from __future__ import annotations

import base64
import json
from datetime import datetime
from urllib.parse import SplitResult, quote, unquote, urlsplit

from notify.channels.http_exchange import Answer, Request, exchange, refused, target_of
from notify.channels.plugin import ChannelSettings, OwnChannel
from notify.delivery_states import Outcome, OutcomeClass
from notify.parcel import Parcel

_C = OutcomeClass
_NAME = "webhook"


class WebhookChannel(OwnChannel):
    """A receiver of JSON that answers 2xx when it has taken the document over."""

    service_name = "Webhook"
    protocol = "webhook"
    secure_protocol = "webhooks"

    def deliver(self, address: str, parcel: Parcel, *, settings: ChannelSettings) -> Outcome:
        """POST once; redirects are not followed."""
        try:
            parts = urlsplit(address)
            _ = parts.port
        except ValueError:
            return Outcome(_C.REJECT_PERMANENT, "webhook: the address cannot be read")
        if not parts.hostname or not address.isprintable():
            return Outcome(_C.REJECT_PERMANENT, "webhook: the address names no host or has control characters")
        body = json.dumps(parcel.document(), ensure_ascii=False).encode()
        request = Request(_NAME, parts, target_of(parts.path, parts.query), _headers(parts, parcel), body)
        answer = exchange(request, deadline_s=settings.deadline_s, read_body=False)
        return answer if isinstance(answer, Outcome) else _judged(answer, parcel.sending_utc)


def _judged(answer: Answer, now: datetime) -> Outcome:
    if (no := refused(answer, name=_NAME, now=now)) is not None:
        return no
    said = f"{_NAME}: HTTP {answer.status}"
    if answer.content_type == "text/html":
        return Outcome(_C.UNKNOWN, f"{said}, but with a page for people: is that the receiver?")
    return Outcome(_C.OK, said)


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
