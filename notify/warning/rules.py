"""The signed numbers and words of warnings (``rules/warnings.toml``)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from notify.alert import WarningColour
from notify.hysteresis import HysteresisRules


@dataclass(frozen=True, slots=True)
class WarningRules:
    """When a warning is drafted, and for how long (section ``draft``).

    Raises:
        ValueError: a colour that would draft every quiet day, or a number out of its range.
    """

    min_drafted_colour: WarningColour
    window_d: int
    """Days looked at: 2 is today and tomorrow (未来24和48小时)."""
    lower_after_runs: int
    min_hold_h: float
    max_validity_d: int
    """A warning is valid no longer than this from today on."""
    extend_before_h: float
    """An extension is drafted this long before the validity ends."""
    township_reach_km: float
    """Cells within this distance of a township's place speak for it."""
    letter_min_difference: int
    """Steps of colour between two sides of a line from which on a letter (提示函) is drafted."""

    def __post_init__(self) -> None:
        if self.min_drafted_colour is WarningColour.NONE:
            raise ValueError("min_drafted_colour is none: every quiet day would be drafted")
        if not 1 <= self.window_d <= self.max_validity_d:
            raise ValueError(f"window_d {self.window_d} must lie in 1…max_validity_d {self.max_validity_d}")
        if self.extend_before_h <= 0 or self.township_reach_km <= 0 or self.letter_min_difference < 1:
            raise ValueError("extend_before_h, township_reach_km and letter_min_difference must be positive")

    @property
    def hysteresis(self) -> HysteresisRules:
        """When the level may come down. A warning is never repeated, it is extended."""
        once_a_day = (24.0,) * WarningColour.RED.rank
        return HysteresisRules(self.lower_after_runs, self.min_hold_h, once_a_day)


@dataclass(frozen=True, slots=True)
class WarningWords:
    """What a warning says and asks for, by colour (section ``words``).

    Raises:
        ValueError: a colour without measures or cautions.
    """

    measures: Mapping[str, tuple[str, ...]]
    """应当采取的措施 by colour; ``none`` after a warning has ended."""
    cautions: Mapping[str, tuple[str, ...]]
    """警示事项 by colour."""
    danger_words: Mapping[str, str]
    """高度危险，容易燃烧、容易快速蔓延 by colour."""
    phones: tuple[str, ...]
    county_publisher: str
    """发布单位, with ``{county}`` in the place of the county's name."""

    def __post_init__(self) -> None:
        for name in ("measures", "cautions"):
            without = [colour.value for colour in WarningColour if not getattr(self, name).get(colour.value)]
            if without:
                raise ValueError(f"{name} has nothing for {without[0]}")
        if "{county}" not in self.county_publisher:
            raise ValueError("county_publisher needs {county}")


@dataclass(frozen=True, slots=True)
class ColourTable:
    """Warning colour of danger grades 1…5, region by region (section ``colour_by_grade``).

    Raises:
        ValueError: not five colours, or colours that fall with the grade.
    """

    by_region: Mapping[str, tuple[WarningColour, ...]]

    def __post_init__(self) -> None:
        for region, colours in self.by_region.items():
            ranks = [colour.rank for colour in colours]
            if len(ranks) != 5 or ranks != sorted(ranks):
                raise ValueError(f"{region} needs five colours that never fall, got {list(colours)}")

    def colour(self, region_id: str, danger_grade: int) -> WarningColour:
        """Colour of a grade in a region.

        Raises:
            ValueError: the table has no such region.
        """
        if region_id not in self.by_region:
            raise ValueError(f"no colours for region {region_id!r}: there are {', '.join(self.by_region)}")
        return self.by_region[region_id][danger_grade - 1]
