"""The circuit of a provider account (熔断): after failures in a row its rows go another way, beside probes. Pure.

One row costs an account that is down a whole deadline, and every retry a token that a first attempt needs. So after
``ill_most`` failures without an acceptance the circuit opens: rows that wait are sent on the office's next endpoint at
once, stay open on this one, and one of them at a time is sent as a probe. The first message that is taken closes it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

PROBES_APART_MOST_S = 600.0
"""An account that is back is in use again after this time at the latest, whatever the rules say."""
_LEAST_NEWS = timedelta(seconds=1)
"""An acceptance so soon after the last one says nothing new."""


class CircuitState(StrEnum):
    """Whether messages go through an account."""

    CLOSED = "closed"
    """They do."""
    OPEN = "open"
    """They do not, until the next probe is due."""
    PROBING = "probing"
    """One is under way, and what becomes of it decides."""


_S = CircuitState
NEXT_CIRCUIT_STATES: dict[CircuitState, frozenset[CircuitState]] = {
    _S.CLOSED: frozenset({_S.OPEN}),
    # An account may take a message that was sent before its circuit opened: it is well then.
    _S.OPEN: frozenset({_S.PROBING, _S.CLOSED}),
    # A probe whose dispatcher died is followed by another.
    _S.PROBING: frozenset({_S.CLOSED, _S.OPEN, _S.PROBING}),
}


class Sign(StrEnum):
    """What an attempt tells of the account, and not of the recipient."""

    WELL = "well"
    ILL = "ill"


@dataclass(frozen=True, slots=True)
class CircuitRules:
    """When a circuit opens and is probed (section ``circuit`` of ``rules/alerting.toml``).

    Raises:
        ValueError: a number that is not positive, probes that come ever faster, or ones farther apart than
            :data:`PROBES_APART_MOST_S`.
    """

    ill_most: int
    """Failures in a row that open it."""
    quiet_s: float
    """It stays closed while a message was taken within this time: others hang, the account lives."""
    probe_after_s: float
    """From its opening to the first probe; doubled after each that fails."""
    probe_most_s: float
    """Longest time between two probes."""

    def __post_init__(self) -> None:
        grows = 0 < self.probe_after_s <= self.probe_most_s <= PROBES_APART_MOST_S
        if self.ill_most < 1 or self.quiet_s <= 0 or not grows:
            raise ValueError(
                f"a circuit needs ill_most >= 1, quiet_s > 0 and 0 < probe_after_s <= probe_most_s <= "
                f"{PROBES_APART_MOST_S:.0f}"
            )

    def pause(self, probes: int) -> timedelta:
        """From one probe to the next, after so many that failed."""
        return timedelta(seconds=min(self.probe_most_s, self.probe_after_s * 2.0 ** min(probes, 32)))


@dataclass(frozen=True, slots=True)
class Circuit:
    """What is known of an account."""

    state: CircuitState = CircuitState.CLOSED
    ill: int = 0
    """Failures since it last took a message."""
    probes: int = 0
    """Probes that failed since it opened."""
    last_well_utc: datetime | None = None
    since_utc: datetime | None = None
    """When it opened; None while it is closed."""
    probe_utc: datetime | None = None
    """Before this no probe is sent; None while it is closed."""

    @property
    def closed(self) -> bool:
        """Whether messages go through."""
        return self.state is CircuitState.CLOSED


class IllegalCircuit(ValueError):
    """A circuit cannot go from this state to that one."""


def heard(circuit: Circuit, sign: Sign, *, now: datetime, rules: CircuitRules) -> Circuit:
    """The circuit after an attempt; the same object where it says nothing new."""
    if sign is Sign.WELL:
        fresh = circuit.last_well_utc is not None and timedelta(0) <= now - circuit.last_well_utc < _LEAST_NEWS
        if circuit.closed and not circuit.ill and fresh:
            return circuit
        return _moved(Circuit(circuit.state, last_well_utc=now), CircuitState.CLOSED)
    worse = replace(circuit, ill=circuit.ill + 1)
    if circuit.state is CircuitState.PROBING:
        probes = circuit.probes + 1
        return _moved(replace(worse, probes=probes, probe_utc=now + rules.pause(probes)), CircuitState.OPEN)
    if circuit.state is CircuitState.OPEN or worse.ill < rules.ill_most or _well_lately(circuit, now, rules):
        return worse
    return _moved(replace(worse, since_utc=now, probe_utc=now + rules.pause(0)), CircuitState.OPEN)


def wait_of(circuit: Circuit, *, now: datetime, rules: CircuitRules) -> timedelta:
    """How long a row has to wait for its turn as a probe; zero when it may go now."""
    if circuit.closed or circuit.probe_utc is None:
        return timedelta(0)
    left = circuit.probe_utc - now
    if left > 2 * timedelta(seconds=rules.probe_most_s):
        return timedelta(0)  # the clock was set back since
    return max(left, timedelta(0))


def probing(circuit: Circuit, *, now: datetime, rules: CircuitRules) -> Circuit:
    """A probe leaves: the next may do so after its time, should nothing be heard of this one."""
    return _moved(replace(circuit, probe_utc=now + rules.pause(circuit.probes)), CircuitState.PROBING)


def _well_lately(circuit: Circuit, now: datetime, rules: CircuitRules) -> bool:
    last = circuit.last_well_utc
    return last is not None and abs(now - last) < timedelta(seconds=rules.quiet_s)


def _moved(circuit: Circuit, wanted: CircuitState) -> Circuit:
    if wanted is not circuit.state and wanted not in NEXT_CIRCUIT_STATES[circuit.state]:
        raise IllegalCircuit(f"a circuit that is {circuit.state} cannot become {wanted}")
    return replace(circuit, state=wanted)
