"""The page of figures: each with the run that it is from; a module that runs again takes the place of its own rows."""

from __future__ import annotations

import importlib.util
import json

import pytest

from bench import __main__ as command
from bench.measurement import Measurement
from bench.performance import Kept, Ran, document, merged, page, read

ORDER = ("bench.one", "bench.two")


def row(name: str, ours: float = 2.0, target: float = 1.0) -> Measurement:
    return Measurement(name, "s", ours, None, None, target, higher_is_better=False, bound_by="the disk")


def kept(module: str, name: str, at: str = "2026-11-25 18:00") -> Kept:
    return Kept(Ran(module, at, 0.5, "abc"), row(name))


def test_a_module_that_runs_again_replaces_its_rows_and_the_others_keep_their_run() -> None:
    before = [kept("bench.one", "a"), kept("bench.one", "b"), kept("bench.two", "c"), kept("bench.gone", "d")]
    rows = merged(before, [kept("bench.one", "a", "2026-11-26 09:00")], order=ORDER)
    assert [(one.row.name, one.ran.at) for one in rows] == [("a", "2026-11-26 09:00"), ("c", "2026-11-25 18:00")]


def test_every_figure_names_its_run_and_a_missed_target_is_said() -> None:
    text = page([kept("bench.one", "a"), kept("bench.two", "c", "2026-11-26 09:00")])
    assert "| a | 0.5 | ≤ 1 s | 2 | – | s | missed | 1 |" in text
    assert "| c | 0.5 | ≤ 1 s | 2 | – | s | missed | 2 |" in text
    assert "| 2 | bench.two | 2026-11-26 09:00 | 0.5 | abc |" in text


def test_none_lost_at_all_meets_its_bound_and_its_list_stays_json() -> None:
    none = row("lost", ours=0.0)
    assert none.ok
    assert command._listed(none) | {"ratio": None, "ok": True} == json.loads(
        json.dumps(command._listed(none), allow_nan=False)
    )
    assert "| lost | ∞ |" in page([Kept(Ran("bench.one", "2026-11-25 18:00", 0.5, "abc"), none)])


def test_what_is_kept_comes_back(tmp_path) -> None:
    rows = [kept("bench.one", "a")]
    (tmp_path / "record.json").write_text(json.dumps([document(one) for one in rows]), encoding="utf-8")
    assert read(tmp_path / "record.json") == rows
    assert read(tmp_path / "none.json") == []


def test_every_module_that_is_named_is_there_and_another_is_refused(capsys) -> None:
    assert all(importlib.util.find_spec(name) for name in command.MODULES)
    with pytest.raises(SystemExit):
        command.main(["bench.nothing"])
    assert "no benchmark bench.nothing" in capsys.readouterr().err
