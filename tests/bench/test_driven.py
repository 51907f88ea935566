"""A dispatcher dies between SENDING and the answer: the SMS provider is asked by key, nothing goes out twice."""

from __future__ import annotations

import multiprocessing
import signal
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from bench.faults.channels import an_office
from bench.faults.driven import driven
from bench.faults.worker import Plan, dispatcher
from bench.providers import serving
from notify.channels import look_up
from notify.delivery_states import DeliveryState
from store.ledger_frames import LedgerFrames


@pytest.mark.parametrize("name", ["sms_aliyun", "sms_tencent"])
@pytest.mark.parametrize(("dies_at", "took_it"), [("after write", True), ("before write", False)])
def test_after_a_kill_the_provider_s_receipt_decides_whether_a_text_message_is_sent_again(
    name: str, dies_at: str, *, took_it: bool
) -> None:
    with serving(name) as fake, driven(1) as it:
        it.look_up = partial(look_up, settings=it.settings)
        it.now = datetime.now(UTC)  # noqa: TID251  # the process that dies has no other clock
        it.ways = (an_office(name, fake.address),)
        it.tell("fire", it.ways)
        url = f"sqlite:///{it.ledger.database.name}"
        plan = Plan(url, it.settings.inbox_dir, it.ways, workers=1, dies_at=dies_at)
        process = multiprocessing.get_context("forkserver").Process(target=dispatcher, args=(plan,))
        process.start()
        process.join(60)
        assert process.exitcode == -signal.SIGKILL
        assert len(fake.accepted) == took_it
        (row,) = LedgerFrames(it.ledger.database).deliveries().to_dicts()
        assert row["state"] == DeliveryState.SENDING
        it.until(it.now + timedelta(minutes=10))
        (row,) = LedgerFrames(it.ledger.database).doubts().to_dicts()
    assert len(fake.accepted) == 1
    assert (row["state"], row["unknowns"]) == (
        DeliveryState.DELIVERED if took_it else DeliveryState.SENT,
        1,
    )
