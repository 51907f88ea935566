"""What is kept or logged, without telephone numbers, mailboxes, keys and tokens (号码脱敏)."""

from __future__ import annotations

import logging
import re
import traceback
from collections.abc import Callable, Iterable, Mapping
from urllib.parse import parse_qs, unquote, urlsplit

HIDDEN = "***"
_NAMED = r"\w*key(?:id|secret)?|\w*token|\w*secret|pass(?:word|wd|phrase)?|pwd|authorization|sign(?:ature)?|webhook"
_SPOKEN = r"(?:\w*token|pass(?:word|wd|phrase)|pwd|authorization)"
"""Before a plain colon only these: 'key: what is wrong with it' is what an operator must read."""
_OPENS, _VALUE = r"\s*['\"]?(?:bearer\s+|basic\s+)?", r"[^\s'\"&,;})]+"
_PERSONAL = re.compile(
    "|".join(
        (
            r"(?P<digest>\b[0-9a-f]{24,}\b)",
            r"(?P<user>(?<=://)[^/?#\s'\"@]+(?=@))",
            rf"(?P<name>\b(?:(?:{_NAMED})(?:['\"]?\s*(?:=|%3D)|['\"]\s*:)|{_SPOKEN}\s*:){_OPENS})(?P<value>{_VALUE})",
            r"(?P<bearer>\b(?:bearer|basic)\s+)(?P<credential>[A-Za-z0-9._~+/=-]{8,})",
            r"(?P<app>\b(?:AT|UID|SEC)_?[A-Za-z0-9]{12,}\b)",
            r"(?P<hook>(?<=/hook/)[A-Za-z0-9-]{8,})",
            r"(?P<mail>[A-Za-z0-9._%+=-]+(?:@|%40)[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)",
            r"(?P<phone>(?<!\d)(?:(?:\+|%2B|00)?86[ -]?)?1[3-9]\d(?P<gap>[ -]?)\d{4}(?P=gap)\d{4}(?!\d))",
            r"(?P<landline>(?<![\d-])\(?0\d{2,3}\)?[ -]?\d{7,8}(?![\d-]))",
        )
    ),
    re.IGNORECASE,
)


_LEAST_KNOWN = 8
"""Shorter secrets are words as well: hiding them would hide what an operator must read."""


def worth_hiding(secrets: Iterable[str]) -> tuple[str, ...]:
    """Those of the secrets that are known here which no ordinary word can be, the longest first."""
    return tuple(sorted({one for one in secrets if len(one) >= _LEAST_KNOWN}, key=lambda one: (-len(one), one)))


def masked(text: str, *, known: Iterable[str] = ()) -> str:
    """``text`` with the personal and secret parts hidden; of a telephone number the last two digits stay.

    Args:
        text: as it was written.
        known: secrets of this house, from :func:`worth_hiding`: hidden whatever stands around them.
    """
    text = _PERSONAL.sub(_hidden, text)
    for secret in known:
        text = text.replace(secret, HIDDEN)
    return text


def masked_number(number: str) -> str:
    """A telephone number or mailbox as a list may show it: ``*********78``, ``d***@example.org``."""
    name, at, domain = number.partition("@")
    if at:
        return f"{name[:1]}{HIDDEN}@{domain}"
    return "*" * max(0, len(number) - 2) + number[-2:] if len(number) > 4 else HIDDEN


def shown_address(address: str) -> str:
    """An address as a list may show it: its scheme, and of a number or mailbox that it names what tells it apart."""
    scheme, _, rest = address.partition("://")
    if scheme == "inbox":
        return address
    named = re.search(r"[?&](?:to|touser)=([^&]+)", rest)
    return f"{scheme}://{masked_number(unquote(named[1])) if named else HIDDEN}"


def confidential_parts(address: str) -> tuple[str, ...]:
    """What must not be read outside: the address, its user and password, its path, and every value that it names."""
    try:
        found = urlsplit(address)
        values = [value for named in parse_qs(found.query).values() for value in named]
        login = (found.username or "", found.password or "")
    except ValueError:
        return (address,)
    parts = [part for value in values for part in re.split("[,;]", value)]
    return tuple(
        dict.fromkeys(one for one in (address, *login, *map(unquote, login), found.path.strip("/"), *parts) if one)
    )


def masked_value(value: object) -> object:
    """A JSON value with every text in it masked; a number that reads as a telephone number becomes text."""
    if isinstance(value, str):
        return masked(value)
    if isinstance(value, Mapping):
        return {str(name): masked_value(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [masked_value(inner) for inner in value]
    if isinstance(value, int) and not isinstance(value, bool) and masked(str(value)) != str(value):
        return masked(str(value))
    return value


class MaskingFilter(logging.Filter):
    """Masks a record before a handler writes it: message, arguments, and the trace of an error."""

    def __init__(self, known: Callable[[], Iterable[str]] = tuple) -> None:
        super().__init__()
        self._known = known

    def filter(self, record: logging.LogRecord) -> bool:
        """Mask in place; nothing is dropped."""
        known = self._known()
        record.msg, record.args = masked(record.getMessage(), known=known), ()
        if record.exc_info and not record.exc_text:
            record.exc_text = "".join(traceback.format_exception(*record.exc_info)).rstrip("\n")
        if record.exc_text:
            record.exc_text = masked(record.exc_text, known=known)
        if record.stack_info:
            record.stack_info = masked(record.stack_info, known=known)
        return True


def _hidden(found: re.Match[str]) -> str:
    groups = found.groupdict()
    if groups["digest"]:
        return found.group()
    if groups["name"]:
        return f"{groups['name']}{HIDDEN}"
    if groups["bearer"]:
        return f"{groups['bearer']}{HIDDEN}"
    if groups["phone"] or groups["landline"]:
        return HIDDEN + re.sub(r"\D", "", found.group())[-2:]
    return HIDDEN
