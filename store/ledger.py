"""The ledger of alerts and deliveries: record, then send, then record the outcome."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from notify.account import Account, Later
from notify.alert import LIVE, Alert, alert_code
from notify.delivery_states import Finding, Outcome
from notify.ledger import Delivery, Obligation
from notify.receipts import ReceiptWait
from store import acknowledging, buckets, circuits, claiming, committing, endpoints, receipts, sending
from store.counters import next_in
from store.database import Database
from store.errors import NotInStore, StoreBusy, StoreError
from store.holders import boot_s
from store.ledger_rows import alert_of, alert_table

_RECORD_TRIES = 4
"""Each waits for the database: what a provider has said is not lost because another writer was busy."""
_BEIJING = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True)
class SqlLedger:
    """Implements :class:`notify.ledger.Ledger`; each method is one transaction, or a part of the one that is open.

    Every change of state goes through :func:`notify.delivery_states.next_state`. A row is changed by the holder of its
    newest fence only. Locks are taken in one order, event before deliveries, so that writers on PostgreSQL never wait
    in a circle; dispatchers skip what others hold.
    """

    database: Database
    boot_s: Callable[[], float] = boot_s
    """The clock of this machine that nobody can set."""

    def commit(self, alert: Alert, deliveries: Sequence[Delivery], owed: Sequence[Obligation] = ()) -> bool:
        """Write an alert with all its rows at once, and supersede what older revisions have not begun to send.

        Returns:
            False when the same decision was committed before; nothing is written.

        Raises:
            StoreConflict: the event has this revision with another decision, or a newer one.
            StoreError: a row is not this alert's, is not pending, or is there twice; or a first alert tells nobody.
        """
        with self.database.begin() as connection:
            return committing.commit(connection, alert, deliveries, owed)

    def claim(
        self,
        *,
        owner: str,
        now: datetime,
        lease_s: float,
        limit: int,
        world: str,
        channel: str | None = None,
        doubt_s: float = 0.0,
    ) -> list[Delivery]:
        """Take rows of newest revisions that are due, the gravest and then the oldest first; each gets a new fence.

        A lease that is over while CLAIMED frees the row: nothing was sent. One that is over while SENDING leads through
        UNKNOWN back to PENDING, and counts as an attempt that may have arrived. A lease is over when its owner is dead,
        or its time is up on the owner's own machine; see :mod:`store.holders`.

        Raises:
            StoreError: a lease that is not positive, or a limit under 1.
        """
        if lease_s <= 0 or limit < 1:
            raise StoreError(f"a claim needs a lease over 0 s and a limit of at least 1, got {lease_s} s and {limit}")
        at = claiming.Moment(now, self.boot_s(), world)
        lease = claiming.Lease(owner, now + timedelta(seconds=lease_s), at.boot_s + lease_s)
        with self.database.begin() as connection:
            again_at = now + timedelta(seconds=doubt_s)
            claiming.free_overdue(connection, at, again_at=again_at, channel=channel)
            return claiming.claim(connection, lease, now=now, limit=limit, world=world, channel=channel)

    def channels_due(self, *, now: datetime, world: str) -> list[str]:
        """Channels with a row that is due, or that somebody holds."""
        with self.database.read() as connection:
            return claiming.channels_due(connection, now=now, world=world)

    def next_due(self, *, world: str) -> datetime | None:
        """When the next waiting row falls due; None when none waits."""
        with self.database.read() as connection:
            return claiming.next_due(connection, world=world)

    def let_go(self, *, world: str) -> None:
        """Look anew at every row that waits for an account which is cut off: the contacts may name another by now."""
        with self.database.begin() as connection:
            circuits.let_go(connection, world=world)

    def defer(self, delivery: Delivery, *, until: datetime) -> None:
        """Give a claimed row back until an instant; no attempt was made."""
        with self.database.begin() as connection:
            claiming.defer(connection, delivery, until=until)

    def begin_sending(
        self,
        delivery: Delivery,
        *,
        now: datetime,
        account: Account | None = None,
        detour: Sequence[Delivery] = (),
    ) -> Delivery | Later | None:
        """Commit SENDING just before the request, together with the token that the account's rate asks for.

        Returns:
            None when the row is no longer this claim's, its lease is over, or it is needless by now: a newer revision,
            an answer, its end of validity or a silence. ``Later`` when no token is left or the account is cut off; the
            rows of ``detour`` are written then. Send nothing in either case.
        """
        boot_now_s = self.boot_s()
        with self.database.begin() as connection:
            return sending.begin_sending(
                connection, delivery, now=now, boot_now_s=boot_now_s, account=account, detour=detour
            )

    def record(
        self,
        delivery: Delivery,
        outcome: Outcome,
        *,
        now: datetime,
        retry_at: datetime | None,
        failover: Sequence[Delivery] = (),
        account: Account | None = None,
        detour: Sequence[Delivery] = (),
    ) -> None:
        """Append the attempt; move the row when the fence is still its newest and it is SENDING.

        Raises:
            IllegalTransition: another attempt is wanted after an outcome that ends the row; the attempt is kept.
        """
        refused = None
        for again in reversed(range(_RECORD_TRIES)):
            try:
                with self.database.begin() as connection:
                    refused = sending.record(
                        connection,
                        delivery,
                        outcome,
                        now=now,
                        retry_at=retry_at,
                        failover=failover,
                        account=account,
                        detour=detour,
                    )
                break
            except StoreBusy:
                if not again:
                    raise
        if refused is not None:
            raise refused

    def looked_up(
        self,
        delivery: Delivery,
        finding: Finding,
        *,
        now: datetime,
        again_at: datetime,
        most: int,
        account: Account | None = None,
        detour: Sequence[Delivery] = (),
    ) -> bool:
        """Keep what a provider said of an earlier attempt; whether the row is to be sent again now."""
        with self.database.begin() as connection:
            return sending.looked_up(
                connection, delivery, finding, now=now, again_at=again_at, most=most, account=account, detour=detour
            )

    def confirm(self, delivery_id: str, *, now: datetime, detail: str = "") -> bool:
        """A provider's report that a message reached its end (SENT, or UNKNOWN, to DELIVERED); whether that was news.

        Raises:
            NotInStore: no such delivery.
        """
        with self.database.begin() as connection:
            return sending.confirm(connection, delivery_id, now=now, detail=detail)

    def channels_sent(self, *, since: datetime, world: str) -> list[str]:
        """Channels with rows that were sent since an instant and of which nobody said more."""
        with self.database.read() as connection:
            return receipts.channels_sent(connection, since=since, world=world)

    def take_up_receipts(
        self, channel: str, wait: ReceiptWait, *, now: datetime, limit: int, world: str
    ) -> list[Delivery]:
        """Rows that left on a channel and whose receipt is asked for now; each is due again when ``wait`` says.

        Who takes them up asks; one that dies meanwhile leaves them to the next asking. What is older than the window
        is asked for no more.
        """
        with self.database.begin() as connection:
            return receipts.take_up(connection, channel, wait, now=now, limit=limit, world=world)

    def bounce(self, delivery_id: str, *, now: datetime, detail: str, failover: Sequence[Delivery] = ()) -> bool:
        """A provider's report that it could not deliver (SENT to REJECTED); whether that was news.

        The row counts as not sent: its office is owed the message still, and ``failover`` are rows of its next
        endpoint, written once, and not when the office has answered.

        Raises:
            NotInStore: no such delivery.
        """
        with self.database.begin() as connection:
            return sending.bounce(connection, delivery_id, now=now, detail=detail, failover=failover)

    def pause(self, account: Account, *, until: datetime, now: datetime, world: str) -> None:
        """Let no token of an account be taken before an instant: its provider asked for patience."""
        with self.database.begin() as connection:
            buckets.pause(connection, account, until=until, now=now, world=world)

    def cut_off(self, *, world: str = LIVE) -> Sequence[circuits.CutOff]:
        """Provider accounts that take no messages now."""
        with self.database.read() as connection:
            return circuits.cut_off(connection, world=world)

    def sick_endpoints(self, *, world: str = LIVE) -> Sequence[endpoints.SickEndpoint]:
        """Endpoints that refused or were given up since they last took a message."""
        with self.database.read() as connection:
            return endpoints.sick(connection, world=world)

    def alert(self, alert_id: str) -> Alert:
        """One alert.

        Raises:
            NotInStore: no such alert.
        """
        with self.database.read() as connection:
            row = connection.execute(sa.select(alert_table).where(alert_table.c.alert_id == alert_id)).one_or_none()
        if row is None:
            raise NotInStore(f"no alert {alert_id!r}")
        return alert_of(row)

    def acknowledge(
        self, code: str, *, office: str | None, by: str, via: str, now: datetime, world: str | None = None
    ) -> list[Delivery]:
        """Record an answer to the newest alert with this code; the first answer of an office stays.

        Steps of escalation (``step`` over 0) of that office which have not begun are superseded: it need not be rung
        again.

        Args:
            code: as it was read from the message.
            office: who answers, as ``office``, ``region/office`` or its Chinese name; None when one office was told.
            by: name of the person.
            via: how the answer came, for example ``phone``.
            now: time of the answer.
            world: None looks in ``live`` first, then in the world that committed this code last.

        Returns:
            The rows that it answered.

        Raises:
            NotInStore: no alert has this code, or it did not go to this office.
            AnswerUnclear: several offices were told and none is named; the message lists them.
        """
        with self.database.begin() as connection:
            return acknowledging.answer(connection, code, office=office, by=by, via=via, now=now, world=world)

    def next_code(self, prefix: str, *, decided_utc: datetime, exercise: bool, world: str) -> str:
        """The next speakable code of a prefix and Beijing day; see :func:`notify.alert.alert_code`."""
        local = decided_utc.astimezone(_BEIJING)
        with self.database.begin() as connection:
            number = next_in(connection, f"code:{prefix}:{local:%Y-%m-%d}", world=world)
        return alert_code(prefix, decided_local=local, number=number, exercise=exercise)

    def lock(self, alert: Alert) -> None:
        """Hold the event of an alert until the open transaction ends: no revision and no send begins in between."""
        with self.database.begin() as connection:
            committing.lock_event(connection, alert)
