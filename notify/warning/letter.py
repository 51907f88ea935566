"""The letter to the other side of a line (提示函) when colours differ: an offer to a neighbour, never an order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from notify.alert import WarningColour, require_utc
from notify.warning.document import BesideColour


@dataclass(frozen=True, slots=True)
class Letter:
    """关于…森林火险的工作提示, from the side with the higher colour."""

    zone: str
    segment_zh: str
    """The stretch of line: 怀柔—丰宁."""
    sender: BesideColour
    receiver: BesideColour
    offices_zh: tuple[str, str]
    """Names of the sender's office and of the receiver's."""
    townships_zh: tuple[str, ...]
    """Of the sender along the line."""
    weather_zh: str
    """What is foretold along the stretch, in a sentence."""
    decided_utc: datetime
    exercise: bool = False

    def __post_init__(self) -> None:
        require_utc(self.decided_utc)
        if self.sender.colour.rank <= self.receiver.colour.rank:
            raise ValueError(f"{self.segment_zh}: the letter goes from the higher colour to the lower")

    @property
    def key(self) -> tuple[int, int, WarningColour, WarningColour]:
        """What it is about: while this stays, one letter is enough."""
        return (self.sender.gb, self.receiver.gb, self.sender.colour, self.receiver.colour)


def differing(
    pairs: Iterable[tuple[BesideColour, BesideColour]], *, min_difference: int
) -> tuple[tuple[BesideColour, BesideColour], ...]:
    """Pairs whose effective colours differ enough, each with the higher first.

    Args:
        pairs: counties that face each other across a line.
        min_difference: steps of colour.
    """
    found = []
    for first, second in pairs:
        high, low = sorted((first, second), key=lambda one: one.colour.rank, reverse=True)
        if high.colour.rank - low.colour.rank >= min_difference:
            found.append((high, low))
    return tuple(found)
