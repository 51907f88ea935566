"""Whether a piece held: every planned round served once, every fire told once, every text arrived once, nothing stuck.

Pure: rows and times are given.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from store.run_rows import GOOD, Run

SERVED_WITHIN = timedelta(minutes=5)
"""After the last kill of a burst a planned round must be held within this; it serves those planned before it too."""
STUCK_AFTER = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Rounds:
    """How the planned rounds stand against those that were held."""

    planned: int
    held: int
    lost: tuple[datetime, ...]
    """Planned times that no good round looked at or made up for."""
    late: tuple[datetime, ...]
    """Served, but later than five minutes after the kills of their burst."""
    doubled: tuple[datetime, ...]
    """Planned times that more than one good round served."""
    longest_wait: timedelta


def rounds(planned: Sequence[datetime], runs: Iterable[Run], *, kills: Collection[datetime]) -> Rounds:
    """Hold planned times against run rows.

    Args:
        planned: when rounds were planned, in order, from the first to the last that must have been served or was held.
        runs: rows of whole rounds, good and bad.
        kills: when something was killed.
    """
    good = sorted((run for run in runs if run.outcome in GOOD and run.end is not None), key=lambda run: run.as_of_utc)
    served_at = {at: next((run for run in good if run.as_of_utc >= at), None) for at in planned}
    newest = Counter(max((at for at in planned if at <= run.as_of_utc), default=None) for run in good)
    waits = {at: run.end.ended_utc - at for at, run in served_at.items() if run is not None and run.end is not None}
    late = [
        at
        for at, wait in waits.items()
        if at + wait - max([at, *(one for one in kills if at <= one <= at + wait)]) > SERVED_WITHIN
    ]
    return Rounds(
        planned=len(planned),
        held=len(good),
        lost=tuple(at for at, run in served_at.items() if run is None),
        late=tuple(late),
        doubled=tuple(at for at, number in newest.items() if at is not None and number > 1),
        longest_wait=max(waits.values(), default=timedelta(0)),
    )


@dataclass(frozen=True, slots=True)
class Told:
    """What became of the fires."""

    fires: int
    events: Sequence[str]
    """Event of each first alert."""
    owed: Sequence[str]
    """Deliveries of incident alerts, by id."""
    arrived: Counter[str]
    """Lines in the offices' inboxes, by the id of the delivery."""


def wrongs(rounds_: Rounds, told: Told, *, longest_stuck: timedelta) -> list[str]:
    """What did not hold, in sentences; empty when all did."""
    missing = [one for one in told.owed if not told.arrived[one]]
    twice = [one for one, number in told.arrived.items() if number > 1]
    first = f"{len(told.events)} first alerts of {len(set(told.events))} events for {told.fires} fires"
    checks = [
        (not rounds_.planned or not rounds_.held, "no round was planned or held: nothing was tried"),
        (bool(rounds_.lost), f"{len(rounds_.lost)} planned rounds were lost: {_clock(rounds_.lost)}"),
        (bool(rounds_.late), f"{len(rounds_.late)} planned rounds were served late: {_clock(rounds_.late)}"),
        (bool(rounds_.doubled), f"{len(rounds_.doubled)} rounds were held twice: {_clock(rounds_.doubled)}"),
        (not told.fires == len(told.events) == len(set(told.events)), first),
        (not told.owed, "no delivery was owed: nothing was tried"),
        (bool(missing), f"{len(missing)} deliveries never arrived"),
        (bool(twice), f"{len(twice)} deliveries arrived twice"),
        (longest_stuck > STUCK_AFTER, f"a run was without an end for {longest_stuck}"),
    ]
    return [sentence for wrong, sentence in checks if wrong]


def _clock(times: Iterable[datetime]) -> str:
    return ", ".join(f"{at:%H:%M}" for at in times)
