"""What a provider's answer means: its own code, of the right type, and nothing short of it counts as a yes."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any

from notify.channels.http_exchange import Answer, refused, retry_after_s
from notify.delivery_states import Outcome, OutcomeClass

_C = OutcomeClass
Code = int | str
_SPEAKABLE = re.compile(r"-?\d{1,7}|[A-Za-z][A-Za-z_.-]{0,63}")
"""A code may be repeated in outcomes, numbers and keys that a far end echoes may not."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a code says, and what an operator does."""

    outcome_class: OutcomeClass
    zh: str
    """What is wrong and what to do, in an operator's words."""


def again(zh: str) -> Meaning:
    """It was not taken, and may be later."""
    return Meaning(_C.REJECT_TEMPORARY, zh)


def never(zh: str) -> Meaning:
    """It was not taken, and will not be before somebody mends something."""
    return Meaning(_C.REJECT_PERMANENT, zh)


@dataclass(frozen=True, slots=True)
class Codes:
    """The codes of one provider."""

    name: str
    success: Code
    by_code: Mapping[Code, Meaning]
    families: Mapping[str, Meaning]
    """By the beginning of a code that is text, the longest first."""

    def outcome(self, code: object, *, provider_id: str | None = None, retry_after: float | None = None) -> Outcome:
        """What a code means. One of another type than the success value's is no answer."""
        if isinstance(code, bool) or not isinstance(code, type(self.success)):
            return Outcome(_C.UNKNOWN, f"{self.name}: the answer has no code")
        if code == self.success:
            return Outcome(_C.OK, f"{self.name}: {code}", provider_id=provider_id)
        said = code if _SPEAKABLE.fullmatch(str(code)) else "a code that cannot be shown"
        meaning = self.by_code.get(code) or self._family(str(code)) or again("未收录的错误码，查对方文档")
        wait = retry_after if meaning.outcome_class is _C.REJECT_TEMPORARY else None
        return Outcome(meaning.outcome_class, f"{self.name}: {said} {meaning.zh}", retry_after_s=wait)

    def _family(self, code: str) -> Meaning | None:
        matching = [name for name in self.families if code.startswith(name)]
        return self.families[max(matching, key=len)] if matching else None


def document_of(answer: Answer) -> dict[str, Any] | None:
    """The JSON document of an answer, or None."""
    try:
        found = json.loads(answer.body)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def judged(answer: Answer, codes: Codes, field: str, *, now: datetime) -> Outcome:
    """What an answer with its code in one field means.

    The status of HTTP counts first, unless the body of a refusal (4xx) names the reason.
    """
    document = document_of(answer)
    code = None if document is None else document.get(field)
    no = refused(answer, name=codes.name, now=now)
    if no is not None:
        named = no.outcome_class is not _C.UNKNOWN and answer.status >= HTTPStatus.BAD_REQUEST
        return _reason(no, codes, code, answer, now) if named else no
    if document is None:
        return Outcome(_C.UNKNOWN, f"{codes.name}: HTTP {answer.status} without a readable document")
    return codes.outcome(code, retry_after=retry_after_s(answer, now))


def _reason(no: Outcome, codes: Codes, code: object, answer: Answer, now: datetime) -> Outcome:
    """The outcome of a refusal by HTTP, with the body's own reason where it has a known one."""
    found = codes.outcome(code, retry_after=retry_after_s(answer, now))
    return no if found.outcome_class in {_C.OK, _C.UNKNOWN} or answer.status == HTTPStatus.TOO_MANY_REQUESTS else found
