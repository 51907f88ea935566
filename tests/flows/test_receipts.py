"""Text messages and calls to offices, whose provider says later what became of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import polars as pl
import pytest

from bench.providers import serving
from boundary_zones.contacts import Contacts, Recipient
from flows.dispatching import receipts_asked
from flows.replaying import DrivenClock
from flows.wiring import House
from notify.delivery_states import DeliveryState, Finding
from notify.escalate import owed
from notify.obligations import obligations
from notify.three_regions import Completeness, event_reports
from store.owed import Owed
from tests.flows import world
from tests.notify.samples import alert, recipient

S = DeliveryState
REACHED, LOST = "110116", "130826"


def ways(*phones: str, voice: str = "") -> tuple[Recipient, ...]:
    """Two offices with a text message each, and one with a call or an inbox behind it."""
    here = recipient("beijing", REACHED, "sms_aliyun", phones[0])
    there = recipient("hebei", LOST, "sms_tencent", phones[1])
    return here, there, replace(there, channel="voice_aliyun", address=voice, rank=2)


@pytest.fixture
def live(house) -> House:
    return replace(house, clock=DrivenClock(world.MORNING))


def told(house: House, to: Sequence[Recipient]) -> House:
    """The house after an alert left for those offices."""
    house = replace(house, contacts=Contacts(tuple(to)))
    now = house.clock()
    made = alert("fire-1", decided_utc=now, expires_utc=now + world.DAY, regions=("beijing", "hebei"))
    owing = owed(made, (), to, rules=house.rules.escalation)
    assert house.ledger.commit(made, obligations(made, to), owing)
    world.dispatch(house)
    return house


def later(house: House, seconds: float) -> dict[Any, int]:
    """What is asked and said so many seconds on."""
    assert isinstance(house.clock, DrivenClock)
    house.clock.now += timedelta(seconds=seconds)
    return dict(receipts_asked(house))


def states(house: House) -> dict[str, str]:
    rows = house.ledger_frames.deliveries()
    return dict(zip(rows["channel"], rows["state"], strict=True))


def key_of(house: House, channel: str) -> str:
    rows = house.ledger_frames.deliveries()
    return str(rows.filter(pl.col("channel") == channel)["delivery_id"].item())


def verdict(house: House) -> tuple[Completeness, list[str]]:
    (report,) = event_reports(Owed(house.database).offices(), now=house.clock())
    return report.verdict, [one.state for one in report.offices]


def test_delivered_is_kept_failed_goes_to_the_next_endpoint_and_not_yet_is_asked_again(live) -> None:
    with serving("sms_aliyun") as ali, serving("sms_tencent") as ten, serving("voice_aliyun") as call:
        live = told(live, ways(ali.address, ten.address, voice=call.address))
        assert states(live) == {"sms_aliyun": S.SENT, "sms_tencent": S.SENT}
        assert later(live, 20) == {}, "no provider knows yet"
        ten.endings[key_of(live, "sms_tencent")] = "waits"
        assert later(live, 15) == {Finding.DELIVERED: 1, Finding.UNSURE: 1}
        assert verdict(live) == (Completeness.COMPLETE, ["delivered", "sent"])
        ten.endings[key_of(live, "sms_tencent")] = "failed"
        assert later(live, 40) == {Finding.FAILED: 1}
        assert verdict(live) == (Completeness.WAITING, ["delivered", "open"])
        world.dispatch(live, live.clock())
        assert states(live) == {"sms_aliyun": S.DELIVERED, "sms_tencent": S.REJECTED, "voice_aliyun": S.SENT}
        assert later(live, 100) == {Finding.DELIVERED: 1}, "somebody took the call"
        assert verdict(live) == (Completeness.COMPLETE, ["delivered", "delivered"])
        assert [len(fake.accepted) for fake in (ali, ten, call)] == [1, 1, 1]


def test_an_office_whose_last_endpoint_could_not_be_delivered_is_missing(live) -> None:
    with serving("sms_aliyun") as ali, serving("sms_tencent") as ten:
        live = told(live, ways(ali.address, ten.address)[:2])
        ten.endings[key_of(live, "sms_tencent")] = "failed"
        assert later(live, 35) == {Finding.DELIVERED: 1, Finding.FAILED: 1}
        assert verdict(live) == (Completeness.INCOMPLETE, ["delivered", "unreached"])


def test_a_provider_that_cannot_be_asked_leaves_the_message_sent_and_a_round_of_sending_asks(live) -> None:
    with serving("sms_aliyun") as ali, serving("sms_tencent") as ten:
        live = told(live, ways(ali.address, ten.address)[:2])
    live.clock.now += timedelta(seconds=35)
    report = world.dispatch(live, live.clock())
    assert report.outcome.counts["receipts_unsure"] == 2
    assert set(states(live).values()) == {S.SENT}
