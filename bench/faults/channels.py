"""Rows 8, 10, 11, 14, 15, 27 on a driven clock: the shipped channels and rules against providers that misbehave."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from itertools import zip_longest
from typing import Any

from bench.faults.driven import BEGINS, Driven, driven
from bench.faults.receiver import Truth, receiver
from bench.faults.scene import Verdict
from bench.faults.size import Size
from bench.faults.worker import ways_of
from bench.providers import PROVIDERS, SECRET, Fake, Reply, say, serving
from boundary_zones.contacts import Recipient, RecipientRole
from notify.channels import codes as code_tables
from notify.channels.verdict import Codes
from notify.delivery_states import DeliveryState
from notify.drill_gate import DrillWindow
from notify.texts import DRILL
from store.ledger_frames import LedgerFrames

_SENT = {DeliveryState.SENT, DeliveryState.DELIVERED}
_OFFICES_OF_AN_ACCOUNT = 10
_ROUNDS_MOST = 5
"""For an account that asked for patience to be asked again."""
_UNREADABLE = (
    b"",
    b"<html><body>login</body></html>",
    b'{"errcode": 0, "errm',
    b'"0"',
    b"true",
    b"null",
    b"0",
    b"[]",
    b"{}",
    b"\xff\xfe{",
)
_CODES = {table.name: table for table in vars(code_tables).values() if isinstance(table, Codes)}


def an_office(channel: str, address: str, office: str = "o1", rank: int = 1) -> Recipient:
    """One office on one channel."""
    return Recipient("beijing", office, "第一森防办", RecipientRole.COUNTY_DUTY, channel, address, rank)


def error_bodies(size: Size) -> Verdict:
    """200 with every documented code of every channel, and with what is no answer: nothing is SENT."""
    given, meant = Counter[str](), 0
    with driven(size.seed) as it, ExitStack() as stack:
        fakes = {name: stack.enter_context(serving(name)) for name in PROVIDERS}
        ways = {name: an_office(name, fake.address, f"o-{name}") for name, fake in fakes.items()}
        it.ways = tuple(ways.values())
        replies = [_bad_replies(fake, quick=size.quick) for fake in fakes.values()]
        for number, each in enumerate(zip_longest(*replies)):
            bad = {name: reply for name, reply in zip(fakes, each, strict=True) if reply is not None}
            before = {name: len(fakes[name].asked) for name in bad}
            for name, reply in bad.items():
                fakes[name].always = reply
            it.tell(f"answers-{number}", [ways[name] for name in bad])
            waits = set(bad)
            for _ in range(_ROUNDS_MOST):
                it.round()
                it.now += timedelta(seconds=61)
                waits = {name for name in waits if len(fakes[name].asked) == before[name]}
                if not waits:
                    break
            given.update(bad.keys() - waits)
            meant += len(bad)
        taken = sum(len(fake.accepted) for fake in fakes.values())
        rows = LedgerFrames(it.ledger.database).deliveries()
        sent = rows.filter(rows["state"].is_in(_SENT)).height
    amount = f"{given.total()} answers of {len(given)} channels"
    note = f"{sent} rows SENT, {taken} messages taken"
    ok = sent == 0 and given.total() == meant
    return Verdict(8, "200 with an error code, or with no answer in it", amount, ok, false_sent=sent, note=note)


def _bad_replies(fake: Fake, *, quick: bool) -> Iterator[Reply]:
    table = _CODES[fake.provider.name]
    codes = [*table.by_code, *(f"{family}.NeverHeardOf" for family in table.families)]
    yield from (say(fake.provider.no(code)) for code in (codes[::4] if quick else codes))
    yield from (Reply(200, body) for body in (_UNREADABLE[::3] if quick else _UNREADABLE))


def patience(size: Size) -> Verdict:
    """429 with Retry-After as 1, 30 and 3600 s, as a date, and as garbage, to the first message of each office.

    Each refusal makes all offices of the account wait, and they are refused one after the other: ten share an account,
    so that this takes minutes of the driven clock.
    """
    each = 3 if size.quick else 200
    kinds = ("wait1", "wait30", "wait3600", "date", "garbage")
    shared = min(each, _OFFICES_OF_AN_ACCOUNT)
    with receiver(size.seed) as truth, driven(size.seed) as it:
        truth.clock = it.seconds
        it.ways = tuple(
            replace(way, channel=f"webhook-{kind}", address=way.address.replace("//", f"//{kind}-{place // shared}@"))
            for kind in kinds
            for place, way in enumerate(ways_of(truth.port, offices=each, behaviour=kind, prefix=f"{kind}-"))
        )
        it.tell("fire", it.ways)
        it.until(BEGINS + timedelta(hours=2))
        early, too_soon = truth.faults["too early"], truth.faults["account too early"]
        verdict = judged(it, truth, (10, "429 with Retry-After 1, 30, 3600 s, a date, garbage"), f"{each} rows each")
    note = (
        f"{early} requests before the office's time, {too_soon} before the account's (an hour counts as 120 s); "
        f"{shared} offices on an account"
    )
    return replace(verdict, passed=bool(verdict.passed) and early == too_soon == 0, note=note)


def twenty_a_minute(size: Size) -> Verdict:
    """Group bots that take 20 a minute and block for ten minutes after the next."""
    rows = 60 if size.quick else 501
    robot = replace(PROVIDERS["dingtalk"], check=lambda _: None)
    with driven(size.seed) as it, ExitStack() as stack:
        fakes = [stack.enter_context(serving("dingtalk")) for _ in range(3)]
        for number, fake in enumerate(fakes):
            fake.provider = replace(robot, address=f"dingtalk://?token=robot{number}&sign={SECRET}&api={{api}}")
            fake.per_min, fake.clock = 20, it.seconds
        it.ways = tuple(an_office("dingtalk", fake.address, f"o{number}") for number, fake in enumerate(fakes))
        for number in range(rows // 3):
            it.tell(f"fire-{number}", it.ways, text_long=f"【森防通报】第{number}起。回1。")
        it.until(BEGINS + timedelta(hours=2))
        took = (max(max(fake.times) for fake in fakes) - BEGINS.timestamp()) / 60
        copies = [Counter(fake.accepted) for fake in fakes]
        blocks = sum(fake.blocks for fake in fakes)
    lost = rows - sum(len(one) for one in copies)
    doubled = sum(one.total() - len(one) for one in copies)
    note = f"{blocks} blocks; the last left after {took:.1f} min of the driven clock"
    ok = lost == 0 and doubled == 0 and blocks == 0
    return Verdict(11, "20 a minute, then blocked", f"{rows} rows, 3 robots", ok, lost, doubled, note=note)


def dead_for_half_an_hour(size: Size) -> Verdict:
    """One channel refuses for 30 minutes; every office is reached on its next endpoint, and then on the first too."""
    offices = 2 if size.quick else 213
    with receiver(size.seed) as truth, receiver(size.seed) as other, driven(size.seed) as it:
        first = ways_of(truth.port, offices=offices, channel="sms_aliyun")
        second = ways_of(other.port, offices=offices, channel="sms_tencent", rank=2)
        it.ways, truth.down, other.clock = first + second, True, it.seconds
        reached: dict[str, float] = {}
        other.heard = lambda arrival: reached.setdefault(arrival.document["office"], it.seconds())
        it.tell("fire", it.ways)
        it.until(BEGINS + timedelta(minutes=30))
        truth.down = False
        it.until(BEGINS + timedelta(hours=2))
        late_s = max(reached.values(), default=float("inf")) - BEGINS.timestamp()
        back = len({arrival.key for arrival in truth.arrivals})
        lost = offices - len(reached)
        doubled = sum(copies - 1 for one in (truth, other) for copies in one.copies.values())
    note = f"the last office reached after {late_s:.0f} s of the driven clock; {back} had it on the first channel too"
    ok = lost == 0 and late_s <= 120 and doubled == 0
    return Verdict(14, "one channel dead for 30 min, shipped rules", f"{offices} offices", ok, lost, doubled, note=note)


def dead_for_two_hours(size: Size) -> Verdict:
    """Every channel refuses for two hours (short form: 20 min); one event is superseded and one expires meanwhile."""
    offices, dead = (2, timedelta(minutes=20)) if size.quick else (213, timedelta(hours=2))
    with receiver(size.seed) as truth, driven(size.seed) as it:
        it.ways = ways_of(truth.port, offices=offices, channel="sms_aliyun")
        truth.down = True
        it.tell("stays", it.ways)
        it.tell("superseded", it.ways)
        it.tell("expires", it.ways, expires_utc=BEGINS + dead / 2)
        it.until(BEGINS + 3 * dead / 4)
        it.tell("superseded", it.ways, revision=2)
        it.until(BEGINS + dead)
        truth.down = False
        it.until(BEGINS + 4 * dead)
        arrived = Counter((arrival.document["event_id"], arrival.document["revision"]) for arrival in truth.arrivals)
        doubled = sum(copies - 1 for copies in truth.copies.values())
    lost = 2 * offices - arrived["stays", 1] - arrived["superseded", 2]
    late = arrived["superseded", 1] + arrived["expires", 1]
    note = f"{late} superseded or expired texts sent; shipped rules, driven clock"
    ok = lost == 0 and late == 0 and doubled == 0
    what = f"all channels dead for {'20 min' if size.quick else '2 h'}, then back"
    return Verdict(15, what, "3 events", ok, lost, doubled, note=note)


def not_live(size: Size) -> Verdict:
    """What is no real alert, in five ways, with the credentials of three real channels: nobody is asked."""
    said = f"{DRILL}疑似火情{DRILL}"
    drill: dict[str, Any] = {"text_short": said, "text_long": said, "exercise": True}
    hour = timedelta(hours=1)
    window = DrillWindow("w", "*", ("beijing/other",), BEGINS - hour, BEGINS + hour, "月演练", "张三", "李四")
    mine = replace(window, offices=("beijing/o1",))
    cases: list[tuple[str, dict[str, Any], tuple[DrillWindow, ...]]] = [
        ("exercise-a", drill, ()),
        ("replay-a", drill, ()),
        ("live", drill, ()),
        ("exercise-b", drill, (window,)),
        ("exercise-c", drill, (replace(mine, ends_utc=BEGINS - hour / 2), replace(mine, confirmed_by=""))),
    ]
    with driven(size.seed) as it, ExitStack() as stack:
        fakes = [stack.enter_context(serving(name)) for name in ("wecom_app", "sms_aliyun", "dingtalk")]
        it.ways = tuple(an_office(fake.provider.channel, fake.address) for fake in fakes)
        for number, (world, changes, windows) in enumerate(cases):
            it.windows = windows
            it.tell(f"drill-{number}", it.ways, world=world, **changes)
            it.round(world)
        shut = sum(len(fake.asked) + len(fake.accepted) for fake in fakes)
        it.windows = (mine,)
        it.tell("drill-open", it.ways, world="exercise-d", **drill)
        it.round("exercise-d")
        opened = sum(len(fake.accepted) for fake in fakes)
    note = f"{shut} requests without a window; {opened} of 3 with one that two persons opened"
    ok = shut == 0 and opened == len(fakes)
    return Verdict(27, "drills with real credentials", f"{len(cases)} x 3", ok, note=note)


def judged(it: Driven, truth: Truth, what: tuple[int, str], amount: str) -> Verdict:
    """Hold the ledger against the receiver's own log, where nothing may repeat."""
    copies = truth.copies
    frame = LedgerFrames(it.ledger.database).doubts()
    rows = list(frame.select("delivery_id", "state", "unknowns").iter_rows())
    lost = sum(copies[key] == 0 for key, _, _ in rows)
    doubled = sum(number - 1 for number in copies.values())
    false_sent = sum(copies[key] == 0 for key, state, _ in rows if state in _SENT)
    unknown = sum(doubts for _, _, doubts in rows)
    return Verdict(*what, amount, not (lost or doubled or false_sent), lost, doubled, false_sent, unknown)
