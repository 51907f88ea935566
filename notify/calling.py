"""The words of a step of the ladder: a reminder to the office itself, or a call to another on its behalf."""

from __future__ import annotations

from collections.abc import Sequence

from notify.alert import Alert
from notify.ledger import Delivery
from notify.phrases import length_of, listed
from notify.texts import DRILL, RESENT, SHORT_LIMIT

REMINDER = "催办："
"""As long as the mark of a repeat, for which every text has room."""
_OFFICE_ZH = "森防办"


def called_short(alert: Alert, row: Delivery) -> str:
    """The short text of a step: the alert again, or who does not answer, with as many names as there is room for."""
    head, bracket, rest = alert.text_short.partition("】")
    if not row.for_office:
        return f"{head}{bracket}{REMINDER}{rest}" if bracket else f"{REMINDER}{rest}"
    tail = DRILL if alert.exercise else ""
    text = ""
    for most in range(len(row.silent_zh), 0, -1):
        said = _unanswered(alert, _in_short(row.silent_zh, most))
        text = f"{head}{bracket}{said}{tail}" if bracket else f"{said}{tail}"
        if length_of(text) + length_of(RESENT) <= SHORT_LIMIT:
            break
    return text


def called_long(alert: Alert, row: Delivery) -> str:
    """The long text of a step: what it is, and under it the alert itself."""
    said = _unanswered(alert, listed(row.silent_zh)) if row.for_office else f"{REMINDER}编号{alert.code}尚未签收。"
    mark = DRILL if alert.exercise else ""
    return f"{mark}{said}原文如下：\n{alert.text_long}"


def _unanswered(alert: Alert, names: str) -> str:
    return f"{names}未回应{alert.code}，请电话叫应并代为登记。"


def _in_short(names: Sequence[str], most: int) -> str:
    """兴隆县、三河市森防办; 兴隆县、三河市等4家森防办: what all are is said once."""
    shared = _OFFICE_ZH if all(name.endswith(_OFFICE_ZH) for name in names) else ""
    return listed([name.removesuffix(shared) for name in names], most, unit="家") + shared
