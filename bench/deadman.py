"""The dead-man's switch, proven by an actual silence: a real server, audits that stop, and the time until it acts.

``python -m bench.deadman`` starts a server of its own, sends audits for a while, falls silent, and waits for the run
of the watchdog that the automation starts. It ends with code 1 where none came in three minutes or one came too early.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

from bench.servers.prefect import prefect_server

MOST_S = 180.0


async def silence(within: timedelta, audits_for_s: float) -> tuple[int, float]:
    """Audits every two seconds, then none: runs that came during the audits, and seconds of silence until one came."""
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterDeploymentId

    from flows.deadman import WATCHDOG, arm_deadman, emit_audited
    from flows.registering import register

    async with get_client() as client:
        while await client.api_healthcheck() is not None:
            await asyncio.sleep(0.5)
        await asyncio.to_thread(register, say=print)
        await arm_deadman(within=within)
        deployment = await client.read_deployment_by_name(WATCHDOG)
        mine = FlowRunFilter(deployment_id=FlowRunFilterDeploymentId(any_=[deployment.id]))
        until = time.monotonic() + audits_for_s
        while time.monotonic() < until:
            emit_audited()
            await asyncio.sleep(2.0)
        false = len(await client.read_flow_runs(flow_run_filter=mine))
        last = time.monotonic()
        while time.monotonic() - last < MOST_S:
            if len(await client.read_flow_runs(flow_run_filter=mine)) > false:
                break
            await asyncio.sleep(0.5)
        return false, time.monotonic() - last


def main() -> int:
    """Measure and say."""
    parser = argparse.ArgumentParser(prog="python -m bench.deadman", description=__doc__)
    parser.add_argument("--within", type=float, default=170.0, help="seconds of silence that the switch allows")
    parser.add_argument("--audits", type=float, default=60.0, help="seconds of audits before the silence")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, prefect_server(Path(folder), database=None) as env:
        os.environ.update(env)
        false, silent_s = asyncio.run(silence(timedelta(seconds=asked.within), asked.audits))
    sys.stdout.write(f"within {asked.within:.0f} s: {false} false alarms, fired after {silent_s:.0f} s of silence\n")
    return 0 if not false and silent_s < MOST_S else 1


if __name__ == "__main__":
    sys.exit(main())
