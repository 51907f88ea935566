"""A run is a record: its row is written before it begins and after it ends, and one log line says how it went."""

from __future__ import annotations

import hashlib
import json
import logging
import shutil
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

from flows.auditing import auditing_round
from flows.best_effort import attempt
from flows.cap_products import publish_cap
from flows.configured import code_version, configuration_of
from flows.danger_round import danger_round
from flows.dispatching import dispatching_round
from flows.duty_round import duty_round
from flows.errors import OrderRefused
from flows.hotspot_round import hotspot_round
from flows.log_masking import mask_logs
from flows.order import FlowName, Order, Outcome, new_run_id
from flows.rerun.state import state_now
from flows.run_alarm import mark_stale, tell_failed, tell_good
from flows.training_round import training_round
from flows.wiring import House
from notify.masking import masked, worth_hiding
from notify.phrases import lacking
from store.holders import this_process
from store.holds import RerunCancelled
from store.run_rows import Run, RunEnd, RunOutcome

Round = Callable[[House, Order, str], Outcome]
ROUNDS: Mapping[FlowName, Round] = {
    FlowName.DANGER_WATCH: danger_round,
    FlowName.HOTSPOT_WATCH: hotspot_round,
    FlowName.DISPATCH_ROUND: dispatching_round,
    FlowName.AUDIT_ROUND: auditing_round,
    FlowName.DUTY_REPORT: duty_round,
    FlowName.MONTHLY_TRAINING: training_round,
}
REPEATED = frozenset({FlowName.DANGER_WATCH, FlowName.HOTSPOT_WATCH})
"""Flows whose products can be made again."""
WITHOUT_CAP = frozenset({FlowName.DISPATCH_ROUND, FlowName.MONTHLY_TRAINING})
"""Flows that decide nothing to publish."""
DISTRIBUTION = "border-firewatch"
LOG = logging.getLogger("firewatch.run")


@dataclass(frozen=True, slots=True)
class Report:
    """A run that ended."""

    run_id: str
    order: Order
    outcome: Outcome
    started_utc: datetime
    ended_utc: datetime


def carry_out(house: House, order: Order) -> Report:
    """Run the round of ``order`` in ``house`` and record it.

    Raises:
        OrderRefused: a joint unit that does not exist; nothing is recorded.
        RerunCancelled: somebody ended it; the run row says so.
        Exception: whatever the round raised, after the end line and the run row say that it failed and, where the run
            was to send, operations' alarm was committed.
    """
    _refuse_unknown_zones(house, order)
    run_id = new_run_id(order.as_of, order.flow)
    started = house.clock()
    try:
        begun = house.runs.begin_run(_begun(house, order, run_id, started))
        outcome = _with_cap(house, order, run_id, ROUNDS[order.flow](house, order, run_id))
        house.between_steps()
        ended = house.clock()
        house.runs.end_run(run_id, _end(begun, outcome, ended))
    except RerunCancelled as cancelled:
        _clear_away(house, order, run_id, str(cancelled))
        raise
    except BaseException as error:
        _fail(house, order, run_id, error)
        raise
    report = Report(run_id, order, outcome, started, ended)
    _say_end(run_id, order, _said(report))
    attempt("say that the flow is good again", partial(tell_good, house, order, run_id), log=LOG)
    return report


class RoundBroke(RuntimeError):
    """A round failed with words that must stand in nobody else's database: here without them."""


def carry_out_discreetly(house: House, order: Order) -> Report:
    """Carry out a round whose error somebody else keeps, as Prefect does: it is told no number, address or key.

    Raises:
        RoundBroke: in the place of an error that names one.
    """
    mask_logs(house.secrets)
    try:
        return carry_out(house, order)
    except Exception as error:
        discreet = _words_of(error, house)
        if discreet == f"{type(error).__name__}: {error}":
            raise
    raise RoundBroke(discreet)


def _words_of(error: BaseException, house: House) -> str:
    """What an error says of itself, without the numbers, addresses and keys of the house."""
    return masked(f"{type(error).__name__}: {error}", known=worth_hiding(house.secrets))


def skip(house: House, order: Order, why: str) -> Report:
    """Record that a run was not carried out, and why."""
    run_id = new_run_id(order.as_of, order.flow)
    at = house.clock()
    house.runs.begin_run(_begun(house, order, run_id, at))
    house.runs.end_run(run_id, RunEnd(RunOutcome.SKIPPED, at, note=why))
    outcome = Outcome(RunOutcome.SKIPPED, missing=(why,))
    _say_end(run_id, order, {"outcome": RunOutcome.SKIPPED, "why": why})
    return Report(run_id, order, outcome, at, at)


