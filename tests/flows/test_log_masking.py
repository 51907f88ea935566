"""Planted telephone numbers and keys come out nowhere: not in logs, the database, products, reports or errors."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import pytest

from bench.providers import PROVIDERS, Fake, serving
from flows.channel_settings import channel_settings
from flows.dispatching import post_room
from flows.log_masking import mask_logs
from flows.wiring import House
from notify.channels import look_up, send
from notify.dispatch import dispatch_round
from notify.masking import masked
from notify.obligations import obligations
from notify.parcel import Parcel
from tests.flows import world
from tests.flows.planted import FAULTS, KEYS, PHONES, addresses, everything_logged, hits, planted_contacts
from tests.notify.samples import MORNING, ROWS, alert


@pytest.fixture
def fakes() -> Iterator[dict[str, Fake]]:
    with ExitStack() as stack:
        yield {name: stack.enter_context(serving(name)) for name in PROVIDERS}


@pytest.mark.parametrize("level", [logging.DEBUG, logging.INFO], ids=["debug", "no debug"])
def test_planted_numbers_and_keys_come_out_nowhere(
    level: int, fakes: dict[str, Fake], tmp_path: Path, *, capfd: pytest.CaptureFixture[str]
) -> None:
    contacts = tmp_path / "planted.toml"
    planted = list(addresses(fakes))
    contacts.write_text(planted_contacts(planted, office="110116", office_zh="怀柔区森防办"), encoding="utf-8")
    home = tmp_path / "home"
    faults = FAULTS if level == logging.DEBUG else {"echo": FAULTS["echo"]}
    said: list[str] = []
    with everything_logged(level) as log:
        house = world.build_house(home, contacts=contacts)
        try:
            for number, (name, reply) in enumerate(faults.items()):
                for fake in fakes.values():
                    fake.always = reply
                said += _told(house, number, name)
            said += _asked_directly(house, [address for _, address in planted])
        finally:
            house.close()
    captured = capfd.readouterr()
    files = [path for path in home.rglob("*") if path.is_file()]
    assert len(said) > 60
    assert (home / "firewatch.db") in files
    assert {str(path): hits(path.read_bytes()) for path in files if hits(path.read_bytes())} == {}
    assert hits("\n".join(said)) == []
    assert hits(log.getvalue()) == []
    assert hits(captured.out + captured.err) == []


def _told(house: House, number: int, name: str) -> list[str]:
    """One alert to everybody of the office; what the reports say of it."""
    told = alert(f"JJJ-HR-CD-2027-{number:03d}", decided_utc=house.clock())
    mine = [one for one in house.contacts.recipients if one.office in {"110116", "120000", "130000"}]
    house.ledger.commit(told, obligations(told, mine))
    said = [name]
    report = dispatch_round(post_room(house), owner="test", world="live")
    said += [repr(attempt) for attempt in report.attempts]
    said += [json.dumps(house.ledger_frames.deliveries(world=None).to_dicts(), default=str)]
    return [*said, repr(house.contacts), repr(house), str(house.contacts.recipients)]


def _asked_directly(house: House, planted: list[str]) -> list[str]:
    parcel = Parcel(ROWS[0], alert(), sending_utc=MORNING + timedelta(minutes=1))
    settings = channel_settings(house)
    outcomes = [repr(send(f"{address}&nonsense=1", parcel, settings=settings)) for address in planted]
    return outcomes + [repr(look_up(address, parcel, settings=settings)) for address in planted]


def test_an_error_that_nobody_caught_is_printed_without_them() -> None:
    code = (
        "from flows.log_masking import mask_logs\nmask_logs()\n"
        f"raise RuntimeError('no route to {PHONES[0]} with access_token={KEYS[0]}')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "Traceback" in done.stderr
    assert "RuntimeError: no route to ***" in done.stderr
    assert "access_token=***" in done.stderr.splitlines()[-1]


def test_every_handler_is_masked_once_also_prefect_s() -> None:
    import prefect.logging.configuration

    prefect.logging.configuration.setup_logging()
    mask_logs()
    mask_logs()
    handlers = [handler for name in ("prefect", "prefect.flow_runs") for handler in logging.getLogger(name).handlers]
    assert handlers
    assert all(sum("Masking" in type(one).__name__ for one in handler.filters) == 1 for handler in handlers)
    assert masked(PHONES[0]) == f"***{PHONES[0][-2:]}"
