from __future__ import annotations

import pytest

from notify.alert import IncidentLevel, Reason, Silence
from notify.decide_danger import DangerMemory
from notify.decide_incident import IncidentMemory
from notify.feed_alarm import FeedMemory
from notify.hysteresis import LevelMemory
from store.database import Database
from store.errors import StoreCorrupt
from store.zone_levels import LevelRecord, ZoneLevels, document_of, memory_from
from tests.store.examples import minutes

KEY = "danger:PG-JZ"


@pytest.fixture
def kept(database: Database) -> ZoneLevels:
    return ZoneLevels(database)


def a_level(at: float, level: str = "orange", *, runs_below: int = 0) -> LevelRecord:
    return LevelRecord(KEY, minutes(at), level, "yellow", runs_below, minutes(-60), {"level": {"rank": 3}})


def test_a_level_comes_back_with_its_memory(kept: ZoneLevels) -> None:
    kept.save(a_level(0, runs_below=1))
    assert kept.newest(KEY) == a_level(0, runs_below=1)
    assert kept.newest("danger:HR-CD") is None


def test_a_candidate_that_is_not_known_stays_unknown(kept: ZoneLevels) -> None:
    record = LevelRecord(KEY, minutes(0), "none", None)
    kept.save(record)
    assert kept.newest(KEY) == record


def test_the_history_is_newest_first_and_can_be_read_as_of_a_time(kept: ZoneLevels) -> None:
    for at in (10, 0, 20):
        kept.save(a_level(at))
    assert [record.decided_utc for record in kept.history(KEY)] == [minutes(20), minutes(10), minutes(0)]
    assert kept.history(KEY, limit=1) == [a_level(20)]
    assert kept.newest(KEY, before=minutes(20)) == a_level(10)
    assert kept.newest(KEY, before=minutes(0)) is None


def test_the_same_run_decided_again_replaces_what_it_said(kept: ZoneLevels) -> None:
    kept.save(a_level(0, "orange"))
    kept.save(a_level(0, "red"))
    assert [record.level for record in kept.history(KEY)] == ["red"]


def test_an_exercise_has_a_memory_of_its_own(kept: ZoneLevels) -> None:
    kept.save(a_level(0), world="exercise-1")
    assert kept.newest(KEY) is None
    assert kept.newest(KEY, world="exercise-1") == a_level(0)


@pytest.mark.parametrize(
    "memory",
    [
        DangerMemory(LevelMemory(3, minutes(0), (2, 1), minutes(1), minutes(2)), "danger:PG-JZ:2017-05-11", 2),
        DangerMemory(),
        IncidentMemory(IncidentLevel.CRITICAL, 2, minutes(3), 7, told_at_line=True),
        FeedMemory(3, minutes(0), minutes(5), minutes(9), "no answer"),
    ],
    ids=["danger", "nothing yet", "incident", "feed"],
)
def test_what_a_decision_remembers_comes_back_as_it_was(kept: ZoneLevels, memory: object) -> None:
    kept.save(LevelRecord(KEY, minutes(0), "x", None, memory=document_of(memory)))
    found = kept.newest(KEY)
    assert found is not None
    assert memory_from(found, type(memory)) == memory


def test_a_memory_of_another_kind_is_refused(kept: ZoneLevels) -> None:
    with pytest.raises(StoreCorrupt, match=r"danger:PG-JZ at 2017-05-11T04:00:00.*no DangerMemory"):
        memory_from(LevelRecord(KEY, minutes(0), "x", None, memory={"level": "high"}), DangerMemory)


def test_a_decision_not_to_tell_is_kept_once_with_its_reason(kept: ZoneLevels) -> None:
    silence = Silence(KEY, "PG-JZ", "orange", Reason.HELD, minutes(0), "缺火险等级：05-12")
    operations = Silence("feed:firms", None, "none", Reason.UNCHANGED, minutes(1))
    for decision in (operations, silence, silence):
        kept.keep_silence(decision)
    kept.keep_silence(silence, world="replay")
    assert kept.silences(since=minutes(0)) == [silence, operations]
    assert kept.silences(since=minutes(1)) == [operations]
