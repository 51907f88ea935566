"""Looks whether audits are held, where Prefect's own switch found that they are not (看门狗)."""

from __future__ import annotations

import asyncio

from prefect import flow

from flows.parameters import Reason
from flows.watching import look
from flows.wiring import house_in_use


@flow(name="watch-ourselves", timeout_seconds=110, validate_parameters=True)
async def watch_ourselves(reason: Reason) -> list[str]:  # noqa: ARG001  # stands in the flow run
    """Looks whether audits are held, and tells operations where they are not (看门狗).

    Args:
        reason: why this run.
    """
    with house_in_use() as house:
        return [problem.said_zh for problem in await asyncio.to_thread(look, house)]
