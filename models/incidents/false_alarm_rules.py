"""The signed numbers of the false-alarm filter (rules/false_alarms.toml)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class HeatRules:
    """Section ``heat``: what is heat that is always there (常年热源), and when it has left its own history.

    Raises:
        ValueError: a number that would silence everything, or nothing ever.
    """

    learn_days: int
    """Local days on which heat was seen at a place before it is known."""
    learn_spread_d: int
    """Least distance of the seasons of those days: burning in the same weeks of several years is no works."""
    lookback_d: int
    """How far back the archive is asked."""
    reach_km: float
    """History nearer than this and the location error is the history of the place."""
    frp_factor: float
    """Radiative power of a pass above so many times the most that was seen has left its history."""
    frp_floor_mw: float
    """Less than this never has."""
    pixels_more: int
    """So many more hotspots in a pass than the most that was seen have left it."""
    registered_frp_mw: float
    """Most that a pass over a registered source without a history of its own may have."""
    registered_pixels: int

    def __post_init__(self) -> None:
        if self.learn_days < 2 or self.learn_spread_d < 1 or self.lookback_d <= self.learn_spread_d:
            raise ValueError("learn_days must be at least 2, learn_spread_d at least 1 and lookback_d above it")
        if self.reach_km <= 0 or self.frp_factor < 1 or self.frp_floor_mw < 0 or self.pixels_more < 1:
            raise ValueError(
                "reach_km and pixels_more must be positive, frp_factor at least 1, frp_floor_mw not negative"
            )


@dataclass(frozen=True, slots=True)
class DoubtRules:
    """Section ``doubt``: what makes a single look doubtful, and when a doubt may silence.

    Raises:
        ValueError: a season that is no pair of days, or a number out of its range.
    """

    glint_deg: float
    """A mirror image of the sun nearer than this may have been seen."""
    cropland_seasons: tuple[str, ...]
    """``06-05/06-25``: first and last day of field burning, both included."""
    cropland_share: float
    """Least part of the circle of error that is field, for a hotspot on fields."""
    cropland_beyond_km: float
    """Nearer to a line than this, less the error, a field is no doubt: there it is told at the first look."""
    greatest_silent_grade: int
    """Highest danger grade at which a doubt silences."""
    lifting_looks: int
    """So many passes lift every doubt about a single look."""
    lifting_pixels: int
    """So many hotspots in one pass do, too."""

    def __post_init__(self) -> None:
        if not 0 <= self.glint_deg < 90 or not 0 <= self.greatest_silent_grade <= 4:
            raise ValueError("glint_deg must lie in 0…90 and greatest_silent_grade in 0…4: grade 5 silences nothing")
        if self.lifting_looks < 2 or self.lifting_pixels < 2:
            raise ValueError("lifting_looks and lifting_pixels must be at least 2: a doubt is about a single look")
        if not 0 < self.cropland_share <= 1 or self.cropland_beyond_km < 0:
            raise ValueError("cropland_share must lie above 0 and not above 1, cropland_beyond_km must not be negative")
        self.season_bounds()

    def season_bounds(self) -> Sequence[tuple[tuple[int, int], tuple[int, int]]]:
        """Month and day of the first and the last day of each season."""
        found = []
        for text in self.cropland_seasons:
            first, _, last = text.partition("/")
            try:
                begin, end = (date.fromisoformat(f"2000-{part}") for part in (first, last))
            except ValueError as cause:
                raise ValueError(f"cropland_seasons: {text!r} is not like 06-05/06-25") from cause
            found.append(((begin.month, begin.day), (end.month, end.day)))
        return found

    def in_season(self, day: date) -> bool:
        """Whether fields are burnt on a local day."""
        return any(first <= (day.month, day.day) <= last for first, last in self.season_bounds())
