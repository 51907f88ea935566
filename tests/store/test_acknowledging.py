from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import polars as pl
import pytest
import sqlalchemy as sa

from notify.delivery_states import Outcome, OutcomeClass
from notify.ledger import EVERY_SILENT, Delivery, Later, Obligation
from store.database import Database
from store.errors import NotInStore, StoreError
from store.ledger import SqlLedger
from store.ledger_frames import LedgerFrames
from store.ledger_rows import answer_table, delivery_table
from tests.store.examples import OFFICES, an_alert, claim, commit, minutes, rows_of


@pytest.fixture
def ledger(database: Database) -> SqlLedger:
    return SqlLedger(database)


def ack(
    ledger: SqlLedger, office: str | None = "120119", *, at: float = 3, by: str = "李", code: str = "平0511-01"
) -> list[Delivery]:
    return ledger.acknowledge(code, office=office, by=by, via="phone", now=minutes(at))


def answers(ledger: SqlLedger) -> list[tuple[str, str, bool]]:
    chosen = sa.select(answer_table).order_by(answer_table.c.seq)
    with ledger.database.read() as connection:
        return [(row.office, row.acknowledged_by, row.first) for row in connection.execute(chosen)]


def test_an_answer_marks_all_rows_of_its_office_and_no_other(ledger: SqlLedger) -> None:
    commit(ledger, channels=("inbox", "sms"))
    rows = ack(ledger)
    assert [(row.office, row.channel, row.acknowledged_utc, row.acknowledged_by) for row in rows] == [
        ("120119", "inbox", minutes(3), "李"),
        ("120119", "sms", minutes(3), "李"),
    ]
    frame = LedgerFrames(ledger.database).deliveries()
    assert frame.filter(frame["acknowledged_utc"].is_not_null())["office"].unique().to_list() == ["120119"]
    with ledger.database.read() as connection:
        via = connection.execute(sa.select(delivery_table.c.acknowledged_via).distinct()).scalars().all()
    assert set(via) == {None, "phone"}


def test_a_second_answer_is_kept_and_the_first_one_stays(ledger: SqlLedger) -> None:
    commit(ledger)
    ack(ledger, by="李", at=3)
    rows = ack(ledger, by="王", at=9)
    assert [(row.acknowledged_utc, row.acknowledged_by) for row in rows] == [(minutes(3), "李")]
    assert answers(ledger) == [("120119", "李", True), ("120119", "王", False)]


def test_answers_at_once_are_all_kept_and_one_is_the_first(ledger: SqlLedger) -> None:
    commit(ledger)
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda number: ack(ledger, by=f"p{number}")[0].acknowledged_by, range(8)))
    assert len(set(found)) == 1
    assert [by for _, by, first in answers(ledger) if first] == [found[0]]
    assert len(answers(ledger)) == 8


@pytest.mark.parametrize("office", ["120119", "蓟州", "tianjin/120119"])
def test_an_office_may_be_named_in_three_ways(ledger: SqlLedger, office: str) -> None:
    commit(ledger)
    assert [row.office for row in ack(ledger, office)] == ["120119"]


def test_without_an_office_the_offices_are_listed(ledger: SqlLedger) -> None:
    commit(ledger)
    listed = r"beijing/110117 \(平谷\), hebei/131082 \(三河\), tianjin/120119 \(蓟州\)"
    with pytest.raises(StoreError, match=f"say which one answers: {listed}"):
        ack(ledger, None)
    assert answers(ledger) == []


def test_without_an_office_the_only_one_answers(ledger: SqlLedger) -> None:
    item = an_alert(regions=("tianjin",))
    ledger.commit(item, [row for row in rows_of(item, channels=("inbox", "sms")) if row.region == "tianjin"])
    assert len(ack(ledger, None)) == 2


def test_a_desk_name_of_two_regions_asks_for_the_region(ledger: SqlLedger) -> None:
    item = an_alert()
    ledger.commit(item, [replace(row, office="duty") for row in rows_of(item)])
    with pytest.raises(StoreError, match="several offices; say region/office"):
        ack(ledger, "duty")
    assert [row.region for row in ack(ledger, "hebei/duty")] == ["hebei"]


