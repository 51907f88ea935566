"""Reports of a fire, as they are kept: each with its audit row, and none behind one that counted on from it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from models.field_check.fire_report import FireReport, ReportKind
from models.field_check.stage import Stage
from store.audit import Audit, AuditAction
from store.errors import StoreConflict
from store.fire_reports import FireReports
from store.verification import StageRow, Verification
from tests.store.examples import minutes

NOON = minutes(0)
ONE = "JJJ-HR-CD-2027-001"


def test_the_last_report_may_be_written_again_and_one_that_was_counted_on_from_may_not(database) -> None:
    reports = FireReports(database)
    first = FireReport(ONE, ReportKind.FIRST, 1, NOON, "张三", {"place": "喇叭沟门"})
    reports.save(first)
    reports.save(replace(first, fields={"place": "孙栅子"}))
    follow_up = FireReport(ONE, ReportKind.FOLLOW_UP, 2, minutes(60), "李四", {"place": "孙栅子", "forces": "40人"})
    reports.save(follow_up)
    with pytest.raises(StoreConflict, match="续报1"):
        reports.save(first)
    assert reports.reports(ONE) == [replace(first, fields={"place": "孙栅子"}), follow_up]
    assert [link.action for link in Audit(database).links(subject=ONE)] == [AuditAction.REPORT] * 3
    assert reports.newest() == {ONE: follow_up}
    assert reports.newest(of=["JJJ-HR-CD-2027-002"]) == reports.newest(world="exercise-1") == {}


def test_a_verified_fire_owes_reports_until_its_final_one_is_there(database) -> None:
    reports, kept = FireReports(database), Verification(database)
    for number, stage in ((ONE, Stage.VERIFIED), ("JJJ-HR-CD-2027-002", Stage.CLOSED)):
        kept.set_stage(StageRow(number, stage, "张三", NOON, "见明火"))
    reports.save(FireReport(ONE, ReportKind.FIRST, 1, NOON, "张三", {}))
    assert reports.without_final() == {ONE}
    assert reports.without_final(world="exercise-1") == set()
    reports.save(FireReport(ONE, ReportKind.FINAL, 2, minutes(60), "张三", {}))
    assert reports.without_final() == set()
