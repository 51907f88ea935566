"""What all channels share: one outcome, no secret, and Apprise's other services as they are."""

from __future__ import annotations

import logging
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import apprise
import pytest

from bench.servers.ports import free_port
from notify.channels import ChannelSettings, send
from notify.channels.inbox import InboxChannel
from notify.channels.plugin import OwnChannel, register
from notify.delivery_states import Outcome, OutcomeClass
from notify.parcel import Parcel
from tests.notify.receivers import HttpReceiver, http_receiver, reset, say
from tests.notify.samples import MORNING, ROWS, alert

PARCEL = Parcel(ROWS[0], alert(), sending_utc=MORNING)
C = OutcomeClass
CANARY = "13912345678"
SECRET = "c4n4ry-t0ken"


@pytest.fixture
def settings(tmp_path: Path) -> ChannelSettings:
    return ChannelSettings(inbox_dir=tmp_path, deadline_s=10.0)


@pytest.fixture
def receiver() -> Iterator[HttpReceiver]:
    with http_receiver() as state:
        yield state


@pytest.mark.parametrize("address", ["", "nonsense", "nosuchscheme://a/b", "inbox", "://x", "mailto:duty@example.org"])
def test_an_address_that_no_channel_can_read_is_refused(settings: ChannelSettings, address: str) -> None:
    assert send(address, PARCEL, settings=settings).outcome_class is C.REJECT_PERMANENT


def test_the_scheme_may_be_in_capitals(settings: ChannelSettings) -> None:
    assert send("INBOX://beijing/110116", PARCEL, settings=settings).outcome_class is C.OK


def test_any_other_apprise_service_works_with_the_short_text(settings: ChannelSettings, receiver: HttpReceiver) -> None:
    receiver.answer = lambda handler: say(handler, 200)
    found = send(f"json://{receiver.host}/in", PARCEL, settings=settings)
    assert found == Outcome(C.OK, "unproven channel: it said yes")
    (got,) = receiver.received
    assert alert().text_short in got.body.decode("unicode_escape")


def test_a_no_of_another_service_may_have_arrived(settings: ChannelSettings, receiver: HttpReceiver) -> None:
    receiver.answer = lambda handler: say(handler, 500)
    assert send(f"json://{receiver.host}/in", PARCEL, settings=settings).outcome_class is C.UNKNOWN


@pytest.mark.parametrize("wish", ["retry=3&wait=0", "optional=yes"])
def test_an_address_cannot_ask_apprise_to_repeat_or_to_hide_a_failure(
    settings: ChannelSettings, receiver: HttpReceiver, wish: str
) -> None:
    receiver.answer = lambda handler: say(handler, 500)
    assert send(f"json://{receiver.host}/in?{wish}", PARCEL, settings=settings).outcome_class is C.UNKNOWN
    assert len(receiver.received) == 1


def test_redirects_of_other_services_are_not_followed(settings: ChannelSettings, receiver: HttpReceiver) -> None:
    receiver.answer = lambda handler: say(handler, 302, location=f"http://{receiver.host}/login")
    assert send(f"json://{receiver.host}/in", PARCEL, settings=settings).outcome_class is C.UNKNOWN
    assert [got.path for got in receiver.received] == ["/in"]


def test_apprise_keeps_its_own_mail_for_everybody_else() -> None:
    plugins: Any = apprise.NotificationManager()  # type: ignore[no-untyped-call]  # apprise
    for schema in ("mailto", "mailtos"):
        assert plugins[schema].__module__.startswith("apprise.")
    assert plugins["inbox"] is InboxChannel


def test_registering_twice_is_no_error_and_a_taken_name_is() -> None:
    register(InboxChannel)

    class Impostor(OwnChannel):
        protocol = "inbox"

    with pytest.raises(RuntimeError, match="another plugin for one of inbox"):
        register(Impostor)


def test_a_plugin_that_is_called_from_elsewhere_says_no(settings: ChannelSettings) -> None:
    service = apprise.Apprise.instantiate("inbox://beijing/110116")
    assert service is not None
    assert service.notify(body="text") is False
    assert not list(settings.inbox_dir.iterdir())


