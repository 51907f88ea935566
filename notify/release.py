"""Who must sign what before it goes out in an office's name (section ``release`` of ``rules/release.toml``)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from notify.alert import WarningColour


@dataclass(frozen=True, slots=True)
class ReleaseRules:
    """Signatures, silences and drills.

    Raises:
        ValueError: a time that is not positive.
    """

    two_person_colours: tuple[WarningColour, ...]
    """Warnings of these colours need two persons."""
    two_person_cross_border: bool
    """Whether what goes across the line needs two persons."""
    silence_most_h: float
    drill_most_h: float

    def __post_init__(self) -> None:
        if self.silence_most_h <= 0 or self.drill_most_h <= 0:
            raise ValueError("silences and drill windows last for a positive time")

    def signatures_needed(self, colours: Iterable[WarningColour], *, cross_border: bool) -> int:
        """Number of different persons. A step down from a colour needs as many as the colour."""
        doubled = bool(set(colours) & set(self.two_person_colours)) or (cross_border and self.two_person_cross_border)
        return 2 if doubled else 1


def signers(names: Iterable[str]) -> tuple[str, ...]:
    """Different persons, in their order. One who signs twice is one."""
    return tuple(dict.fromkeys(name.strip() for name in names if name.strip()))
