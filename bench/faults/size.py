"""How much of each fault: the whole matrix, or the short form that `make test` holds."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Size:
    """Amounts of one run. The short form judges what arrived, and not how fast: it runs beside other tests."""

    quick: bool
    seed: int
    rows: int
    kills: int
    batch: int
    between_kills_s: float
    per_point: int
    producers: int
    flaky_rows: int
    zombies: int
    refused: int
    races: int
    fills: int
    jumps: int
    big: int
    soak_s: float
    """What a day of the soak is pressed into."""
    soak_kills: int
    patience_s: float
    """Longest that one row may take."""


FULL = Size(
    quick=False,
    seed=1,
    rows=20_000,
    kills=300,
    batch=639,
    between_kills_s=0.5,
    per_point=50,
    producers=100,
    flaky_rows=5_000,
    zombies=50,
    refused=500,
    races=500,
    fills=20,
    jumps=20,
    big=1_000,
    soak_s=600.0,
    soak_kills=144,
    patience_s=5_400.0,
)
QUICK = Size(
    quick=True,
    seed=1,
    rows=60,
    kills=4,
    batch=60,
    between_kills_s=0.3,
    per_point=1,
    producers=3,
    flaky_rows=120,
    zombies=1,
    refused=30,
    races=20,
    fills=2,
    jumps=2,
    big=150,
    soak_s=3.0,
    soak_kills=3,
    patience_s=60.0,
)
