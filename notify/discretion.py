"""What an error says of itself, without what must not leave the house: secrets, addresses, telephone numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable

from notify.phrases import plain

HIDDEN = "…"
_LONGEST = 120
_SHORTEST_SECRET = 4
_NEVER = re.compile(
    "|".join(
        (
            r"[a-z][a-z0-9+.-]*://\S+",
            r"[^\s@<>]+@[^\s@<>]+",
            r"\b(?:\w*key|\w*token|\w*secret|pass\w*|pwd|authorization)\b['\"]?\s*[=:]\s*\S+(?:\s+\S{12,})?",
            r"\bbearer\s+\S+",
            r"\b\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?\b",
            r"\b(?:[\w-]+\.)+(?:com|cn|org|net|gov|edu|io|local|internal|lan)\b(?::\d+)?\S*",
            r"\b[\w-]+(?:\.[\w-]+)+:\d{2,5}\b",
            r"(?<!\d)(?:\+?86[ -]?)?1\d{2}[ -]?\d{4}[ -]?\d{4}(?!\d)",
            r"(?<!\d)0\d{2,3}[ -]\d{7,8}(?!\d)",
            r"\b(?=\w*\d)(?=\w*[a-z])\w{16,}\b",
        )
    ),
    re.IGNORECASE,
)
_FOLDERS = re.compile(r"(?<![\w.])(?:~|[A-Za-z]:)?[\\/](?:[^\s'\"\\/:]+[\\/])+(?=[^\s'\"\\/:])")


def discreet(text: str, *, secrets: Iterable[str] = ()) -> str:
    """The first line of ``text``, fit for a message: one that leaves the house and may be forwarded.

    Args:
        text: what a library or a system says of an error.
        secrets: keys and addresses that are known here; whatever looks like one is left out too.
    """
    line = plain(text.strip().partition("\n")[0])
    for secret in sorted((secret for secret in secrets if len(secret) >= _SHORTEST_SECRET), key=len, reverse=True):
        line = line.replace(secret, HIDDEN)
    line = _FOLDERS.sub("", _NEVER.sub(HIDDEN, line))
    return line if len(line) <= _LONGEST else line[:_LONGEST].rsplit(" ", 1)[0] + HIDDEN
