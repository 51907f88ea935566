"""The exchange as another province's platform uses it, and as somebody without a right to it tries."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from lxml import etree

from desk.web.app import desk_app
from desk.web.exchange.atom import ATOM
from notify.cap.judge import judge
from store.api_tokens import ApiScope, ApiToken
from tests.desk.web.conftest import NIGHT, Browser

API = "/api/v1"
YEAR = timedelta(days=366)


def mint(house, region: str = "hebei", office: str = "130822", scopes=frozenset(ApiScope), **more: Any) -> str:
    token = ApiToken(
        f"{region}-{office}-{len(house.api_tokens.all_tokens())}",
        region,
        office,
        frozenset(scopes),
        "试验",
        more.get("made", NIGHT),
        more.get("ends", NIGHT + timedelta(days=30)),
    )
    return house.api_tokens.mint(token, most=YEAR)


@pytest.fixture
def platform(live):
    return Platform(live)


class Platform:
    """Another platform with tokens of its own."""

    def __init__(self, house) -> None:
        self.house = house
        self.browser = Browser(desk_app(house, clock=lambda: NIGHT))
        self.token = mint(house)

    def ask(self, method: str, path: str, *, token: str | None = None, **parts: Any):
        headers = {"Authorization": f"Bearer {token or self.token}"}
        return self.browser.ask(method, API + path, headers=headers, **parts)

    def get(self, path: str, **parts: Any):
        return self.ask("GET", path, **parts)


def test_a_platform_reads_what_its_region_has_to_do_with(platform) -> None:
    (fire,) = platform.get("/incidents").json()
    assert (fire["zone"], fire["stage"], fire["exercise"]) == ("PG-JZ", "suspected", False)
    assert platform.get(f"/incidents/{fire['incident_id']}").json() == fire
    assert platform.get(f"/incidents/{fire['hotspot_no']}").json() == fire
    codes = {alert["code"] for alert in platform.get("/alerts").json()}
    assert codes
    assert platform.get(f"/alerts/{min(codes)}").json()["code"] == min(codes)


def test_the_same_stands_in_every_form(platform) -> None:
    (fire,) = platform.get("/incidents").json()
    (point,) = platform.get("/incidents.geojson").json()["features"]
    assert point["geometry"]["coordinates"] == [fire["lon_deg"], fire["lat_deg"]]
    (row,) = csv.DictReader(io.StringIO(platform.get("/incidents.csv").text.removeprefix("\ufeff")))
    assert row["incident_id"] == fire["incident_id"]


def test_what_is_old_is_not_silent(platform) -> None:
    said = platform.get("/standing").json()
    assert {one["state"] for one in said["sources"]} <= {"ok", "old", "stale", "out"}
    assert said["danger"]


def test_the_feed_leads_to_messages_that_our_own_check_finds_valid(platform) -> None:
    feed = etree.fromstring(platform.get("/cap.atom").content)
    links = [link.get("href") for link in feed.findall(f"{{{ATOM}}}entry/{{{ATOM}}}link")]
    assert links
    message = platform.get(links[0].removeprefix(API))
    assert message.headers["content-type"].startswith("application/cap+xml")
    assert judge(message.content).valid


def test_an_answer_counts_for_the_office_of_the_token_and_no_other(platform) -> None:
    code = next(one["code"] for one in platform.get("/alerts").json() if one["kind"] == "incident")
    done = platform.ask("POST", f"/alerts/{code}/acknowledgements", json={"by": "兴隆赵"})
    assert done.status_code == 200, done.text
    assert done.json()["office"] == "hebei/130822"
    rows = platform.house.ledger_frames.deliveries(world="live").drop_nulls("acknowledged_utc")
    assert set(rows["office"]) == {"130822"}
    assert platform.get(f"/alerts/{code}").json()["acknowledged_utc"] is not None


def test_feedback_comes_from_where_it_burns_and_is_told_to_all(platform) -> None:
    (fire,) = platform.get("/incidents").json()
    region = fire["region"]
    office = {"beijing": "110117", "tianjin": "120119", "hebei": "131082"}
    path, said = f"/incidents/{fire['incident_id']}/feedback", {"found": "林火", "by": "护林员"}
    for other in sorted(office.keys() - {region}):
        token = mint(platform.house, other, office[other])
        assert platform.ask("POST", path, token=token, json=said).status_code == 403, other
    done = platform.ask("POST", path, token=mint(platform.house, region, office[region]), json=said)
    assert (done.status_code, done.json()["stage"]) == (200, "verified")
    assert platform.get(f"/incidents/{fire['incident_id']}").json()["stage"] == "verified"


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer x", "Basic eDp5", "Bearer fwx_" + "A" * 43])
def test_without_a_token_or_with_a_forged_one_nothing_is_said(platform, header: str) -> None:
    answer = platform.browser.get(f"{API}/incidents", headers={"Authorization": header} if header else {})
    assert answer.status_code == 401
    assert "JJJ-" not in answer.text


def test_a_token_that_is_over_revoked_or_of_another_world_opens_nothing(platform) -> None:
    made = NIGHT - timedelta(days=40)
    over = mint(platform.house, made=made, ends=NIGHT - timedelta(days=1))
    revoked = mint(platform.house)
    platform.house.api_tokens.revoke("hebei-130822-2", by="试验", at=NIGHT)
    drill = mint(platform.house.within("exercise-test"))
    for token in (over, revoked, drill):
        assert platform.get("/incidents", token=token).status_code == 401


def test_a_token_that_may_only_read_answers_nothing(platform) -> None:
    reader = mint(platform.house, scopes=[ApiScope.READ])
    code = platform.get("/alerts").json()[0]["code"]
    done = platform.ask("POST", f"/alerts/{code}/acknowledgements", token=reader, json={"by": "x"})
    assert done.status_code == 403


def test_a_token_stands_nowhere_in_the_database(platform) -> None:
    assert platform.token.encode() not in platform.house.home.database.read_bytes()


def test_who_asks_too_often_is_told_when_to_come_again(platform) -> None:
    answers = [platform.get("/standing") for _ in range(platform.house.rules.desk.api_per_min + 1)]
    assert answers[-1].status_code == 429
    assert answers[-1].headers["retry-after"] == "60"


@pytest.mark.parametrize(
    "path", ["/cap/..%2F..%2Ffirewatch.db.xml", "/cap/../../firewatch.db", "/cap/%2e%2e/x.xml", "/cap/.xml"]
)
def test_no_address_leads_out_of_the_catalogue(platform, path: str) -> None:
    assert platform.get(path).status_code in {404, 422}


def test_a_formula_in_a_place_name_stays_text_in_a_spreadsheet() -> None:
    from desk.web.exchange.reading import _cells

    assert list(_cells(["=HYPERLINK(1)", "@x", 3, None, ["a", "b"]])) == ["'=HYPERLINK(1)", "'@x", 3, "", "a、b"]


def test_a_region_that_is_no_member_sees_nothing_of_a_unit(platform) -> None:
    token = mint(platform.house, "tianjin", "120119")
    zones = {one["zone"] for one in platform.get("/incidents", token=token).json()}
    assert zones <= {"PG-JZ"}
