"""What is deleted when its time is over, and the certificate of it. The audit log stays: a chain cannot be purged."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from notify.alert import LIVE
from store.audit import AuditAction, Deed, append
from store.database import Database
from store.errors import StoreError
from store.ledger_rows import answer_table, attempt_table, delivery_table, endpoint_table

PURGED_ZH = "已清除"
LEAST_D = 183
"""Records of sending are logs: the law asks for at least six months of them."""


@dataclass(frozen=True, slots=True)
class RetentionRules:
    """How long things are kept (``rules/retention.toml``).

    Raises:
        ValueError: attempts under six months, or names under a day.
    """

    attempts_d: int
    names_d: int

    def __post_init__(self) -> None:
        if self.attempts_d < LEAST_D or self.names_d < 1:
            raise ValueError(f"attempts_d must be at least {LEAST_D} and names_d at least 1")


@dataclass(frozen=True, slots=True)
class Purged:
    """What one purge removed, by what it was."""

    attempts: int
    names: int
    endpoints: int
    attempts_before_utc: datetime
    names_before_utc: datetime
    audit_seq: int = 0
    audit_hash: str = ""


def purge(
    database: Database,
    rules: RetentionRules,
    *,
    by: str,
    now: datetime,
    known: Collection[tuple[str, str, str]],
    rehearse: bool,
) -> Purged:
    """Delete attempts and names whose time is over, and what is known of endpoints that left the contacts file.

    Args:
        database: of all worlds.
        rules: how long.
        by: who purges.
        now: time of the purge.
        known: region, office and channel of every endpoint in the contacts file.
        rehearse: count only.

    Raises:
        StoreError: nobody purges, or the contacts file knows no endpoint at all.
    """
    if not by.strip() or not known:
        raise StoreError("retention purge: say who purges, with a contacts file that knows somebody")
    attempts_before, names_before = now - timedelta(days=rules.attempts_d), now - timedelta(days=rules.names_d)
    with database.begin() as connection, connection.begin_nested() as step:
        found = Purged(
            attempts=connection.execute(
                attempt_table.delete().where(attempt_table.c.ended_utc < attempts_before)
            ).rowcount,
            names=_blanked(connection, names_before),
            endpoints=_forgotten(connection, known),
            attempts_before_utc=attempts_before,
            names_before_utc=names_before,
        )
        if rehearse:
            step.rollback()
            return found
        said = {
            key: value.isoformat() if isinstance(value, datetime) else value for key, value in asdict(found).items()
        }
        link = append(connection, Deed(by, AuditAction.PURGE, "retention", now, said, LIVE))
    return Purged(**asdict(found) | {"audit_seq": link.seq, "audit_hash": link.hash})


def _blanked(connection: sa.Connection, before: datetime) -> int:
    """Names of those who answered; that an office answered, and when, stays."""
    changed = 0
    for table in (answer_table, delivery_table):
        over = sa.and_(table.c.acknowledged_utc < before, table.c.acknowledged_by != PURGED_ZH)
        changed += connection.execute(table.update().where(over).values(acknowledged_by=PURGED_ZH)).rowcount
    return changed


def _forgotten(connection: sa.Connection, known: Collection[tuple[str, str, str]]) -> int:
    by = endpoint_table.c
    here = sa.tuple_(by.region, by.office, by.channel)
    rows = connection.execute(sa.select(by.region, by.office, by.channel).distinct()).all()
    gone = [tuple(row) for row in rows if tuple(row) not in known]
    if not gone:
        return 0
    return connection.execute(endpoint_table.delete().where(here.in_(gone))).rowcount
