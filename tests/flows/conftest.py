"""A house of each test's own, an environment without our settings, and no server that starts by itself."""

from __future__ import annotations

import gc
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from flows.embedded import NOTHING_LEAVES
from flows.wiring import House
from tests.flows import world
from tests.flows.drawing import one_picture_for_all, pictures_are_drawn  # noqa: F401  # fixtures
from tests.flows.folders import lasting_folder
from tests.flows.migrated import history_is_gone_through_once  # noqa: F401  # a fixture

# Prefect reads these once, when it is first imported.
os.environ |= {**NOTHING_LEAVES, "PREFECT_HOME": str(lasting_folder("prefect")), "PREFECT_LOGGING_LEVEL": "WARNING"}
os.environ.pop("PREFECT_API_URL", None)


@pytest.fixture(autouse=True)
def _nobody_s_environment(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    for name in list(os.environ):
        if name.startswith("FIREWATCH_") or name == "FIRMS_MAP_KEY":
            monkeypatch.delenv(name)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    if request.node.get_closest_marker("flow") is None:
        monkeypatch.setenv("PREFECT_SERVER_EPHEMERAL_ENABLED", "false")


@pytest.fixture(scope="session")
def empty_home(tmp_path_factory) -> Path:
    """A home where nothing has happened yet, to be copied."""
    return world.made_home(tmp_path_factory.mktemp("empty"))


@pytest.fixture(scope="session")
def dry_home(tmp_path_factory) -> Path:
    """A home in whose drill, after a dry spring, one danger round was held, to be copied."""
    return world.made_home(tmp_path_factory.mktemp("dry"), lambda house: world.danger(world.dry_spring(house)))


@pytest.fixture
def open_one(empty_home, tmp_path) -> Iterator[Callable[..., House]]:
    """Opens houses on one home, and closes them at the end."""
    opened: list[House] = []

    def open_house(**settings: Any) -> House:
        if not (tmp_path / "home").exists():
            shutil.copytree(empty_home, tmp_path / "home")
        opened.append(world.build_house(tmp_path / "home", **settings))
        return opened[-1]

    yield open_house
    for house in opened:
        house.close()


@pytest.fixture
def copied(open_one, tmp_path) -> Callable[[Path], House]:
    """Opens the drill of a copy of a home, for this test alone."""

    def opened(home: Path) -> House:
        shutil.copytree(home, tmp_path / "home")
        return world.recorded(open_one())

    return opened


@pytest.fixture
def dry_held(copied, dry_home) -> House:
    """A drill after a dry spring, in which one danger round was held."""
    return copied(dry_home)


@pytest.fixture
def house(open_one) -> House:
    """The live world of an empty house."""
    return open_one()


@pytest.fixture
def drill(house) -> House:
    """An exercise's world: hot, dry, and nothing burns."""
    return world.recorded(house)


@pytest.fixture
def dry(house) -> House:
    """The same after a dry spring: its danger is at the top."""
    return world.dry_spring(house)


@pytest.fixture(scope="session")
def quick_rules(tmp_path_factory) -> Path:
    """Rules that wait for nothing."""
    return world.quick_rules(tmp_path_factory.mktemp("rules"))


@pytest.fixture(scope="session")
def one_unit(tmp_path_factory) -> Path:
    """Zones with one joint unit."""
    return world.one_unit(tmp_path_factory.mktemp("zones"))


@pytest.fixture(scope="session")
def prefect_server() -> Iterator[None]:
    """A Prefect server for the session; what a flow runs in is the house of :func:`flows.wiring.using`."""
    from prefect.settings import PREFECT_FLOWS_HEARTBEAT_FREQUENCY, temporary_settings
    from prefect.testing.utilities import prefect_test_harness

    # A heartbeat thread is joined at the end of each run: a second for nothing.
    with (
        prefect_test_harness(server_startup_timeout=120),
        temporary_settings({PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}),
    ):
        yield


@pytest.fixture(scope="module")
def in_prefect(prefect_server) -> Iterator[None]:
    """The server, for a module whose marks forgive what its clients leave open: collected here, in no other's test."""
    yield
    gc.collect()
