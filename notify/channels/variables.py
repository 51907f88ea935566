"""The short text in the variables of a template that a provider approved."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from string import ascii_lowercase
from urllib.parse import parse_qs, urlsplit

from notify.channels.address import Parameters
from notify.channels.fitting import chunked, fitted
from notify.channels.plugin import ChannelSettings
from notify.parcel import Parcel
from notify.rules import by_channel
from notify.texts import SHORT_LIMIT

TEMPLATED = frozenset({"sms_aliyun", "sms_tencent", "voice_aliyun"})
"""Channels whose texts go into the variables of an approved template."""
_LEAST_NAMES = 3


def names_of(listed: Sequence[str], chars: int) -> list[str]:
    """The variables of a template: as the address names them, else as many as a whole short text takes."""
    return list(listed) or list(ascii_lowercase[: max(_LEAST_NAMES, ceil(SHORT_LIMIT / chars))])


def room_of(address: str, chars: int) -> int:
    """Characters that the variables of an address carry together; a short text may have ``SHORT_LIMIT``."""
    listed = [part for text in parse_qs(urlsplit(address).query).get("vars", []) for part in text.split(",") if part]
    return chars * len(names_of(listed, chars))


def variables_of(asked: Parameters, parcel: Parcel, settings: ChannelSettings, channel: str) -> dict[str, str]:
    """Variables by their names, in the order of ``vars=``; the last ones may be blank.

    A text that begins with the signature which the provider puts before it anyway does not say it twice.

    Raises:
        ValueError: the variables together have no room for the code.
    """
    chars = by_channel(settings.limits.variable_chars, channel)
    names = names_of(asked.listed("vars"), chars)
    text = parcel.text_short.removeprefix(f"【{asked.get('signname')}】")
    whole = fitted(text, chars * len(names), code=parcel.alert.code, size=len)
    return dict(zip(names, chunked(whole, chars, pieces=len(names)), strict=True))
