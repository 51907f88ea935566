"""Processes beside the clock come back when they end, later and later while they keep failing, and end together."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from flows import supervised
from flows.supervised import Supervised, end


@pytest.fixture
def said() -> list[str]:
    return []


def kept(tmp_path: Path, said: list[str], *arguments: str) -> Supervised:
    return Supervised("part", arguments, tmp_path, said.append)


def until(holds: Callable[[], bool], within_s: float = 60.0) -> None:
    deadline = time.monotonic() + within_s
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_one_that_was_killed_is_started_again_at_once_and_that_is_said(tmp_path: Path, said: list[str]) -> None:
    one = kept(tmp_path, said, "http.server", "0", "--bind", "127.0.0.1")
    first = one.process.pid
    os.kill(first, signal.SIGKILL)
    until(lambda: one.look() is None and one.process.pid != first)
    assert one.process.poll() is None
    assert "the part ended with code -9" in said[0]
    assert said[0].endswith("it starts again in 0 s")
    end(one.process)
    assert one.process.returncode == -signal.SIGTERM


def test_one_that_keeps_failing_is_tried_later_and_later(tmp_path: Path, said: list[str], monkeypatch) -> None:
    clock = [1000.0]
    monkeypatch.setattr(supervised.time, "monotonic", lambda: clock[0])
    one = kept(tmp_path, said, "no_such_module_of_ours")
    waits = []
    for _ in range(8):
        one.process.wait(60)
        one.look()
        waits.append(said[-1].partition("starts again in ")[2])
        one.look()
        clock[0] += 31.0
        one.look()
    assert waits == ["0 s", "1 s", "3 s", "7 s", "15 s", "30 s", "30 s", "30 s"]
    end(one.process)
    assert "no_such_module_of_ours" in (tmp_path / "log" / "part.log").read_text(encoding="utf-8")


def test_one_that_does_not_end_when_it_is_asked_is_killed(tmp_path: Path, said: list[str], monkeypatch) -> None:
    deaf = tmp_path / "deaf.py"
    deaf.write_text("import signal, time\nsignal.signal(15, signal.SIG_IGN)\nprint('up', flush=True)\ntime.sleep(60)\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    one = kept(tmp_path, said, "deaf")
    until(lambda: "up" in (tmp_path / "log" / "part.log").read_text())
    end(one.process, within_s=0.3)
    assert one.process.returncode == -signal.SIGKILL
