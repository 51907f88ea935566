"""Rounds of sending: each message once, whatever fails on the way."""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boundary_zones.contacts import Recipient
from notify.alert import Alert
from notify.channels import ChannelSettings
from notify.channels import send as send_by_channel
from notify.delivery_states import DeliveryState, Outcome, OutcomeClass
from notify.dispatch import DispatchReport, Ending, PostRoom, addresses_of, backoff_s, dispatch_round
from notify.ledger import Delivery, Ledger
from notify.obligations import obligations
from notify.parcel import Parcel
from notify.rules import DispatchRules
from store.database import open_database, upgrade
from store.ledger import SqlLedger
from tests.notify.ledger_in_memory import Crash, LedgerInMemory
from tests.notify.receivers import PATIENCE_S, http_receiver, say
from tests.notify.samples import DISPATCH, MORNING, OFFICES, alert, recipient

C, S = OutcomeClass, DeliveryState
LATER = timedelta(seconds=DISPATCH.lease_s + 1)


@dataclass
class Clock:
    """A clock that stands until it is moved."""

    at: datetime = MORNING

    def __call__(self) -> datetime:
        return self.at


@dataclass
class Receiver:
    """Takes every message and answers as it is told; the truth of a test is here and not in the ledger."""

    answer: Callable[[Parcel], Outcome] = lambda _: Outcome(C.OK)
    got: list[Parcel] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, address: str, parcel: Parcel) -> Outcome:
        with self.lock:
            self.got.append(parcel)
        return self.answer(parcel)

    @property
    def copies(self) -> Counter[str]:
        """Copies of each delivery."""
        return Counter(parcel.key for parcel in self.got)


@dataclass
class Bench:
    """A ledger with one alert in it, a receiver, and a clock."""

    ledger: LedgerInMemory = field(default_factory=LedgerInMemory)
    receiver: Receiver = field(default_factory=Receiver)
    clock: Clock = field(default_factory=Clock)
    rules: DispatchRules = DISPATCH
    recipients: tuple[Recipient, ...] = OFFICES
    jitter: float = 0.5

    def tell(self, told: Alert | None = None) -> None:
        """Commit an alert to all recipients."""
        told = told or alert()
        assert self.ledger.commit(told, obligations(told, self.recipients))

    def round(self, world: str = "live") -> DispatchReport:
        """One round."""
        room = PostRoom(
            ledger=self.ledger,
            send=self.receiver,
            now=self.clock,
            jitter=lambda: self.jitter,
            rules=self.rules,
            addresses=addresses_of(self.recipients),
        )
        return dispatch_round(room, owner="test", world=world)

    def pass_time(self, length: timedelta = LATER) -> None:
        """Move the clock."""
        self.clock.at += length

    @property
    def states(self) -> Counter[DeliveryState]:
        """Rows by state."""
        return Counter(row.state for row in self.ledger.rows.values())

    @property
    def row(self) -> Delivery:
        """The only row."""
        (row,) = self.ledger.rows.values()
        return row


@pytest.fixture
def bench() -> Bench:
    made = Bench()
    made.tell()
    return made


def lone(channel: str, answer: Outcome) -> Bench:
    """One office on one channel that always gets this answer."""
    made = Bench(recipients=(recipient("beijing", "110116", channel, f"{channel}://x/y"),))
    made.receiver.answer = lambda _: answer
    made.tell(alert(regions=("beijing",)))
    return made


def test_every_office_is_sent_its_message_once_and_a_second_round_sends_nothing(bench: Bench) -> None:
    report = bench.round()
    assert (report.claimed, report.count(Ending.SENT)) == (4, 4)
    assert {region: counts[Ending.SENT] for region, counts in report.by_region.items()} == {
        "beijing": 1,
        "tianjin": 1,
        "hebei": 2,
    }
    assert bench.states == {S.SENT: 4}
    assert {row.sent_utc for row in bench.ledger.rows.values()} == {MORNING}
    assert bench.round() == DispatchReport()
    assert set(bench.receiver.copies.values()) == {1}


def test_a_round_takes_batch_after_batch_until_nothing_is_due() -> None:
    bench = Bench(rules=replace(DISPATCH, batch=2))
    bench.tell()
    assert bench.round().count(Ending.SENT) == 4


def test_a_round_of_another_world_sends_nothing(bench: Bench) -> None:
    assert bench.round("replay").claimed == 0


