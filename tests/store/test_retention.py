"""What is deleted when its time is over, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from models.incidents.incident import IncidentState
from notify.delivery_states import Outcome, OutcomeClass
from store.audit import Audit
from store.database import Database
from store.errors import StoreError
from store.hand_reports import HandReport, HandReports
from store.incidents import Incidents, incident_version
from store.ledger import SqlLedger
from store.ledger_rows import answer_table, attempt_table, delivery_table, endpoint_table
from store.moisture import Moisture
from store.retention import PURGED_ZH, Purged, RetentionRules, purge
from store.run_rows import Run, RunEnd, RunOutcome, Trigger
from store.runs import Runs
from tests.store.examples import an_incident, claim, commit, minutes, moisture

RULES = RetentionRules(attempts_d=730, names_d=365, versions_d=400)
LATER = minutes(0) + timedelta(days=731)
KNOWN = {("beijing", "110117", "inbox"), ("tianjin", "120119", "inbox")}


@pytest.fixture
def told(database: Database) -> Database:
    ledger = SqlLedger(database)
    alert = commit(ledger)
    for row in claim(ledger):
        begun = ledger.begin_sending(row, now=minutes(0.1))
        assert begun is not None
        ledger.record(begun, Outcome(OutcomeClass.OK), now=minutes(0.2), retry_at=None)
    ledger.acknowledge(alert.code, office="110117", by="张三", via="phone", now=minutes(3))
    return database


def count(database: Database, table: sa.Table, *where: sa.ColumnElement[bool]) -> int:
    with database.read() as connection:
        return int(connection.execute(sa.select(sa.func.count()).select_from(table).where(*where)).scalar_one())


def purged(database: Database, *, rehearse: bool = False, at: timedelta = timedelta()) -> Purged:
    return purge(database, RULES, by="李四", now=LATER + at, known=KNOWN, rehearse=rehearse)


def test_what_is_over_goes_with_a_certificate_in_the_audit_log(told: Database) -> None:
    found = purged(told)
    assert (found.attempts, found.names, found.endpoints) == (3, 2, 1)
    assert count(told, attempt_table) == 0
    assert count(told, answer_table, answer_table.c.acknowledged_by == "张三") == 0
    assert count(told, delivery_table, delivery_table.c.acknowledged_by == PURGED_ZH) == 1
    assert count(told, endpoint_table) == 2
    link = Audit(told).links()[-1]
    assert (link.seq, link.hash, link.action, link.actor) == (found.audit_seq, found.audit_hash, "purge", "李四")
    assert Audit(told).verify() == []


def test_that_an_office_answered_and_when_stays(told: Database) -> None:
    purged(told)
    assert count(told, answer_table, answer_table.c.acknowledged_utc == minutes(3)) == 1


def test_a_rehearsal_counts_the_same_and_deletes_nothing(told: Database) -> None:
    found = purged(told, rehearse=True)
    assert found == replace(purged(told), audit_seq=0, audit_hash="")


def test_what_is_not_over_stays(told: Database) -> None:
    found = purged(told, at=timedelta(days=-500))
    assert (found.attempts, found.names) == (0, 0)
    assert count(told, attempt_table) == 3


def test_a_second_purge_finds_nothing(told: Database) -> None:
    purged(told)
    again = purged(told)
    assert (again.attempts, again.names, again.endpoints) == (0, 0, 0)


def test_nobody_and_an_empty_contacts_file_purge_nothing(told: Database) -> None:
    for by, known in ((" ", KNOWN), ("李四", set[tuple[str, str, str]]())):
        with pytest.raises(StoreError, match="say who purges"):
            purge(told, RULES, by=by, now=LATER, known=known, rehearse=False)


@pytest.mark.parametrize("changed", [{"attempts_d": 100}, {"names_d": 0}, {"versions_d": 365}])
def test_times_under_what_the_law_asks_are_refused(changed: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="at least"):
        replace(RULES, **changed)


def held(database: Database, run_id: str, days_ago: float) -> None:
    at = LATER - timedelta(days=days_ago)
    begun = Run(run_id, "danger_watch", at, at, Trigger.SCHEDULED, state={"marks": {}})
    Runs(database).begin_run(begun)
    Runs(database).end_run(run_id, RunEnd(RunOutcome.DONE, at))


def test_what_runs_began_with_long_ago_goes_and_those_runs_say_so(told: Database) -> None:
    moistures, today = Moisture(told), LATER.date()
    for days, ffmc in ((401, 80), (401, 81), (10, 82), (10, 83)):
        moistures.save(moisture(today - timedelta(days=days), "a", ffmc=ffmc), made_by_run="r")
    moistures.save(moisture(today - timedelta(days=900), "a"), made_by_run="r", world="exercise-1")
    held(told, "old", 401)
    held(told, "new", 10)
    found = purged(told)
    assert (found.versions, found.states) == (2, 1)
    assert [len(moistures.versions(today - timedelta(days=days))) for days in (401, 10)] == [0, 2]
    assert moistures.versions(today - timedelta(days=900), world="exercise-1")
    assert [bool(Runs(told).load(name).state) for name in ("old", "new")] == [False, True]


def test_of_a_fire_that_ended_long_ago_the_last_version_stays_and_of_an_open_one_all(told: Database) -> None:
    kept = Incidents(told)
    for number, state in ((1, IncidentState.ENDED), (2, IncidentState.ACTIVE)):
        kept.save([an_incident(number, state=IncidentState.ACTIVE, frp_mw=1.0)])
        kept.save([an_incident(number, state=state, frp_mw=2.0)])
    assert purged(told).versions == 1
    assert kept.load(an_incident(1).incident_id).frp_mw == 2.0
    assert count(told, incident_version) == 3
    assert purged(told).versions == 0


def test_who_reported_a_fire_by_telephone_is_forgotten_and_the_report_stays(told: Database) -> None:
    said = {"lat_deg": 40.1, "lon_deg": 117.2, "given_lat_deg": 40.1, "given_lon_deg": 117.2, "error_km": 0.5}
    report = HandReport(
        "h1", **said, datum="wgs84", seen_utc=minutes(0), entered_utc=minutes(1), entered_by="李四", caller="王五"
    )
    HandReports(told).save(report)
    assert purged(told).callers == 1
    [row] = HandReports(told).of({"h1"})
    assert (row.caller, row.lat_deg) == (PURGED_ZH, 40.1)
