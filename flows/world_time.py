"""What time it is in a world: now in the live one, and in an exercise the last thing that happened there."""

from __future__ import annotations

from datetime import UTC, datetime

from flows.wiring import House
from notify.alert import LIVE

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def newest_moment(house: House) -> datetime:
    """The clock of the live world; elsewhere the newest round, alert, answer, step or stage.

    So no clock of a drill of long ago runs on until today.
    """
    world = house.world
    if world == LIVE:
        return house.clock()
    runs = house.runs.last_runs(world=world, limit=1)
    answers = house.ledger_frames.deliveries(world=world)["acknowledged_utc"].drop_nulls()
    known: list[datetime] = [run.as_of_utc for run in runs]
    known += [alert.decided_utc for alert in house.alerts.since(_EPOCH, world=world)]
    known += answers.to_list()
    known += [step.at_utc for case in house.processes.cases(world=world) for step in case.steps]
    known += [row.at_utc for row in house.verification.stages(world=world)]
    return max(known, default=house.clock())
