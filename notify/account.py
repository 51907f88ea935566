"""The provider account behind an address, and what keeps a row from going through it now."""

from __future__ import annotations

from dataclasses import dataclass

from notify.circuit import CircuitRules


@dataclass(frozen=True, slots=True)
class Account:
    """The provider account that a row goes through. All dispatchers share its rate and its circuit."""

    credential: str
    """A name that tells nothing of the credential itself."""
    per_min: float
    burst: int
    circuit: CircuitRules | None = None
    """None: it is never cut off."""


@dataclass(frozen=True, slots=True)
class Later:
    """A row was given back for so many seconds."""

    seconds: float
    cut_off: bool = False
    """Its account takes no messages; otherwise its rate has no token left."""
