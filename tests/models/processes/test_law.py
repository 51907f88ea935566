"""The law of the processes is whole: every state is reached, is left or ends, and has a name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.processes.clocks import WAITS_FOR
from models.processes.law import ASKS, FIELDS, NEXT_STATES, Process, State, check_fields, first_state, next_state

ENDS = {State.EVALUATED, State.RETURNED, State.DONE, State.CALLED_OFF, State.TASKS}


@pytest.mark.parametrize("process", Process)
def test_every_state_of_a_process_is_reached_from_its_first(process: Process) -> None:
    reached, new = set(), {first_state(process)}
    while new:
        reached |= new
        new = {after for state in new for after in NEXT_STATES[process][state]} - reached
    assert reached == set(NEXT_STATES[process])


@pytest.mark.parametrize("process", Process)
def test_a_state_without_a_way_out_is_an_end_and_every_other_one_waits_for_something(process: Process) -> None:
    for state, after in NEXT_STATES[process].items():
        assert (not after) == (state in ENDS)
        assert (state in WAITS_FOR[process]) == (bool(after) and state is not State.FINAL)


def test_every_state_belongs_to_a_process_and_has_a_name() -> None:
    assert {state for states in NEXT_STATES.values() for state in states} == set(State)
    assert len({state.name_zh for state in State}) == len(State)
    assert len({process.number_zh for process in Process}) == len(Process)


def test_what_a_step_asks_for_is_a_field_of_a_form() -> None:
    asked = {name for states in ASKS.values() for names in states.values() for name in names}
    assert asked <= set(FIELDS)
    for process, states in ASKS.items():
        assert set(states) <= set(NEXT_STATES[process])


@given(st.sampled_from(Process), st.sampled_from(State), st.sampled_from(State))
def test_the_guard_lets_through_what_the_law_has_and_nothing_else(process: Process, state: State, after: State) -> None:
    if after in NEXT_STATES[process].get(state, ()):
        assert next_state(process, state, after) is after
    elif state in NEXT_STATES[process]:
        with pytest.raises(ValueError, match="may follow"):
            next_state(process, state, after)


def test_forces_are_declined_only_with_a_reason() -> None:
    with pytest.raises(ValueError, match=r"联动响应对方已谢绝: reason\(理由\) is missing"):
        check_fields(Process.RESPONSE, State.DECLINED, {"reason": " "})
    check_fields(Process.RESPONSE, State.DECLINED, {"reason": "队伍在扑另一场火"})


def test_a_field_that_no_form_has_is_refused() -> None:
    with pytest.raises(ValueError, match="no form has a field 'colour'"):
        check_fields(Process.TASK, State.REMINDED, {"colour": "red"})
