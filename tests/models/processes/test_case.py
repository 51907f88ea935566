"""One case from its first step to its last."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from models.processes.case import Case, Step, advanced, begun
from models.processes.clocks import ProcessClocks, kept_clocks, queue, waits
from models.processes.law import Process, State

T0 = datetime(2027, 4, 10, 6, 24, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
CLOCKS = ProcessClocks(
    notice_min={"sent": 15.0, "received": 30.0},
    consultation_min={"called": 60.0},
    response_min={"requested": 30.0, "accepted": 120.0, "withdrawn": 10080.0},
    supplies_min={"requested": 60.0},
    task_warning_h=24.0,
)
ASKED = {"office": "丰宁县森防办", "what": "专业队前置", "where": "孙栅子"}


def request(at: datetime = T0, number: int = 1) -> Case:
    step = Step(State.REQUESTED, at, "怀柔张三", ASKED)
    return begun(
        Case(f"联〔2027〕{number}", Process.RESPONSE, "HR-CD", (step,), "JJJ-HR-CD-2027-007", "110116", "130826")
    )


def accept(case: Case, at: datetime) -> Case:
    return advanced(case, Step(State.ACCEPTED, at, "丰宁李四", {"forces": "30人", "commander": "王五"}))


def task(due: str) -> Case:
    said = {"what": "清理边界可燃物", "who": "汤河乡", "due": due}
    return begun(Case("督〔2027〕1", Process.TASK, "HR-CD", (Step(State.ASSIGNED, T0, "张三", said),)))


def test_a_response_goes_from_a_request_to_its_evaluation() -> None:
    case = accept(request(), T0 + 20 * MINUTE)
    case = advanced(case, Step(State.IN_PLACE, T0 + 90 * MINUTE, "王五", {"where": "孙栅子", "forces": "28人"}))
    case = advanced(case, Step(State.WITHDRAWN, T0 + 900 * MINUTE, "王五", {"accepted_by": "怀柔张三"}))
    assert case.open
    case = advanced(case, Step(State.EVALUATED, T0 + 1000 * MINUTE, "张三", {"evaluation": "按时到位"}))
    assert not case.open
    assert case.said("forces") == "28人"
    assert case.came(State.ACCEPTED) == case.steps[1]
    assert case.came(State.DECLINED) is None


def test_a_step_needs_a_name_a_place_in_the_law_and_a_time_that_goes_on() -> None:
    with pytest.raises(ValueError, match="say who"):
        advanced(request(), Step(State.CALLED_OFF, T0, " ", {"reason": "误报"}))
    with pytest.raises(ValueError, match="may follow"):
        advanced(request(), Step(State.IN_PLACE, T0, "张三", {"where": "a", "forces": "b"}))
    with pytest.raises(ValueError, match="would stand before"):
        accept(request(), T0 - MINUTE)


def test_a_case_begins_where_its_process_begins() -> None:
    with pytest.raises(ValueError, match="begins with requested"):
        begun(Case("联〔2027〕1", Process.RESPONSE, "HR-CD", (Step(State.ACCEPTED, T0, "张三"),)))
    with pytest.raises(ValueError, match="at least one step"):
        Case("联〔2027〕1", Process.RESPONSE, "HR-CD", ())


@pytest.mark.parametrize("due", ["明天", "2027-04-12T17:00"])
def test_a_task_is_due_at_a_time_with_an_offset(due: str) -> None:
    with pytest.raises(ValueError, match=r"is no time|has no offset"):
        task(due)


def test_a_request_that_nobody_answers_is_late_on_the_minute_after_its_time() -> None:
    due = waits(request(), CLOCKS)
    assert due is not None
    assert (due.waits_for_zh, due.due_utc) == ("对方接受或谢绝", T0 + 30 * MINUTE)
    assert due.late_by(T0 + 30 * MINUTE) is None
    assert due.late_by(T0 + 31 * MINUTE) == MINUTE
    assert (due.standing_zh(T0), due.standing_zh(T0 + 31 * MINUTE)) == ("在限", "超时")


def test_a_task_is_nearly_due_a_day_before() -> None:
    due = waits(task("2027-04-12T17:00+08:00"), CLOCKS)
    assert due is not None
    nine = datetime(2027, 4, 12, 9, tzinfo=UTC)
    stands = [due.standing_zh(nine + timedelta(hours=hours)) for hours in (-25, -24, 0, 1)]
    assert stands == ["在限", "临期", "临期", "超时"]


def test_the_queue_has_what_is_late_first_then_by_time_and_nothing_that_is_over() -> None:
    late, soon, later = request(T0 - 60 * MINUTE, 1), request(T0, 2), accept(request(T0, 3), T0)
    over = advanced(request(T0, 4), Step(State.CALLED_OFF, T0, "张三", {"reason": "已扑灭"}))
    in_place = advanced(later, Step(State.IN_PLACE, T0, "王五", {"where": "孙栅子", "forces": "28人"}))
    rows = queue([in_place, later, soon, over, late], CLOCKS, now=T0)
    assert [row.case_no for row in rows] == [late.case_no, soon.case_no, later.case_no, in_place.case_no]
    assert rows[-1].standing_zh(T0) == "无时限"


def test_every_step_stands_against_the_clock_of_the_step_before_it() -> None:
    case = accept(request(), T0 + 45 * MINUTE)
    answered, place = kept_clocks(case, CLOCKS)
    assert (answered.limit, answered.came_utc) == (30 * MINUTE, T0 + 45 * MINUTE)
    assert (place.what_zh, place.came_utc) == ("力量到位", None)


def test_clocks_name_states_of_their_process() -> None:
    with pytest.raises(ValueError, match="response_min has sent"):
        ProcessClocks({}, {}, {"sent": 10.0}, {}, 24.0)
    with pytest.raises(ValueError, match="no time"):
        ProcessClocks({}, {}, {}, {"requested": 0.0}, 24.0)
