"""Every kind, level and reason of a decision has a word for people."""

from __future__ import annotations

import re

import pytest

from notify.alert import AlertKind, IncidentLevel, Reason, WarningColour
from notify.decision_words import KIND_ZH, LEVEL_ZH, REASON_ZH

LEVELS = [*WarningColour, *(level for level in IncidentLevel if level is not IncidentLevel.NONE)]


@pytest.mark.parametrize(
    ("known", "words"),
    [(AlertKind, KIND_ZH), (LEVELS, LEVEL_ZH), (Reason, REASON_ZH)],
    ids=["kinds", "levels", "reasons"],
)
def test_none_is_without_a_word(known, words) -> None:
    assert words.keys() == {one.value for one in known}
    assert all(re.fullmatch("[\u4e00-\u9fff]+", word) for word in words.values())
