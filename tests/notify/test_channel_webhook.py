"""The webhook against a real HTTP server."""

from __future__ import annotations

import json
import socket
import ssl
from collections.abc import Callable, Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from bench.servers.ports import free_port
from notify.channels import ChannelSettings, send
from notify.delivery_states import Outcome, OutcomeClass
from notify.parcel import Parcel
from tests.notify.certificates import Certificate
from tests.notify.receivers import HttpReceiver, drip, drips, http_receiver, listener, once_sent, reset, say, silent
from tests.notify.samples import MORNING, ROWS, alert

PARCEL = Parcel(ROWS[0], alert(), sending_utc=MORNING)
SETTINGS = ChannelSettings(inbox_dir=Path("unused"), deadline_s=30.0)
C = OutcomeClass
Answer = Callable[[BaseHTTPRequestHandler], None]


@pytest.fixture
def receiver() -> Iterator[HttpReceiver]:
    with http_receiver() as state:
        yield state


def post(address: str, deadline_s: float = 30.0) -> Outcome:
    return send(address, PARCEL, settings=replace(SETTINGS, deadline_s=deadline_s))


def test_a_document_arrives_with_its_key(receiver: HttpReceiver) -> None:
    outcome = post(f"webhook://{receiver.host}/Alerts/In?Office=110116&empty=")
    assert outcome == Outcome(C.OK, "webhook: HTTP 204")
    (got,) = receiver.received
    assert got.path == "/Alerts/In?Office=110116&empty="
    assert got.headers["Idempotency-Key"] == PARCEL.key
    assert got.headers["Content-Type"] == "application/json; charset=utf-8"
    assert json.loads(got.body) == PARCEL.document()
    assert "Authorization" not in got.headers


@pytest.mark.parametrize(
    ("user", "header"),
    [("duty:p%40ss@", "Basic ZHV0eTpwQHNz"), ("tok-en_1@", "Bearer tok-en_1"), ("", None)],
)
def test_a_name_or_a_token_becomes_an_authorisation(receiver: HttpReceiver, user: str, header: str | None) -> None:
    post(f"webhook://{user}{receiver.host}/in")
    assert receiver.received[0].headers.get("Authorization") == header


def test_a_repeat_carries_the_same_key(receiver: HttpReceiver) -> None:
    post(f"webhook://{receiver.host}/in")
    post(f"webhook://{receiver.host}/in")
    assert len({got.headers["Idempotency-Key"] for got in receiver.received}) == 1


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (200, C.OK),
        (202, C.OK),
        (301, C.REJECT_PERMANENT),
        (302, C.REJECT_TEMPORARY),
        (303, C.REJECT_TEMPORARY),
        (307, C.REJECT_TEMPORARY),
        (308, C.REJECT_PERMANENT),
        (400, C.REJECT_PERMANENT),
        (401, C.REJECT_PERMANENT),
        (404, C.REJECT_PERMANENT),
        (408, C.REJECT_TEMPORARY),
        (410, C.REJECT_PERMANENT),
        (425, C.REJECT_TEMPORARY),
        (429, C.REJECT_TEMPORARY),
        (500, C.REJECT_TEMPORARY),
        (502, C.UNKNOWN),
        (503, C.REJECT_TEMPORARY),
        (504, C.UNKNOWN),
    ],
)
def test_each_status_has_its_class(receiver: HttpReceiver, status: int, outcome: OutcomeClass) -> None:
    receiver.answer = lambda handler: say(handler, status, location=f"http://{receiver.host}/login")
    found = post(f"webhook://{receiver.host}/in")
    assert (found.outcome_class, found.detail) == (outcome, f"webhook: HTTP {status}")
    assert len(receiver.received) == 1, "a redirect must not be followed"


def test_a_page_for_people_is_no_receipt(receiver: HttpReceiver) -> None:
    receiver.answer = lambda handler: say(handler, 200, b"<html>", content_type="text/html; charset=utf-8")
    assert post(f"webhook://{receiver.host}/in").outcome_class is C.UNKNOWN


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry_after": "30"}, 30.0),
        ({"retry_after": "3600"}, 3600.0),
        ({"retry_after": "Sat, 10 Apr 2027 07:08:00 GMT"}, 60.0),
        ({"retry_after": "Sat, 10 Apr 2027 07:00:00 GMT"}, 0.0),
        ({"retry_after": "soon"}, None),
        ({"retry_after": "-5"}, None),
        ({"retry_after": "１２"}, None),
        ({}, None),
    ],
)
def test_a_wish_for_patience_is_handed_on(
    receiver: HttpReceiver, headers: dict[str, str], seconds: float | None
) -> None:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response_only(429)
        handler.send_header("Date", "Sat, 10 Apr 2027 07:07:00 GMT")
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value.encode().decode("latin-1"))
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    receiver.answer = answer
    assert post(f"webhook://{receiver.host}/in").retry_after_s == seconds


