"""What an office signs about the duty desk (``rules/desk.toml``)."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class DeskRules:
    """Lengths of sessions, and how often anybody may try.

    Raises:
        ValueError: a number that is not above zero, or passwords of fewer than eight characters.
    """

    session_h: float
    idle_min: float
    login_tries: int
    login_window_min: float
    password_least: int
    token_most_d: int
    api_per_min: int
    refresh_s: float

    def __post_init__(self) -> None:
        for each in fields(self):
            if getattr(self, each.name) <= 0:
                raise ValueError(f"{each.name} must be above zero")
        if self.password_least < 8:
            raise ValueError("password_least: fewer than eight characters are guessed")

    @property
    def session(self) -> timedelta:
        """How long a session lasts at most."""
        return timedelta(hours=self.session_h)

    @property
    def idle(self) -> timedelta:
        """After how long without use it ends."""
        return timedelta(minutes=self.idle_min)
