"""A served desk, Chromium before it, and people who stay at their screens. One world for each size of a screen.

``SCREENSHOTS_TO`` names a folder where screenshots are kept; without it none is taken.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from bench.servers.desk import serving as served
from desk.web.app import desk_app
from flows.wiring import House
from models.incidents.incident import Incident
from tests.desk.web.conftest import NIGHT, PASSWORD, burning
from tests.desk.web.test_actions import OFFICERS

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
CHROMIUM = next(
    (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), ""
)
SIZES = {"desk": (1440, 900), "phone": (390, 844)}
WALK = [
    pytest.mark.usefixtures("pictures_are_drawn"),
    pytest.mark.skipif(not CHROMIUM, reason="no Chromium on this machine: apt-get install chromium"),
    # Chromium and the server are given up at the end of the session; what they leave open is theirs.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


class Person:
    """Somebody at a screen; what their browser asks elsewhere, and what it complains of, is counted."""

    def __init__(self, context: Any, base: str, size: str) -> None:
        self.context, self.base, self.size = context, base, size
        self.page = context.new_page()
        self.page.set_default_timeout(20_000)
        self.foreign: list[str] = []
        self.errors: list[str] = []
        self.page.on("request", lambda request: self._asked(request.url))
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", lambda line: self._complained(line.text) if line.type == "error" else None)

    def _asked(self, url: str) -> None:
        if not url.startswith((self.base, "data:")):
            self.foreign.append(url)

    def _complained(self, text: str) -> None:
        """A form that is refused is no fault of a page."""
        if "status of 4" not in text:
            self.errors.append(text)

    def log_in(self, login: str) -> None:
        self.open("/login")
        self.page.fill("[name=login]", login)
        self.page.fill("[name=password]", PASSWORD)
        self.page.click("button.main")
        self.page.wait_for_selector("#part-queue")

    def open(self, path: str) -> None:
        self.page.goto(self.base + path)

    def unfold(self, summary: str) -> None:
        self.page.click(f"summary:has-text('{summary}')")

    def press(self, text: str) -> None:
        """Press a button and wait for the page that follows."""
        with self.page.expect_navigation():
            self.page.click(f"button:has-text('{text}')")

    def shot(self, name: str) -> None:
        folder = os.environ.get("SCREENSHOTS_TO")
        if folder:
            Path(folder).mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=Path(folder) / f"{name}-{self.size}.png", full_page=True)

    @property
    def text(self) -> str:
        found: str = self.page.inner_text("main")
        return found

    def is_content(self) -> None:
        """Nothing was asked elsewhere, no script failed, and nothing lies beside the screen."""
        assert self.foreign == []
        assert self.errors == []
        assert self.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth + 1"), self.page.url


@dataclass
class Room:
    """A desk that is served, and everybody who sits before it."""

    house: House
    base: str
    size: str
    chromium: Any
    people: dict[str, Person] = field(default_factory=dict)

    @property
    def fire(self) -> Incident:
        """The fire on the line."""
        return min(
            self.house.incidents.open_incidents(world=self.house.world), key=lambda each: each.distance_to_border_km
        )

    @property
    def home_officer(self) -> Person:
        """The officer where the fire lies."""
        return self.person(OFFICERS[self.fire.region or "beijing"])

    def person(self, login: str) -> Person:
        """Somebody, at the screen since the first time that they were asked for."""
        if login not in self.people:
            width, height = SIZES[self.size]
            context = self.chromium.new_context(viewport={"width": width, "height": height}, locale="zh-CN")
            self.people[login] = Person(context, self.base, self.size)
            self.people[login].log_in(login)
        return self.people[login]


def serving(house: House) -> AbstractContextManager[str]:
    return served(desk_app(house, clock=lambda: NIGHT))


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """Given up with the file: while it is there, no other test can run a loop of its own."""
    with playwright.sync_playwright() as started:
        # Networking is denied but for this machine: what is asked elsewhere fails, and is counted.
        arguments = ["--no-sandbox", "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1"]
        browser = started.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield browser
        browser.close()


@pytest.fixture(scope="module", params=["desk", pytest.param("phone", marks=pytest.mark.long)])
def room(request, burning_home, chromium, tmp_path_factory) -> Iterator[Room]:
    """A room with its own world, for all walks of a file at one size."""
    house = burning(burning_home, tmp_path_factory.mktemp("room") / "home")
    with serving(house) as base:
        made = Room(house, base, request.param, chromium)
        yield made
        for person in made.people.values():
            person.is_content()
            person.context.close()
    house.close()
