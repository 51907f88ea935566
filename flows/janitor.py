"""Ends what died without a word: runs whose process is gone, in Prefect and in our log, and ticks that are too old.

Prefect marks none of these by itself: a run whose machine died stays Running for ever, and with one run of a kind at a
time it keeps every later one from starting.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flows.wiring import House
from store.errors import StoreConflict
from store.holders import lease_is_over
from store.run_rows import Run, RunEnd, RunOutcome

if TYPE_CHECKING:
    from prefect.client.orchestration import PrefectClient
    from prefect.client.schemas.objects import FlowRun

LOG = logging.getLogger("firewatch.janitor")
PENDING_MOST = timedelta(minutes=2)
"""A run that a worker took and that does not begin within this has no process."""
UNSEEN_MOST = timedelta(minutes=70)
"""A run on another machine, whose process cannot be seen from here, is ended when the longest flow's limit is past."""
LATE_MOST = timedelta(minutes=4)
"""A tick that waits for longer is older than the next one, which sees all that it would have."""
GONE_ZH = "进程已不在，由清理任务结束"


@dataclass(frozen=True, slots=True)
class Swept:
    """What a look ended, by name, for the log."""

    crashed: tuple[str, ...] = ()
    cancelled: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.crashed or self.cancelled)


def end_dead_rows(house: House, *, now: datetime) -> list[Run]:
    """End the run rows whose process is gone, as failed. One that just ended by itself is left as it is."""
    ended = []
    for row in house.runs.unended(started_before=now, world=house.world):
        if not _is_gone(row, now):
            continue
        try:
            ended.append(house.runs.end_run(row.run_id, RunEnd(RunOutcome.FAILED, now, note=GONE_ZH)))
        except StoreConflict:
            LOG.info("run %s ended by itself", row.run_id)
    return ended


def _is_gone(row: Run, now: datetime) -> bool:
    owner = row.parameters.get("process")
    over = lease_is_over(owner, until_boot_s=float("inf"), boot_now_s=0.0)
    return now - row.started_utc > UNSEEN_MOST if over is None else over


async def sweep(client: PrefectClient, *, now: datetime, local: bool) -> Swept:
    """End Prefect's runs that have no process, and cancel ticks that are too old.

    Args:
        client: of the server.
        now: time of the look.
        local: every worker is on this machine, so that its processes can be looked at.
    """
    from prefect.client.schemas.objects import StateType
    from prefect.states import Cancelled, Crashed

    crashed, cancelled = [], []
    for run in await _runs(client, (StateType.RUNNING, StateType.PENDING, StateType.CANCELLING)):
        if _has_no_process(run, now, local=local):
            await client.set_flow_run_state(run.id, Crashed(message=GONE_ZH), force=True)
            crashed.append(run.name)
    for run in await _runs(client, (StateType.SCHEDULED,)):
        if run.auto_scheduled and run.expected_start_time and now - run.expected_start_time > LATE_MOST:
            await client.set_flow_run_state(run.id, Cancelled(message="过期未启动，由下一次代替"), force=True)
            cancelled.append(run.name)
    return Swept(tuple(crashed), tuple(cancelled))


async def _runs(client: PrefectClient, types: Iterable[object]) -> list[FlowRun]:
    from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterState, FlowRunFilterStateType
    from prefect.client.schemas.sorting import FlowRunSort

    state = FlowRunFilterState(type=FlowRunFilterStateType(any_=list(types)))  # type: ignore[arg-type]  # state types
    asked = FlowRunFilter(state=state)
    return await client.read_flow_runs(flow_run_filter=asked, sort=FlowRunSort.EXPECTED_START_TIME_ASC, limit=200)


def _has_no_process(run: FlowRun, now: datetime, *, local: bool) -> bool:
    """Whether nobody works on a run: by its process where that can be looked at, else by its age."""
    since = run.state.timestamp if run.state is not None else run.expected_start_time
    age = now - since if since is not None else timedelta(0)
    pid = (run.infrastructure_pid or "").rpartition(":")[2]
    if local and pid.isdigit():
        return not _lives(int(pid))
    if run.state is not None and run.state.is_pending():
        return age > PENDING_MOST
    return age > UNSEEN_MOST


async def sweep_once(*, now: datetime) -> Swept:
    """One look at the server of ``PREFECT_API_URL``; its workers are here where it answers to this machine only."""
    from prefect.client.orchestration import get_client

    host = urlsplit(os.environ.get("PREFECT_API_URL", "")).hostname or ""
    async with get_client() as client:
        return await sweep(client, now=now, local=host in {"127.0.0.1", "localhost", "::1"})


def _lives(pid: int) -> bool:
    """Whether a process of this number runs; its remains, which nobody collected, do not."""
    try:
        os.kill(pid, 0)
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    except (ProcessLookupError, FileNotFoundError):
        return False
    except PermissionError:
        return True
    return bool(state) and state[0] not in {"Z", "X"}