def test_two_dispatchers_at_once_send_each_message_once() -> None:
    offices = (*OFFICES, *(recipient("hebei", f"desk-{number}") for number in range(60)))
    bench = Bench(recipients=offices, rules=replace(DISPATCH, batch=7))

    def slowly(_: Parcel) -> Outcome:
        time.sleep(0.002)
        return Outcome(C.OK)

    bench.receiver.answer = slowly
    bench.tell()
    with ThreadPoolExecutor(3) as pool:
        reports = [future.result() for future in [pool.submit(bench.round) for _ in range(3)]]
    assert sum(report.count(Ending.SENT) for report in reports) == 64
    assert set(bench.receiver.copies.values()) == {1}
    assert len(bench.receiver.copies) == 64


@pytest.mark.parametrize(
    ("answer", "ending", "state"),
    [
        (C.OK, Ending.SENT, S.SENT),
        (C.REJECT_PERMANENT, Ending.REJECTED, S.REJECTED),
        (C.REJECT_TEMPORARY, Ending.RETRIED, S.PENDING),
        (C.NOT_SENT, Ending.RETRIED, S.PENDING),
        (C.UNKNOWN, Ending.RETRIED, S.PENDING),
    ],
)
def test_each_answer_leads_to_its_state(answer: OutcomeClass, ending: Ending, state: DeliveryState) -> None:
    bench = lone("inbox", Outcome(answer, "why"))
    (attempt,) = bench.round().attempts
    assert (attempt.ending, attempt.detail, attempt.office) == (ending, "why", "110116")
    assert bench.row.state is state
    assert bench.ledger.attempts == [(bench.row.delivery_id, Outcome(answer, "why"))]


def test_a_failed_send_is_tried_again_when_its_wait_is_over_and_not_before() -> None:
    bench = lone("inbox", Outcome(C.NOT_SENT))
    bench.round()
    assert bench.row.next_attempt_utc == MORNING + timedelta(seconds=0.5 * 4.0)
    assert bench.round().claimed == 0
    bench.receiver.answer = lambda _: Outcome(C.OK)
    bench.pass_time(timedelta(seconds=2))
    assert bench.round().count(Ending.SENT) == 1


@given(st.integers(0, 200), st.floats(0, 1, exclude_max=True), st.sampled_from(["mail", "webhook"]))
def test_the_wait_is_a_full_jitter_under_a_growing_cap(attempts: int, jitter: float, channel: str) -> None:
    found = backoff_s(DISPATCH, channel, attempts=attempts, jitter=jitter)
    assert 0 <= found <= min(60.0, 4.0 * 2.0 ** min(attempts, 32))
    assert found <= backoff_s(DISPATCH, channel, attempts=attempts + 1, jitter=jitter)


@pytest.mark.parametrize(("asked_s", "wait_s"), [(None, 2.0), (1.0, 2.0), (30.0, 30.0), (3600.0, 120.0), (0.0, 2.0)])
def test_a_wish_for_patience_is_honoured_up_to_its_cap(asked_s: float | None, wait_s: float) -> None:
    bench = lone("webhook", Outcome(C.REJECT_TEMPORARY, retry_after_s=asked_s))
    bench.round()
    assert bench.row.next_attempt_utc == MORNING + timedelta(seconds=wait_s)


def test_a_wait_is_never_shorter_than_a_second() -> None:
    bench = lone("inbox", Outcome(C.NOT_SENT))
    bench.jitter = 0.0
    bench.round()
    assert bench.row.next_attempt_utc == MORNING + timedelta(seconds=1)


@pytest.mark.parametrize("answer", [C.NOT_SENT, C.REJECT_TEMPORARY])
def test_after_the_last_attempt_a_row_is_dead(answer: OutcomeClass) -> None:
    bench = lone("mail", Outcome(answer))
    endings = []
    for _ in range(4):
        endings += [attempt.ending for attempt in bench.round().attempts]
        bench.pass_time()
    assert endings == [Ending.RETRIED, Ending.RETRIED, Ending.DEAD]
    assert (bench.row.state, bench.row.attempts) == (S.DEAD, 3)


