"""What each channel can carry and what it is good for, as ``rules/channels.toml`` gives it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from notify.rules import OTHER, by_channel

_LEAST_BYTES = 400
"""Room for one short message of 70 characters with its marks."""


@dataclass(frozen=True, slots=True)
class ChannelLimits:
    """Limits and abilities by channel (section ``limits``), with ``other`` for the rest.

    Raises:
        ValueError: a table without ``other``, a number that is not positive, or a text limit under a short message.
    """

    max_bytes: Mapping[str, int]
    """UTF-8 bytes of one text. A longer one is cut at the end of a sentence."""
    variable_chars: Mapping[str, int]
    """Characters of one variable in a template that the provider approved."""
    per_min: Mapping[str, int]
    """Sends per minute and credential, under what the provider blocks at."""
    burst: Mapping[str, int]
    can_ack: tuple[str, ...]
    """Channels on which a person can answer."""
    personal: tuple[str, ...]
    """Channels that reach an office, and not a group: only they fulfil an obligation."""
    look_up_after_s: Mapping[str, float]
    """Seconds after a doubtful send until the provider's receipt says something; 0: it has none to ask for."""

    def __post_init__(self) -> None:
        tables: dict[str, Mapping[str, float]] = {
            "max_bytes": self.max_bytes,
            "variable_chars": self.variable_chars,
            "per_min": self.per_min,
            "burst": self.burst,
        }
        for name, table in tables.items():
            if OTHER not in table or min(table.values()) <= 0:
                raise ValueError(f"{name} needs positive numbers and an entry '{OTHER}', got {dict(table)}")
        if min(self.max_bytes.values()) < _LEAST_BYTES:
            raise ValueError(f"max_bytes under {_LEAST_BYTES} holds no short message, got {dict(self.max_bytes)}")
        if OTHER not in self.look_up_after_s or min(self.look_up_after_s.values()) < 0:
            raise ValueError(f"look_up_after_s needs an entry '{OTHER}' and no negative number")

    def reaches_office(self, channel: str) -> bool:
        """Whether a message on this channel fulfils an office's obligation."""
        return kind_of(channel) in self.personal

    def can_be_looked_up(self, channel: str) -> bool:
        """Whether the provider says what became of a doubtful send."""
        return by_channel(self.look_up_after_s, kind_of(channel)) > 0


def kind_of(channel: str) -> str:
    """``sms_aliyun`` of ``sms_aliyun-2``: a second endpoint of an office on one channel."""
    return channel.partition("-")[0]


UNLIMITED = ChannelLimits(
    max_bytes={"wecom_bot": 2048, "wecom_app": 2048, OTHER: 20_000},
    variable_chars={OTHER: 35},
    per_min={OTHER: 1_000_000},
    burst={OTHER: 1_000_000},
    can_ack=(),
    personal=(),
    look_up_after_s={OTHER: 0.0},
)
"""What providers would refuse anyway, and no more: where no rules are at hand."""