def test_nobody_at_the_port_means_not_sent() -> None:
    found = post(f"webhook://127.0.0.1:{free_port()}/in")
    assert found == Outcome(C.NOT_SENT, "webhook: no connection (ConnectionRefusedError)")


def test_a_name_that_does_not_exist_means_not_sent() -> None:
    assert post("webhook://no-such-host.invalid/in").outcome_class is C.NOT_SENT


def test_a_far_end_without_tls_means_not_sent(receiver: HttpReceiver) -> None:
    found = post(f"webhooks://{receiver.host}/in")
    assert found.outcome_class is C.NOT_SENT
    assert receiver.received == []


@pytest.mark.parametrize("answer", [reset, lambda handler: handler.wfile.write(b"nonsense\r\n\r\n")])
def test_a_lost_or_unreadable_answer_may_have_arrived(receiver: HttpReceiver, answer: Answer) -> None:
    receiver.answer = answer
    assert post(f"webhook://{receiver.host}/in").outcome_class is C.UNKNOWN
    assert len(receiver.received) == 1


@pytest.mark.parametrize("head", [b"", b"HTTP/1.1 200", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\nContent-Le"])
def test_a_head_that_stops_short_is_no_answer(receiver: HttpReceiver, head: bytes) -> None:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(head)

    receiver.answer = answer
    assert post(f"webhook://{receiver.host}/in").outcome_class is C.UNKNOWN


def test_tls_with_a_certificate_of_the_host_is_used(trusted: ssl.SSLContext) -> None:
    with http_receiver(tls=trusted) as receiver:
        assert post(f"webhooks://{receiver.host}/in") == Outcome(C.OK, "webhook: HTTP 204")
        assert post(f"webhooks://{receiver.host.replace('127.0.0.1', 'localhost')}/in").outcome_class is C.NOT_SENT
    assert len(receiver.received) == 1


def test_tls_with_a_certificate_that_nobody_vouches_for_means_not_sent(certificate: Certificate) -> None:
    with http_receiver(tls=certificate.context) as receiver:
        assert post(f"webhooks://{receiver.host}/in").outcome_class is C.NOT_SENT
    assert receiver.received == []


@pytest.mark.parametrize("answer", [silent, drip], ids=["silent", "dripping"])
def test_a_slow_far_end_is_cut_at_the_total_deadline(receiver: HttpReceiver, answer: Answer) -> None:
    receiver.answer = answer
    found = once_sent(lambda deadline_s: post(f"webhook://{receiver.host}/in", deadline_s=deadline_s))
    assert found == Outcome(C.UNKNOWN, "webhook: no answer before the deadline")


def test_a_handshake_that_drips_is_cut_at_the_total_deadline() -> None:
    def talk(connection: socket.socket) -> None:
        connection.sendall(b"\x16\x03\x03\x40\x00")
        assert drips(connection, b"\0")

    with listener(talk) as port:
        found = post(f"webhooks://127.0.0.1:{port}/in", deadline_s=0.3)
    assert found.outcome_class is C.NOT_SENT


@pytest.mark.parametrize(
    "address", ["webhook:///in", "webhook://host:99999/in", "webhook://[::1/in", "webhook://host/in\r\nX-Evil: 1"]
)
def test_an_address_that_cannot_be_read_is_refused(address: str) -> None:
    found = post(address)
    assert found.outcome_class is C.REJECT_PERMANENT
    assert "Evil" not in found.detail


def test_a_path_in_chinese_is_sent_as_a_server_expects_it(receiver: HttpReceiver) -> None:
    post(f"webhook://{receiver.host}/火情?办=怀柔")
    assert receiver.received[0].path == "/%E7%81%AB%E6%83%85?%E5%8A%9E=%E6%80%80%E6%9F%94"
