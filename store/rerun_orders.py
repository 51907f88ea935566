"""Reruns that Prefect was asked for: the first word on each stands, that it began or that somebody called it off."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from notify.alert import LIVE
from notify.phrases import clock_zh
from store.audit import AuditAction, Deed, append
from store.database import Database
from store.dialect import upsert
from store.errors import AnswerUnclear, StoreConflict
from store.holds import RerunCancelled
from store.schema import closed, instant, metadata, text


class OrderFate(StrEnum):
    """What became of an order."""

    BEGUN = "begun"
    CANCELLED = "cancelled"


order_table = sa.Table(
    "rerun_order",
    metadata,
    text("world"),
    text("order_id"),
    text("fate"),
    text("who"),
    text("reason"),
    instant("at_utc"),
    closed("fate", OrderFate),
    sa.PrimaryKeyConstraint("world", "order_id"),
)


class RerunBegan(StoreConflict):
    """The rerun began before it could be called off."""


@dataclass(frozen=True)
class RerunOrders:
    """Keeps what became of each order, by its number at Prefect: of a start and a cancellation at once one is first.

    Prefect has one queue, whichever world an order is about: so have they.
    """

    database: Database

    def begin(self, order_id: str, *, who: str, reason: str, now: datetime) -> None:
        """Note that a rerun begins; one that Prefect starts a second time goes on.

        Raises:
            RerunCancelled: somebody called it off.
        """
        first = self._settled(order_id, OrderFate.BEGUN, who=who, reason=reason, now=now)
        if first is not None and first.fate == OrderFate.CANCELLED:
            raise RerunCancelled(called_off_zh(first.who, first.reason, first.at_utc))

    def cancel(self, order_id: str, *, by: str, reason: str, now: datetime, of: str) -> None:
        """Call an order off before it begins.

        Args:
            order_id: its number at Prefect.
            by: who calls it off.
            reason: why.
            now: when.
            of: who ordered it.

        Raises:
            AnswerUnclear: nobody or no reason is named.
            RerunBegan: it has begun.
            StoreConflict: somebody called it off before.
        """
        if not by.strip() or not reason.strip():
            raise AnswerUnclear("取消重跑须写明取消人和原因")
        said = {"does": "cancel", "of": of, "order": order_id, "reason": reason}
        with self.database.begin() as connection:
            first = self._settled(order_id, OrderFate.CANCELLED, who=by, reason=reason, now=now)
            if first is not None and first.fate == OrderFate.BEGUN:
                raise RerunBegan(f"{of}的重跑已于{clock_zh(first.at_utc)}开始，没有取消；请取消正在运行的这次重跑")
            if first is not None:
                raise StoreConflict(f"{of}的重跑已由{first.who}于{clock_zh(first.at_utc)}取消")
            append(connection, Deed(by, AuditAction.RERUN, order_id, now, said, LIVE))

    def _settled(self, order_id: str, fate: OrderFate, *, who: str, reason: str, now: datetime) -> Any:
        """Say what becomes of an order; the row of before where that was said already, else None."""
        values = {"world": LIVE, "order_id": order_id, "fate": fate, "who": who, "reason": reason, "at_utc": now}
        with self.database.begin() as connection:
            new = upsert(connection, order_table).values(**values).on_conflict_do_nothing()
            if connection.execute(new.returning(order_table.c.order_id)).scalar() is not None:
                return None
            its_own = (order_table.c.world == LIVE, order_table.c.order_id == order_id)
            return connection.execute(sa.select(order_table).where(*its_own)).one()


def called_off_zh(by: str, reason: str, at: datetime) -> str:
    """What the row of a rerun says that never began."""
    return f"重跑尚未开始，已由{by}于{clock_zh(at)}取消，原因：{reason}"
