"""The command line in this process: its exit code, what it writes for a script, and what it says to a person."""

from __future__ import annotations

import json
import logging
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import time_machine
from typer.main import get_command

from desk import cli
from flows.wiring import House
from tests.flows import world
from tests.flows.drawing import one_picture_for_all, pictures_are_drawn  # noqa: F401  # fixtures
from tests.flows.feed_server import NOW, Feeds, serving
from tests.flows.migrated import history_is_gone_through_once  # noqa: F401  # a fixture


@dataclass(frozen=True)
class Done:
    """A command that ended."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """The one JSON document on stdout."""
        return json.loads(self.out)


Firewatch = Callable[..., Done]
_command = cache(get_command)
"""The tree of all commands is made once: a process makes it once too."""


@pytest.fixture
def home(tmp_path) -> Path:
    return tmp_path / "home"


@pytest.fixture(scope="session")
def quick_rules(tmp_path_factory) -> Path:
    """Rules that wait for nothing."""
    return world.quick_rules(tmp_path_factory.mktemp("rules"))


@pytest.fixture(scope="session")
def one_unit(tmp_path_factory) -> Path:
    """Zones with one joint unit."""
    return world.one_unit(tmp_path_factory.mktemp("zones"))


@pytest.fixture
def feeds(monkeypatch, one_unit) -> Iterator[Feeds]:
    """Served feeds of one joint unit, at NOW."""
    with time_machine.travel(NOW, tick=True), serving(NOW) as served:
        monkeypatch.setenv("FIREWATCH_OPEN_METEO_URL", served.url)
        monkeypatch.setenv("FIREWATCH_FIRMS_URL", served.url)
        monkeypatch.setenv("FIREWATCH_ZONES", str(one_unit))
        monkeypatch.setenv("FIREWATCH_WEATHER_MODELS", "ecmwf_ifs025")
        yield served


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch, home: Path, quick_rules: Path) -> None:
    for name in list(os.environ):
        if name.startswith("FIREWATCH_") or name == "FIRMS_MAP_KEY":
            monkeypatch.delenv(name)
    settings = {
        "FIREWATCH_HOME": str(home),
        "FIREWATCH_RULES": str(quick_rules),
        "FIREWATCH_OPEN_METEO_URL": world.NOWHERE,
        "FIREWATCH_FIRMS_URL": world.NOWHERE,
        "NO_PROXY": "127.0.0.1",
        "COLUMNS": "200",
    }
    for name, value in settings.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def firewatch(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Firewatch]:
    """Runs ``firewatch`` with arguments, through the entry point that the console script has."""
    monkeypatch.setattr("typer.main.get_command", _command)
    root, level = logging.getLogger(), logging.getLogger("firewatch").level
    handlers = list(root.handlers)

    def run(*arguments: object) -> Done:
        capsys.readouterr()
        monkeypatch.setattr(sys, "argv", ["firewatch", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        said = capsys.readouterr()
        return Done(int(ended.value.code or 0), said.out, said.err)

    yield run
    root.handlers[:] = handlers
    logging.getLogger("firewatch").setLevel(level)
    logging.getLogger("firewatch.run").setLevel(logging.NOTSET)


@pytest.fixture(scope="session")
def empty_home(tmp_path_factory) -> Path:
    """A home where nothing has happened yet, to be copied."""
    return world.made_home(tmp_path_factory.mktemp("empty"))


@pytest.fixture(scope="session")
def told_home(tmp_path_factory) -> Path:
    """A home whose live world was told of a red warning and a fire on the line, to be copied."""
    return world.made_home(tmp_path_factory.mktemp("told"), world.told_everywhere)


@pytest.fixture
def house(empty_home, home) -> Iterator[House]:
    """The house that the commands will find, to fill it beforehand."""
    shutil.copytree(empty_home, home)
    opened = world.build_house(home)
    yield opened
    opened.close()


@pytest.fixture
def told(told_home, home) -> Iterator[House]:
    """The live world of ``told_home``, for this test alone."""
    shutil.copytree(told_home, home)
    opened = world.build_house(home)
    yield world.recorded(opened, world="live")
    opened.close()
