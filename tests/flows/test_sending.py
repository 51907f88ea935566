"""The dispatcher: what is committed leaves within seconds, with the contacts and secrets of the moment."""

from __future__ import annotations

import base64
import json
import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Event, Thread

import pytest

from boundary_zones.contacts import Recipient
from flows import sending
from flows.settings import Settings
from flows.wiring import EXAMPLE_CONTACTS, House, open_house
from notify.delivery_states import DeliveryState
from notify.obligations import obligations
from store.senders import Senders
from tests.flows import world
from tests.notify.receivers import HttpReceiver, Received, http_receiver
from tests.notify.samples import alert

SOON_S = 120.0
OLD, NEW = "autumn-of-the-old-gate", "winter-of-the-new-gate"


def until(holds: Callable[[], object]) -> None:
    deadline = time.monotonic() + SOON_S
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.2)


def tell(house: House, event: str, ways: Sequence[Recipient]) -> set[str]:
    """Commit an alert to offices; the keys of its rows."""
    now = house.clock()
    told = alert(event, decided_utc=now, expires_utc=now + world.DAY, regions=tuple({one.region for one in ways}))
    rows = obligations(told, ways)
    assert house.ledger.commit(told, rows)
    return {row.delivery_id for row in rows}


def sent(house: House, keys: set[str]) -> bool:
    rows = house.ledger_frames.deliveries()
    states = set(rows.filter(rows["delivery_id"].is_in(list(keys)))["state"])
    return states == {DeliveryState.SENT}


@pytest.fixture
def contacts_file(tmp_path) -> Path:
    file = tmp_path / "contacts.toml"
    file.write_text(EXAMPLE_CONTACTS.read_text(encoding="utf-8"), encoding="utf-8")
    return file


@pytest.fixture
def dispatcher(house, tmp_path, contacts_file) -> Iterator[subprocess.Popen[bytes]]:
    """``firewatch dispatcher`` as its own process."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("FIREWATCH_")}
    environment |= {"FIREWATCH_HOME": str(house.home.root), "FIREWATCH_CONTACTS": str(contacts_file)}
    with (tmp_path / "log").open("wb") as sink:
        process = subprocess.Popen((sys.executable, "-m", "desk.cli", "dispatcher"), env=environment, stderr=sink)
        until(lambda: Senders(house.database).last_seen() is not None)
        yield process
        process.kill()
        process.wait()


def test_what_is_committed_leaves_within_seconds_with_the_contacts_of_the_moment_and_sigterm_ends_it_well(
    house, dispatcher, contacts_file, tmp_path
) -> None:
    whole = contacts_file.read_text(encoding="utf-8")
    contacts_file.write_text("no contacts at all", encoding="utf-8")
    until(lambda: "what was read before stays in use" in (tmp_path / "log").read_text())
    keys = tell(house, "fire-1", house.contacts.recipients)
    until(lambda: sent(house, keys))
    second = replace(house.contacts.recipients[0], channel="inbox-2")
    contacts_file.write_text(f"{whole}\n{entry(second)}", encoding="utf-8")
    more: list[set[str]] = []
    until(lambda: any(sent(house, each) for each in more) or more.append(tell(house, f"x{len(more)}", [second])))
    dispatcher.send_signal(signal.SIGTERM)
    assert dispatcher.wait(SOON_S) == 0
    lines = [json.loads(line) for line in (tmp_path / "log").read_text().splitlines() if line.startswith("{")]
    assert sum(line.get("sent", 0) for line in lines if line["event"] == "dispatched") > len(keys)


@pytest.fixture
def dispatching(house, tmp_path, contacts_file, monkeypatch) -> Iterator[Path]:
    """A dispatcher that runs in a thread; gives its folder of secrets."""
    secrets = tmp_path / "secrets"
    secrets.mkdir()
    settings = {"HOME": house.home.root, "CONTACTS": contacts_file, "SECRETS": secrets}
    for name, value in settings.items():
        monkeypatch.setenv(f"FIREWATCH_{name}", str(value))
    monkeypatch.setattr(sending, "SIGN_EVERY", timedelta(0))
    write_secret(secrets / "hook_password", OLD)
    stop = Event()
    thread = Thread(target=sending.keep_sending, args=(stop,))
    thread.start()
    yield secrets
    stop.set()
    thread.join()


def write_secret(path: Path, value: str) -> None:
    path.touch(mode=0o600)
    path.write_text(value, encoding="utf-8")


def test_a_rotated_password_is_used_at_the_next_send_without_a_restart_and_neither_is_ever_written(
    house, dispatching, contacts_file, caplog
) -> None:
    caplog.set_level(logging.DEBUG)
    with http_receiver() as hook:
        address = f"webhook://firewatch:${{hook_password}}@{hook.host}/alerts"
        way = replace(house.contacts.recipients[0], channel="webhook", address=address)
        contacts_file.write_text(f"{contacts_file.read_text(encoding='utf-8')}\n{entry(way)}", encoding="utf-8")
        told: list[set[str]] = []
        until(lambda: authorised(hook, OLD) or told.append(tell(house, f"x{len(told)}", [way])))
        write_secret(dispatching / "hook_password", NEW)
        until(lambda: authorised(hook, NEW) or told.append(tell(house, f"x{len(told)}", [way])))
        first_new = hook.received.index(authorised(hook, NEW)[0])
        assert all(one in authorised(hook, NEW) for one in hook.received[first_new:])
    kept = [path.read_bytes() for path in house.home.root.rglob("*") if path.is_file()]
    for password in (OLD, NEW):
        spoken = (password, basic(password))
        assert not any(one in caplog.text for one in spoken)
        assert not any(one.encode() in content for one in spoken for content in kept)


def test_contacts_that_are_written_while_they_are_read_are_read_again(
    house, contacts_file, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[int] = []
    second = replace(house.contacts.recipients[0], channel="inbox-2")

    def slowly(settings: Settings) -> House:
        found = open_house(settings)
        opened.append(len(found.contacts.recipients))
        if len(opened) == 1:
            contacts_file.write_text(f"{contacts_file.read_text(encoding='utf-8')}\n{entry(second)}", encoding="utf-8")
        return found

    monkeypatch.setenv("FIREWATCH_HOME", str(house.home.root))
    monkeypatch.setenv("FIREWATCH_CONTACTS", str(contacts_file))
    monkeypatch.setattr(sending, "SIGN_EVERY", timedelta(0))
    monkeypatch.setattr(sending, "open_house", slowly)
    stop = Event()
    thread = Thread(target=sending.keep_sending, args=(stop,))
    thread.start()
    until(lambda: len(opened) == 2)
    stop.set()
    thread.join()
    assert opened[:2] == [opened[0], opened[0] + 1]


def basic(password: str) -> str:
    return base64.b64encode(f"firewatch:{password}".encode()).decode()


def authorised(hook: HttpReceiver, password: str) -> list[Received]:
    return [one for one in hook.received if one.headers.get("Authorization") == f"Basic {basic(password)}"]


def entry(one: Recipient) -> str:
    """A recipient as the contacts file has it."""
    row = {name: getattr(one, name) for name in ("region", "office", "office_zh", "role", "channel", "address")}
    return "[[recipient]]\n" + "".join(f'{name} = "{value}"\n' for name, value in row.items())
