"""The signed numbers of the way out, as ``rules/alerting.toml`` gives them: one frozen group for each section."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import TypeVar

from notify.alert import IncidentLevel, WarningColour
from notify.circuit import CircuitRules
from notify.hysteresis import HysteresisRules
from notify.texts import SIGNATURE_MOST, refuse_long

_T = TypeVar("_T")

OTHER = "other"
"""Stands in every table by channel for the channels that it does not name."""


@dataclass(frozen=True, slots=True)
class DangerAlertRules(HysteresisRules):
    """When a zone's fire danger is told (section ``danger``).

    Raises:
        ValueError: not five colours, colours that fall with the grade, or no day to look at.
    """

    colour_by_grade: tuple[WarningColour, ...]
    """Warning colour of danger grades 1…5."""
    min_told_colour: WarningColour
    """Colours under it are kept, not told."""
    window_d: int
    """Days looked at: 2 is today and tomorrow."""
    lower_when_degraded: bool
    """Whether a danger computed from incomplete input may bring the level down."""

    def __post_init__(self) -> None:
        HysteresisRules.__post_init__(self)
        ranks = [colour.rank for colour in self.colour_by_grade]
        if len(ranks) != 5 or ranks != sorted(ranks):
            raise ValueError(f"colour_by_grade needs five colours that never fall, got {self.colour_by_grade}")
        if self.min_told_colour is WarningColour.NONE:
            raise ValueError("min_told_colour is none: every quiet day would be told")
        if self.window_d < 1:
            raise ValueError(f"window_d must be at least 1, got {self.window_d}")
        if len(self.repeat_after_h) != WarningColour.RED.rank:
            raise ValueError(f"repeat_after_h needs one interval for each of blue…red, got {self.repeat_after_h}")


@dataclass(frozen=True, slots=True)
class IncidentAlertRules:
    """How near is how urgent (section ``incident``).

    Raises:
        ValueError: rings out of order, growth without a number, or a negative interval.
    """

    watch_km: float
    notify_km: float
    critical_km: float
    min_told_level: IncidentLevel
    growth_hotspots: int
    """More hotspots than when last told, for another word."""
    growth_interval_min: float
    """Least time between two words that say no more than growth."""

    def __post_init__(self) -> None:
        if not 0 < self.critical_km < self.notify_km < self.watch_km:
            rings = (self.critical_km, self.notify_km, self.watch_km)
            raise ValueError(f"rings must be 0 < critical < notify < watch, got {rings} km")
        if self.min_told_level is IncidentLevel.NONE:
            raise ValueError("min_told_level is none: every hotspot of the watch area would be told")
        if self.growth_hotspots < 1 or self.growth_interval_min < 0:
            raise ValueError("growth_hotspots must be at least 1 and growth_interval_min not negative")


@dataclass(frozen=True, slots=True)
class FeedAlertRules:
    """When operations hear of a feed (section ``feed``).

    Raises:
        ValueError: no failed round needed, or a time that is not positive.
    """

    out_after_rounds: int
    asked_within_h: float
    """A feed that was asked no more for longer is out of use."""

    def __post_init__(self) -> None:
        if self.out_after_rounds < 1:
            raise ValueError(f"out_after_rounds must be at least 1, got {self.out_after_rounds}")
        if self.asked_within_h <= 0:
            raise ValueError(f"asked_within_h must be positive, got {self.asked_within_h}")


@dataclass(frozen=True, slots=True)
class WordingRules:
    """How the texts are signed (section ``wording``).

    Raises:
        ValueError: a signature that is too long for a short message.
    """

    danger_signature: str
    incident_signature: str
    verification_signature: str
    duty_signature: str
    system_signature: str
    correction_signature: str

    def __post_init__(self) -> None:
        for item in fields(self):
            refuse_long(item.name, getattr(self, item.name), SIGNATURE_MOST)


@dataclass(frozen=True, slots=True)
class DispatchRules:
    """How messages go out (section ``dispatch``). Tables are by channel, with ``other`` for the rest.

    Raises:
        ValueError: a table without ``other``, a number that is not positive, or a lease shorter than three deadlines.
    """

    batch: int
    """Rows claimed at once."""
    lease_s: float
    send_deadline_s: float
    """From the first byte to the last, whatever the far end does."""
    workers: Mapping[str, int]
    """Sends at the same time: a channel that hangs takes no place from another."""
    max_attempts: Mapping[str, int]
    backoff_base_s: Mapping[str, float]
    backoff_cap_s: Mapping[str, float]
    retry_after_cap_s: float
    """Longest Retry-After that is honoured."""
    keyed_channels: tuple[str, ...]
    """Channels that drop a second copy by its key: safe to repeat when in doubt."""
    doubtful_resends: int
    """Elsewhere: repeats after an attempt that may have arrived. Each is marked 重发."""
    failover_after: Mapping[str, int]
    """Attempts without success after which the office's next endpoint is tried as well."""
    look_ups_most: int
    """Inquiries for a receipt that stay without an answer, before a doubtful row is repeated like any other."""
    expires_after_h: Mapping[str, float]
    """By kind of alert: after this nothing of it is sent any more."""
    circuit: CircuitRules | None = None
    """When a provider account is cut off; None: never."""

    def __post_init__(self) -> None:
        tables: dict[str, Mapping[str, float]] = {
            "workers": self.workers,
            "max_attempts": self.max_attempts,
            "backoff_base_s": self.backoff_base_s,
            "backoff_cap_s": self.backoff_cap_s,
            "failover_after": self.failover_after,
            "expires_after_h": self.expires_after_h,
        }
        for name, table in tables.items():
            if OTHER not in table or min(table.values()) <= 0:
                raise ValueError(f"{name} needs positive numbers and an entry '{OTHER}', got {dict(table)}")
        if self.look_ups_most < 1:
            raise ValueError(f"look_ups_most must be at least 1, got {self.look_ups_most}")
        if self.batch < 1 or self.send_deadline_s <= 0 or self.retry_after_cap_s < 0 or self.doubtful_resends < 0:
            raise ValueError("batch and send_deadline_s must be positive, the rest not negative")
        if self.lease_s < 3 * self.send_deadline_s:
            raise ValueError(f"lease_s {self.lease_s} is shorter than three deadlines of {self.send_deadline_s} s")


def by_channel(table: Mapping[str, _T], channel: str) -> _T:
    """The entry of a channel, or that of the rest; ``sms_aliyun-2`` is on ``sms_aliyun``."""
    return table.get(channel.partition("-")[0], table[OTHER])
