"""What an operator fills in: the Prefect UI shows these as a form, and the server refuses what does not fit."""

from __future__ import annotations

import getpass
import tomllib
from datetime import UTC, datetime
from typing import Annotated

from pydantic import AwareDatetime, Field

from boundary_zones.catalogue import SHIPPED, ZONES_FILE
from flows.order import FlowName, Order
from flows.settings import Settings
from notify.alert import LIVE
from store.run_rows import Trigger


def _zone_ids() -> list[str]:
    declared = tomllib.loads((SHIPPED / ZONES_FILE).read_text(encoding="utf-8"))
    return [zone["id"] for zone in declared["zone"]]


ZoneId = Annotated[str, Field(json_schema_extra={"enum": _zone_ids()})]
Zones = Annotated[
    list[ZoneId], Field(title="联防单元 zones", description="留空为全部 · leave empty for all", max_length=50)
]
EVERY_ZONE: list[str] = []
AsOf = Annotated[
    AwareDatetime | None,
    Field(
        title="时刻 as of",
        description="留空为计划时刻；填写则只读当时存档 · empty: as scheduled; a time given reads the archive only",
    ),
]
Reason = Annotated[str, Field(title="原因 reason", description="必填 · why this run", min_length=2, max_length=200)]
Send = Annotated[
    bool, Field(title="发送 send", description="否：只看结果，不通知任何单位 · off: look only, nobody is told")
]


def who_runs(settings: Settings) -> str:
    """Name for the run row."""
    return settings.operator or getpass.getuser()


def ordered(
    flow: FlowName,
    settings: Settings,
    *,
    zones: list[str],
    as_of: datetime | None,
    reason: str,
    send: bool,
    scheduled: datetime | None,
    trigger: Trigger,
    world: str = LIVE,
) -> Order:
    """An order from what a form or a schedule gave. A time that is given means: read the archive, ask nobody.

    An exercise's world has its own time and its own recorded feeds.
    """
    moment = as_of or scheduled or datetime.now(UTC)
    return Order(
        flow=flow,
        # Prefect's own kind of instant loses its time zone in arithmetic.
        as_of=datetime.fromtimestamp(moment.timestamp(), UTC),
        reason=reason,
        who=who_runs(settings),
        trigger=trigger,
        zones=tuple(zones),
        live=as_of is None,
        send=send,
        world=world,
    )
