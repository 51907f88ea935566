"""The signed link with which an office answers an alert: who may answer what until when, and nothing that is secret.

A link is a capability: whoever holds it can answer for one office and one alert, and do nothing else. It is bound to
the alert's revision by the alert's id, so that an answer to a lower level never counts for a higher one.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

from notify.alert import require_utc

LEAST_SECRET_BYTES = 32
_MAC_BYTES = 16
_KEY_ID = 6
_MOST_CHARACTERS = 512


class TokenFault(StrEnum):
    """Why a link does not open. The page says no more than that it is not valid, or that its time is over."""

    MALFORMED = "malformed"
    UNKNOWN_KEY = "unknown_key"
    FORGED = "forged"
    EXPIRED = "expired"


class TokenRefused(ValueError):
    """A link that answers nothing."""

    def __init__(self, fault: TokenFault) -> None:
        super().__init__(f"answer link: {fault}")
        self.fault = fault


@dataclass(frozen=True, slots=True)
class LinkKey:
    """A secret that signs links. Its name tells nothing of it.

    Raises:
        ValueError: the secret is too short.
    """

    secret: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.secret) < LEAST_SECRET_BYTES:
            raise ValueError(f"a key of answer links needs {LEAST_SECRET_BYTES} bytes")

    @property
    def key_id(self) -> str:
        """Stands in every link: the verifier with two keys knows which one to ask."""
        return hashlib.sha256(b"answer link" + self.secret).hexdigest()[:_KEY_ID]

    def mac(self, payload: str) -> str:
        """The signature of a payload."""
        digest = hmac.new(self.secret, payload.encode(), hashlib.sha256).digest()[:_MAC_BYTES]
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


@dataclass(frozen=True, slots=True)
class AnswerClaim:
    """What a link stands for."""

    alert_id: str
    region: str
    office: str
    revision: int
    expires_utc: datetime
    jti: str
    """The link's own number: the id of the delivery that carried it. Each link answers once."""

    def __post_init__(self) -> None:
        require_utc(self.expires_utc)


def minted(claim: AnswerClaim, key: LinkKey) -> str:
    """The token of a claim; the same claim and key give the same token."""
    expires = int(claim.expires_utc.timestamp())
    parts = (claim.alert_id, claim.region, claim.office, str(claim.revision), str(expires), claim.jti)
    if any("|" in part for part in parts):
        raise ValueError("an answer link cannot hold | in a name")
    payload = base64.urlsafe_b64encode("|".join(parts).encode()).rstrip(b"=").decode()
    return f"{payload}.{key.key_id}.{key.mac(payload)}"


def claim_of(token: str, *, keys: Sequence[LinkKey], now: datetime) -> AnswerClaim:
    """What a token stands for.

    Args:
        token: as it came in the link.
        keys: the key in use and, while one is changed for the other, the one before.
        now: time of the request.

    Raises:
        TokenRefused: it was not made with one of the keys, was changed, or its time is over.
    """
    parts = token.split(".") if len(token) <= _MOST_CHARACTERS and token.isascii() else []
    if len(parts) != 3:
        raise TokenRefused(TokenFault.MALFORMED)
    payload, key_id, mac = parts
    key = next((one for one in keys if hmac.compare_digest(one.key_id, key_id)), None)
    if key is None:
        raise TokenRefused(TokenFault.UNKNOWN_KEY)
    if not hmac.compare_digest(key.mac(payload), mac):
        raise TokenRefused(TokenFault.FORGED)
    claim = _read(payload)
    if require_utc(now) >= claim.expires_utc:
        raise TokenRefused(TokenFault.EXPIRED)
    return claim


def _read(payload: str) -> AnswerClaim:
    try:
        text = base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)).decode()
        alert_id, region, office, revision, expires, jti = text.split("|")
        return AnswerClaim(alert_id, region, office, int(revision), datetime.fromtimestamp(int(expires), UTC), jti)
    except (ValueError, binascii.Error, OverflowError) as error:
        raise TokenRefused(TokenFault.MALFORMED) from error
