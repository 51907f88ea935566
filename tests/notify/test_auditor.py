"""The auditor: obligations = finished + open in time, every office has a way, and nothing waits for long."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from boundary_zones.required import OfficeLevel, RequiredOffice
from notify.alert import Draft, Reason, Silence
from notify.auditor import Audit, AuditRules, audit_memory_of, audited, clock_problem, decide_audit
from notify.bundling import BundleMemory
from notify.decision import Scope
from notify.ledger import ObligationState
from notify.three_regions import OfficeFacts
from tests.notify.samples import recipient
from tests.notify.test_three_regions import ALL, minutes, office

RULES = AuditRules(
    look_back_h=24.0,
    waits_most_min=5.0,
    sender_silent_most_min=0.5,
    sick_after_failures=2,
    bundle_min=30.0,
    flows_bundle_min=10.0,
)
SCOPE = Scope(zone=None, regions=())
WAY = RequiredOffice("hebei", "130826", "丰宁森防办", OfficeLevel.COUNTY, 130826, (recipient("hebei", "130826"),))
GAP = replace(WAY, office="130800", office_zh="承德市森防办", gb=130800, endpoints=())


def audit(*offices: Any, at: float = 3.0, **more: Any) -> Audit:
    asked: dict[str, Any] = {"oldest_due_utc": None, "required": [WAY], "now": minutes(at), "rules": RULES}
    return audited(offices, **asked | more)


def test_all_that_is_owed_is_finished_or_in_time() -> None:
    found = audit(*ALL, office(code="130824", sent_utc=None, open_ways=1))
    assert (found.owed, found.finished, found.in_time, found.balances, found.ok) == (4, 3, 1, True, True)


def test_an_open_office_past_its_time_breaks_the_balance_and_is_named() -> None:
    found = audit(*ALL, office(code="130824", sent_utc=None, open_ways=1), at=6.0)
    assert (found.balances, found.ok) == (False, False)
    assert [problem.said_zh for problem in found.problems] == ["130824森防办未收到怀0410-01"]


def test_an_office_that_nobody_can_reach_stops_the_heartbeat_though_the_sum_is_right() -> None:
    found = audit(*ALL, office(code="130800", sent_utc=None, ways=0))
    assert (found.balances, found.ok) == (True, False)


def test_an_office_without_any_way_is_seen_before_there_is_a_fire() -> None:
    assert [problem.said_zh for problem in audit(required=[WAY, GAP]).problems] == ["承德市森防办没有可用渠道"]


@pytest.mark.parametrize(("waited", "ok"), [(4.0, True), (6.0, False)])
def test_a_row_that_waits_for_long_means_that_nobody_sends(waited: float, ok: bool) -> None:
    assert audit(*ALL, oldest_due_utc=minutes(3.0 - waited)).ok is ok


@pytest.mark.parametrize(
    ("silent", "said"),
    [
        (None, []),
        (timedelta(seconds=30), []),
        (timedelta(seconds=95), ["发送进程已1分35秒无响应"]),
        (timedelta.max, ["发送进程从未启动"]),
    ],
)
def test_a_dispatcher_that_gives_no_sign_stops_the_heartbeat(silent: timedelta | None, said: list[str]) -> None:
    found = audit(*ALL, sender_silent=silent)
    assert [problem.said_zh for problem in found.problems] == said
    assert found.ok is not bool(said)


def test_operations_hear_of_each_problem_once_and_once_that_all_are_gone() -> None:
    memory, told = BundleMemory(), []
    bad = audit(*ALL, office(code="130800", sent_utc=None, ways=0))
    worse = audit(*ALL, office(code="130800", sent_utc=None, ways=0), required=[GAP])
    for found in (audit(*ALL), bad, bad, worse, bad, audit(*ALL), audit(*ALL)):
        decision = decide_audit(found, memory, scope=SCOPE)
        memory = decision.memory
        told.append(decision.outcome.reason)
        if isinstance(decision.outcome, Draft):
            again = audit_memory_of(decision.outcome.alert("运0410-01", text_short="x", text_long="x"))
            assert set(again.told) == set(memory.told)
            assert again.revision == memory.revision
    assert told == [
        Reason.UNCHANGED,
        Reason.OFFICES_UNREACHED,
        Reason.UNCHANGED,
        Reason.OFFICES_UNREACHED,
        Reason.UNCHANGED,
        Reason.OFFICES_REACHED,
        Reason.UNCHANGED,
    ]


def gone(code: str, alert_id: str = "a", **facts: Any) -> OfficeFacts:
    """An office that cannot be reached any more."""
    return office(code=code, alert_id=alert_id, sent_utc=None, ways=1, **facts)


def told_at(found: Audit, memory: BundleMemory, at: float) -> tuple[Reason, BundleMemory]:
    decision = decide_audit(
        replace(found, at_utc=minutes(at)), memory, scope=SCOPE, bundle=timedelta(minutes=RULES.bundle_min)
    )
    return decision.outcome.reason, decision.memory


def test_more_of_one_cause_is_told_in_one_message_when_the_interval_is_over() -> None:
    first, second, third = gone("130800"), gone("130826"), gone("130824")
    told, memory = told_at(audit(first), BundleMemory(), 0)
    assert told is Reason.OFFICES_UNREACHED
    told, memory = told_at(audit(first, second), memory, 5)
    assert told is Reason.HELD
    told, memory = told_at(audit(first, second, third), memory, 31)
    assert told is Reason.OFFICES_UNREACHED
    assert len(memory.told) == 3
    assert memory.since_utc == minutes(0)


def test_another_alert_that_an_office_did_not_get_waits_for_no_interval() -> None:
    _, memory = told_at(audit(gone("130800")), BundleMemory(), 0)
    told, _ = told_at(audit(gone("130800"), gone("130800", "b")), memory, 1)
    assert told is Reason.OFFICES_UNREACHED


def test_a_clock_that_was_set_back_holds_nothing() -> None:
    _, memory = told_at(audit(gone("130800")), BundleMemory(), 0)
    told, _ = told_at(audit(gone("130800"), gone("130826")), memory, -60)
    assert told is Reason.OFFICES_UNREACHED


def test_what_expired_unsent_is_a_problem_of_its_own_and_named() -> None:
    lost = gone("130800", expired_ways=1)
    assert lost.state is ObligationState.EXPIRED
    (problem,) = audit(lost).problems
    assert problem.said_zh == "130800森防办过期仍未收到怀0410-01"
    _, memory = told_at(audit(gone("130800", open_ways=1), at=6), BundleMemory(), 6)
    told, _ = told_at(audit(lost, at=7), memory, 7)
    assert told is Reason.OFFICES_UNREACHED, "late is one thing, expired another"


def test_an_overdue_clock_is_told_and_lets_the_heartbeat_go_on() -> None:
    late = clock_problem("JJJ-1:arrive", "丰宁县JJJ-1", "到场", timedelta(minutes=4, seconds=30))
    found = audit(*ALL, watched=[late])
    assert (found.ok, late.said_zh) == (True, "丰宁县JJJ-1到场超时4分")
    told, _ = told_at(found, BundleMemory(), 3)
    assert told is Reason.OFFICES_UNREACHED


def test_a_quiet_audit_is_a_silence() -> None:
    assert isinstance(decide_audit(audit(*ALL), BundleMemory(), scope=SCOPE).outcome, Silence)


@pytest.mark.parametrize("wrong", [{"look_back_h": 0.0}, {"waits_most_min": -1.0}])
def test_rules_that_pass_everything_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="positive"):
        replace(RULES, **wrong)


def test_what_was_decided_long_before_is_judged_by_the_time_that_is_given() -> None:
    assert audit(*ALL, at=timedelta(days=1) / timedelta(minutes=1)).ok
