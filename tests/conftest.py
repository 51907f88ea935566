"""Fixtures that every floor's tests share."""

from __future__ import annotations

import gc
import os
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

MEMORY = Path("/dev/shm")
ROOM_BYTES = 4 * 1024**3
CHECKOUT = Path(__file__).resolve().parent.parent
FLOORS = ("flows", "desk", "bench", "store", "deploy", "notify", "models", "feeds", "boundary_zones")
"""From the longest files of tests to the shortest."""

# The same examples at every run, however slow the machine: a new one fails where somebody searches for it
# (make search), and never by chance.
settings.register_profile(
    "same", derandomize=True, max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("search", settings.get_profile("same"), derandomize=False, max_examples=200, print_blob=True)
settings.load_profile("same")


def pytest_addoption(parser: pytest.Parser) -> None:
    """``--remake-golden`` writes the golden files anew instead of comparing with them."""
    parser.addoption("--remake-golden", action="store_true", help="write tests/golden anew; look at the diff")


@pytest.hookimpl(tryfirst=True)
def pytest_configure() -> None:
    """Keep the files of the tests in memory where there is room: none outlives the run, so no disk is waited for."""
    if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM_BYTES:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that start servers and with the long floors: what is left for the end is short."""
    waits = {item.path for item in items if item.get_closest_marker("flow")}
    items.sort(key=lambda item: (item.path not in waits, _floor(item.path)))


def pytest_collection_finish() -> None:
    """Leave what all tests share, modules and the tests themselves, out of every later collection of garbage."""
    gc.collect()
    gc.freeze()


def _floor(file: Path) -> int:
    floor = file.relative_to(CHECKOUT / "tests").parts[0]
    return FLOORS.index(floor) if floor in FLOORS else len(FLOORS)


@pytest.fixture(scope="session")
def remake_golden(request: pytest.FixtureRequest) -> bool:
    """Whether golden files are written anew."""
    return bool(request.config.getoption("--remake-golden"))


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of recorded data that may lie beside the checkout."""
    folder = CHECKOUT.parent / "shared"
    if not (folder / "data").is_dir():
        pytest.skip(f"no recorded data beside the checkout ({folder.name}/ is absent)")
    return folder
