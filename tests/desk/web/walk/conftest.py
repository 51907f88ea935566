"""A served desk, Chromium before it, and people who stay at their screens: two stories, two sizes of a screen.

``SCREENSHOTS_TO`` names a folder where screenshots are kept; without it none is taken.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from bench.servers.desk import serving as served
from desk.web.app import desk_app
from flows.order import FlowName
from flows.wiring import House
from models.incidents.incident import Incident
from notify.phrases import BEIJING
from store.run_rows import Run, Trigger
from tests.desk.web.conftest import PASSWORD, burning, staffed
from tests.desk.web.test_actions import OFFICERS
from tests.desk.web.walk import bundled
from tests.flows import world

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
CHROMIUM = next(
    (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), ""
)
SIZES = {"desk": (1366, 768), "phone": (375, 812)}
TOLD, EXERCISE = "told", "exercise"
"""Stories: a small world of the tests, and the bundled exercise in the hour of its fire."""
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
        self.page.set_default_timeout(60_000)
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
            self.page.wait_for_selector(".leaflet-zoom-anim", state="detached")
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
    story: str
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
            self.people[login] = Person(self.browser(), self.base, self.shot_name)
            self.people[login].log_in(login)
        return self.people[login]

    @contextmanager
    def guest(self, base: str, login: str) -> Iterator[Person]:
        """Somebody at another desk over the same store, until the block ends."""
        person = Person(self.browser(), base, self.shot_name)
        person.log_in(login)
        yield person
        person.context.close()

    def browser(self) -> Any:
        """A browser of its own, of the size of the walk."""
        width, height = SIZES[self.size]
        return self.chromium.new_context(viewport={"width": width, "height": height}, locale="zh-CN")

    @property
    def shot_name(self) -> str:
        """What screenshots are called by: those of the exercise are told apart."""
        return self.size if self.story == TOLD else f"{self.story}-{self.size}"

    @property
    def now(self) -> datetime:
        return self.house.clock()

    def local(self, *, hours: float = 0.0) -> str:
        """A time from now on, as a field of a browser takes it."""
        return f"{(self.now + timedelta(hours=hours)).astimezone(BEIJING):%Y-%m-%dT%H:%M}"

    @property
    def newest_code(self) -> str:
        """Of the last alert about the fire."""
        return self.house.alerts.of_event(self.fire.incident_id, world=self.house.world)[-1].code

    def typed_table(self) -> str:
        """A weather table of one station over two days, as somebody would paste it."""
        if self.story == EXERCISE:
            return bundled.typed_table()
        rows = world.weather_rows(world.noon(world.TODAY - 2 * world.DAY), world.MORNING)
        table: str = rows.filter(pl.col("station_id") == "S1").drop("issued_utc").write_csv()
        return table

    @property
    def danger_run(self) -> Run:
        """The last that was planned."""
        runs = self.house.runs.last_runs(FlowName.DANGER_WATCH, world=self.house.world, limit=None)
        return next(run for run in runs if run.trigger is Trigger.EXERCISE and run.rerun_of is None)


def serving(house: House) -> AbstractContextManager[str]:
    at = house.clock()
    return served(desk_app(house, clock=lambda: at))


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """Given up with the file: while it is there, no other test can run a loop of its own."""
    with playwright.sync_playwright() as started:
        # Networking is denied but for this machine: what is asked elsewhere fails, and is counted.
        arguments = ["--no-sandbox", "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1"]
        browser = started.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def exercise_home(empty_home, tmp_path_factory) -> Path:
    """The bundled exercise played until its fire was told, and people. Copied once."""
    return staffed(
        bundled.played(empty_home, tmp_path_factory.mktemp("exercise")), tmp_path_factory.mktemp("played") / "home"
    )


def rooms() -> list[Any]:
    """Every story at every size; make test walks through one."""
    long = pytest.mark.long
    return [
        pytest.param((story, size), id=f"{story}-{size}", marks=[] if (story, size) == (TOLD, "desk") else [long])
        for story in (TOLD, EXERCISE)
        for size in SIZES
    ]


@pytest.fixture(scope="module", params=rooms())
def room(request, chromium, tmp_path_factory) -> Iterator[Room]:
    """A room with its own world, for all walks of a file in one story at one size."""
    story, size = request.param
    home = tmp_path_factory.mktemp("room") / "home"
    if story == TOLD:
        house = burning(request.getfixturevalue("burning_home"), home)
    else:
        house = bundled.opened(request.getfixturevalue("exercise_home"), home)
    with serving(house) as base:
        made = Room(house, base, story, size, chromium)
        yield made
        for person in made.people.values():
            person.is_content()
            person.context.close()
    house.close()
