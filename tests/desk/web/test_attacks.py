"""The desk under attack: scripts in names, other sites, long bodies, paths, frames, and what a page must not tell."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from starlette.applications import Starlette
from starlette.routing import Route

from desk.web.app import desk_app
from desk.web.guard import MOST_BODY_BYTES
from flows.wiring import House
from models.incidents.incident import Incident
from notify.masking import masked
from tests.desk.web.conftest import NIGHT, Browser
from tests.flows import world

EVIL = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"
PHONE, MAILBOX = "13912345678", "lisi.private@example.org"
PAGES = (
    "/", "/drafts", "/deliveries", "/suppressed", "/danger", "/handover", "/log", "/cases", "/daily",
    "/rerun", "/by-hand", "/levels", "/past", "/papers", "/runs",
)  # fmt: skip


@pytest.fixture
def browser(live) -> Browser:
    browser = Browser(desk_app(live, clock=lambda: NIGHT))
    browser.log_in("li")
    return browser


@pytest.fixture
def poisoned(live) -> House:
    """Feeds, notes and names of offices that hold what a browser would run."""
    (fire,) = live.incidents.open_incidents()
    bad = replace(
        fire, incident_id="JJJ-PG-JZ-2024-077", reason=EVIL, satellites=(EVIL,), level_reasons=(EVIL,), hotspot_no="",
        hotspot_ids=frozenset({"evil"}),
    )  # fmt: skip
    held = replace(bad, incident_id="JJJ-PG-JZ-2024-078", suppressed=True, hotspot_ids=frozenset({"held"}))
    live.incidents.save([bad, held])
    live.coverage.record_failure(EVIL, attempted_utc=NIGHT, error=EVIL)
    return live


def test_nothing_that_a_feed_or_a_person_wrote_becomes_markup(browser, poisoned) -> None:
    browser.send("/handover", on="/handover", note=EVIL)
    browser.send("/silences", subject="PG-JZ", hours="2", reason=EVIL)
    browser.send("/levels/set", subject="PG-JZ", level="red", reason=EVIL)
    begun, ended = "2024-04-10T06:00", "2024-04-12T00:00"
    browser.send("/outside", area="110000", colour="orange", begins=begun, ends=ended, source=EVIL)
    for path in (*PAGES, "/incident/JJJ-PG-JZ-2024-077", "/handover/1", "/part/queue", "/part/top", "/log"):
        text = browser.get(path).text
        assert "<script>alert" not in text, path
        assert "<img src=x" not in text, path
    assert "&lt;script&gt;" in browser.get("/incident/JJJ-PG-JZ-2024-077").text


def forms(app: Starlette, fire: Incident, code: str) -> list[str]:
    """Every address of the desk that takes a form, for a fire and an alert that there are."""
    named = {"code": code, "number": fire.incident_id}

    def filled(found: re.Match[str]) -> str:
        return named.get(found[1], "1" if found[2] else "nothing")

    posts = [one for one in app.routes if isinstance(one, Route) and "POST" in (one.methods or ())]
    return sorted(re.sub(r"{(\w+)(:int)?}", filled, one.path) for one in posts)


EVERY_FIELD = (
    *("note", "reason", "person", "by", "office", "step", "found", "to", "kind", "into", "name", "verdict", "wrong"),
    *(
        "right",
        "subject",
        "hours",
        "level",
        "area",
        "colour",
        "begins",
        "ends",
        "source",
        "run",
        "zones",
        "zone",
        "flow",
    ),
    *("lat", "lon", "datum", "seen", "caller", "county", "error_km", "table", "outline", "hotspot", "wind", "at"),
    *("meeting_no", "agenda", "shown", "reviewer", "reviewer_password", "login", "password", "event", "law"),
)


def test_no_form_of_the_desk_is_taken_from_a_stranger_a_reader_or_without_its_token(browser, live) -> None:
    (fire,) = live.incidents.open_incidents()
    code = live.alerts.of_event(fire.incident_id)[-1].code
    reader = Browser(browser.app)
    reader.log_in("zheng")
    paths = forms(browser.app, fire, code)
    assert len(paths) > 30
    for path in set(paths) - {"/login", "/logout"}:
        assert Browser(browser.app).post(path, data={"csrf": "x"}).status_code in {303, 403}, path
        assert browser.post(path, data={"reason": "x"}).status_code == 403, path
        assert reader.send(path, **dict.fromkeys(EVERY_FIELD, "1")).status_code == 403, path


def test_no_form_of_the_desk_breaks_on_what_a_browser_would_run_and_none_gives_it_back(browser, live) -> None:
    (fire,) = live.incidents.open_incidents()
    code = live.alerts.of_event(fire.incident_id)[-1].code
    for path in set(forms(browser.app, fire, code)) - {"/login", "/logout"}:
        for value in (EVIL, "", "NaN", "0", "﷽" * 400):
            answer = browser.send(path, **dict.fromkeys(EVERY_FIELD, value))
            assert answer.status_code < 500, (path, value, answer.text[:300])
            assert "<script>alert" not in answer.text, path
            assert "<img src=x" not in answer.text, path
    for path in (*PAGES, f"/incident/{fire.incident_id}", f"/alert/{code}"):
        text = browser.get(path).text
        assert "<script>alert" not in text, path
        assert "<img src=x" not in text, path


def test_every_page_of_the_desk_is_among_those_that_are_attacked(browser) -> None:
    routes = [one for one in browser.app.routes if isinstance(one, Route) and "GET" in (one.methods or ())]
    whole = {one.path for one in routes if "{" not in one.path and not one.path.endswith(".json")}
    assert whole - {"/login", "/alive", "/events", "/audit", "/map/relief.png"} <= set(PAGES), whole - set(PAGES)


def test_the_map_brings_texts_as_data_and_never_as_markup(browser, poisoned) -> None:
    answer = browser.get("/map/live.json")
    assert answer.headers["content-type"].startswith("application/geo+json")
    assert answer.headers["x-content-type-options"] == "nosniff"
    source = browser.get("/static/map.js").text
    assert "innerHTML" not in source
    assert not re.search(r"(bindTooltip|bindPopup|html:)\s*\(?[\"'`]", source)


def test_no_page_has_a_script_or_a_style_inside(browser) -> None:
    for path in PAGES:
        text = browser.get(path).text
        assert not re.search(r"<script(?![^>]*\bsrc=)", text), path
        assert not re.search(r"\son\w+\s*=|\sstyle\s*=|javascript:", text), path


@pytest.mark.parametrize("path", ["/", "/login", "/nowhere", "/static/desk.css", "/api/v1/incidents", "/map/base.json"])
def test_every_answer_forbids_frames_foreign_scripts_and_guessing(browser, path: str) -> None:
    headers = browser.get(path).headers
    policy = headers["content-security-policy"]
    assert "unsafe" not in policy
    for part in ("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "form-action 'self'"):
        assert part in policy
    assert (headers["x-frame-options"], headers["x-content-type-options"]) == ("DENY", "nosniff")


def test_nothing_is_loaded_from_another_host(browser) -> None:
    files = ["/static/desk.css", "/static/desk.js", "/static/map.js", "/leaflet/leaflet.css", *PAGES]
    for path in files:
        assert not re.findall(r"(?:src|href|url\()\s*=?[\"'(]*\s*(?:https?:)?//[\w.]+", browser.get(path).text), path


@pytest.mark.parametrize("token", [None, "", "guessed", "0" * 64])
def test_a_form_without_its_token_does_nothing(browser, live, token: str | None) -> None:
    fields = {"note": "x"} if token is None else {"note": "x", "csrf": token}
    assert browser.post("/handover", data=fields).status_code == 403
    assert live.handovers.waiting("beijing", "110117") is None


def test_the_token_of_one_session_does_not_serve_another(browser, live) -> None:
    other = Browser(browser.app)
    other.log_in("wang")
    token = re.search(r'name="csrf" value="([^"]+)"', other.get("/").text)
    assert token is not None
    assert browser.post("/handover", data={"csrf": token[1]}).status_code == 403


@pytest.mark.parametrize(
    "headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.invalid"}, {"Origin": "null"}]
)
def test_a_form_from_another_site_does_nothing_even_with_a_token(browser, headers: dict[str, str]) -> None:
    token = re.search(r'name="csrf" value="([^"]+)"', browser.get("/").text)
    assert token is not None
    assert browser.post("/handover", data={"csrf": token[1]}, headers=headers).status_code == 403


@pytest.mark.parametrize("path", ["/login", "/handover", "/api/v1/alerts/x/acknowledgements"])
def test_a_body_that_is_too_long_is_not_read_with_or_without_a_length(browser, path: str) -> None:
    long = b"a=" + b"x" * (MOST_BODY_BYTES + 1)
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    assert browser.post(path, content=long, headers=form).status_code == 413

    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(MOST_BODY_BYTES // 1000 + 2):
            yield b"x" * 1000

    assert browser.post(path, content=pieces(), headers=form).status_code in {401, 413}


@pytest.mark.parametrize(
    "path",
    [
        "/static/../app.py", "/static/..%2fapp.py", "/static/%2e%2e/app.py", "/leaflet/../../../../etc/passwd",
        "/static//etc/passwd", "/incident/..%2F..%2Fx/picture.png", "/part/..%2Fduty", "/part/duty",
    ],
)  # fmt: skip
def test_no_path_leads_out_of_what_is_shown(browser, path: str) -> None:
    answer = browser.get(path)
    assert answer.status_code == 404
    assert "import " not in answer.text
    assert "root:" not in answer.text


def test_a_host_that_is_not_ours_is_not_answered(browser) -> None:
    assert browser.get("/login", headers={"Host": "evil.invalid"}).status_code == 400


def test_a_page_that_breaks_tells_nothing_of_the_inside(browser, live, monkeypatch) -> None:
    monkeypatch.setattr("desk.web.duty.danger_table", lambda *_, **__: 1 / 0)
    answer = browser.get("/danger")
    assert answer.status_code == 500
    assert "ZeroDivision" not in answer.text
    assert "Traceback" not in answer.text
    assert "content-security-policy" in answer.headers


def test_no_page_shows_a_number_a_mailbox_or_a_secret_that_was_planted(burning_home, home, tmp_path) -> None:
    import shutil

    from boundary_zones.catalogue import SHIPPED

    text = (SHIPPED / "contacts.example.toml").read_text(encoding="utf-8")
    planted = f"""
