from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.field_check.feedback import FeedbackType
from models.field_check.statistics import StatisticsRules, day_count, day_window, newest_day
from models.field_check.task import Step, Task, VerificationClocks, answered, cancelled
from notify.verification_words import DayFacts, day_text

RULES = StatisticsRules(17, (FeedbackType.FOREST_FIRE, FeedbackType.FARM_FIRE), 5.0)
CLOCKS = VerificationClocks(10, 30, 60, 24)
DAY = date(2027, 4, 11)
WINDOW = day_window(DAY, RULES)
NOW = WINDOW.end_utc + timedelta(hours=1)
REGIONS = {110116: "beijing", 130826: "hebei"}


def task(number: int, gb: int | None, *, hours: float = 1.0, result: FeedbackType | None = None) -> Task:
    fresh = Task(f"JJJ-{number}", gb, WINDOW.begin_utc + timedelta(hours=hours))
    return (
        fresh if result is None else answered(fresh, result, Step("张三", fresh.published_utc + timedelta(minutes=9)))
    )


def count(*tasks: Task):
    return day_count(tasks, WINDOW, regions=REGIONS, clocks=CLOCKS, rules=RULES, now=NOW)


def test_the_window_runs_from_17_to_17_in_beijing_and_its_end_belongs_to_the_next() -> None:
    assert (WINDOW.begin_utc, WINDOW.end_utc) == (
        datetime(2027, 4, 10, 9, tzinfo=UTC),
        datetime(2027, 4, 11, 9, tzinfo=UTC),
    )
    assert WINDOW.begin_utc in WINDOW
    assert WINDOW.end_utc not in WINDOW
    assert newest_day(WINDOW.end_utc, RULES) == DAY
    assert newest_day(WINDOW.end_utc - timedelta(seconds=1), RULES) == DAY - timedelta(days=1)


def test_rates_name_two_denominators_of_the_same_window() -> None:
    found = count(
        task(1, 110116, result=FeedbackType.FARM_FIRE),
        task(2, 110116, result=FeedbackType.INDUSTRIAL_HEAT),
        task(3, 130826),
        task(4, 130826, hours=25, result=FeedbackType.FOREST_FIRE),
    )
    total = found.total
    assert (total.pushed, total.fed_back, total.checking, total.confirmed, total.ruled_out) == (3, 2, 1, 1, 1)
    assert total.confirmed_of_pushed_pct == pytest.approx(100 / 3)
    assert total.confirmed_of_fed_back_pct == 50
    assert {name: each.pushed for name, each in found.by_region.items()} == {"beijing": 2, "hebei": 1}
    assert list(found.by_county) == [110116, 130826]


def test_late_tasks_are_listed_step_by_step_and_called_off_ones_not_counted() -> None:
    found = count(task(1, None), cancelled(task(2, 110116), "重复"))
    assert found.total.pushed == found.total.late == 1
    assert [late.clock.name_zh for late in found.late] == ["接收", "到场", "首次反馈"]


def test_a_day_without_anything_has_no_rate() -> None:
    total = count().total
    assert total.confirmed_of_pushed_pct is None
    assert total.confirmed_of_fed_back_pct is None


results = st.one_of(st.none(), st.sampled_from([kind for kind in FeedbackType if kind.final]))


@given(st.lists(st.tuples(st.sampled_from([110116, 130826, None]), st.floats(0, 23.9), results), max_size=12))
def test_parts_sum_to_the_whole(rows) -> None:
    found = count(*(task(index, gb, hours=hours, result=result) for index, (gb, hours, result) in enumerate(rows)))
    for parts in (found.by_region, found.by_county):
        assert sum(each.pushed for each in parts.values()) == found.total.pushed == len(rows)
        assert sum(each.confirmed for each in parts.values()) == found.total.confirmed
    assert found.total.fed_back + found.total.checking == found.total.pushed
    assert sum(found.total.results.values()) == found.total.fed_back


def facts(**changes: object) -> DayFacts:
    plain: dict[str, object] = {
        "unit_zh": "京津冀边界",
        "number_zh": "2027年第101期",
        "regions_zh": {"beijing": "北京市", "hebei": "河北省"},
        "counties_zh": {110116: "怀柔区"},
        "near_km": 5.0,
        "near": 1,
        "notices": 2,
        "answer_min": 4.2,
        "heat_changes_zh": (),
    }
    return DayFacts(**plain | changes)  # type: ignore[arg-type]  # names are those of the fields


def test_the_bulletin_names_window_denominators_late_list_and_the_cloud_clause() -> None:
    text = day_text(count(task(1, 110116, result=FeedbackType.FARM_FIRE), task(2, 130826)), facts(), now=NOW)
    assert "2027年4月10日17时至4月11日17时" in text
    assert "查实率（查实÷推送）50.00%（1/2）" in text
    assert "查实率（查实÷已反馈）100.00%（1/1）" in text
    assert "JJJ-2 130826 接收应于4月10日18时10分，尚未" in text
    assert "不包括云覆盖下的火点信息" in text
    assert "平均签收4分" in text


def test_a_day_that_nobody_looked_at_is_not_a_quiet_day() -> None:
    silent = day_text(count(), facts(missing_zh=("热点无数据",)), now=NOW)
    assert "缺测：热点无数据" in silent
    assert "不等于无火情" in silent
    assert "本期无疑似热点事件" not in silent
    assert "本期无疑似热点事件" in day_text(count(), facts(answer_min=None), now=NOW)


def test_statistics_that_would_confirm_nothing_found_are_refused() -> None:
    with pytest.raises(ValueError, match="neither 未找到 nor 核查中"):
        StatisticsRules(17, (FeedbackType.NOT_FOUND,), 5.0)
    with pytest.raises(ValueError, match="cut_off_h"):
        StatisticsRules(24, (FeedbackType.FOREST_FIRE,), 5.0)
