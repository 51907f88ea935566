"""What makes a piece fail: a round lost, late or doubled, a text lost or doubled, a fire untold, a stuck run."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bench.kills import record
from bench.kills.judging import Told, rounds, wrongs
from bench.kills.record import Piece
from bench.kills.watched import planned
from store.run_rows import Run, RunEnd, RunOutcome, Trigger

AT = datetime(2026, 11, 25, 9, 41, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
CALM = timedelta(0)
ALL_TOLD = Told(1, ["e1"], ["d1", "d2"], Counter({"d1": 1, "d2": 1}))


def run(minute: float, outcome: RunOutcome = RunOutcome.DONE, *, took_s: float = 5.0) -> Run:
    at = AT + minute * MINUTE
    row = Run(f"R{minute}", "hotspot_watch", at, at, Trigger.SCHEDULED)
    return replace(row, end=RunEnd(outcome, at + timedelta(seconds=took_s)))


def minutes(number: int) -> list[datetime]:
    return [AT + step * MINUTE for step in range(number)]


def test_a_round_that_a_later_one_made_up_for_is_served_and_held_once() -> None:
    stood = rounds(minutes(4), [run(0), run(1, RunOutcome.FAILED), run(3)], kills=[AT + MINUTE])
    assert (stood.planned, stood.held, stood.lost, stood.doubled) == (4, 2, (), ())
    assert stood.longest_wait == timedelta(seconds=125)
    assert wrongs(stood, ALL_TOLD, longest_stuck=CALM) == []


def test_a_planned_round_that_nothing_looked_at_is_lost_and_the_proof_fails() -> None:
    stood = rounds(minutes(4), [run(0), run(2)], kills=[AT + 3 * MINUTE])
    assert stood.lost == (AT + 3 * MINUTE,)
    assert wrongs(stood, ALL_TOLD, longest_stuck=CALM) == ["1 planned rounds were lost: 09:44"]


@pytest.mark.parametrize(("last_kill", "late"), [(0, 1), (2, 0)], ids=["six minutes after", "four minutes after"])
def test_a_round_may_be_served_five_minutes_after_the_last_kill_and_no_later(last_kill: int, late: int) -> None:
    stood = rounds(minutes(1), [run(6)], kills=[AT + last_kill * MINUTE])
    assert len(stood.late) == late


def test_two_good_rounds_of_one_planned_minute_are_a_round_held_twice() -> None:
    stood = rounds(minutes(2), [run(0), run(0.4), run(1)], kills=[])
    assert stood.doubled == (AT,)
    assert wrongs(stood, ALL_TOLD, longest_stuck=CALM) == ["1 rounds were held twice: 09:41"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"fires": 2}, "1 first alerts of 1 events for 2 fires"),
        ({"events": ["e1", "e1"]}, "2 first alerts of 1 events for 1 fires"),
        ({"arrived": Counter({"d1": 1})}, "1 deliveries never arrived"),
        ({"arrived": Counter({"d1": 2, "d2": 1})}, "1 deliveries arrived twice"),
        ({"owed": []}, "no delivery was owed: nothing was tried"),
    ],
)
def test_what_was_not_told_once_fails_the_piece(changes: dict[str, object], said: str) -> None:
    stood = rounds(minutes(2), [run(0), run(1)], kills=[])
    assert said in wrongs(stood, replace(ALL_TOLD, **changes), longest_stuck=CALM)  # type: ignore[arg-type]  # fields


def test_a_run_that_is_open_for_longer_than_five_minutes_is_stuck() -> None:
    stood = rounds(minutes(1), [run(0)], kills=[])
    assert wrongs(stood, ALL_TOLD, longest_stuck=6 * MINUTE) == ["a run was without an end for 0:06:00"]


def test_a_piece_without_a_round_tried_nothing() -> None:
    assert wrongs(rounds([], [], kills=[]), ALL_TOLD, longest_stuck=CALM)


def test_nothing_is_planned_on_the_hour_and_the_half_hour() -> None:
    first = datetime(2026, 11, 25, 9, 28, 30, tzinfo=UTC)
    assert [at.minute for at in planned(first, first + 3 * MINUTE)] == [29, 31]


def test_pieces_add_up_and_one_that_did_not_hold_counts_no_kill_but_is_shown(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(record, "KEPT", tmp_path / "kills.json")
    monkeypatch.setattr(record, "PAGE", tmp_path / "kills.md")
    one = Piece(
        database="sqlite",
        seed=1,
        began="11-25 09:41",
        minutes=13.0,
        kills={"server": 2, "flow": 5},
        met_a_round=3,
        planned=9,
        held=6,
        fires=4,
        arrived=30,
        longest_wait_s=95.0,
        longest_stuck_s=60.0,
        starts=3,
        code="abc",
        wrong=[],
    )
    record.keep(one)
    record.keep(replace(one, seed=2, wrong=["1 planned rounds were lost: 09:44"]))
    pieces = record.keep(replace(one, seed=3, kills={"server": 1}))
    assert pieces == record.read()
    assert record.killed(pieces, "sqlite") == 8
    assert record.killed(pieces, "postgresql") == 0
    page = (tmp_path / "kills.md").read_text(encoding="utf-8")
    assert "| sqlite | **8** of 100 | 6 | flow 5, server 3 | 18 / 12 | 8 | 60 | 1 |" in page
    assert "1 planned rounds were lost: 09:44" in page
