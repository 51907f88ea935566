"""States of a delivery and the ways between them."""

from __future__ import annotations

import pytest

from notify.delivery_states import NEXT_STATES, DeliveryState, IllegalTransition, OutcomeClass, next_state, states_after

FINAL = {DeliveryState.DELIVERED, DeliveryState.REJECTED, DeliveryState.SUPERSEDED, DeliveryState.EXPIRED}


def test_every_state_says_what_may_follow() -> None:
    assert set(NEXT_STATES) == set(DeliveryState)
    assert {state for state, followers in NEXT_STATES.items() if not followers} == FINAL | {DeliveryState.DEAD}


def test_the_guard_lets_pass_what_the_table_names_and_nothing_else() -> None:
    for state in DeliveryState:
        for wanted in DeliveryState:
            if wanted in NEXT_STATES[state]:
                assert next_state(state, wanted) is wanted
            else:
                with pytest.raises(IllegalTransition, match=f"{state} cannot become {wanted}"):
                    next_state(state, wanted)


@pytest.mark.parametrize("outcome", list(OutcomeClass))
@pytest.mark.parametrize("again", [False, True])
def test_every_outcome_leads_through_legal_states(outcome: OutcomeClass, again: bool) -> None:
    if again and outcome in {OutcomeClass.OK, OutcomeClass.REJECT_PERMANENT}:
        with pytest.raises(IllegalTransition, match="is not tried again"):
            states_after(outcome, again=again)
        return
    state = DeliveryState.SENDING
    for wanted in states_after(outcome, again=again):
        state = next_state(state, wanted)
    assert (state is DeliveryState.PENDING) == again


def test_only_a_clear_answer_makes_a_row_sent() -> None:
    ends = {outcome: states_after(outcome, again=False)[-1] for outcome in OutcomeClass}
    assert [outcome for outcome, state in ends.items() if state is DeliveryState.SENT] == [OutcomeClass.OK]
    assert ends[OutcomeClass.UNKNOWN] is DeliveryState.UNKNOWN
