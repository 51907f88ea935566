"""Chromium walks through what each person must be able to do (domain.md 6.2, 6.3), on a desk and on a phone.

Screenshots go to the folder of the test; ``SCREENSHOTS_TO`` names one where they are kept.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import uvicorn

from desk.web.app import desk_app
from flows.wiring import House
from models.incidents.incident import Incident
from tests.desk.web.conftest import NIGHT, PASSWORD
from tests.desk.web.test_actions import OFFICERS

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
CHROMIUM = next(
    (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), ""
)
pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(not CHROMIUM, reason="no Chromium on this machine: apt-get install chromium"),
    # Chromium and the server are given up at the end of the session; what they leave open is theirs.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
SIZES = {"desk": (1440, 900), "phone": (390, 844)}


class Person:
    """Somebody at a screen."""

    def __init__(self, page, base: str, folder: Path) -> None:
        self.page, self.base, self.folder = page, base, folder
        self.foreign: list[str] = []
        self.errors: list[str] = []
        page.on("request", lambda request: self._asked(request.url))
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", lambda line: self.errors.append(line.text) if line.type == "error" else None)

    def _asked(self, url: str) -> None:
        if not url.startswith((self.base, "data:")):
            self.foreign.append(url)

    def log_in(self, login: str) -> None:
        self.page.goto(f"{self.base}/login")
        self.page.fill("[name=login]", login)
        self.page.fill("[name=password]", PASSWORD)
        self.page.click("button.main")
        self.page.wait_for_selector("#part-queue")

    def open(self, path: str) -> None:
        self.page.goto(self.base + path)

    def shot(self, name: str) -> None:
        self.page.screenshot(path=self.folder / f"{name}.png", full_page=True)

    @property
    def text(self) -> str:
        found: str = self.page.inner_text("main")
        return found


@contextmanager
def serving(house: House) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    app = desk_app(house, clock=lambda: NIGHT)
    server = uvicorn.Server(
        uvicorn.Config(app, port=port, log_level="critical", timeout_graceful_shutdown=1, ws="none", lifespan="off")
    )
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(timeout=10)


@pytest.fixture(scope="module")
def chromium():
    with playwright.sync_playwright() as started:
        # Networking is denied but for this machine: what is asked elsewhere fails, and is counted.
        arguments = ["--no-sandbox", "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1"]
        browser = started.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield browser
        browser.close()


@pytest.fixture
def shots(tmp_path) -> Path:
    folder = Path(os.environ.get("SCREENSHOTS_TO") or tmp_path / "shots")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@contextmanager
def at_the_screen(chromium, base: str, size: str, login: str, shots: Path) -> Iterator[Person]:
    width, height = SIZES[size]
    context = chromium.new_context(viewport={"width": width, "height": height}, locale="zh-CN")
    person = Person(context.new_page(), base, shots)
    person.log_in(login)
    yield person
    assert person.foreign == []
    assert person.errors == []
    context.close()


@pytest.fixture
def fire(live) -> Incident:
    (found,) = live.incidents.open_incidents(world="live")
    return found


@pytest.mark.parametrize("size", SIZES)
def test_a_duty_officer_does_the_ten_things(chromium, live, fire, shots, size: str) -> None:
    home = fire.region or "beijing"
    with serving(live) as base, at_the_screen(chromium, base, size, OFFICERS[home], shots) as officer:
        page = officer.page
        # 1 understood in five seconds: what, where, how far from which border, what is asked, by when
        first = page.inner_text(".item >> nth=0")
        assert re.search(r"紧急.*界.*签收.*(还剩|超时)", first, re.DOTALL)
        page.wait_for_selector(".fire")
        officer.shot(f"duty-{size}")
        # 2 one press answers; it is not asked again
        code = live.alerts.of_event(fire.incident_id)[-1].code
        page.click(f"text=签收 {code}")
        page.wait_for_load_state()
        officer.open("/")
        assert f"签收 {code}" not in officer.text
        # 3 the same event on this screen, large, without sideways scrolling
        officer.open(f"/incident/{fire.incident_id}")
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth + 1")
        assert page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)") >= 16
        officer.shot(f"incident-{size}")
        # 4 the task, and its end as a forest fire opens the form
        page.fill("[name=person]", "护林员老王")
        page.click("button[value=receive]")
        page.wait_for_selector("text=护林员老王")
        page.check("input[value=forest_fire]")
        page.click("text=记录结论")
        page.wait_for_selector("#report")
        # 5 the first report with 待核, and text to copy
        assert "待核" in page.inner_text("#report")
        page.click("[data-copy=t-short]")
        page.wait_for_selector("text=/已复制|Ctrl/")
        # 6 the neighbour: who answered, and a telephone answer with both names
        page.fill("[name=by]", "蓟州刘")
        page.click("text=已电话告知")
        page.wait_for_selector("table")
        officer.open("/deliveries")
        officer.shot(f"deliveries-{size}")
        # 9 colours and names of the neighbours
        officer.open("/")
        assert "相邻" in officer.text
        assert "现行预警" in officer.text
        # 10 hand-over and the day's report
        officer.open("/handover")
        page.fill("[name=note]", "盯住省界")
        page.click("text=交班签字")
        page.wait_for_selector("text=已签")
        officer.shot(f"handover-{size}")
        officer.open("/daily")
        assert "热点" in officer.text
        officer.open("/log")
        assert "签收" in officer.text


@pytest.mark.parametrize("size", SIZES)
def test_a_false_alarm_is_closed_in_two_presses_and_the_list_of_the_suppressed_shows_why(
    chromium, live, fire, shots, size: str
) -> None:
    with (
        serving(live) as base,
        at_the_screen(chromium, base, size, OFFICERS[fire.region or "beijing"], shots) as officer,
    ):
        officer.open(f"/incident/{fire.incident_id}")
        officer.page.check("input[value=farm_fire]")
        officer.page.click("text=记录结论")
        officer.page.wait_for_selector("text=已销号")
        officer.open("/suppressed")
        assert "已抑制" in officer.text


def test_leaders_sign_correct_and_withdraw(chromium, live, fire, shots) -> None:
    rows = [row for row in live.warning_documents.all_documents() if row.county_gb == 110117 and row.state == "draft"]
    with serving(live) as base:
        for login in ("li", "zhao"):
            with at_the_screen(chromium, base, "desk", login, shots) as leader:
                leader.open(f"/draft/{rows[-1].number}")
                leader.shot(f"draft-{login}")
                leader.page.click("text=签发（")
                leader.page.wait_for_load_state()
        assert live.warning_documents.load(rows[-1].number).state == "released"


def test_operations_and_auditors_see_runs_and_the_chain(chromium, live, shots) -> None:
    with serving(live) as base:
        with at_the_screen(chromium, base, "desk", "sun", shots) as operations:
            operations.open("/runs")
            assert "热点运行" in operations.text
            operations.shot("runs")
        with at_the_screen(chromium, base, "desk", "wu", shots) as auditor:
            auditor.open("/audit")
            assert "审计链完整" in auditor.text


def test_a_page_that_loses_its_connection_turns_red(chromium, live, fire, shots) -> None:
    quick = live.within("live", rules=replace(live.rules, desk=replace(live.rules.desk, refresh_s=0.3)))
    with serving(quick) as base:
        width, height = SIZES["desk"]
        context = chromium.new_context(viewport={"width": width, "height": height})
        person = Person(context.new_page(), base, shots)
        person.log_in("zhang")
        person.page.wait_for_selector(".link.live")
        context.set_offline(True)
    person.page.wait_for_selector(".link.dead", timeout=30_000)
    assert "连接中断" in person.page.inner_text("#link")
    person.shot("connection-lost")
    context.close()


def test_without_scripts_the_page_is_whole_and_an_answer_is_given(chromium, live, fire, shots) -> None:
    with serving(live) as base:
        context = chromium.new_context(java_script_enabled=False)
        page = context.new_page()
        page.goto(f"{base}/login")
        page.fill("[name=login]", "zhang")
        page.fill("[name=password]", PASSWORD)
        page.click("button.main")
        code = live.alerts.of_event(fire.incident_id)[-1].code
        page.click(f"text=签收 {code}")
        assert code in page.inner_text("main")
        context.close()
    rows = live.ledger_frames.deliveries(world="live").drop_nulls("acknowledged_utc")
    assert "110117" in set(rows["office"])


def test_a_stale_world_looks_stale(chromium, live, shots) -> None:
    later = live.within("live", clock=lambda: NIGHT + timedelta(days=2))
    with serving(later) as base, at_the_screen(chromium, base, "desk", "zhang", shots) as officer:
        assert "数据缺测或过期" in officer.text
        assert "过期：" in officer.page.inner_text("#part-danger")
        officer.shot("stale")
