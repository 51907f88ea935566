"""Kept answers: as good as new ones, or not given."""

from __future__ import annotations

from datetime import timedelta

from desk.web.attempts import Attempts
from desk.web.kept import KEPT_FOR, Kept
from tests.desk.web.conftest import NIGHT


def asked(kept: Kept, log: list[str], *, beat: str = "a", later: timedelta = timedelta(0), who: str = "x") -> str:
    def make() -> str:
        log.append(who)
        return f"{who}{len(log)}"

    return kept.get(who, make, beat=beat, now=NIGHT + later)


def test_the_same_question_is_gathered_once_until_something_changes() -> None:
    kept, log = Kept(), list[str]()
    assert asked(kept, log) == asked(kept, log) == "x1"
    assert asked(kept, log, beat="b") == "x2"


def test_nothing_is_shown_that_is_older_than_the_bound() -> None:
    kept, log = Kept(), list[str]()
    asked(kept, log)
    assert asked(kept, log, later=KEPT_FOR) == "x1"
    assert asked(kept, log, later=KEPT_FOR + timedelta(seconds=1)) == "x2"


def test_one_office_is_never_given_what_was_gathered_for_another() -> None:
    kept, log = Kept(), list[str]()
    assert asked(kept, log, who="beijing") == "beijing1"
    assert asked(kept, log, who="hebei") == "hebei2"


def test_memory_has_an_end() -> None:
    kept, log = Kept(), list[str]()
    for number in range(200):
        asked(kept, log, who=str(number))
    assert len(kept._answers) == 64


def test_attempts_slide_out_of_their_window() -> None:
    tries = Attempts(timedelta(minutes=10))
    for minute in (0, 1, 2):
        tries.add("login:x", at=NIGHT + timedelta(minutes=minute))
    assert tries.count("login:x", at=NIGHT + timedelta(minutes=2)) == 3
    assert tries.count("login:x", at=NIGHT + timedelta(minutes=11)) == 2
    assert tries.count("login:y", at=NIGHT) == 0
    tries.forget("login:x")
    assert tries.count("login:x", at=NIGHT) == 0
