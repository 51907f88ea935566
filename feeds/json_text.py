"""From the bytes of a JSON answer to Python values."""

from __future__ import annotations

import json
from typing import Any

from feeds.csv_text import decoded
from feeds.errors import FeedMalformed, FeedUnavailable
from feeds.html import page_title


def json_value(content: bytes, feed: str) -> Any:
    """The value of a JSON body. ``NaN`` and ``Infinity``, which JSON does not know, come as such numbers.

    Raises:
        FeedUnavailable: the body is empty.
        FeedMalformed: a page, a truncated body, or no JSON at all.
    """
    text = decoded(content, feed).strip()
    if not text:
        # A service that has nothing to say says so in JSON. No body is an answer that got lost: it may come next time.
        raise FeedUnavailable(feed, "the body is empty")
    if text.startswith("<"):
        raise FeedMalformed(feed, f"a page came instead of data: {page_title(text)}", "look at proxy and base address")
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise FeedMalformed(
            feed, f"no whole JSON: {str(error)[:120]}", "the body was cut, or is of another kind"
        ) from error


def finite(value: object) -> float | None:
    """A JSON number as a float: None for null, NaN for anything that is not a number of a believable size."""
    if value is None:
        return None
    believable = isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e15
    return float(value) if believable and isinstance(value, int | float) else float("nan")