def _with_cap(house: House, order: Order, run_id: str, outcome: Outcome) -> Outcome:
    """The outcome with the CAP messages of what was decided. That they fail stops no alert, and is said."""
    if order.flow in WITHOUT_CAP or not order.send:
        return outcome
    try:
        products = publish_cap(house, now=order.as_of, run_id=run_id)
    except Exception as error:
        LOG.exception("could not write the CAP messages")
        worse = RunOutcome.DEGRADED if outcome.outcome is RunOutcome.DONE else outcome.outcome
        problems = (*outcome.problems, f"CAP: {_words_of(error, house)}")
        return replace(outcome, outcome=worse, missing=(*outcome.missing, "CAP报文"), problems=problems)
    return replace(outcome, products=(*outcome.products, *products))


def _clear_away(house: House, order: Order, run_id: str, why: str) -> None:
    """End a cancelled run: its row says by whom and why, and no file of it stays."""
    house.products.forget(run_id, world=house.world)
    for folder in (house.home.products / house.world).glob(f"*/{run_id}"):
        shutil.rmtree(folder)
    house.runs.end_run(run_id, RunEnd(RunOutcome.SKIPPED, house.clock(), note=why))
    _say_end(run_id, order, {"outcome": RunOutcome.SKIPPED, "why": why})


def _fail(house: House, order: Order, run_id: str, error: BaseException) -> None:
    """Say that a run failed, to the log first: the rest may fail for the same reason. An interrupt is no alarm."""
    note = _words_of(error, house)
    _say_end(run_id, order, {"outcome": RunOutcome.FAILED, "error": note})
    end = RunEnd(RunOutcome.FAILED, house.clock(), note=note)
    attempt("record the end of the run", partial(house.runs.end_run, run_id, end), log=LOG)
    if isinstance(error, Exception):
        attempt("mark the standing product", partial(mark_stale, house, order), log=LOG)
        attempt("raise the operator's alarm", partial(tell_failed, house, order, run_id, error), log=LOG)


def _refuse_unknown_zones(house: House, order: Order) -> None:
    unknown = [zone for zone in order.zones if zone not in house.zone_ids]
    if unknown:
        raise OrderRefused(f"no joint unit {', '.join(unknown)}: there are {', '.join(house.zone_ids)}")


def _begun(house: House, order: Order, run_id: str, started: datetime) -> Run:
    return Run(
        run_id=run_id,
        flow=order.flow,
        as_of_utc=order.as_of,
        started_utc=started,
        trigger=order.trigger,
        who=order.who,
        reason=order.reason,
        rerun_of=order.rerun_of,
        parameters={"zones": list(order.zones), "send": order.send, "live": order.live}
        | ({"backfill": True} if order.backfill else {})
        | {"process": this_process().text},
        config_version=f"{version(DISTRIBUTION)}+rules.{house.rules.version[:12]}",
        world=house.world,
        known_by_utc=order.known_by_utc or (None if order.live else order.as_of),
        code_version=code_version(),
        configuration=configuration_of(house) if order.flow in REPEATED else {},
        state=state_now(house) if order.flow in REPEATED and order.rerun_of is None and house.known is None else {},
    )


def _end(begun: Run, outcome: Outcome, at: datetime) -> RunEnd:
    conclusions = tuple(asdict(one) for one in outcome.conclusions)
    return RunEnd(
        outcome=outcome.outcome,
        ended_utc=at,
        inputs=outcome.inputs,
        products=tuple(product.path for product in outcome.products),
        alerts=outcome.alerts,
        note="\n".join([lacking(outcome.missing), *outcome.problems]) if outcome.missing else "",
        conclusions=conclusions,
        inputs_sha256=digest_of([sorted(read.sha256 for read in outcome.inputs), dict(begun.configuration)]),
        outputs_sha256=digest_of([_made(outcome), conclusions]),
    )


def _made(outcome: Outcome) -> list[tuple[str, str, str]]:
    """The products of the round itself: messages are those of its sending."""
    made = ((one.kind, Path(one.path).name, one.sha256) for one in outcome.products if not one.kind.startswith("cap"))
    return sorted(made)


def digest_of(said: object) -> str:
    """sha256 of a document in one order of keys."""
    return hashlib.sha256(json.dumps(said, ensure_ascii=False, sort_keys=True, default=str).encode()).hexdigest()


def _said(report: Report) -> dict[str, Any]:
    outcome = report.outcome
    return {
        "outcome": outcome.outcome,
        "seconds": round((report.ended_utc - report.started_utc).total_seconds(), 3),
        "missing": list(outcome.missing),
        "problems": list(outcome.problems),
        "inputs": len(outcome.inputs),
        "products": [product.path for product in outcome.products],
        "alerts": list(outcome.alerts),
        "counts": dict(outcome.counts),
    }


def _say_end(run_id: str, order: Order, said: Mapping[str, Any]) -> None:
    line = {
        "event": "run_end",
        "run_id": run_id,
        "flow": order.flow,
        "as_of": order.as_of.isoformat(),
        "world": order.world,
        "trigger": order.trigger,
        **said,
    }
    failed = said["outcome"] is RunOutcome.FAILED
    LOG.log(logging.ERROR if failed else logging.INFO, "%s", json.dumps(line, ensure_ascii=False))
