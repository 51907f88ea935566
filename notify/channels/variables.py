"""The short text in the variables of a template that a provider approved."""

from __future__ import annotations

from notify.channels.address import Parameters
from notify.channels.fitting import chunked, fitted
from notify.channels.plugin import ChannelSettings
from notify.parcel import Parcel
from notify.rules import by_channel

_DEFAULT_NAMES = "a,b,c"


def variables_of(asked: Parameters, parcel: Parcel, settings: ChannelSettings, channel: str) -> dict[str, str]:
    """Variables by their names, in the order of ``vars=``; the last ones may be blank.

    A text that begins with the signature which the provider puts before it anyway does not say it twice.

    Raises:
        ValueError: the variables together have no room for the code.
    """
    names = asked.listed("vars") or _DEFAULT_NAMES.split(",")
    chars = by_channel(settings.limits.variable_chars, channel)
    text = parcel.text_short.removeprefix(f"【{asked.get('signname')}】")
    whole = fitted(text, chars * len(names), code=parcel.alert.code, size=len)
    return dict(zip(names, chunked(whole, chars, pieces=len(names)), strict=True))
