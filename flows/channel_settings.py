"""What channels need beside an address, from a house."""

from __future__ import annotations

from flows.wiring import House
from notify.channels import ChannelSettings


def channel_settings(house: House) -> ChannelSettings:
    """Inbox, deadline, limits and secrets of a house."""
    return ChannelSettings(
        inbox_dir=house.home.inbox,
        deadline_s=house.rules.dispatch.send_deadline_s,
        limits=house.rules.channels,
        secret=house.secrets_held.get,
    )
