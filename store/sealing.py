"""Files with addresses, sealed at rest with AES-256-GCM under a key that lives elsewhere."""

from __future__ import annotations

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from store.errors import StoreError
from store.keys import KeyRing

SUFFIX = ".sealed"
_MAGIC = b"firewatch-sealed-1"
_NONCE = 12
_PURPOSE = "addresses"


class SealBroken(StoreError):
    """A sealed file was changed, is cut short, or was sealed with a key that is not set here."""


def sealed(content: bytes, keys: KeyRing, *, name: str) -> bytes:
    """``content`` sealed under the newest key; ``name`` is bound to it, so that no file takes another's place.

    Raises:
        SealBroken: no key is set.
    """
    if not keys:
        raise SealBroken("no key to seal with: set the secret contacts_key (openssl rand -base64 32)")
    nonce, key = os.urandom(_NONCE), keys.newest
    body = AESGCM(key.derived(_PURPOSE)).encrypt(nonce, content, name.encode())
    return b"\n".join((_MAGIC, key.key_id.encode(), nonce + body))


def unsealed(whole: bytes, keys: KeyRing, *, name: str) -> bytes:
    """The content of a sealed file, under whichever key of the ring it was sealed with.

    Raises:
        SealBroken: it is none, was changed, or its key is not set.
    """
    magic, _, rest = whole.partition(b"\n")
    key_id, _, body = rest.partition(b"\n")
    if magic != _MAGIC or len(body) <= _NONCE:
        raise SealBroken(f"{name}: is no sealed file, or is cut short")
    key = keys.by_id(key_id.decode("ascii", "replace"))
    if key is None:
        raise SealBroken(f"{name}: sealed with a key that is not set here (contacts_key, contacts_key_previous)")
    try:
        return AESGCM(key.derived(_PURPOSE)).decrypt(body[:_NONCE], body[_NONCE:], name.encode())
    except InvalidTag:
        raise SealBroken(f"{name}: was changed after it was sealed; restore it from a backup") from None
