"""One piece: the service under bursts of kills until its time is over, then judged and kept."""

from __future__ import annotations

import argparse
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.kills import record
from bench.kills.feeding import Fires
from bench.kills.judging import SERVED_WITHIN, STUCK_AFTER, rounds, wrongs
from bench.kills.killer import Killer
from bench.kills.service import Service, postgresql
from bench.kills.watched import Watched, planned
from flows.configured import code_version
from store.run_rows import GOOD
from tests.flows.feed_server import serving

FIRST_ROUND_WITHIN_S = 240.0
LAST_BURST_S = 150.0
"""Before the end of a piece: a burst, the round that serves it, and calm."""
QUIET = timedelta(seconds=40)
"""After the last kill a round begins at a planned minute and is held; one that began before says nothing."""


@dataclass
class Under:
    """A service under kills, and what was seen of it."""

    fires: Fires
    watched: Watched
    killer: Killer
    burst_ends: list[datetime] = field(default_factory=list)
    longest_open: timedelta = timedelta(0)
    unserved: int = 0

    def burst(self, most: int) -> None:
        """A new fire, a burst of kills, and then a round that serves what was planned meanwhile."""
        self.fires.burn()
        self.killer.burst(most)
        self.burst_ends.append(datetime.now(UTC))
        self.unserved += not self._waits(self._is_served, SERVED_WITHIN)

    def settle(self, most: timedelta) -> None:
        """Let the last fire be told and the last run end, with nothing killed any more."""
        self._waits(self._is_calm, min(STUCK_AFTER, most))

    def _waits(self, until: Callable[[], bool], within: timedelta) -> bool:
        deadline = time.monotonic() + within.total_seconds()
        while time.monotonic() < deadline:
            self.fires.refresh()
            self.longest_open = max(self.longest_open, self.watched.longest_open())
            if until():
                return True
            time.sleep(1.0)
        return False

    def _is_served(self) -> bool:
        return any(run.as_of_utc > self.burst_ends[-1] for run in self.watched.good_rounds())

    def _is_calm(self) -> bool:
        told = self.watched.told(len(self.fires.burning))
        arrived = told.owed and all(told.arrived[one] for one in told.owed)
        return bool(arrived and len(told.events) == told.fires and self.watched.longest_open() < QUIET)


def main() -> int:
    """Hold one piece; 1 when it did not hold."""
    parser = argparse.ArgumentParser(prog="python -m bench.kills", description=__doc__)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--kills", type=int, default=record.WANTED, help="in all pieces on this database together")
    parser.add_argument("--most-min", type=float, default=13.0, help="a piece is no longer than this")
    asked = parser.parse_args()
    pieces = [one for one in record.read() if one.database == asked.database]
    missing = asked.kills - record.killed(pieces, asked.database)
    if missing <= 0:
        _say(f"{asked.database}: {record.killed(pieces, asked.database)} kills held already; see {record.PAGE}")
        return 0
    seed = len(pieces) + 1
    piece = held(asked.database, seed=seed, most=missing, most_s=asked.most_min * 60)
    pieces = record.keep(piece)
    _say(f"{piece}")
    _say(f"{asked.database}: {record.killed(pieces, asked.database)} of {asked.kills} kills in pieces that held")
    return 1 if piece.wrong else 0


def held(database: str, *, seed: int, most: int, most_s: float) -> record.Piece:
    """One piece of at most so many kills and seconds."""
    home, began, started = Path(tempfile.mkdtemp(prefix="fwk")), datetime.now(UTC), time.monotonic()
    with ExitStack() as stack:
        feeds = stack.enter_context(serving(began))
        url, killed = stack.enter_context(postgresql(home)) if database == "postgresql" else (None, None)
        fires = Fires(feeds, seed=seed)
        fires.refresh()
        service = Service(home, feeds, url)
        stack.callback(service.end)
        _say(f"{database}, seed {seed}: {home}")
        inbox = service.state / "inbox"
        watched = Watched.opened(service.url, port=service.port, inbox=inbox, within_s=FIRST_ROUND_WITHIN_S)
        stack.callback(watched.database.close)
        under = Under(fires, watched, Killer(service, watched.round_pid, killed, random.Random(seed)))
        end = started + most_s - LAST_BURST_S
        while under.killer.kills.total() < most and time.monotonic() < end:
            under.burst(most - under.killer.kills.total())
            kills = under.killer.kills
            _say(f"{(time.monotonic() - started) / 60:.1f} min: {kills.total()} kills {dict(kills)}")
        under.settle(timedelta(seconds=max(60.0, started + most_s - time.monotonic())))
        piece = _judged(under, database=database, seed=seed, began=began, starts=service.starts)
    if piece.wrong:
        _say(f"did not hold; see {home}")
    else:
        shutil.rmtree(home, ignore_errors=True)
    return piece


def _judged(under: Under, *, database: str, seed: int, began: datetime, starts: int) -> record.Piece:
    runs = under.watched.rounds()
    held_at = [run.as_of_utc for run in runs if run.outcome in GOOD]
    due = planned(min(held_at), max([*held_at, *under.burst_ends]))
    stood = rounds(due, runs, kills=under.killer.times)
    told = under.watched.told(len(under.fires.burning))
    wrong = wrongs(stood, told, longest_stuck=under.longest_open)
    if under.unserved:
        wrong.append(f"after {under.unserved} bursts no planned round was held within five minutes")
    return record.Piece(
        database=database,
        seed=seed,
        began=f"{began:%m-%d %H:%M}",
        minutes=round((datetime.now(UTC) - began) / timedelta(minutes=1), 1),
        kills=dict(under.killer.kills),
        met_a_round=under.killer.met_a_round,
        planned=stood.planned,
        held=stood.held,
        fires=told.fires,
        arrived=sum(told.arrived.values()),
        longest_wait_s=round(stood.longest_wait.total_seconds()),
        longest_stuck_s=round(under.longest_open.total_seconds()),
        starts=starts,
        code=code_version()[:8],
        wrong=wrong,
    )


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