def test_a_channel_with_a_key_repeats_unmarked_when_in_doubt() -> None:
    bench = lone("webhook", Outcome(C.UNKNOWN))
    for _ in range(4):
        bench.round()
        bench.pass_time()
    assert [parcel.resend for parcel in bench.receiver.got] == [False, False, False]
    assert {parcel.key for parcel in bench.receiver.got} == {bench.row.delivery_id}
    assert (bench.row.state, bench.row.unknowns) == (S.UNKNOWN, 3)


def test_any_other_channel_repeats_once_and_marks_it() -> None:
    bench = lone("mail", Outcome(C.UNKNOWN))
    for _ in range(4):
        bench.round()
        bench.pass_time()
    assert [parcel.resend for parcel in bench.receiver.got] == [False, True]
    assert bench.receiver.got[1].text_short.startswith("【森防通报】重发：")
    assert bench.row.state is S.UNKNOWN


def test_doubt_after_two_crashes_is_not_repeated_a_third_time() -> None:
    bench = lone("mail", Outcome(C.OK))
    bench.ledger.crashes["record", "before"] = 2
    for _ in range(2):
        assert [attempt.detail for attempt in bench.round().crashed] == ["Crash"]
        bench.pass_time()
    (attempt,) = bench.round().attempts
    assert (attempt.ending, attempt.detail) == (
        Ending.UNKNOWN,
        "not repeated: earlier attempts may have arrived",
    )
    assert len(bench.receiver.got) == 2
    assert bench.row.state is S.UNKNOWN


def test_an_office_without_an_address_is_rejected_and_named(bench: Bench) -> None:
    bench.recipients = OFFICES[1:]
    report = bench.round()
    (refused,) = [attempt for attempt in report.attempts if attempt.ending is Ending.REJECTED]
    assert refused.detail == "no address for beijing/110116/inbox in the contacts"
    assert report.count(Ending.SENT) == 3


@pytest.mark.parametrize(
    "address", ["mailtos://h/?from=a@b&to=c@d", "webhook://inbox/x", "INBOX2://x/y", "json://inbox://x"]
)
def test_an_exercise_reaches_the_inbox_only_whatever_its_channel_is_called(address: str) -> None:
    wrong = replace(OFFICES[0], address=address)
    bench = Bench(recipients=(wrong, *OFFICES[1:]))
    bench.tell(alert(world="exercise-1", exercise=True))
    report = bench.round("exercise-1")
    assert (report.count(Ending.SENT), report.count(Ending.REJECTED)) == (3, 1)
    assert "110116" not in {parcel.delivery.office for parcel in bench.receiver.got}


def test_a_newer_revision_stops_what_was_claimed_before_it() -> None:
    bench = Bench(rules=replace(DISPATCH, workers={"other": 1}))
    bench.tell()

    def supersede(_: Parcel) -> Outcome:
        if len(bench.receiver.got) == 1:
            newer = alert(revision=2)
            bench.ledger.commit(newer, obligations(newer, OFFICES))
        return Outcome(C.OK)

    bench.receiver.answer = supersede
    report = bench.round()
    assert (report.count(Ending.SENT), report.count(Ending.SKIPPED)) == (5, 1)
    bench.round()
    assert Counter(parcel.alert.revision for parcel in bench.receiver.got) == {1: 1, 2: 4}


CRASHES = [("alert", "before"), ("begin_sending", "before"), ("begin_sending", "after"), ("record", "before")]


@pytest.mark.parametrize("point", CRASHES)
def test_a_crash_at_any_point_stops_no_other_row_and_loses_nothing(bench: Bench, point: tuple[str, str]) -> None:
    bench.ledger.crashes[point] = 1
    first = bench.round()
    assert (first.count(Ending.SENT), first.count(Ending.CRASHED)) == (3, 1)
    assert bench.round().claimed == 0, "the lease is still running"
    bench.pass_time()
    assert bench.round().count(Ending.SENT) == 1
    assert bench.states == {S.SENT: 4}
    copies = bench.receiver.copies
    assert len(copies) == 4
    assert sum(copies.values()) - 4 == (point == ("record", "before")), "only after the send a copy may repeat"
    doubts = sum(row.unknowns for row in bench.ledger.rows.values())
    assert doubts == (point in {("begin_sending", "after"), ("record", "before")})


def test_a_crash_after_the_record_repeats_nothing(bench: Bench) -> None:
    bench.ledger.crashes["record", "after"] = 1
    assert bench.round().count(Ending.CRASHED) == 1
    bench.pass_time()
    assert bench.round().claimed == 0
    assert set(bench.receiver.copies.values()) == {1}


