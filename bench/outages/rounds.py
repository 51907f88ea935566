"""A good round, bad ones and a good one again of one case, and what was seen of them."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import time_machine

from bench.outages.cases import Case, Seen
from bench.outages.failing import Failing, house_on
from bench.outages.tables import drop
from desk.rounds import exit_code
from desk.web.board.top import sources_of
from flows.carry_out import carry_out
from flows.elevation import NO_ELEVATION_ZH
from flows.order import FlowName, Order, Outcome
from flows.standing import standing_danger
from flows.wiring import House
from notify.alert import LIVE
from store.ledger_frames import LedgerFrames
from store.run_rows import GOOD, Trigger
from tests.flows.feed_server import serving

NOW = datetime(2026, 10, 20, 6, 0, tzinfo=UTC)
"""A day in the fire period without any key date, before S-NPP ends (`rules/feeds.toml`)."""
BAD_ROUNDS = 3
STEP = {FlowName.DANGER_WATCH: timedelta(hours=1), FlowName.HOTSPOT_WATCH: timedelta(minutes=10)}


@dataclass
class _Rounds:
    """Rounds of a case in a house, one step after the other."""

    case: Case
    house: House
    feeds: Failing
    tables: Path | None
    clock: time_machine.Traveller
    held: int = field(default=0)

    def hold(self, way: str) -> Outcome:
        at = NOW + self.held * STEP[self.case.flow]
        self.held += 1
        self.clock.move_to(at, tick=True)
        self.feeds.way, self.feeds.kinds_out = way, self.case.kinds if way else ()
        if self.tables is not None:
            drop(self.tables, self.case.tables, way, at)
        order = Order(self.case.flow, self.house.clock(), "停数试验", "bench", Trigger.SCHEDULED, send=True)
        return carry_out(self.house, order).outcome

    def told(self) -> list[tuple[str, str]]:
        """What operations were told so far: in short, and in full."""
        rows = LedgerFrames(self.house.database).alerts(world=LIVE)
        return [(row["text_short"], row["text_long"]) for row in rows.iter_rows(named=True) if row["kind"] == "system"]


def see(case: Case, way: str) -> Seen:
    """Hold a good round, bad ones and a good one; of what is kept for good, begin with the bad ones."""
    with tempfile.TemporaryDirectory() as folder, time_machine.travel(NOW, tick=True) as clock, serving(NOW) as feeds:
        feeds.__class__ = Failing
        assert isinstance(feeds, Failing)
        tables = Path(folder) / "tables" if case.tables else None
        with house_on(feeds, Path(folder), tables=tables) as house:
            return _seen(_Rounds(case, house, feeds, tables, clock), way)


def _seen(rounds: _Rounds, way: str) -> Seen:
    always: set[str] = set()
    if not rounds.case.kept:
        first = rounds.hold("")
        assert first.outcome in GOOD, first
        always = set(first.missing)
        assert rounds.tables or not any(NO_ELEVATION_ZH in one for one in always), always
    bad = [rounds.hold(way) for _ in range(BAD_ROUNDS)][-1]
    told = rounds.told()
    standing, sources = standing_danger(rounds.house) or {}, sources_of(rounds.house, now=rounds.house.clock())
    good = rounds.hold("")
    if rounds.case.kept:
        always = {one for one in bad.missing if NO_ELEVATION_ZH not in one}
    missing = tuple(one for one in bad.missing if one not in always)
    return Seen(
        case=rounds.case,
        way=way,
        outcome=bad.outcome,
        exit=int(exit_code([bad.outcome])),
        missing=missing,
        label=str(standing.get("label", "")),
        sources=tuple(f"{one.name_zh}{one.words_zh}" for one in sources if one.name_zh in missing),
        told=tuple(short for short, _ in told),
        long_told=tuple(long for _, long in told),
        recovered=good.outcome in GOOD and not set(good.missing) - always,
        told_back=tuple(short for short, _ in rounds.told()[len(told) :]),
    )
