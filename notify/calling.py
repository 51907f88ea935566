"""The words of a step of the ladder: a reminder to the office itself, or a call to another on its behalf."""

from __future__ import annotations

from notify.alert import Alert
from notify.ledger import Delivery
from notify.phrases import listed
from notify.texts import DRILL

REMINDER = "催办："
"""As long as the mark of a repeat, for which every text has room."""
_NAMES_IN_SHORT = 2


def called_short(alert: Alert, row: Delivery) -> str:
    """The short text of a step: the alert again, or who does not answer."""
    head, bracket, rest = alert.text_short.partition("】")
    if not row.for_office:
        return f"{head}{bracket}{REMINDER}{rest}" if bracket else f"{REMINDER}{rest}"
    tail = DRILL if alert.exercise else ""
    said = _unanswered(alert, row, most=_NAMES_IN_SHORT)
    return f"{head}{bracket}{said}{tail}" if bracket else f"{said}{tail}"


def called_long(alert: Alert, row: Delivery) -> str:
    """The long text of a step: what it is, and under it the alert itself."""
    said = _unanswered(alert, row) if row.for_office else f"{REMINDER}编号{alert.code}尚未签收。"
    mark = DRILL if alert.exercise else ""
    return f"{mark}{said}原文如下：\n{alert.text_long}"


def _unanswered(alert: Alert, row: Delivery, *, most: int | None = None) -> str:
    names = listed(row.silent_zh, most, unit="家")
    return f"{names}未回应{alert.code}，请电话叫应并代为登记。"
