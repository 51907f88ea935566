"""The dead-man's switch inside Prefect (断线自查): where audits fall silent, Prefect itself starts the watchdog.

The form of the trigger is the one that holds in Prefect 3.8: ``after``, ``expect`` and ``for_each`` on an event of ours
whose resource never changes. Others fire late, for ever or never. Where Prefect is down nothing here fires: the outside
heartbeat and ``firewatch watchdog`` under systemd look from without.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from uuid import UUID

    from prefect.events.schemas.automations import AutomationCore

EVENT = "firewatch.audit.done"
RESOURCE = "firewatch.audit"
NAME = "firewatch-audit-silent"
WITHIN = timedelta(seconds=170)
"""Audits come every minute but at the full and the half hour: two of them may be two minutes apart."""
WATCHDOG = "watch-ourselves/live"


def emit_audited() -> None:
    """Say to Prefect that an audit was held. It is asynchronous and cannot fail a round."""
    from prefect.events import emit_event

    emit_event(event=EVENT, resource={"prefect.resource.id": RESOURCE})


def automation(deployment_id: UUID, *, within: timedelta = WITHIN) -> AutomationCore:
    """The switch: no audit within ``within`` after the last one starts the watchdog, once a silence."""
    from prefect.events.actions import RunDeployment
    from prefect.events.schemas.automations import AutomationCore, EventTrigger, Posture
    from prefect.events.schemas.events import ResourceSpecification

    trigger = EventTrigger(
        match=ResourceSpecification({"prefect.resource.id": RESOURCE}),
        after={EVENT},
        expect={EVENT},
        for_each={"prefect.resource.id"},
        posture=Posture.Proactive,
        threshold=1,
        within=within,
    )
    act = RunDeployment(
        source="selected", deployment_id=deployment_id, parameters={"reason": "审计中断"}, job_variables=None
    )
    return AutomationCore(name=NAME, description="审计中断时启动看门狗", trigger=trigger, actions=[act])


async def arm_deadman(*, within: timedelta = WITHIN) -> None:
    """Put the switch into the server, in the place of one of before."""
    from prefect.client.orchestration import get_client

    async with get_client() as client:
        deployment = await client.read_deployment_by_name(WATCHDOG)
        for old in await client.read_automations_by_name(NAME):
            await client.delete_automation(old.id)
        await client.create_automation(automation(deployment.id, within=within))
