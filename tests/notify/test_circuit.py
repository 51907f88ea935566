"""The circuit of a provider account: when it opens, how it is probed, and what it can never do."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notify.circuit import (
    NEXT_CIRCUIT_STATES,
    Circuit,
    CircuitRules,
    CircuitState,
    IllegalCircuit,
    Sign,
    heard,
    probing,
    wait_of,
)
from notify.delivery_states import SIGNS, OutcomeClass
from tests.notify.samples import MORNING

RULES = CircuitRules(ill_most=5, quiet_s=10.0, probe_after_s=15.0, probe_most_s=60.0)
S = CircuitState
NEVER_WELL = Circuit()


def after(*signs: Sign, begun: Circuit = NEVER_WELL, every_s: float = 1.0) -> Circuit:
    """A circuit that hears so many signs, one after the other."""
    for number, sign in enumerate(signs):
        begun = heard(begun, sign, now=MORNING + timedelta(seconds=number * every_s), rules=RULES)
    return begun


def at(seconds: float) -> timedelta:
    return timedelta(seconds=seconds)


def test_it_opens_at_the_fifth_failure_in_a_row() -> None:
    assert after(*[Sign.ILL] * 4).closed
    opened = after(*[Sign.ILL] * 5)
    assert (opened.state, opened.since_utc) == (S.OPEN, MORNING + at(4))
    assert after(*[Sign.ILL] * 4, Sign.WELL, *[Sign.ILL] * 4).closed


def test_an_account_that_took_a_message_just_now_stays_in_use() -> None:
    well = after(Sign.WELL)
    assert after(*[Sign.ILL] * 6, begun=well).closed, "six offices hang, the others are well"
    assert after(*[Sign.ILL] * 6, begun=well, every_s=3.0).state is S.OPEN


def test_probes_come_at_growing_intervals_and_never_rarer_than_once_a_minute() -> None:
    circuit, now, waits = after(*[Sign.ILL] * 5), MORNING + at(4), []
    for _ in range(5):
        wait = wait_of(circuit, now=now, rules=RULES)
        waits.append(wait.total_seconds())
        now += wait
        circuit = heard(probing(circuit, now=now, rules=RULES), Sign.ILL, now=now, rules=RULES)
    assert waits == [15, 30, 60, 60, 60]


def test_one_probe_at_a_time_and_another_when_nothing_is_heard_of_it() -> None:
    circuit, now = after(*[Sign.ILL] * 5), MORNING + at(19)
    assert wait_of(circuit, now=now, rules=RULES) == at(0)
    under_way = probing(circuit, now=now, rules=RULES)
    assert under_way.state is S.PROBING
    assert wait_of(under_way, now=now, rules=RULES) == at(15)
    assert wait_of(under_way, now=now + at(15), rules=RULES) == at(0), "its dispatcher died"


def test_a_probe_that_is_taken_closes_it_and_forgets_the_failures() -> None:
    under_way = probing(after(*[Sign.ILL] * 5), now=MORNING + at(19), rules=RULES)
    closed = heard(under_way, Sign.WELL, now=MORNING + at(20), rules=RULES)
    assert closed == Circuit(last_well_utc=MORNING + at(20))


def test_a_clock_that_is_set_back_keeps_no_account_cut_off() -> None:
    opened = after(*[Sign.ILL] * 5)
    assert wait_of(opened, now=MORNING - timedelta(days=1), rules=RULES) == at(0)


def test_news_that_say_nothing_new_change_nothing() -> None:
    well = after(Sign.WELL)
    assert heard(well, Sign.WELL, now=MORNING + at(0.5), rules=RULES) is well
    assert heard(well, Sign.WELL, now=MORNING + at(2), rules=RULES).last_well_utc == MORNING + at(2)


def test_a_closed_circuit_cannot_be_probed() -> None:
    with pytest.raises(IllegalCircuit, match="closed cannot become probing"):
        probing(NEVER_WELL, now=MORNING, rules=RULES)


def test_every_outcome_says_something_of_the_account_and_a_refused_number_nothing_against_it() -> None:
    assert set(SIGNS) == set(OutcomeClass)
    assert {outcome for outcome, sign in SIGNS.items() if sign is Sign.WELL} == {
        OutcomeClass.OK,
        OutcomeClass.REJECT_PERMANENT,
    }


@pytest.mark.parametrize(
    "wrong",
    [{"ill_most": 0}, {"quiet_s": 0.0}, {"probe_after_s": 0.0}, {"probe_after_s": 90.0}, {"probe_most_s": 601.0}],
    ids=str,
)
def test_rules_that_make_no_sense_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="a circuit needs"):
        replace(RULES, **wrong)  # type: ignore[arg-type]  # fields by name


STEPS = st.lists(st.tuples(st.sampled_from(["well", "ill", "send"]), st.floats(0.0, 40.0)), max_size=60)


@given(STEPS)
def test_whatever_happens_the_map_of_states_is_kept_and_a_probe_is_never_more_than_a_minute_away(
    steps: list[tuple[str, float]],
) -> None:
    circuit, now, last_probe = Circuit(), MORNING, None
    for what, later_s in steps:
        now, before = now + at(later_s), circuit
        wait = wait_of(circuit, now=now, rules=RULES)
        assert at(0) <= wait <= at(RULES.probe_most_s)
        if what != "send":
            circuit = heard(circuit, Sign(what), now=now, rules=RULES)
        elif not circuit.closed and not wait:
            assert last_probe is None or now - last_probe >= at(RULES.probe_after_s), "one at a time"
            circuit, last_probe = probing(circuit, now=now, rules=RULES), now
        assert circuit.state is before.state or circuit.state in NEXT_CIRCUIT_STATES[before.state]
        assert circuit.closed == (circuit.since_utc is None) == (circuit.probe_utc is None)
        if circuit.closed:
            last_probe = None
        if what == "well":
            assert circuit.closed, "an account that takes a message is in use"