def test_a_plugin_that_breaks_is_unknown_and_not_sent(
    settings: ChannelSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> Outcome:
        raise ZeroDivisionError(SECRET)

    monkeypatch.setattr(InboxChannel, "deliver", broken)
    found = send("inbox://beijing/110116", PARCEL, settings=settings)
    assert found == Outcome(C.UNKNOWN, "inbox: the channel broke off")


def test_sends_at_once_do_not_mix_their_outcomes(settings: ChannelSettings) -> None:
    gate = threading.Barrier(4)

    def one(number: int) -> tuple[int, Outcome]:
        gate.wait(60)
        good = number % 2 == 0
        row = replace(ROWS[0], delivery_id=f"{number:032x}")
        address = "inbox://beijing/110116" if good else f"webhook://127.0.0.1:{port}/in"
        return number, send(address, Parcel(row, alert(), sending_utc=MORNING), settings=settings)

    port = free_port()
    with ThreadPoolExecutor(4) as pool:
        for number, outcome in pool.map(one, range(16)):
            assert outcome.outcome_class is (C.OK if number % 2 == 0 else C.NOT_SENT)


def test_a_deadline_that_is_not_positive_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="deadline_s"):
        ChannelSettings(inbox_dir=tmp_path, deadline_s=0.0)


def leaky_addresses(port: int, closed: int) -> list[str]:
    """Addresses full of secrets that end in every kind of way."""
    hosts = [f"127.0.0.1:{port}", f"127.0.0.1:{closed}", "no-such-host.invalid"]
    mail = f"?from={SECRET}@example.org&to={CANARY}@example.org"
    return [
        *(f"webhook://{SECRET}@{host}/{CANARY}?key={SECRET}" for host in hosts),
        *(f"webhooks://u:{SECRET}@{host}/{CANARY}" for host in hosts),
        *(f"mailto://{SECRET}:{SECRET}@{host}/{mail}" for host in hosts),
        *(f"mailtos://{SECRET}:{SECRET}@{host}/{mail}&to=twice@example.org" for host in hosts),
        *(f"json://{SECRET}:{SECRET}@{host}/{CANARY}?+X-Token={SECRET}" for host in hosts),
        f"webhook://{SECRET}:{CANARY}@[::1/x",
        f"inbox://{SECRET}/{CANARY}/..",
        f"inbox://{SECRET}:{CANARY}@x/y",
        f"wecombot://{SECRET}?x={CANARY}",
        f"dingtalk://{SECRET}@{SECRET}/{CANARY}?rto=x",
        f"nosuch://{SECRET}/{CANARY}",
    ]


@pytest.mark.parametrize("answer", ["no", "reset"])
def test_no_address_or_secret_comes_out_anywhere(
    settings: ChannelSettings,
    receiver: HttpReceiver,
    answer: str,
    *,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("socket.getaddrinfo", _local_only)
    for name in ("", "apprise", "urllib3", "urllib3.connectionpool"):
        caplog.set_level(logging.DEBUG, logger=name)
    receiver.answer = reset if answer == "reset" else lambda handler: say(handler, 403)
    hasty = replace(settings, deadline_s=0.5)
    outcomes = [send(one, PARCEL, settings=hasty) for one in leaky_addresses(receiver.port, free_port())]
    assert OutcomeClass.OK not in {outcome.outcome_class for outcome in outcomes}
    out, err = capfd.readouterr()
    for secret in (SECRET, CANARY):
        assert secret not in repr(outcomes)
        assert secret not in caplog.text
        assert secret not in out + err


def _local_only(host: str | bytes | None, *args: object, **kwargs: object) -> object:
    if host == "127.0.0.1":
        return _GETADDRINFO(host, *args, **kwargs)  # type: ignore[arg-type]  # handed through
    raise OSError(f"no name service in this test: {host!r}")


_GETADDRINFO = socket.getaddrinfo


def test_apprise_logs_as_before_when_nothing_of_ours_is_under_way(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING, logger="apprise")
    logging.getLogger("apprise").warning("somebody else's word")
    assert "somebody else's word" in caplog.text


def test_dispatching_needs_no_apprise_before_a_channel_is_wired() -> None:
    code = "import sys, notify.dispatch, notify.wording, notify.decide_incident; sys.exit('apprise' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