def test_an_unknown_code_or_office_is_named(ledger: SqlLedger) -> None:
    commit(ledger)
    with pytest.raises(NotInStore, match="no alert has the code '平0511-99'"):
        ack(ledger, code="平0511-99")
    with pytest.raises(NotInStore, match="did not go to office '130826'; it went to beijing/110117"):
        ack(ledger, "130826")
    with pytest.raises(StoreError, match="say who answers"):
        ack(ledger, by=" ")
    assert answers(ledger) == []


def test_a_code_that_came_again_means_the_newest_alert(ledger: SqlLedger) -> None:
    old, new = commit(ledger, an_alert("last year")), commit(ledger, an_alert("this year"))
    assert {row.alert_id for row in ack(ledger)} == {new.alert_id} != {old.alert_id}


def test_an_exercise_never_takes_a_live_answer(ledger: SqlLedger) -> None:
    live = commit(ledger)
    drill = commit(ledger, an_alert(world="exercise-1"))
    assert {row.alert_id for row in ack(ledger)} == {live.alert_id}
    now = minutes(3)
    rows = ledger.acknowledge("平0511-01", office="蓟州", by="李", via="phone", now=now, world="exercise-1")
    assert {row.alert_id for row in rows} == {drill.alert_id}
    with pytest.raises(NotInStore, match="in world 'replay'"):
        ledger.acknowledge("平0511-01", office="蓟州", by="李", via="phone", now=now, world="replay")


def test_a_drill_code_is_found_without_its_world(ledger: SqlLedger) -> None:
    drill = commit(ledger, an_alert(world="exercise-1", code="演平0511-01"))
    assert {row.alert_id for row in ack(ledger, code="演平0511-01")} == {drill.alert_id}


def test_an_answer_stops_the_escalation_of_its_office_and_of_no_other(ledger: SqlLedger) -> None:
    commit(ledger, steps=(0, 1))
    rows = ack(ledger)
    assert [(row.step, row.state) for row in rows] == [(0, "pending"), (1, "superseded")]
    waiting = claim(ledger)
    assert sorted((row.office, row.step) for row in waiting) == [
        ("110117", 0),
        ("110117", 1),
        ("120119", 0),
        ("131082", 0),
        ("131082", 1),
    ]


@pytest.mark.parametrize(("level", "rung_again"), [("notify", False), ("critical", True)])
def test_an_answer_holds_for_the_next_revision_and_is_void_as_soon_as_the_level_rises(
    ledger: SqlLedger, level: str, rung_again: bool
) -> None:
    commit(ledger, an_alert(level="notify"), steps=(0, 1))
    ack(ledger)
    commit(ledger, an_alert(revision=2, level=level), steps=(0, 1))
    waiting = {(row.office, row.step) for row in claim(ledger)}
    assert ("120119", 0) in waiting, "it is told in any case"
    assert (("120119", 1) in waiting) is rung_again
    assert ("110117", 1) in waiting, "who has not answered is rung"


def test_a_step_that_was_claimed_is_not_sent_after_the_answer(ledger: SqlLedger) -> None:
    commit(ledger, steps=(0, 1))
    claimed = [row for row in claim(ledger) if row.office == "120119"]
    ack(ledger)
    begun = [ledger.begin_sending(row, now=minutes(0)) for row in claimed]
    assert [row.step for row in begun if row is not None] == [0]


def test_a_step_that_was_under_way_is_not_tried_again_after_the_answer(ledger: SqlLedger) -> None:
    commit(ledger, steps=(0, 1))
    mine = [row for row in claim(ledger) if row.office == "120119"]
    begun = [ledger.begin_sending(row, now=minutes(0)) for row in mine]
    ack(ledger)
    for row in begun:
        assert row is not None
        ledger.record(row, Outcome(OutcomeClass.NOT_SENT), now=minutes(0.1), retry_at=minutes(0.5))
    states = LedgerFrames(ledger.database).deliveries().filter(pl.col("office") == "120119").sort("step")["state"]
    assert states.to_list() == ["pending", "superseded"]