def test_a_crash_within_the_send_may_have_arrived(bench: Bench) -> None:
    def breaking(parcel: Parcel) -> Outcome:
        if parcel.delivery.office == "130824" and not parcel.delivery.unknowns:
            raise Crash("in the middle")
        return Outcome(C.OK)

    bench.receiver.answer = breaking
    (crashed,) = bench.round().crashed
    assert (crashed.office, crashed.detail) == ("130824", "Crash")
    bench.pass_time()
    bench.round()
    assert bench.states == {S.SENT: 4}
    assert max(bench.receiver.copies.values()) == 2


def test_a_crash_while_claiming_is_the_callers(bench: Bench) -> None:
    bench.ledger.crashes["claim", "before"] = 1
    with pytest.raises(Crash):
        bench.round()
    assert bench.states == {S.PENDING: 4}


def test_a_channel_that_hangs_takes_no_place_from_another() -> None:
    offices = (
        *(recipient("hebei", f"h{number}", "webhook", "webhook://x/y") for number in range(12)),
        *OFFICES,
    )
    bench = Bench(recipients=offices)
    healthy, release = threading.Semaphore(0), threading.Event()

    def answer(parcel: Parcel) -> Outcome:
        if parcel.delivery.channel == "webhook":
            assert release.wait(PATIENCE_S)
        else:
            healthy.release()
        return Outcome(C.OK)

    bench.receiver.answer = answer
    bench.tell()
    with ThreadPoolExecutor(1) as pool:
        under_way = pool.submit(bench.round)
        assert all(healthy.acquire(timeout=PATIENCE_S) for _ in OFFICES)
        assert not under_way.done()
        release.set()
        assert under_way.result(PATIENCE_S).count(Ending.SENT) == 16


def test_a_naive_clock_is_refused(bench: Bench) -> None:
    bench.clock.at = MORNING.replace(tzinfo=None)
    with pytest.raises(ValueError, match="aware"):
        bench.round()


def test_a_report_names_every_ending_and_no_address(bench: Bench) -> None:
    bench.recipients = tuple(replace(one, address="inbox://canary/canary") for one in OFFICES)
    report = bench.round()
    assert report.counts == {ending: 4 if ending is Ending.SENT else 0 for ending in Ending}
    assert "canary" not in repr(report)
    room = PostRoom(bench.ledger, bench.receiver, bench.clock, lambda: 0.0, DISPATCH, addresses_of(bench.recipients))
    assert "canary" not in repr(room)


@given(
    st.lists(st.sampled_from(list(OutcomeClass)), max_size=12),
    st.sampled_from(["inbox", "webhook", "mail"]),
    st.lists(st.sampled_from([*CRASHES, ("record", "after")]), max_size=3),
)
def test_whatever_happens_copies_are_bounded_and_states_are_true(
    answers: list[OutcomeClass], channel: str, crashes: list[tuple[str, str]]
) -> None:
    bench = lone(channel, Outcome(C.OK))
    script = iter(answers)
    given_back: list[OutcomeClass] = []

    def answer(_: Parcel) -> Outcome:
        given_back.append(next(script, C.OK))
        return Outcome(given_back[-1])

    bench.receiver.answer = answer
    for point in crashes:
        bench.ledger.crashes[point] = bench.ledger.crashes.get(point, 0) + 1
    for _ in range(20):
        bench.round()
        bench.pass_time(timedelta(hours=1))
    row, copies = bench.row, len(bench.receiver.got)
    assert row.state in {S.SENT, S.REJECTED, S.DEAD, S.UNKNOWN}
    assert (row.state is S.SENT) <= (C.OK in given_back)
    assert (row.state is S.REJECTED) <= (C.REJECT_PERMANENT in given_back)
    if channel == "mail":
        assert given_back.count(C.UNKNOWN) + given_back.count(C.OK) <= 2, "copies that may have arrived"
    assert copies <= 5 + len(crashes)


@pytest.fixture
def sql_ledger(tmp_path: Path) -> Iterator[SqlLedger]:
    database = open_database(f"sqlite:///{tmp_path / 'firewatch.db'}")
    upgrade(database)
    yield SqlLedger(database)
    database.close()


