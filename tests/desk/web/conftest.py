"""A desk without a browser: people with accounts, a client that keeps cookies, forms with what they must carry."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
from numpy.typing import NDArray
from starlette.applications import Starlette

from desk.web.app import desk_app
from desk.web.passwords import hashed
from flows.relief import Relief, drawn
from flows.wiring import House
from store.accounts import Account, DutyRole
from tests.desk.asking import asked
from tests.flows import world
from tests.flows.world import MORNING

_RELIEFS: dict[tuple[bytes, ...], Relief | None] = {}
PASSWORD = "pa55-for-the-tests"
NIGHT = MORNING + timedelta(minutes=5)


@lru_cache(maxsize=1)
def password_hash() -> str:
    return hashed(PASSWORD, least=8)


PEOPLE = (
    Account("zhang", "张三", DutyRole.OFFICER, "beijing", "110117", MORNING),
    Account("li", "李四", DutyRole.LEADER, "beijing", "110117", MORNING),
    Account("zhao", "赵六", DutyRole.LEADER, "beijing", "110000", MORNING),
    Account("wang", "王五", DutyRole.OFFICER, "tianjin", "120119", MORNING),
    Account("qian", "钱七", DutyRole.LEADER, "hebei", "130822", MORNING),
    Account("sun", "孙八", DutyRole.OPERATIONS, "", "", MORNING),
    Account("wu", "吴九", DutyRole.AUDITOR, "", "", MORNING),
    Account("zheng", "郑十", DutyRole.READER, "hebei", "130000", MORNING),
)


@dataclass
class Browser:
    """One browser: it keeps cookies and says where it comes from."""

    app: Starlette
    cookies: dict[str, str] = field(default_factory=dict)

    def ask(self, method: str, path: str, **parts: Any) -> httpx.Response:
        kept = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        parts["headers"] = {**({"Cookie": kept} if kept else {}), **parts.get("headers", {})}
        answer = asked(self.app, method, path, **parts)
        for each in answer.headers.get_list("set-cookie"):
            name, _, value = each.partition(";")[0].partition("=")
            self.cookies[name] = value
            if "Max-Age=0" in each:
                del self.cookies[name]
        return answer

    def get(self, path: str, **parts: Any) -> httpx.Response:
        return self.ask("GET", path, **parts)

    def post(self, path: str, **parts: Any) -> httpx.Response:
        return self.ask("POST", path, **parts)

    def log_in(self, login: str, password: str = PASSWORD) -> httpx.Response:
        token = hidden(self.get("/login").text, "form_token")
        return self.post("/login", data={"login": login, "password": password, "form_token": token})

    def send(self, path: str, *, on: str = "/", **fields: Any) -> httpx.Response:
        """Post a form as the page ``on`` would."""
        return self.post(path, data={"csrf": hidden(self.get(on).text, "csrf"), **fields})


def hidden(text: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]+)"', text)
    assert found is not None, text[:2000]
    return found[1]


def staffed(former: Path, home: Path) -> Path:
    """A copy of a home, with people."""
    shutil.copytree(former, home)
    house = world.build_house(home)
    for person in PEOPLE:
        house.accounts.add(person, password_hash(), by="试验")
    house.close()
    return home


@pytest.fixture(scope="session")
def staffed_home(empty_home, tmp_path_factory) -> Path:
    """A home with people, where nothing has happened yet."""
    return staffed(empty_home, tmp_path_factory.mktemp("staffed") / "home")


@pytest.fixture(scope="session")
def burning_home(told_home, tmp_path_factory) -> Path:
    """The live world with a red warning and a fire on the line, told to all offices, and people. Copied once."""
    return staffed(told_home, tmp_path_factory.mktemp("burning") / "home")


def burning(burning_home: Path, home: Path) -> House:
    """The live world of ``burning_home`` in a home of one's own, some minutes after it was told."""
    shutil.copytree(burning_home, home)
    return world.recorded(world.build_house(home), world="live", at=NIGHT)


@pytest.fixture
def house(staffed_home, home) -> Iterator[House]:
    shutil.copytree(staffed_home, home)
    opened = world.build_house(home)
    yield opened
    opened.close()


@pytest.fixture
def live(burning_home, home) -> Iterator[House]:
    """The live world of ``burning_home``, for this test alone."""
    opened = burning(burning_home, home)
    yield opened
    opened.close()


@pytest.fixture
def app(house) -> Starlette:
    """A desk where nothing has happened yet."""
    return desk_app(house.within("live", clock=lambda: NIGHT), clock=lambda: NIGHT)


@pytest.fixture
def browser(app) -> Browser:
    return Browser(app)


@pytest.fixture(autouse=True)
def _each_relief_is_shaded_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the same heights the same relief: every desk of a test would shade it anew."""
    monkeypatch.setattr("flows.relief.drawn", _shaded_once)


def _shaded_once(*field: NDArray[np.float64]) -> Relief | None:
    key = tuple(axis.tobytes() for axis in field)
    if key not in _RELIEFS:
        _RELIEFS[key] = drawn(*field)
    return _RELIEFS[key]
