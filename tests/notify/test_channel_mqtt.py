"""MQTT against a real broker, and against far ends that are none."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bench.servers.ports import free_port
from notify.channel_rules import UNLIMITED
from notify.channels import ChannelSettings, send
from notify.delivery_states import Outcome, OutcomeClass
from notify.parcel import Parcel
from tests.notify.broker import broker, documents, reader
from tests.notify.receivers import hold, listener, once_sent
from tests.notify.samples import MORNING, ROWS, alert

C = OutcomeClass
PARCEL = Parcel(ROWS[0], alert(), sending_utc=MORNING)
SETTINGS = ChannelSettings(inbox_dir=Path("unused"), deadline_s=30.0)


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    with broker(tmp_path_factory.mktemp("broker")) as at:
        yield at


def publish(address: str, deadline_s: float = 30.0) -> Outcome:
    return send(address, PARCEL, settings=replace(SETTINGS, deadline_s=deadline_s))


@pytest.mark.parametrize("qos", [1, 2])
def test_a_document_arrives_once_with_its_key_and_is_not_retained(port: int, qos: int) -> None:
    topic = f"firewatch/{qos}"
    with reader(port, topic) as got:
        assert publish(f"mqtt://127.0.0.1:{port}/{topic}?qos={qos}") == Outcome(
            C.OK, f"mqtt: acknowledged at QoS {qos}"
        )
        assert documents(got, 1) == [PARCEL.document()]
    with reader(port, topic) as late:
        time.sleep(0.3)
        assert late == [], "a retained alert would be told again to everybody who comes later"


def test_a_broker_that_knows_nobody_refuses(tmp_path: Path) -> None:
    with broker(tmp_path, anybody=False) as at:
        outcome = publish(f"mqtt://duty:wrong@127.0.0.1:{at}/firewatch")
    assert outcome.outcome_class is C.REJECT_PERMANENT
    assert "wrong" not in outcome.detail


def test_nobody_at_the_port_means_not_sent() -> None:
    assert publish(f"mqtt://127.0.0.1:{free_port()}/firewatch").outcome_class is C.NOT_SENT


def _greets_and_falls_silent(connection: socket.socket) -> None:
    connection.recv(1024)
    connection.sendall(b"\x20\x02\x00\x00")
    hold(connection)


def _greets_and_drops(connection: socket.socket) -> None:
    connection.recv(1024)
    connection.sendall(b"\x20\x02\x00\x00")
    connection.recv(1024)


def _is_busy(connection: socket.socket) -> None:
    connection.recv(1024)
    connection.sendall(b"\x20\x02\x00\x03")
    time.sleep(0.1)


@pytest.mark.parametrize(
    ("talk", "deadline_s", "outcome"),
    [
        (hold, 0.3, C.NOT_SENT),
        (_greets_and_drops, 30.0, C.UNKNOWN),
        (_is_busy, 30.0, C.REJECT_TEMPORARY),
    ],
)
def test_each_way_to_fail_has_its_class_within_the_deadline(
    talk: Callable[[socket.socket], None], deadline_s: float, outcome: OutcomeClass
) -> None:
    with listener(talk) as at:
        assert publish(f"mqtt://127.0.0.1:{at}/firewatch", deadline_s=deadline_s).outcome_class is outcome


def test_a_broker_that_falls_silent_after_its_greeting_is_cut_at_the_deadline() -> None:
    def told(deadline_s: float) -> Outcome:
        with listener(_greets_and_falls_silent) as at:
            return publish(f"mqtt://127.0.0.1:{at}/firewatch", deadline_s=deadline_s)

    assert once_sent(told).outcome_class is C.UNKNOWN


@pytest.mark.parametrize("rest", ["", "/", "/a/+/b", "/a?qos=0", "/a?qos=3", "/a?retain=1", ":99999/a"])
def test_an_address_that_is_not_understood_is_refused(rest: str) -> None:
    assert publish(f"mqtt://127.0.0.1{rest}").outcome_class is C.REJECT_PERMANENT


def test_a_document_over_the_limit_is_refused() -> None:
    limits = replace(UNLIMITED, max_bytes={"other": 400})
    outcome = send("mqtt://127.0.0.1/a", PARCEL, settings=replace(SETTINGS, limits=limits))
    assert outcome.outcome_class is C.REJECT_PERMANENT