def told_through(
    ledger: Ledger, home: Path, recipients: tuple[Recipient, ...], clock: Clock, *, deadline_s: float = 30.0
) -> PostRoom:
    settings = ChannelSettings(inbox_dir=home / "inbox", deadline_s=deadline_s)
    return PostRoom(
        ledger=ledger,
        send=partial(send_by_channel, settings=settings),
        now=clock,
        jitter=lambda: 0.5,
        rules=DISPATCH,
        addresses=addresses_of(recipients),
    )


def test_through_the_real_store_and_the_real_inbox_each_office_has_its_line_once(
    sql_ledger: SqlLedger, tmp_path: Path
) -> None:
    assert sql_ledger.commit(alert(), obligations(alert(), OFFICES))
    assert not sql_ledger.commit(alert(), obligations(alert(), OFFICES))
    room = told_through(sql_ledger, tmp_path, OFFICES, Clock())
    with ThreadPoolExecutor(2) as pool:
        rounds = [pool.submit(dispatch_round, room, owner=f"d{number}", world="live") for number in range(2)]
        reports = [future.result() for future in rounds]
    assert sum(report.count(Ending.SENT) for report in reports) == len(OFFICES)
    assert not any(report.crashed for report in reports)
    assert dispatch_round(room, owner="d3", world="live").claimed == 0
    for one in OFFICES:
        (line,) = (tmp_path / "inbox" / one.region / f"{one.office}.jsonl").read_text("utf-8").splitlines()
        assert json.loads(line)["alert_id"] == alert().alert_id


def test_through_the_real_store_every_ending_is_kept(sql_ledger: SqlLedger, tmp_path: Path) -> None:
    clock = Clock()
    with http_receiver() as receiver:
        hook = recipient("tianjin", "hook", "webhook", f"webhook://{receiver.host}/in")
        offices = (*OFFICES, hook, replace(OFFICES[2], office="gone", address="nosuch://x"))
        told = alert()
        sql_ledger.commit(told, obligations(told, offices))
        room = told_through(sql_ledger, tmp_path, offices, clock)
        receiver.answer = lambda handler: say(handler, 503, retry_after="60")
        first = dispatch_round(room, owner="d", world="live")
        assert first.counts | {Ending.SENT: 0} == dict.fromkeys(Ending, 0) | {
            Ending.RETRIED: 1,
            Ending.REJECTED: 1,
        }
        clock.at += timedelta(seconds=59)
        assert dispatch_round(room, owner="d", world="live").claimed == 0
        receiver.answer = lambda handler: say(handler, 204)
        clock.at += timedelta(seconds=1)
        assert dispatch_round(room, owner="d", world="live").count(Ending.SENT) == 1
    assert len(receiver.received) == 2
    assert len({got.headers["Idempotency-Key"] for got in receiver.received}) == 1


def test_dripping_receivers_do_not_keep_healthy_ones_of_their_channel_waiting(tmp_path: Path) -> None:
    with http_receiver() as slow, http_receiver() as healthy:
        all_reached = threading.Event()
        dripped_so_long: list[bool] = []

        def drips_until_all_are_reached(handler: BaseHTTPRequestHandler) -> None:
            handler.close_connection = True
            with suppress(OSError):
                handler.connection.sendall(b"HTTP/1.1 200 ")
                while not all_reached.wait(0.02):
                    handler.connection.sendall(b"O")
            dripped_so_long.append(all_reached.is_set())

        slow.answer = drips_until_all_are_reached
        drips = [recipient("hebei", f"drip-{n}", "webhook", f"webhook://{slow.host}/in") for n in range(6)]
        rest = [recipient("hebei", f"good-{n}", "webhook", f"webhook://{healthy.host}/in") for n in range(60)]
        offices = (*OFFICES, *drips, *rest)
        ledger = LedgerInMemory()
        ledger.commit(alert(), obligations(alert(), offices))

        def reached(handler: BaseHTTPRequestHandler) -> None:
            if len(healthy.received) == len(rest):
                all_reached.set()
            say(handler, 204)

        healthy.answer = reached
        room = told_through(ledger, tmp_path, offices, Clock(), deadline_s=PATIENCE_S)
        report = dispatch_round(room, owner="d", world="live")
    assert report.count(Ending.SENT) == 64
    assert report.count(Ending.RETRIED) == 6
    assert dripped_so_long == [True] * len(drips), "all healthy ones were reached while the others dripped"
