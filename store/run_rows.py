"""A run, its table, and the way between the two."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from notify.alert import LIVE
from store.schema import closed, document, instant, metadata, text


class RunOutcome(StrEnum):
    """How a run ended."""

    RUNNING = "running"
    DONE = "done"
    DEGRADED = "degraded"
    """Done, but an input was missing or old; the note says which."""
    FEED_OUT = "feed_out"
    FAILED = "failed"
    SKIPPED = "skipped"

    @property
    def name_zh(self) -> str:
        """As an office reads it."""
        return _OUTCOMES_ZH[self]


_OUTCOMES_ZH = {
    RunOutcome.RUNNING: "进行中",
    RunOutcome.DONE: "完成",
    RunOutcome.DEGRADED: "完成，输入有缺",
    RunOutcome.FEED_OUT: "数据源中断",
    RunOutcome.FAILED: "失败",
    RunOutcome.SKIPPED: "未运行",
}


class Trigger(StrEnum):
    """What started a run."""

    SCHEDULED = "scheduled"
    MANUAL = "manual"
    REPLAY = "replay"
    EXERCISE = "exercise"


GOOD = (RunOutcome.DONE, RunOutcome.DEGRADED)
"""Outcomes of a run whose products may be shown."""

run = sa.Table(
    "run",
    metadata,
    sa.Column("run_id", sa.Text(), primary_key=True),
    text("world"),
    text("flow"),
    instant("as_of_utc"),
    instant("started_utc"),
    instant("ended_utc", nullable=True),
    text("trigger"),
    text("who"),
    text("reason"),
    sa.Column("rerun_of", sa.Text(), sa.ForeignKey("run.run_id"), nullable=True),
    document("parameters"),
    text("config_version"),
    text("outcome"),
    document("inputs"),
    document("products"),
    document("alerts"),
    text("note"),
    instant("known_by_utc", nullable=True),
    sa.Column("code_version", sa.Text(), nullable=False, server_default=""),
    sa.Column("configuration", sa.JSON(none_as_null=True), nullable=False, server_default="{}"),
    sa.Column("state", sa.JSON(none_as_null=True), nullable=False, server_default="{}"),
    sa.Column("conclusions", sa.JSON(none_as_null=True), nullable=False, server_default="[]"),
    sa.Column("inputs_sha256", sa.Text(), nullable=False, server_default=""),
    sa.Column("outputs_sha256", sa.Text(), nullable=False, server_default=""),
    instant("released_utc", nullable=True),
    sa.Column("released_by", sa.Text(), nullable=False, server_default=""),
    closed("outcome", RunOutcome),
    closed("trigger", Trigger),
    sa.CheckConstraint("(outcome = 'running') = (ended_utc IS NULL)", name="ended"),
    sa.Index("ix_run_last", "world", "flow", "started_utc"),
)


@dataclass(frozen=True, slots=True)
class RunInput:
    """An answer that a run read, with the digest that it had then."""

    payload_id: str
    sha256: str


@dataclass(frozen=True, slots=True)
class RunEnd:
    """What is known when a run ends."""

    outcome: RunOutcome
    ended_utc: datetime
    inputs: tuple[RunInput, ...] = ()
    products: tuple[str, ...] = ()
    """Paths under products/."""
    alerts: tuple[str, ...] = ()
    """Ids of the alerts that it committed."""
    note: str = ""
    conclusions: tuple[Mapping[str, Any], ...] = ()
    """What it decided of each event, told or not."""
    inputs_sha256: str = ""
    outputs_sha256: str = ""


@dataclass(frozen=True, slots=True)
class Run:
    """A run as it began, and how it ended: ``end`` is null while it is running, or after a crash."""

    run_id: str
    """Grows with time (UUID version 7, or alike)."""
    flow: str
    as_of_utc: datetime
    started_utc: datetime
    trigger: Trigger
    who: str = ""
    reason: str = ""
    rerun_of: str | None = None
    parameters: Mapping[str, Any] = field(default_factory=dict)
    config_version: str = ""
    world: str = LIVE
    known_by_utc: datetime | None = None
    """Only inputs that were there by then were used; None for a run that asked the feeds."""
    code_version: str = ""
    configuration: Mapping[str, str] = field(default_factory=dict)
    """Digest of each thing that it was configured by: rules, estimator, registers."""
    state: Mapping[str, Any] = field(default_factory=dict)
    """What stood in the store when it began, so that it can be made again."""
    released_utc: datetime | None = None
    """When what a rerun concluded was let out; None for a preview, and for a run that sends by itself."""
    released_by: str = ""
    end: RunEnd | None = None

    @property
    def outcome(self) -> RunOutcome:
        """``running`` until the end is recorded."""
        return self.end.outcome if self.end else RunOutcome.RUNNING

    @property
    def is_round(self) -> bool:
        """Whether it was a round that counts: sending, on live feeds, no rerun."""
        return bool(self.parameters.get("send") and self.parameters.get("live")) and self.rerun_of is None

    @property
    def is_whole_round(self) -> bool:
        """Whether it was a round as the schedule asks for: one that counts, of all joint units."""
        return self.is_round and not self.parameters.get("zones")


_BEGUN = (
    "run_id",
    "world",
    "flow",
    "as_of_utc",
    "started_utc",
    "trigger",
    "who",
    "reason",
    "rerun_of",
    "config_version",
    "known_by_utc",
    "code_version",
)
_DOCUMENTS = ("parameters", "configuration", "state")


def run_row(begun: Run) -> dict[str, Any]:
    """Columns of a run that begins."""
    row = {name: getattr(begun, name) for name in _BEGUN}
    row |= {name: dict(getattr(begun, name)) for name in _DOCUMENTS}
    return row | {"outcome": RunOutcome.RUNNING, "inputs": [], "products": [], "alerts": [], "note": ""}


def run_of(row: Any) -> Run:
    """The run of a row."""
    begun = {name: getattr(row, name) for name in _BEGUN} | {"trigger": Trigger(row.trigger)}
    begun |= {name: getattr(row, name) for name in (*_DOCUMENTS, "released_utc", "released_by")}
    return Run(**begun, end=_end(row))


def _end(row: Any) -> RunEnd | None:
    if row.ended_utc is None:
        return None
    return RunEnd(
        outcome=RunOutcome(row.outcome),
        ended_utc=row.ended_utc,
        inputs=tuple(RunInput(payload_id, sha256) for payload_id, sha256 in row.inputs),
        products=tuple(row.products),
        alerts=tuple(row.alerts),
        note=row.note,
        conclusions=tuple(row.conclusions),
        inputs_sha256=row.inputs_sha256,
        outputs_sha256=row.outputs_sha256,
    )
