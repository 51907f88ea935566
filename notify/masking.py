"""What is kept or logged, without telephone numbers, mailboxes, keys and tokens (号码脱敏)."""

from __future__ import annotations

import logging
import re
import traceback
from collections.abc import Mapping
from urllib.parse import unquote

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


def masked(text: str) -> str:
    """``text`` with the personal and secret parts hidden; of a telephone number the last two digits stay."""
    return _PERSONAL.sub(_hidden, text)


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

    def filter(self, record: logging.LogRecord) -> bool:
        """Mask in place; nothing is dropped."""
        record.msg, record.args = masked(record.getMessage()), ()
        if record.exc_info and not record.exc_text:
            record.exc_text = "".join(traceback.format_exception(*record.exc_info)).rstrip("\n")
        if record.exc_text:
            record.exc_text = masked(record.exc_text)
        if record.stack_info:
            record.stack_info = masked(record.stack_info)
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
