"""The dispatcher as a process: what is committed leaves within seconds, and one that is killed comes back."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from boundary_zones.contacts import Recipient
from flows.wiring import EXAMPLE_CONTACTS, House
from notify.ledger import DeliveryState
from notify.obligations import obligations
from store.senders import Senders
from tests.flows import world
from tests.notify.samples import alert

SOON_S = 15.0


def until(holds: Callable[[], object], within_s: float = SOON_S) -> None:
    deadline = time.monotonic() + within_s
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
        until(lambda: Senders(house.database).last_seen() is not None, 60)
        yield process
        process.kill()
        process.wait()


def test_what_is_committed_leaves_within_seconds_with_the_contacts_of_the_moment_and_sigterm_ends_it_well(
    house, dispatcher, contacts_file, tmp_path
) -> None:
    whole = contacts_file.read_text(encoding="utf-8")
    contacts_file.write_text("no contacts at all", encoding="utf-8")
    until(lambda: "what was read before stays in use" in (tmp_path / "log").read_text(), 30)
    keys = tell(house, "fire-1", house.contacts.recipients)
    until(lambda: sent(house, keys))
    second = replace(house.contacts.recipients[0], channel="inbox-2")
    contacts_file.write_text(f"{whole}\n{entry(second)}", encoding="utf-8")
    more: list[set[str]] = []
    until(lambda: any(sent(house, each) for each in more) or more.append(tell(house, f"x{len(more)}", [second])), 30)
    dispatcher.send_signal(signal.SIGTERM)
    assert dispatcher.wait(30) == 0
    lines = [json.loads(line) for line in (tmp_path / "log").read_text().splitlines() if line.startswith("{")]
    assert sum(line.get("sent", 0) for line in lines if line["event"] == "dispatched") > len(keys)


def entry(one: Recipient) -> str:
    """A recipient as the contacts file has it."""
    row = {name: getattr(one, name) for name in ("region", "office", "office_zh", "role", "channel", "address")}
    return "[[recipient]]\n" + "".join(f'{name} = "{value}"\n' for name, value in row.items())
