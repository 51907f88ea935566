"""A text within what a channel carries: cut at the end of a sentence, with its code and its 【演练】 kept. Pure."""

from __future__ import annotations

from collections.abc import Callable

EXERCISE_MARK = "【演练】"
_ENDS = "。；！？\n"
_CUT = "…"


def utf8(text: str) -> int:
    """Bytes of a text on the wire."""
    return len(text.encode())


def fitted(text: str, most: int, *, code: str, size: Callable[[str], int] = utf8) -> str:
    """``text`` of at most ``most``, cut at a sentence's end or, without one in reach, between two characters.

    Args:
        text: as it was written.
        most: what fits, in what ``size`` counts.
        code: of the alert: said at the end when the cut takes it away.
        size: bytes or characters.

    Raises:
        ValueError: not even the code fits.
    """
    if size(text) <= most:
        return text
    closing = EXERCISE_MARK if text.rstrip().endswith(EXERCISE_MARK) else ""
    opening = EXERCISE_MARK if text.startswith(EXERCISE_MARK) else ""
    for tail in (f"{_CUT}{closing}", f"{_CUT}编号{code}。{closing}"):
        head = _cut(text, most - size(tail), size)
        if head.startswith(opening) and (head or closing) and code in head + tail:
            return head + tail
    raise ValueError(f"a text of {most} has no room for the code {code}")


def chunked(text: str, chars: int, *, pieces: int) -> tuple[str, ...]:
    """``text`` in ``pieces`` pieces of at most ``chars`` characters; those that are not needed are one space."""
    parts = [text[start : start + chars] for start in range(0, len(text), chars)]
    if len(parts) > pieces:
        raise ValueError(f"{len(text)} characters do not fit into {pieces} of {chars}")
    return tuple(parts) + (" ",) * (pieces - len(parts))


def _cut(text: str, most: int, size: Callable[[str], int]) -> str:
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if size(text[:middle]) <= most else (low, middle - 1)
    whole = max(text.rfind(end, 0, low) for end in _ENDS) + 1
    return text[: whole if whole * 2 >= low else low]
