"""What a page says that came where data were asked for: a login, a proxy's apology, a maintenance note."""

from __future__ import annotations

import re

_TITLE = re.compile(r"<title[^>]*>([^<]{1,300})", re.IGNORECASE)


def page_title(text: str) -> str:
    """The title of an HTML page, or its first characters."""
    found = _TITLE.search(text[:20_000])
    return repr(" ".join((found.group(1) if found else text).split())[:80])