[[recipient]]
region = "beijing"
office = "110117"
office_zh = "平谷区森防办"
role = "county_duty"
channel = "sms_aliyun"
address = "smsaliyun://?id=planted-id&secret=planted-secret&signname=qm&template=SMS_1&to={PHONE}"
rank = 2

[[recipient]]
region = "tianjin"
office = "120119"
office_zh = "蓟州区森防办"
role = "county_duty"
channel = "mail"
address = "mailtos://u:planted-password@mail.example.org/?from=a@example.org&to={MAILBOX}"
rank = 2
"""
    path = tmp_path / "contacts.toml"
    path.write_text(text + planted, encoding="utf-8")
    shutil.copytree(burning_home, home)
    house = world.build_house(home, contacts=path)
    try:
        browser = Browser(desk_app(world.recorded(house, world="live", at=NIGHT), clock=lambda: NIGHT))
        browser.log_in("li")
        browser.send("/handover", on="/handover", note=f"打{PHONE}找他，或{MAILBOX}")
        (fire,) = house.incidents.open_incidents()
        shown = [
            browser.get(each).text for each in (*PAGES, f"/incident/{fire.incident_id}", "/runs", "/map/live.json")
        ]
    finally:
        house.close()
    everything = "\n".join(shown)
    for secret in (PHONE, MAILBOX, "planted-secret", "planted-password", "planted-id"):
        assert secret not in everything
    assert "*********78" in everything
    digits = set(re.findall(r"(?<!\d)1[3-9]\d{9}(?!\d)", everything))
    assert {each for each in digits if masked(each) != each} == set()
