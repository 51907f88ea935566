"""A decision: to tell or to be silent, and what is remembered of it. Pure.

A decision not to tell is a decision too, and has its reason. The memory of an event can be made anew from the last
alert that was committed for it, so a crash between the two commits is mended by ``*_memory_of``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

from notify.alert import LIVE, Draft, Silence

_M = TypeVar("_M")


@dataclass(frozen=True, slots=True)
class Scope:
    """What a decision is about, and whose offices hear of it."""

    zone: str | None
    regions: tuple[str, ...]
    """Every region that is told. Empty only for operations."""
    world: str = LIVE


@dataclass(frozen=True, slots=True)
class Decision(Generic[_M]):
    """To tell or to be silent, and the memory to keep for the next run."""

    outcome: Draft | Silence
    memory: _M
