"""One row on its way: looked up before a repeat, held to its provider's rate, failed over to the next endpoint."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from threading import Event, Thread

import pytest

from boundary_zones.contacts import Recipient
from notify.alert import Alert
from notify.channel_rules import ChannelLimits
from notify.circuit import CircuitRules
from notify.delivery_states import DeliveryState, Finding, Outcome, OutcomeClass
from notify.dispatch import DispatchReport, Ending, PostRoom, addresses_of, credential_of, dispatch_round, endpoints_of
from notify.dispatch import keep_dispatching as keep
from notify.obligations import obligations
from notify.parcel import Parcel
from tests.notify.ledger_in_memory import LedgerInMemory
from tests.notify.samples import DISPATCH, MORNING, alert, recipient

C, S = OutcomeClass, DeliveryState
LIMITS = ChannelLimits(
    max_bytes={"other": 2000},
    variable_chars={"other": 35},
    per_min={"other": 60},
    burst={"other": 1000, "bot": 2},
    can_ack=("sms",),
    personal=("sms", "mail"),
    look_up_after_s={"other": 0.0, "sms": 30.0},
)
SMS = recipient("beijing", "110116", "sms", "sms://account/1")
VOICE = replace(SMS, channel="voice", address="voice://account/1", rank=2)
MAIL = replace(SMS, channel="mail", address="mail://account/1", rank=3)


class Provider:
    """Answers sends and inquiries as it is told, and keeps what it got."""

    def __init__(self, *answers: OutcomeClass, finding: Finding = Finding.MISSING) -> None:
        self.answers = list(answers)
        self.finding = finding
        self.got: list[Parcel] = []
        self.asked: list[str] = []

    def send(self, address: str, parcel: Parcel) -> Outcome:
        self.got.append(parcel)
        return Outcome(self.answers.pop(0) if self.answers else C.OK, retry_after_s=None)

    def look_up(self, address: str, parcel: Parcel) -> Finding:
        self.asked.append(parcel.key)
        return self.finding


class Office:
    """One alert to the endpoints of offices, and the rounds that send it."""

    def __init__(self, provider: Provider, *ways: Recipient, told: Alert | None = None) -> None:
        self.ledger, self.provider, self.ways, self.now = LedgerInMemory(), provider, ways or (SMS,), MORNING
        self.rules = DISPATCH
        told = told or alert(regions=("beijing",))
        self.ledger.commit(told, obligations(told, [way for way in self.ways if way.rank == 1]))

    def room(self) -> PostRoom:
        return PostRoom(
            ledger=self.ledger,
            send=self.provider.send,
            now=lambda: self.now,
            jitter=lambda: 0.5,
            rules=self.rules,
            addresses=addresses_of(self.ways),
            endpoints=endpoints_of(self.ways),
            limits=LIMITS,
            look_up=self.provider.look_up,
        )

    def round(self, *, after_s: float = 0.0) -> DispatchReport:
        self.now += timedelta(seconds=after_s)
        return dispatch_round(self.room(), owner="test", world="live")

    def states(self) -> dict[str, DeliveryState]:
        return {row.channel: row.state for row in self.ledger.rows.values()}


def test_a_doubtful_send_that_arrived_is_found_and_not_repeated() -> None:
    office = Office(Provider(C.UNKNOWN, finding=Finding.ARRIVED))
    office.round()
    assert office.round(after_s=29).claimed == 0, "the provider does not know yet"
    assert office.round(after_s=1).count(Ending.SENT) == 1
    assert (len(office.provider.got), len(office.provider.asked)) == (1, 1)
    assert office.states() == {"sms": S.SENT}


def test_a_doubtful_send_that_never_arrived_is_repeated_unmarked_as_often_as_needed() -> None:
    office = Office(Provider(C.UNKNOWN, C.UNKNOWN))
    for _ in range(3):
        office.round(after_s=31)
    assert [parcel.resend for parcel in office.provider.got] == [False, False, False]
    assert len(office.provider.asked) == 2
    assert office.states() == {"sms": S.SENT}


def test_a_provider_that_cannot_say_is_asked_again_and_then_the_message_is_repeated_once_and_marked() -> None:
    office = Office(Provider(C.UNKNOWN, C.UNKNOWN, finding=Finding.UNSURE))
    office.rules = replace(DISPATCH, max_attempts={"other": 50})
    endings = [office.round(after_s=31).attempts[0].ending for _ in range(3)]
    assert endings == [Ending.RETRIED, Ending.DEFERRED, Ending.RETRIED]
    assert [parcel.resend for parcel in office.provider.got] == [False, True]
    office.round(after_s=31)
    assert len(office.provider.got) == 2, "two copies may be there: no third"
    assert office.states() == {"sms": S.UNKNOWN}


def test_a_rate_is_kept_and_what_has_to_wait_is_given_back_unsent() -> None:
    bots = [recipient("beijing", f"office-{number}", "bot", "bot://key/room") for number in range(5)]
    office = Office(Provider(), *bots)
    report = office.round()
    assert report.counts[Ending.SENT] == 2
    assert report.counts[Ending.DEFERRED] == 3
    assert Counter(row.state for row in office.ledger.rows.values()) == {S.SENT: 2, S.PENDING: 3}
    assert sum(row.attempts for row in office.ledger.rows.values()) == 2


def test_two_accounts_have_two_rates_and_their_names_tell_nothing() -> None:
    first, second = credential_of("bot://canary/room?x=1"), credential_of("bot://other/room")
    assert first == credential_of("bot://canary/elsewhere")
    assert first != second
    assert "canary" not in first


def test_a_provider_that_asks_for_patience_gets_it_for_all_that_share_the_account() -> None:
    office = Office(Provider())
    office.provider.send = lambda *_: Outcome(C.REJECT_TEMPORARY, retry_after_s=3600.0)  # type: ignore[method-assign]
    office.round()
    assert office.ledger.paused == {credential_of(SMS.address): MORNING + timedelta(seconds=120)}


@pytest.mark.parametrize("answer", [C.REJECT_PERMANENT, C.NOT_SENT, C.REJECT_TEMPORARY])
def test_the_next_endpoint_is_tried_when_the_first_had_its_chance(answer: OutcomeClass) -> None:
    chances = 1 if answer is C.REJECT_PERMANENT else 2
    office = Office(Provider(*[answer] * chances), SMS, VOICE, MAIL)
    office.round()
    office.round(after_s=60)
    assert office.states()["voice"] is S.SENT
    assert "mail" not in office.states()
    assert (office.states()["sms"] is S.REJECTED) == (answer is C.REJECT_PERMANENT), "the first is not closed"


def test_endpoints_fail_over_one_after_the_other_within_a_round() -> None:
    office = Office(Provider(C.REJECT_PERMANENT, C.REJECT_PERMANENT), SMS, VOICE, MAIL)
    office.round()
    assert office.states() == {"sms": S.REJECTED, "voice": S.REJECTED, "mail": S.SENT}


def running(office: Office, stop: Event, heard: Callable[[object], None]) -> Thread:
    """A dispatcher that keeps on."""
    return Thread(target=lambda: keep(office.room(), owner="k", world="live", stop=stop, idle_s=0.01, heard=heard))


def test_a_dispatcher_that_keeps_on_sends_what_comes_and_ends_when_asked() -> None:
    office, stop, done = Office(Provider()), Event(), Event()
    count: list[int] = []

    def heard(attempts: object) -> None:
        assert isinstance(attempts, list)
        count.extend([1] * len(attempts))
        if len(count) == 2:
            done.set()

    thread = running(office, stop, heard)
    thread.start()
    later = alert("another", regions=("beijing",))
    office.ledger.commit(later, obligations(later, [SMS]))
    assert done.wait(60)
    stop.set()
    thread.join(60)
    assert not thread.is_alive()
    assert len(office.provider.got) == 2


def test_a_dispatcher_that_is_asked_to_end_finishes_what_is_under_way_and_gives_the_rest_back() -> None:
    offices = [replace(SMS, office=f"office-{number}") for number in range(20)]
    office, stop, first = Office(Provider(), *offices), Event(), Event()

    def slow(_: str, parcel: Parcel) -> Outcome:
        office.provider.got.append(parcel)
        first.set()
        stop.wait(60)
        return Outcome(C.OK)

    office.provider.send = slow  # type: ignore[method-assign]
    thread = running(office, stop, lambda _: None)
    thread.start()
    assert first.wait(60)
    stop.set()
    thread.join(60)
    assert not thread.is_alive()
    states = Counter(row.state for row in office.ledger.rows.values())
    assert states[S.SENT] == len(office.provider.got) <= DISPATCH.workers["other"]
    assert states[S.PENDING] == 20 - states[S.SENT]


def test_offices_behind_a_dead_account_are_told_on_their_next_endpoints_before_they_cost_a_try() -> None:
    offices = [replace(SMS, office=f"office-{number}") for number in range(20)]
    ways = [*offices, *(replace(one, channel="voice", address="voice://account/1", rank=2) for one in offices)]
    office = Office(Provider(), *ways)
    answers = {"sms": Outcome(C.NOT_SENT), "voice": Outcome(C.OK)}
    office.provider.send = lambda _, parcel: office.provider.got.append(parcel) or answers[parcel.delivery.channel]  # type: ignore[method-assign,func-returns-value]
    office.rules = replace(DISPATCH, circuit=CircuitRules(3, 10.0, 15.0, 60.0))
    report = office.round()
    voice = {row.office for row in office.ledger.rows.values() if row.channel == "voice" and row.state is S.SENT}
    assert len(voice) >= 18, "two failed before it was known, and have their chance"
    assert report.count(Ending.DEFERRED) >= 20 - 3 - DISPATCH.workers["other"]
    tries = Counter(parcel.delivery.channel for parcel in office.provider.got)
    assert tries["sms"] <= 3 + DISPATCH.workers["other"]
    assert {row.state for row in office.ledger.rows.values() if row.channel == "sms"} == {S.PENDING}
