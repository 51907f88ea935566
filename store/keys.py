"""Keys that live outside the database: the newest writes, the ones before it still read."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Iterator
from dataclasses import dataclass, field

from store.errors import StoreError

KEY_BYTES = 32


class KeyUnreadable(StoreError):
    """A key is not 32 bytes in base64 or hexadecimal: make one with ``openssl rand -base64 32``."""


@dataclass(frozen=True, slots=True)
class Key:
    """32 random bytes, and a name that tells nothing of them."""

    material: bytes = field(repr=False)

    @property
    def key_id(self) -> str:
        """Which key it is: stands beside everything that was sealed with it."""
        return hashlib.sha256(b"firewatch key id" + self.material).hexdigest()[:12]

    def derived(self, purpose: str) -> bytes:
        """A key for one purpose only."""
        return hmac.new(self.material, purpose.encode(), hashlib.sha256).digest()

    def digest(self, purpose: str, content: bytes) -> str:
        """HMAC-SHA256 for one purpose, in hexadecimal."""
        return hmac.new(self.derived(purpose), content, hashlib.sha256).hexdigest()


@dataclass(frozen=True, slots=True)
class KeyRing:
    """The keys in use, newest first. Empty where an office has set none."""

    keys: tuple[Key, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.keys)

    def __iter__(self) -> Iterator[Key]:
        return iter(self.keys)

    @property
    def newest(self) -> Key:
        """The key that writes."""
        return self.keys[0]

    def by_id(self, key_id: str) -> Key | None:
        """The key with this name, or None."""
        return next((key for key in self.keys if key.key_id == key_id), None)


NO_KEYS = KeyRing()


def key_ring(*texts: str | None) -> KeyRing:
    """The keys of a setting, newest first; what is absent or empty is left out.

    Raises:
        KeyUnreadable: a text that is not 32 bytes in base64 or hexadecimal. The message does not hold it.
    """
    return KeyRing(tuple(Key(_bytes_of(text.strip())) for text in texts if text is not None and text.strip()))


def _bytes_of(text: str) -> bytes:
    try:
        material = bytes.fromhex(text) if len(text) == 2 * KEY_BYTES else base64.b64decode(text, validate=True)
    except (ValueError, binascii.Error):
        material = b""
    if len(material) != KEY_BYTES:
        raise KeyUnreadable("a key must be 32 bytes in base64 or hexadecimal: openssl rand -base64 32")
    return material
