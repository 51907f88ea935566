"""Which flows fail, from how their runs ended; operations hear of all that do in one event. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from notify.alert import Reason, require_utc
from notify.bundling import BundleLaw


@dataclass(frozen=True, slots=True)
class RunRound:
    """How one run of a flow ended. A feed that is out is no failure of the run: ``feed_alarm`` tells of it."""

    flow: str
    ok: bool
    run_id: str = ""
    error: str = ""
    """Class of the error."""
    problem: str = ""
    """What the error says, without secrets and addresses."""


@dataclass(frozen=True, slots=True)
class RunMemory:
    """What is remembered of a flow between runs: the failure that lasts, or the last one."""

    failed_runs: int = 0
    failing_since_utc: datetime | None = None
    good_utc: datetime | None = None
    """When it was good again; None while it is not, and where it always was."""
    run_id: str = ""
    """Of the run that failed first, or that was good again."""
    error: str = ""
    problem: str = ""

    @property
    def fails(self) -> bool:
        """Whether its last run failed."""
        return self.failing_since_utc is not None and self.good_utc is None


def runs_law(wait: timedelta) -> BundleLaw:
    """How failures are told; ``wait``: more of one error within this time are told together."""
    return BundleLaw("runs:", Reason.RUN_FAILED, Reason.RUN_RECOVERED, wait, fewer_too=True, cause_of=_error_of)


def counted_run(found: RunRound, memory: RunMemory, *, now: datetime) -> RunMemory:
    """The memory after a run.

    Raises:
        ValueError: a naive time.
    """
    require_utc(now)
    if found.ok:
        return replace(memory, good_utc=now, run_id=found.run_id) if memory.fails else memory
    if memory.fails and memory.run_id:
        return replace(memory, failed_runs=memory.failed_runs + 1)
    return RunMemory(1, now, run_id=found.run_id, error=found.error, problem=found.problem)


def failing_flows(memories: Mapping[str, RunMemory]) -> dict[str, str]:
    """Key of each failure that lasts, by its flow, the one that lasts longest first; the same while it lasts."""
    failing = {flow: memory for flow, memory in memories.items() if memory.fails}
    began = sorted(failing, key=lambda flow: (str(failing[flow].failing_since_utc), flow))
    return {flow: f"{flow}:{failing[flow].error}" for flow in began}


def flow_of(key: str) -> str:
    """The flow in a failure's key."""
    return key.partition(":")[0]


def _error_of(key: str) -> str:
    return key.partition(":")[2]
