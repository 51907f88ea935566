"""What is deleted when its time is over, and the certificate of it. The audit log stays: a chain cannot be purged."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from models.incidents.incident import IncidentState
from notify.alert import LIVE
from store.audit import AuditAction, Deed, append
from store.database import Database
from store.errors import StoreError
from store.hand_reports import report_table
from store.incidents import incident, incident_version
from store.ledger_rows import answer_table, attempt_table, delivery_table, endpoint_table
from store.moisture import moisture
from store.run_rows import run

PURGED_ZH = "已清除"
LEAST_D = 183
"""Records of sending are logs: the law asks for at least six months of them."""

LEAST_VERSIONS_D = 396
"""A drought code is overwintered from the autumn before; a year and a month keep it through a late spring."""


@dataclass(frozen=True, slots=True)
class RetentionRules:
    """How long things are kept (``rules/retention.toml``).

    Raises:
        ValueError: attempts under six months, names under a day, or versions of state under a year and a month.
    """

    attempts_d: int
    names_d: int
    versions_d: int
    """What a run began with: without it no run of that time can be made again."""

    def __post_init__(self) -> None:
        if self.attempts_d < LEAST_D or self.names_d < 1 or self.versions_d < LEAST_VERSIONS_D:
            raise ValueError(
                f"attempts_d must be at least {LEAST_D}, names_d at least 1 and versions_d at least {LEAST_VERSIONS_D}"
            )


@dataclass(frozen=True, slots=True)
class Purged:
    """What one purge removed, by what it was."""

    attempts: int
    names: int
    callers: int
    endpoints: int
    versions: int
    """Of moisture codes and of ended fires."""
    states: int
    """Runs whose state is gone with them: they can be read, and not be made again."""
    attempts_before_utc: datetime
    names_before_utc: datetime
    versions_before_utc: datetime
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
    """Delete attempts, names and versions of state whose time is over, and endpoints that left the contacts file.

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
    versions_before = now - timedelta(days=rules.versions_d)
    with database.begin() as connection, connection.begin_nested() as step:
        found = Purged(
            attempts=connection.execute(
                attempt_table.delete().where(attempt_table.c.ended_utc < attempts_before)
            ).rowcount,
            names=_blanked(connection, names_before),
            callers=_callers(connection, names_before),
            endpoints=_forgotten(connection, known),
            versions=_days(connection, versions_before) + _courses(connection, versions_before),
            states=_states(connection, versions_before),
            attempts_before_utc=attempts_before,
            names_before_utc=names_before,
            versions_before_utc=versions_before,
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


def _callers(connection: sa.Connection, before: datetime) -> int:
    """Who reported a fire by telephone; that it was reported, when and where, stays."""
    over = sa.and_(report_table.c.entered_utc < before, report_table.c.caller != PURGED_ZH)
    return connection.execute(report_table.update().where(over).values(caller=PURGED_ZH)).rowcount


def _days(connection: sa.Connection, before: datetime) -> int:
    """Moisture codes of days long gone, in all their versions. Those of exercises stay: their days may lie anywhere."""
    over = (moisture.c.world == LIVE, moisture.c.local_date < before.date())
    return connection.execute(moisture.delete().where(*over)).rowcount


def _courses(connection: sa.Connection, before: datetime) -> int:
    """How fires that ended long ago came to be what they were; the last version of each stays."""
    table, other = incident_version, incident_version.alias()
    mine = (incident.c.world == table.c.world, incident.c.incident_id == table.c.incident_id)
    ended = sa.exists().where(*mine, incident.c.state == IncidentState.ENDED, incident.c.last_seen_utc < before)
    same = (other.c.world == table.c.world, other.c.incident_id == table.c.incident_id)
    newest = sa.select(sa.func.max(other.c.seq)).where(*same).scalar_subquery()
    return connection.execute(table.delete().where(table.c.world == LIVE, ended, table.c.seq < newest)).rowcount


def _states(connection: sa.Connection, before: datetime) -> int:
    """Runs that began with what is gone say that they cannot be made again, instead of making something else."""
    held = (run.c.world == LIVE, run.c.started_utc < before, sa.cast(run.c.state, sa.Text()) != "{}")
    return connection.execute(run.update().where(*held).values(state={})).rowcount


def _forgotten(connection: sa.Connection, known: Collection[tuple[str, str, str]]) -> int:
    by = endpoint_table.c
    here = sa.tuple_(by.region, by.office, by.channel)
    rows = connection.execute(sa.select(by.region, by.office, by.channel).distinct()).all()
    gone = [tuple(row) for row in rows if tuple(row) not in known]
    if not gone:
        return 0
    return connection.execute(endpoint_table.delete().where(here.in_(gone))).rowcount
