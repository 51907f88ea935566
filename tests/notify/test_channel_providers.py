"""Every channel against a provider that answers as the documents say: what is not a clear yes is never SENT."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from bench.providers import PHONE, PROVIDERS, SECRET, Fake, Reply, say, serving
from bench.servers.ports import free_port
from notify.channels import ChannelSettings, look_up, send
from notify.channels import codes as code_tables
from notify.channels.verdict import Codes
from notify.delivery_states import Finding, Outcome, OutcomeClass
from notify.parcel import Parcel
from tests.notify.receivers import once_sent
from tests.notify.samples import MORNING, ROWS, alert

C = OutcomeClass
PARCEL = Parcel(ROWS[0], alert(), sending_utc=MORNING)
SETTINGS = ChannelSettings(inbox_dir=Path("unused"), deadline_s=30.0)
CODES = {table.name: table for table in vars(code_tables).values() if isinstance(table, Codes)}
EVERY = sorted(PROVIDERS)
WITH_RECEIPTS = ("sms_aliyun", "sms_tencent", "voice_aliyun")


@pytest.fixture(params=EVERY)
def fake(request: pytest.FixtureRequest) -> Iterator[Fake]:
    with serving(request.param) as running:
        yield running


def through(fake: Fake, parcel: Parcel = PARCEL, deadline_s: float = 30.0) -> Outcome:
    return send(fake.address, parcel, settings=replace(SETTINGS, deadline_s=deadline_s))


def test_every_provider_has_a_table_of_codes() -> None:
    assert set(CODES) == set(PROVIDERS)


def test_a_message_that_is_signed_right_arrives_once(fake: Fake) -> None:
    outcome = through(fake)
    assert outcome.outcome_class is C.OK, outcome
    (taken,) = fake.accepted
    assert taken in {PARCEL.key, PARCEL.text_long}
    assert len(fake.asked) == 1


@pytest.mark.parametrize("name", [name for name in EVERY if name != "wecom_bot"])
def test_a_wrong_secret_is_refused_for_good(name: str) -> None:
    with serving(name) as fake:
        outcome = send(fake.address.replace(SECRET, "another"), PARCEL, settings=SETTINGS)
    assert outcome.outcome_class is C.REJECT_PERMANENT, outcome
    assert fake.accepted == []


ALL_CODES = [(name, code) for name in EVERY for code in CODES[name].by_code]


@pytest.mark.parametrize(("name", "code"), ALL_CODES, ids=[f"{name}-{code}" for name, code in ALL_CODES])
def test_every_documented_code_has_its_class_and_says_what_to_do(name: str, code: int | str) -> None:
    with serving(name) as fake:
        fake.always = say(fake.provider.no(code))
        outcome = through(fake)
    meaning = CODES[name].by_code[code]
    assert (outcome.outcome_class, outcome.detail) == (meaning.outcome_class, f"{name}: {code} {meaning.zh}")
    assert outcome.outcome_class in {C.REJECT_PERMANENT, C.REJECT_TEMPORARY}


FAMILIES = [(name, family) for name in EVERY for family in CODES[name].families]


@pytest.mark.parametrize(("name", "family"), FAMILIES)
def test_a_code_of_a_known_family_has_the_class_of_the_family(name: str, family: str) -> None:
    with serving(name) as fake:
        fake.always = say(fake.provider.no(f"{family}.NeverHeardOf"))
        assert through(fake).outcome_class is CODES[name].families[family].outcome_class


def test_a_code_that_nobody_listed_is_tried_again(fake: Fake) -> None:
    fake.always = say(fake.provider.no(987654 if isinstance(CODES[fake.provider.name].success, int) else "Odd.Code"))
    outcome = through(fake)
    assert outcome.outcome_class is C.REJECT_TEMPORARY
    assert "未收录" in outcome.detail


BODIES = {
    "empty": b"",
    "html": b"<html><body>login</body></html>",
    "truncated": b'{"errcode": 0, "errm',
    "text zero": b'"0"',
    "true": b"true",
    "null": b"null",
    "number": b"0",
    "list": b"[]",
    "no field": b"{}",
    "not utf-8": b"\xff\xfe{",
    "deep": b"[" * 100_000,
}
WRONG_TYPES = ["0", True, False, None, 0.0, [], {}, "", "ok"]


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_a_200_that_cannot_be_read_is_unknown(fake: Fake, body: bytes) -> None:
    fake.always = Reply(200, body)
    assert through(fake).outcome_class is C.UNKNOWN


@pytest.mark.parametrize("code", WRONG_TYPES, ids=repr)
def test_a_yes_of_the_wrong_type_is_no_yes(fake: Fake, code: object) -> None:
    body = fake.provider.yes(_any_request(fake))
    fake.always = say(_with_code(body, code))
    assert through(fake).outcome_class in {C.UNKNOWN, C.REJECT_TEMPORARY}


def _any_request(fake: Fake) -> object:
    through(fake)
    return fake.asked[-1]


def _with_code(body: object, code: object) -> object:
    text = json.dumps(body)
    changed = json.loads(text)
    inner = changed["Response"]["SendStatusSet"][0] if "Response" in changed else changed
    for field in ("errcode", "code", "StatusCode", "Code"):
        if field in inner:
            inner[field] = code
    return changed


def test_a_redirect_is_neither_followed_nor_taken_for_a_yes(fake: Fake) -> None:
    through(fake)
    asked = len(fake.asked)
    fake.always = Reply(302, b"", {"Location": f"http://127.0.0.1:{fake.port}/login"})
    assert through(fake).outcome_class is C.REJECT_TEMPORARY
    assert len(fake.asked) == asked + 1


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("1", 1.0), ("30", 30.0), ("3600", 3600.0), ("Sat, 10 Apr 2027 07:08:00 GMT", 60.0), ("garbage", None)],
)
def test_patience_that_is_asked_for_is_handed_on(fake: Fake, header: str, seconds: float | None) -> None:
    fake.always = Reply(429, b"{}", {"Retry-After": header})
    outcome = through(fake)
    assert outcome.outcome_class is C.REJECT_TEMPORARY
    if header.startswith("Sat"):
        assert outcome.retry_after_s is not None
        assert outcome.retry_after_s >= 0
    else:
        assert outcome.retry_after_s == seconds


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (401, C.REJECT_PERMANENT),
        (404, C.REJECT_PERMANENT),
        (500, C.REJECT_TEMPORARY),
        (502, C.UNKNOWN),
        (504, C.UNKNOWN),
    ],
)
def test_each_status_has_its_class(fake: Fake, status: int, outcome: OutcomeClass) -> None:
    fake.always = Reply(status, b"<html>")
    assert through(fake).outcome_class is outcome


@pytest.mark.parametrize("fault", ["reset", "silent", "drip", "cut"])
def test_a_broken_far_end_is_unknown_within_the_deadline(fake: Fake, fault: str) -> None:
    through(fake)
    fake.always = replace(say(fake.provider.yes(fake.asked[-1]) | {"more": "x" * 200}), fault=fault)
    assert once_sent(lambda deadline_s: through(fake, deadline_s=deadline_s)).outcome_class is C.UNKNOWN


@pytest.mark.parametrize("name", EVERY)
def test_nobody_at_the_port_and_no_such_host_mean_not_sent(name: str) -> None:
    for host in (f"127.0.0.1:{free_port()}", "no-such-host.invalid"):
        address = PROVIDERS[name].address.format(api=f"http://{host}")
        assert send(address, PARCEL, settings=SETTINGS).outcome_class is C.NOT_SENT


@pytest.mark.parametrize("name", EVERY)
def test_a_far_end_without_tls_means_not_sent(name: str) -> None:
    with serving(name) as fake:
        address = PROVIDERS[name].address.format(api=f"https://127.0.0.1:{fake.port}")
        assert send(address, PARCEL, settings=SETTINGS).outcome_class is C.NOT_SENT
    assert fake.accepted == []


@pytest.mark.parametrize("name", EVERY)
@pytest.mark.parametrize("change", ["&nonsense=1", "&api=ftp://x", "&to=1&to=2", "&api=http://[::1"])
def test_an_address_that_is_not_understood_is_refused(name: str, change: str) -> None:
    address = PROVIDERS[name].address.split("&api=")[0] + change
    outcome = send(address, PARCEL, settings=SETTINGS)
    assert outcome.outcome_class is C.REJECT_PERMANENT
    assert SECRET not in outcome.detail


@pytest.mark.parametrize("name", EVERY)
def test_every_parameter_that_is_needed_is_asked_for(name: str) -> None:
    query = urlsplit(PROVIDERS[name].address).query.replace("&api={api}", "")
    optional = {"sign"}
    for part in query.split("&"):
        if part.partition("=")[0] in optional:
            continue
        rest = "&".join(other for other in query.split("&") if other != part)
        outcome = send(f"{PROVIDERS[name].address.partition('?')[0]}?{rest}", PARCEL, settings=SETTINGS)
        assert outcome.outcome_class is C.REJECT_PERMANENT
        assert part.partition("=")[0] in outcome.detail


LONG = alert(
    text_long="【演练】" + "平谷区与蓟州区交界处发现热点，请立即核查。" * 60 + "编号平0410-03。【演练】", exercise=True
)


@pytest.mark.parametrize("name", ["wecom_bot", "wecom_app"])
def test_a_long_text_is_cut_by_bytes_at_a_sentence_with_its_code_and_marks(name: str) -> None:
    with serving(name) as fake:
        assert through(fake, Parcel(ROWS[0], LONG, sending_utc=MORNING)).outcome_class is C.OK
    (text,) = fake.accepted
    assert len(text.encode()) <= 2048
    assert text.startswith("【演练】平谷区")
    assert text.endswith(f"…编号{LONG.code}。【演练】")
    assert "核查。…" in text


@pytest.mark.parametrize("name", ["sms_aliyun", "sms_tencent"])
def test_a_doubtful_text_message_is_looked_up_by_its_key(name: str) -> None:
    settings = SETTINGS
    later = replace(PARCEL, sending_utc=MORNING + timedelta(minutes=2))
    with serving(name) as fake:
        empty = look_up(fake.address, later, settings=settings)
        assert empty is (Finding.MISSING if name == "sms_aliyun" else Finding.UNSURE)
        through(fake)
        assert look_up(fake.address, later, settings=settings) is Finding.DELIVERED
        other = Parcel(ROWS[1], alert(), sending_utc=MORNING)
        assert look_up(fake.address, other, settings=settings) is empty
        wrong = fake.address.replace(SECRET, "another")
        assert look_up(wrong, later, settings=settings) is Finding.UNSURE
    assert look_up(fake.address, later, settings=settings) is Finding.UNSURE


@pytest.mark.parametrize(
    ("ending", "finding"), [("delivered", Finding.DELIVERED), ("failed", Finding.FAILED), ("waits", None)]
)
@pytest.mark.parametrize("name", WITH_RECEIPTS)
def test_a_receipt_tells_delivered_from_failed_and_from_not_yet(
    name: str, ending: str, finding: Finding | None
) -> None:
    with serving(name) as fake:
        taken = through(fake)
        sent = replace(PARCEL.delivery, provider_id=taken.provider_id, sent_utc=MORNING)
        later = Parcel(sent, PARCEL.alert, sending_utc=MORNING + timedelta(minutes=2))
        fake.endings[PARCEL.key] = ending
        waits = Finding.ARRIVED if name == "sms_aliyun" else Finding.UNSURE
        assert look_up(fake.address, later, settings=SETTINGS) is (finding or waits)
        assert len(fake.asked) == 1, "an inquiry is no message"


@pytest.mark.parametrize("name", sorted(set(EVERY) - set(WITH_RECEIPTS)))
def test_where_no_receipt_exists_nothing_is_claimed(name: str) -> None:
    assert look_up(PROVIDERS[name].address.format(api="http://x"), PARCEL, settings=SETTINGS) is Finding.UNSURE


def test_a_member_who_cannot_be_reached_is_not_told() -> None:
    with serving("wecom_app") as fake:
        fake.always = say({"errcode": 0, "errmsg": "ok", "invaliduser": "duty", "msgid": "m"})
        outcome = through(fake)
    assert outcome.outcome_class is C.REJECT_PERMANENT
    assert "invaliduser" in outcome.detail


def test_a_token_that_is_no_longer_good_is_asked_for_anew() -> None:
    with serving("wecom_app") as fake:
        fake.script.append(say({"errcode": 42001, "errmsg": "access_token expired"}))
        assert through(fake).outcome_class is C.REJECT_TEMPORARY
        assert through(fake).outcome_class is C.OK


def test_the_number_stands_in_the_request_and_the_text_in_the_variables_of_the_template() -> None:
    with serving("sms_aliyun") as fake:
        through(fake)
    form = fake.asked[0].form
    assert form["PhoneNumbers"] == PHONE
    assert "".join(json.loads(form["TemplateParam"]).values()).strip() == PARCEL.text_short
    assert form["OutId"] == PARCEL.key


def test_twenty_a_minute_are_taken_and_one_more_blocks_for_ten_minutes() -> None:
    with serving("dingtalk") as fake:
        fake.per_min, now = 20, [0.0]
        fake.clock = lambda: now[0]
        outcomes = [through(fake).outcome_class for _ in range(22)]
        now[0] = 599.0
        blocked = through(fake)
        now[0] = 700.0
        assert through(fake).outcome_class is C.OK
    assert outcomes == [C.OK] * 20 + [C.REJECT_TEMPORARY] * 2
    assert blocked.detail.startswith("dingtalk: 410100")
    assert fake.blocks == 1
