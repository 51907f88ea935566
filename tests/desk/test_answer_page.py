"""The answer page as phones, scanners and forgers meet it."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from boundary_zones.catalogue import SHIPPED
from boundary_zones.contacts import Recipient
from desk.answer_page import MOST_FORM_BYTES, answer_app
from flows.answering import VALID_FOR, link_keys, link_of, with_links
from flows.dispatching import dispatching_round
from flows.errors import ConfigurationError
from flows.settings import load_settings
from flows.wiring import House
from notify.answer_link import LinkKey
from notify.delivery_states import Outcome, OutcomeClass
from notify.obligations import obligations
from notify.parcel import Parcel
from store.audit import Audit
from tests.desk.asking import asked
from tests.flows import world
from tests.flows.world import MORNING
from tests.notify.samples import alert

SECRET, SECRET_BEFORE = "k" * 40, "o" * 40
SMS_KEY = "gateway-secret"
PHONE = "13800138000"
BASE = "https://answer.invalid"


def contacts(folder: Path) -> Path:
    """The example contacts, where Pinggu has a telephone too."""
    text = (SHIPPED / "contacts.example.toml").read_text(encoding="utf-8")
    more = f"""
[[recipient]]
region = "beijing"
office = "110117"
office_zh = "平谷区森防办"
role = "county_duty"
channel = "sms_aliyun"
address = "smsaliyun://?id=ak&secret=sk&signname=qm&template=SMS_1&to={PHONE}"
rank = 2
"""
    path = folder / "contacts.toml"
    path.write_text(text + more, encoding="utf-8")
    return path


@pytest.fixture
def house(home, tmp_path) -> Iterator[House]:
    opened = world.build_house(
        home,
        answer_url=BASE, answer_key=SECRET, answer_key_before=SECRET_BEFORE, sms_reply_key=SMS_KEY,
        contacts=contacts(tmp_path),
    )  # fmt: skip
    yield replace(opened, clock=lambda: MORNING)
    opened.close()


@pytest.fixture
def told(house):
    """An alert that went to Pinggu and Jizhou, and its rows."""
    said = alert(regions=("beijing", "tianjin"), decided_utc=MORNING, zone="PG-JZ")
    offices = [
        one for one in house.contacts.recipients if one.office in {"110117", "120119"} and one.channel == "inbox"
    ]
    rows = obligations(said, offices)
    house.ledger.commit(said, rows)
    dispatching_round(house, world.order("dispatch_round", world="live"), "run")  # type: ignore[arg-type]
    return said, rows


@pytest.fixture
def client(house):
    return Client(house)


def offices(house: House) -> list[Recipient]:
    return [one for one in house.contacts.recipients if one.office in {"110117", "120119"} and one.channel == "inbox"]


class Client:
    """A browser without JavaScript, or an SMS gateway."""

    def __init__(self, house: House) -> None:
        self.app = answer_app(house)

    def ask(self, method: str, path: str, **parts: Any) -> httpx.Response:
        return asked(self.app, method, path, base_url="http://page", **parts)

    def get(self, path: str) -> httpx.Response:
        return self.ask("GET", path)

    def post(self, path: str, **parts: Any) -> httpx.Response:
        return self.ask("POST", path, **parts)


def path_of(said, row, *, secret: str = SECRET) -> str:
    link = link_of(Parcel(row, said, MORNING), base_url=BASE, key=LinkKey(secret.encode()))
    return link.removeprefix(BASE)


def answered(house) -> list[str]:
    rows = house.ledger_frames.deliveries(world="live")
    return rows.drop_nulls("acknowledged_utc")["office"].to_list()


def row_of(rows, office: str):
    return next(row for row in rows if row.office == office)


def test_the_link_stands_in_the_message_that_was_sent(house, told) -> None:
    said, rows = told
    (line,) = (house.home.inbox / "beijing" / "110117.jsonl").read_text(encoding="utf-8").splitlines()
    assert f"{BASE}{path_of(said, row_of(rows, '110117'))}" in line


@pytest.mark.parametrize(("channel", "linked"), [("sms_aliyun-2", True), ("wecom_bot", False), ("mqtt", False)])
def test_a_link_goes_only_where_an_office_and_not_a_group_can_answer(house, told, channel: str, linked: bool) -> None:
    said, rows = told
    sent: list[Parcel] = []

    def keep(_: str, parcel: Parcel) -> Outcome:
        sent.append(parcel)
        return Outcome(OutcomeClass.OK)

    send = with_links(keep, house.settings, can_ack=house.rules.channels.can_ack)
    send("x://", Parcel(replace(rows[0], channel=channel), said, MORNING))
    assert bool(sent[0].answer_link) is linked


def test_opening_the_page_a_thousand_times_answers_nothing(house, told, client) -> None:
    said, rows = told
    path = path_of(said, rows[0])
    for _ in range(200):
        shown = client.get(path)
        client.ask("HEAD", path)
    assert shown.status_code == 200
    assert said.text_short in shown.text
    assert '<form method="post"' in shown.text
    assert answered(house) == []


def test_one_press_answers_for_one_office_and_a_second_changes_nothing(house, told, client) -> None:
    said, rows = told
    path = path_of(said, row_of(rows, "110117"))
    first = client.post(path, data={"by": "张三"})
    assert first.status_code == 200
    assert "签收成功" in first.text
    assert answered(house) == ["110117"]
    again = client.post(path, data={"by": "李四"})
    assert "此前已签收" in again.text
    (deed,) = Audit(house.database).links(subject=said.code)
    assert (deed.actor, deed.action) == ("张三", "acknowledge")
    assert '"page"' in deed.payload
    assert "<form" not in client.get(path).text


def test_links_of_the_key_before_still_answer(house, told, client) -> None:
    said, rows = told
    assert client.post(path_of(said, rows[0], secret=SECRET_BEFORE)).status_code == 200
    assert len(answered(house)) == 1


def test_forged_expired_and_other_links_answer_nothing(house, told, client) -> None:
    said, rows = told
    good = path_of(said, row_of(rows, "110117"))
    other = replace(row_of(rows, "110117"), office="120119", region="tianjin")
    forged = [
        path_of(said, rows[0], secret="s" * 40),
        good[:-1] + ("A" if good[-1] != "A" else "B"),
        path_of(replace(said, alert_id="f" * 32), rows[0]),
        path_of(said, other),
        "/a/x.y.z",
    ]
    for path in forged:
        for response in (client.get(path), client.post(path)):
            assert response.status_code == 404
            assert said.text_short not in response.text
    late = Client(replace(house, clock=lambda: MORNING + VALID_FOR + timedelta(seconds=1)))
    assert late.post(good).status_code == 410
    assert answered(house) == []


def test_another_site_cannot_make_a_browser_answer(house, told, client) -> None:
    said, rows = told
    for site in ("cross-site", "same-site"):
        assert client.post(path_of(said, rows[0]), headers={"sec-fetch-site": site}).status_code == 403
    assert answered(house) == []


def test_every_page_forbids_scripts_frames_and_caches(told, client) -> None:
    said, rows = told
    for response in (client.get(path_of(said, rows[0])), client.get("/a/x.y.z")):
        assert "default-src 'none'" in response.headers["content-security-policy"]
        assert response.headers["cache-control"] == "no-store"
        assert response.headers["referrer-policy"] == "no-referrer"
        assert response.headers["x-frame-options"] == "DENY"
        assert "<script" not in response.text
        assert "http" not in response.text


def in_chunks(size: int, *, before: bytes = b""):
    """A body without a length, as a client sends it that does not know it."""

    async def chunks():
        yield before
        for _ in range(size // 512):
            yield b"a" * 512

    return chunks()


@pytest.mark.parametrize("size", [MOST_FORM_BYTES + 512, 64 * MOST_FORM_BYTES])
def test_a_body_in_chunks_is_counted_as_it_comes(house, told, client, size: int) -> None:
    said, rows = told
    done = client.post(path_of(said, rows[0]), content=in_chunks(size, before=b"by="))
    assert done.status_code == 413
    key = {"x-firewatch-key": SMS_KEY}
    assert client.post("/sms", content=in_chunks(size), headers=key).status_code == 413
    assert answered(house) == []


def test_a_small_body_in_chunks_answers(house, told, client) -> None:
    said, rows = told
    assert client.post(path_of(said, rows[0]), content=in_chunks(512, before=b"by=")).status_code == 200
    assert len(answered(house)) == 1


@pytest.mark.parametrize("length", ["many", "-1", "１", "99999"])
def test_a_length_that_is_none_or_too_much_is_refused_and_breaks_nothing(house, told, client, length: str) -> None:
    said, rows = told
    headers = {"content-length": length.encode(), "x-firewatch-key": SMS_KEY}
    assert client.post(path_of(said, rows[0]), content=b"by=a", headers=headers).status_code == 413
    assert client.post("/sms", content=b"{}", headers=headers).status_code == 413
    assert answered(house) == []


def test_the_style_is_allowed_by_its_hash_and_nothing_else_inline_is(told, client) -> None:
    said, rows = told
    shown = client.get(path_of(said, rows[0]))
    policy = shown.headers["content-security-policy"]
    assert "unsafe" not in policy
    style = shown.text.split("<style>")[1].split("</style>")[0]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in policy
    assert "style=" not in shown.text


def test_a_name_is_only_text(house, told, client) -> None:
    said, rows = told
    client.post(path_of(said, rows[0]), data={"by": "<script>" + "名" * 100})
    (deed,) = Audit(house.database).links(subject=said.code)
    assert len(deed.actor) == 20
    shown = client.get(path_of(said, rows[0]))
    assert "<script" not in shown.text


def test_an_exercise_says_so_at_both_ends_of_the_page(house) -> None:
    drill = house.within("exercise-page", clock=lambda: MORNING)
    said = alert(regions=("beijing",), decided_utc=MORNING, world="exercise-page", exercise=True, alert_id="e" * 32)
    rows = obligations(said, [one for one in drill.contacts.recipients if one.office == "110117"][:1])
    drill.ledger.commit(said, rows)
    page = Client(house).get(path_of(said, rows[0])).text
    assert page.count("仅为演练，不出动") == 2
    assert "<title>【演练】" in page


def test_an_older_revision_points_to_the_newer_one(house, told, client) -> None:
    said, rows = told
    newer = replace(said, alert_id="c" * 32, revision=2, code="怀0410-02", decided_utc=MORNING)
    house.ledger.commit(newer, obligations(newer, offices(house)))
    assert "怀0410-02" in client.get(path_of(said, rows[0])).text


def sms(client, text: str, number: str = PHONE, key: str = SMS_KEY):
    return client.post("/sms", json={"from": number, "text": text}, headers={"x-firewatch-key": key})


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1", PHONE),
        ("１", f"+86{PHONE}"),
        (" 1。", f"86 {PHONE}"),
        ("怀0410-01 收到", PHONE),
        ("回1（怀0410-01）", PHONE),
    ],
)
def test_a_reply_from_an_office_s_number_answers_what_it_was_sent_last(
    house, told, client, text: str, number: str
) -> None:
    done = sms(client, text, number)
    assert done.status_code == 200
    assert done.json()["acknowledged"] == "怀0410-01"
    assert answered(house) == ["110117"]


NO_ANSWERS = [
    ("1", PHONE, "wrong", 401),
    ("1", "13900139000", SMS_KEY, 422),
    ("1", "1", SMS_KEY, 422),
    ("退订", PHONE, SMS_KEY, 422),
    ("怀0410-09", PHONE, SMS_KEY, 422),
]


def test_a_reply_that_is_none_answers_nothing_and_shows_no_number(house, told, client, caplog) -> None:
    for text, number, key, status in NO_ANSWERS:
        done = sms(client, text, number, key)
        assert done.status_code == status
        assert answered(house) == []
        assert PHONE not in done.text + caplog.text


def test_a_reply_when_nothing_waits_says_so(house, told, client) -> None:
    assert sms(client, "1").status_code == 200
    again = sms(client, "1")
    assert again.status_code == 422
    assert "waits" in again.json()["error"]


def test_a_page_without_a_key_and_a_short_key_are_refused() -> None:
    for settings in ({"answer_url": BASE}, {"answer_key": "short"}, {"answer_key_before": SECRET}):
        with pytest.raises(ConfigurationError, match="FIREWATCH_ANSWER"):
            link_keys(load_settings({}, **settings))


def test_our_keys_are_among_what_no_message_may_say(house) -> None:
    assert {SECRET, SECRET_BEFORE, SMS_KEY} <= set(house.secrets)
