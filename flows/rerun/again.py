"""A run held again: same inputs, a new row that points to the old one, the difference, and what would be sent now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from flows.carry_out import REPEATED, Report, carry_out
from flows.errors import OrderRefused
from flows.order import Conclusion, FlowName, Order
from flows.rerun.differing import Diff, diff_of
from flows.rerun.then import house_then
from flows.wiring import House
from notify.alert import LIVE
from store.audit import AuditAction, Deed
from store.run_rows import Run, Trigger


@dataclass(frozen=True, slots=True)
class Asked:
    """What an operator asks of a rerun.

    Raises:
        OrderRefused: nobody or no reason is named.
    """

    reason: str
    who: str
    zones: tuple[str, ...] = ()
    """Units to repeat; empty for those of the old run."""
    as_then: bool = False
    """With the rules of then; else with those of today."""

    def __post_init__(self) -> None:
        if not self.reason.strip() or not self.who.strip():
            raise OrderRefused("a rerun has a reason and somebody who asks for it; say --reason and --by")


@dataclass(frozen=True)
class Again:
    """A rerun that ended."""

    before: Run
    after: Run
    report: Report
    diff: Diff
    proposals: tuple[Conclusion, ...]
    """What would be decided now, against what the offices were told: only what would be sent."""
    overtaken_by: str = ""
    """A later good run of the flow, whose findings stand in the place of these."""

    def document(self) -> dict[str, Any]:
        """As JSON shows it."""
        return {
            "run_id": self.after.run_id,
            "rerun_of": self.before.run_id,
            "outcome": self.after.outcome,
            "as_of": self.after.as_of_utc,
            "known_by": self.after.known_by_utc,
            "who": self.after.who,
            "reason": self.after.reason,
            "inputs_sha256": self.after.end.inputs_sha256 if self.after.end else "",
            "outputs_sha256": self.after.end.outputs_sha256 if self.after.end else "",
            "diff": self.diff.document(),
            "would_send": [asdict(one) for one in self.proposals],
            "overtaken_by": self.overtaken_by,
        }


def run_to_repeat(house: House, flow: FlowName, at: datetime) -> Run:
    """The last good run of a flow at an instant: a rerun as of then repeats it.

    Raises:
        OrderRefused: there is none.
    """
    runs = (run for run in house.runs.last_runs(flow, world=house.world, limit=None) if _repeats(run))
    found = next((run for run in runs if run.as_of_utc <= at and run.rerun_of is None), None)
    if found is None:
        raise OrderRefused(f"no run of {flow} up to {at.isoformat()} can be repeated; see firewatch runs")
    return found


def _repeats(run: Run) -> bool:
    return run.end is not None and bool(run.state)


def rerun(house: House, run_id: str, asked: Asked) -> Again:
    """Hold a run again. Nothing is sent.

    Args:
        house: the live house; a run of another world is repeated in that world.
        run_id: the run to repeat.
        asked: by whom, why, which units, whose rules.

    Raises:
        OrderRefused: it is no run of a flow that makes products, or it has not ended.
        UnitHeld: somebody else reruns one of the units now.
        RerunCancelled: somebody ended it; its run says so, and no product of it stays.
        StoreError: what it read or found cannot be had any more.
    """
    before, here = _found(house, run_id)
    zones = asked.zones or tuple(before.parameters["zones"])
    lasts = timedelta(minutes=house.rules.rounds.rerun_hold_min)
    held = house.holds.held(
        before.flow,
        zones or house.zone_ids,
        who=asked.who,
        reason=asked.reason,
        now=house.clock(),
        lasts=lasts,
        world=here.world,
    )
    with held as refuse_cancelled:
        then = replace(house_then(here, before, as_then=asked.as_then), between_steps=refuse_cancelled)
        report = carry_out(then, _order(before, asked, zones))
    after = house.runs.load(report.run_id)
    said = {"rerun_of": run_id, "reason": asked.reason, "outputs": after.end.outputs_sha256 if after.end else ""}
    house.audit.append(Deed(asked.who, AuditAction.RERUN, report.run_id, house.clock(), said, here.world))
    return Again(
        before=before,
        after=after,
        report=report,
        diff=diff_of(house, before, after),
        proposals=proposals_of(here, report, send=False),
        overtaken_by=_overtaken_by(here, before),
    )


def _found(house: House, run_id: str) -> tuple[Run, House]:
    before = house.runs.load(run_id)
    if before.flow not in REPEATED or before.end is None:
        raise OrderRefused(f"run {run_id} of {before.flow} makes no products, or has not ended: it cannot be repeated")
    return before, house if before.world in {LIVE, house.world} else house.within(before.world)


def _order(before: Run, asked: Asked, zones: Sequence[str]) -> Order:
    assert before.end is not None
    return Order(
        flow=FlowName(before.flow),
        as_of=before.as_of_utc,
        reason=asked.reason,
        who=asked.who,
        trigger=Trigger.MANUAL,
        zones=tuple(zones),
        live=False,
        world=before.world,
        known_by_utc=before.known_by_utc or before.end.ended_utc,
        rerun_of=before.run_id,
    )


def proposals_of(house: House, report: Report, *, send: bool) -> tuple[Conclusion, ...]:
    """What a rerun's findings come to now, against what the offices were told; only what is told.

    Args:
        house: the house of today.
        report: of the rerun.
        send: commit it.
    """
    if report.outcome.again is None:
        return ()
    now = replace(report.order, as_of=max(house.clock(), report.order.as_of), send=send)
    return tuple(one for one in report.outcome.again(house, now) if one.told)


def _overtaken_by(house: House, before: Run) -> str:
    """A good danger run that looked later than the one that is repeated: its findings stand."""
    if before.flow != FlowName.DANGER_WATCH:
        return ""
    last = house.runs.last_good(before.flow, world=before.world, standing=True)
    return last.run_id if last is not None and last.as_of_utc > before.as_of_utc else ""