def test_a_step_lost_in_a_crash_stays_unknown_after_the_answer(ledger: SqlLedger) -> None:
    commit(ledger, steps=(0, 1))
    for row in claim(ledger):
        assert ledger.begin_sending(row, now=minutes(0)) is not None
    ack(ledger)
    again = claim(ledger, at=5)
    assert sorted((row.office, row.step) for row in again if row.office == "120119") == [("120119", 0)]
    frame = LedgerFrames(ledger.database).deliveries().filter(pl.col("office") == "120119", pl.col("step") == 1)
    assert frame["state"].to_list() == ["unknown"]


def told_to_all(ledger: SqlLedger, revision: int = 1, **changes: Any) -> None:
    """An alert that three offices are owed, with one call to operations on behalf of whoever is silent."""
    alert = an_alert(revision=revision, **changes)
    rows = rows_of(alert)
    every = {"for_region": EVERY_SILENT, "for_office": EVERY_SILENT}
    call = replace(rows[0], delivery_id=f"call-{revision}", region="ops", office="operations", step=5, **every)
    owed = [Obligation(alert.alert_id, region, office, name, "county", minutes(5)) for region, office, name in OFFICES]
    assert ledger.commit(alert, [*rows, call], owed)


def call_begins(ledger: SqlLedger, revision: int = 1) -> Delivery | None:
    rows = {row.delivery_id: row for row in claim(ledger, at=1)}
    if f"call-{revision}" not in rows:
        return None
    begun = ledger.begin_sending(rows[f"call-{revision}"], now=minutes(1))
    assert not isinstance(begun, Later)
    return begun


def test_one_call_names_all_who_are_silent_when_it_begins(ledger: SqlLedger) -> None:
    told_to_all(ledger)
    ledger.acknowledge("平0511-01", office="120119", by="李四", via="phone", now=minutes(0.5))
    begun = call_begins(ledger)
    assert begun is not None
    assert begun.silent_zh == ("平谷", "三河")


def told_with_a_call_for_hebei(ledger: SqlLedger) -> None:
    alert = an_alert()
    rows = rows_of(alert)
    for_hebei = {"for_region": "hebei", "for_office": EVERY_SILENT}
    call = replace(rows[0], delivery_id="call-1", region="hebei", office="130000", step=5, **for_hebei)
    offices = [*OFFICES, ("hebei", "130000", "河北")]
    owed = [Obligation(alert.alert_id, region, office, name, "county", minutes(5)) for region, office, name in offices]
    assert ledger.commit(alert, [*rows, call], owed)


def test_a_call_for_one_region_names_its_offices_only_and_not_whom_it_calls(ledger: SqlLedger) -> None:
    told_with_a_call_for_hebei(ledger)
    begun = call_begins(ledger)
    assert begun is not None
    assert begun.silent_zh == ("三河",)


def test_a_call_for_one_region_ends_when_its_last_office_answers(ledger: SqlLedger) -> None:
    told_with_a_call_for_hebei(ledger)
    ledger.acknowledge("平0511-01", office="131082", by="李四", via="phone", now=minutes(0.5))
    assert call_begins(ledger) is None


def test_the_call_ends_when_the_last_office_answers(ledger: SqlLedger) -> None:
    told_to_all(ledger)
    for _, office, _ in OFFICES:
        ledger.acknowledge("平0511-01", office=office, by="李四", via="phone", now=minutes(0.5))
    assert call_begins(ledger) is None


def test_who_answered_before_is_not_named_until_the_level_rises(ledger: SqlLedger) -> None:
    told_to_all(ledger, level="notify")
    ledger.acknowledge("平0511-01", office="120119", by="李四", via="phone", now=minutes(0.2))
    told_to_all(ledger, revision=2, level="notify")
    begun = call_begins(ledger, 2)
    assert begun is not None
    assert begun.silent_zh == ("平谷", "三河")
    told_to_all(ledger, revision=3, level="critical")
    begun = call_begins(ledger, 3)
    assert begun is not None
    assert begun.silent_zh == ("平谷", "三河", "蓟州")
