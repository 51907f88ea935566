"""What the service says of itself while it is killed: its store, its inboxes, and its Prefect server."""

from __future__ import annotations

import json
import logging
import time
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

import httpx
import polars as pl
from sqlalchemy.exc import SQLAlchemyError

from bench.kills.judging import Told
from models.fire_calendar.cadence import BEIJING, THROTTLED
from notify.alert import LIVE
from store.database import Database, open_database
from store.errors import StoreError
from store.holders import Holder, holder_in, lease_is_over
from store.ledger_frames import LedgerFrames
from store.run_rows import GOOD, Run
from store.runs import Runs

FLOW = "hotspot_watch"
OPEN_STATES = ["RUNNING", "PENDING", "CANCELLING"]
T = TypeVar("T")
LOG = logging.getLogger("bench.kills")


@dataclass
class Watched:
    """Reads what the service keeps; what cannot be read while a part is dead is None."""

    database: Database
    api_url: str
    inbox: Path

    @classmethod
    def opened(cls, url: str, *, port: int, inbox: Path, within_s: float) -> Watched:
        """Once the store is there and one round was held: kills before it would only test the start.

        Raises:
            RuntimeError: none was held in time.
        """
        until = time.monotonic() + within_s
        while time.monotonic() < until:
            time.sleep(2.0)
            with suppress(StoreError, SQLAlchemyError):
                watched = cls(open_database(url), f"http://127.0.0.1:{port}/api", inbox)
                if Runs(watched.database).last_good(FLOW) is not None:
                    return watched
                watched.database.close()
        raise RuntimeError(f"no hotspot round was held within {within_s:.0f} s; see serve.log and the logs of the home")

    def round_pid(self) -> int | None:
        """Process of the hotspot round that is under way; None where none is, or its process died."""
        holders = (holder_of(row) for row in self._open(timedelta(0)) if row.flow == FLOW)
        return next((holder.pid for holder in holders if holder is not None), None)

    def longest_open(self) -> timedelta:
        """How long a run has been without an end, in our store or in Prefect."""
        now = datetime.now(UTC)
        begun = [row.started_utc for row in self._open(timedelta(minutes=1))]
        begun += [datetime.fromisoformat(one["state"]["timestamp"]) for one in self._open_in_prefect()]
        return max((now - at for at in begun), default=timedelta(0))

    def rounds(self) -> list[Run]:
        """Rows of all whole hotspot rounds, good and bad."""
        return [run for run in Runs(self.database).last_runs(FLOW, limit=None) if run.is_whole_round]

    def good_rounds(self) -> list[Run]:
        """The newest that were held; none while the store does not answer."""
        newest = asked(lambda: Runs(self.database).last_runs(FLOW, limit=10)) or []
        return [run for run in newest if run.is_whole_round and run.outcome in GOOD]

    def told(self, fires: int) -> Told:
        """What became of the fires."""
        frames = LedgerFrames(self.database)
        alerts = frames.alerts(world=LIVE).filter(pl.col("kind") == "incident")
        owed = frames.deliveries(world=LIVE).filter(
            (pl.col("step") == 0) & pl.col("alert_id").is_in(alerts["alert_id"].to_list())
        )
        first = alerts.filter(pl.col("revision") == 1)
        return Told(fires, first["event_id"].to_list(), owed["delivery_id"].to_list(), self._arrived(owed))

    def _arrived(self, owed: pl.DataFrame) -> Counter[str]:
        wanted = set(owed["delivery_id"].to_list())
        lines = (line for path in self.inbox.glob("*/*.jsonl") for line in path.read_text("utf-8").splitlines())
        return Counter(one for line in lines if (one := json.loads(line)["delivery_id"]) in wanted)

    def _open(self, for_: timedelta) -> Iterable[Run]:
        return asked(lambda: Runs(self.database).unended(started_before=datetime.now(UTC) - for_)) or []

    def _open_in_prefect(self) -> list[dict[str, dict[str, str]]]:
        body = {"flow_runs": {"state": {"type": {"any_": OPEN_STATES}}}, "limit": 200}
        with suppress(httpx.HTTPError):
            answer = httpx.post(f"{self.api_url}/flow_runs/filter", json=body, timeout=5.0, trust_env=False)
            if answer.is_success:
                found: list[dict[str, dict[str, str]]] = answer.json()
                return found
        return []


def asked(question: Callable[[], T]) -> T | None:
    """The answer of a store that may be dead just now."""
    try:
        return question()
    except (StoreError, SQLAlchemyError) as error:
        LOG.info("the store does not answer: %s", error)
        return None


def planned(first: datetime, last: datetime) -> list[datetime]:
    """The minutes at which a round is planned, from the first to the last."""
    minute = first.replace(second=0, microsecond=0)
    minutes = (minute + timedelta(minutes=number) for number in range(int((last - minute) / timedelta(minutes=1)) + 1))
    return [at for at in minutes if at >= first and at.astimezone(BEIJING).minute not in THROTTLED]


def holder_of(row: Run) -> Holder | None:
    """The process that works on a run; None where it died."""
    owner = row.parameters.get("process")
    return None if lease_is_over(owner, until_boot_s=float("inf"), boot_now_s=0.0) else holder_in(owner)
