"""Alerts as they were committed and whom they reached, by time, by code and by event. Reads only; the ledger writes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from notify.alert import LIVE, Alert, AlertKind
from notify.delivery_states import DeliveryState
from notify.ledger import Delivery
from store.database import Database
from store.errors import NotInStore
from store.known import Known
from store.ledger_rows import alert_of, alert_table, answer_table, delivery_of, delivery_table

_BY = alert_table.c


@dataclass(frozen=True, slots=True)
class Told:
    """Which alert a delivery carried to whom."""

    alert_id: str
    region: str
    office: str
    office_zh: str


@dataclass(frozen=True)
class Alerts:
    """Looks alerts up."""

    database: Database
    known: Known | None = None
    """How far a look back reads lists and the newest alert; None for all."""

    def since(self, decided_utc: datetime, *, world: str = LIVE) -> list[Alert]:
        """Alerts decided at that time or later, in the order in which they were committed."""
        return self._listed(_BY.decided_utc >= decided_utc, world=world)

    def of_event(self, event_id: str, *, world: str = LIVE) -> list[Alert]:
        """All revisions of an event, oldest first."""
        return self._listed(_BY.event_id == event_id, world=world)

    def latest(
        self,
        *,
        event_id: str | None = None,
        event_prefix: str = "",
        zone: str | None = None,
        kind: AlertKind | None = None,
        world: str = LIVE,
    ) -> Alert | None:
        """The alert committed last of an event, of events with a prefix, a zone or a kind; None when there is none."""
        wanted = {"event_id": event_id, "zone": zone, "kind": kind}
        chosen = self._chosen(world)
        for column, value in wanted.items():
            if value is not None:
                chosen = chosen.where(alert_table.c[column] == value)
        if event_prefix:
            chosen = chosen.where(_BY.event_id.startswith(event_prefix, autoescape=True))
        with self.database.read() as connection:
            row = connection.execute(chosen.order_by(_BY.seq.desc()).limit(1)).one_or_none()
        return None if row is None else alert_of(row)

    def reached(self, event_id: str, *, world: str = LIVE) -> list[Delivery]:
        """Rows of all revisions of an event that left or may have left: who must hear of a correction or the end."""
        by = delivery_table.c
        may_have_left = sa.or_(
            by.sent_utc.is_not(None), by.unknowns > 0, by.state.in_((DeliveryState.SENDING, DeliveryState.UNKNOWN))
        )
        chosen = (
            sa.select(delivery_table)
            .join(alert_table, alert_table.c.alert_id == by.alert_id)
            .where(alert_table.c.world == world, alert_table.c.event_id == event_id, may_have_left)
            .order_by(by.revision, by.region, by.office, by.channel, by.step)
        )
        with self.database.read() as connection:
            return [delivery_of(row) for row in connection.execute(chosen)]

    def called(self, *, since: datetime, world: str) -> list[Delivery]:
        """Steps of ladders that were sent since an instant, on behalf of an office that had not answered."""
        by = delivery_table.c
        chosen = sa.select(delivery_table).where(by.world == world, by.for_office != "", by.sent_utc >= since)
        with self.database.read() as connection:
            return [delivery_of(row) for row in connection.execute(chosen.order_by(by.for_office, by.office))]

    def with_code(self, code: str, *, world: str | None = None) -> Alert:
        """The alert that was committed last with this code: of the live world first, unless one is named.

        Raises:
            NotInStore: no alert has it.
        """
        chosen = sa.select(alert_table).where(_BY.code == code.strip())
        if world is not None:
            chosen = chosen.where(_BY.world == world)
        newest = chosen.order_by(sa.case((_BY.world == LIVE, 0), else_=1), _BY.seq.desc()).limit(1)
        with self.database.read() as connection:
            row = connection.execute(newest).one_or_none()
        if row is None:
            where = "" if world is None else f" in world {world!r}"
            raise NotInStore(f"no alert has the code {code!r}{where}; read it again from the message")
        return alert_of(row)

    def code_of(self, alert_id: str, *, decided_utc: datetime) -> str | None:
        """The code of an alert that was decided then; None when that decision was never committed."""
        chosen = sa.select(_BY.code).where(_BY.alert_id == alert_id, _BY.decided_utc == decided_utc)
        with self.database.read() as connection:
            found: str | None = connection.execute(chosen).scalar()
        return found

    def told(self, delivery_id: str) -> Told | None:
        """Which alert a delivery carried to whom; None when there is no such delivery."""
        by = delivery_table.c
        chosen = sa.select(by.alert_id, by.region, by.office, by.office_zh).where(by.delivery_id == delivery_id)
        with self.database.read() as connection:
            row = connection.execute(chosen).one_or_none()
        return None if row is None else Told(row.alert_id, row.region, row.office, row.office_zh)

    def answered_at(self, alert_id: str, region: str, office: str) -> datetime | None:
        """When an office first answered an alert; None when it has not."""
        by = answer_table.c
        mine = (by.alert_id == alert_id, by.region == region, by.office == office)
        chosen = sa.select(by.acknowledged_utc).where(*mine).order_by(by.seq).limit(1)
        with self.database.read() as connection:
            found: datetime | None = connection.execute(chosen).scalar()
        return found

    def newest_unanswered(self, region: str, office: str, *, world: str = LIVE) -> Alert | None:
        """The alert that left last for an office and that it has not answered; None when it has answered all."""
        left, answers = delivery_table.c, answer_table.c
        same = (answers.alert_id == left.alert_id, answers.region == left.region, answers.office == left.office)
        chosen = (
            sa.select(alert_table)
            .join(delivery_table, left.alert_id == _BY.alert_id)
            .where(left.world == world, left.region == region, left.office == office, left.sent_utc.is_not(None))
            .where(~sa.exists().where(*same))
            .order_by(left.sent_utc.desc(), _BY.seq.desc())
            .limit(1)
        )
        with self.database.read() as connection:
            row = connection.execute(chosen).first()
        return None if row is None else alert_of(row)

    def _listed(self, condition: sa.ColumnElement[bool], *, world: str) -> list[Alert]:
        with self.database.read() as connection:
            rows: list[Any] = list(connection.execute(self._chosen(world).where(condition).order_by(_BY.seq)))
        return [alert_of(row) for row in rows]

    def _chosen(self, world: str) -> sa.Select[Any]:
        """Alerts of a world, up to where a look back reads."""
        chosen = sa.select(alert_table).where(_BY.world == world)
        return chosen if self.known is None else chosen.where(_BY.seq <= self.known.mark(alert_table.name))
