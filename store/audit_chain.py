"""The chain of the audit log: what a link says, how it is sealed, and what a look along the chain finds. Pure."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from store.keys import KeyRing

FIRST_PREVIOUS = "0" * 64
"""What the first link names as the one before it."""
_PURPOSE = "audit"


@dataclass(frozen=True, slots=True)
class Link:
    """One row of the log. ``hash`` covers the whole row and the hash before it; ``mac`` seals it with a key."""

    seq: int
    world: str
    at_utc: datetime
    actor: str
    action: str
    subject: str
    payload: str
    """Canonical JSON."""
    previous_hash: str
    hash: str
    mac: str
    """Empty where no key was set."""
    key_id: str


@dataclass(frozen=True, slots=True)
class Head:
    """The end of the chain at one time: what is published, and what a later look compares with."""

    seq: int
    hash: str

    def __str__(self) -> str:
        return f"{self.seq}:{self.hash}"

    @classmethod
    def parse(cls, text: str) -> Head:
        """Read ``seq:hash``.

        Raises:
            ValueError: not that.
        """
        seq, _, digest = text.strip().partition(":")
        if not seq.isascii() or not seq.isdigit() or len(digest) != 64 or not set(digest) <= set("0123456789abcdef"):
            raise ValueError(f"a head is <number>:<64 hexadecimal digits>, got {text[:90]!r}")
        return cls(int(seq), digest)


EMPTY = Head(0, FIRST_PREVIOUS)


@dataclass(frozen=True, slots=True)
class Break:
    """Where the chain does not hold, and what that means."""

    seq: int
    what: str


def canonical(value: Mapping[str, Any]) -> str:
    """JSON with one spelling: sorted keys, no spaces, Chinese as it is.

    Raises:
        ValueError: a number that is no number, or a value that JSON does not know.
    """
    try:
        return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    except TypeError as error:
        raise ValueError(f"an audit payload holds text, numbers, lists and tables only: {error}") from error


def hash_of(link: Link) -> str:
    """SHA-256 over the hash before it and everything that the row says."""
    said = canonical(
        {
            "seq": link.seq,
            "world": link.world,
            "at_utc": link.at_utc.astimezone(UTC).isoformat(),
            "actor": link.actor,
            "action": link.action,
            "subject": link.subject,
            "payload": link.payload,
        }
    )
    return hashlib.sha256(f"{link.previous_hash}{said}".encode()).hexdigest()


def seal(digest: str, keys: KeyRing) -> tuple[str, str]:
    """MAC and key id of a link's hash; both empty without a key."""
    return (keys.newest.digest(_PURPOSE, digest.encode()), keys.newest.key_id) if keys else ("", "")


def breaks(links: Iterable[Link], keys: KeyRing, *, published: Iterable[Head] = ()) -> Iterator[Break]:
    """Everything that is wrong with a chain, in its order.

    Args:
        links: by ``seq``.
        keys: to check seals with. A seal whose key is not among them is reported.
        published: heads that went out: each must still be in the chain. Only they show that its end was cut off.
    """
    wanted: dict[int, set[str]] = {}
    for head in published:
        if head.seq:
            wanted.setdefault(head.seq, set()).add(head.hash)
    previous, last = EMPTY, 0
    sealed = False
    for link in links:
        yield from (Break(link.seq, what) for what in _wrong_with(link, previous))
        yield from (Break(link.seq, what) for what in _wrong_seal(link, keys, sealed=sealed))
        if wanted.pop(link.seq, {link.hash}) != {link.hash}:
            yield Break(link.seq, "differs from the head that was published: the chain was written anew")
        sealed = sealed or bool(link.mac)
        previous, last = Head(link.seq, link.hash), link.seq
    for seq in sorted(wanted):
        yield Break(seq, f"was published and is not there: the chain ends at {last}, rows were cut off")


def _wrong_with(link: Link, previous: Head) -> Iterator[str]:
    if link.seq != previous.seq + 1:
        yield f"follows {previous.seq}: rows are missing or out of order"
    if link.previous_hash != previous.hash:
        yield "does not continue the row before it: a row was deleted, inserted or moved"
    if hash_of(link) != link.hash:
        yield "does not match its hash: the row was edited"


def _wrong_seal(link: Link, keys: KeyRing, *, sealed: bool) -> Iterator[str]:
    if not link.mac:
        if sealed:
            yield "has no seal, and rows before it have: it was not written by this system"
        return
    key = keys.by_id(link.key_id)
    if key is None:
        yield f"is sealed with key {link.key_id}, which is not set here: it cannot be checked"
    elif not hmac.compare_digest(key.digest(_PURPOSE, link.hash.encode()), link.mac):
        yield "has a wrong seal: it was not written by this system"
