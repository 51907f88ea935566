"""The channels: the one place that knows Apprise. One send is one Apprise object with one service, and one outcome."""

from __future__ import annotations

from apprise import Apprise, AppriseAsset, NotifyFormat

from notify.channels.inbox import InboxChannel
from notify.channels.mail import MailChannel
from notify.channels.plugin import ChannelSettings, register, sending
from notify.channels.webhook import WebhookChannel
from notify.ledger import Outcome, OutcomeClass
from notify.parcel import Parcel

__all__ = ["ChannelSettings", "send"]

_OWN_SCHEMAS = {
    "inbox": InboxChannel.protocol,
    "mailto": MailChannel.protocol,
    "mailtos": MailChannel.secure_protocol,
    "webhook": WebhookChannel.protocol,
    "webhooks": WebhookChannel.secure_protocol,
}
"""Scheme in the contacts file → schema at Apprise. ``mailto`` stays Apprise's own for everybody else in the process."""

register(InboxChannel, MailChannel, WebhookChannel)


def send(address: str, parcel: Parcel, *, settings: ChannelSettings) -> Outcome:
    """Send one parcel to one address, once, and say what is known.

    ``inbox://``, ``mailto(s)://`` and ``webhook(s)://`` are ours and tell apart what arrived from what may have. Any
    other Apprise URL is tried as it is, with the short text: it answers yes or no, and a no may have arrived.

    Args:
        address: an Apprise URL. It appears in no outcome, log or error.
        parcel: what goes out.
        settings: where the inbox lies, and the total deadline.
    """
    scheme = address.partition("://")[0].lower()
    own = _OWN_SCHEMAS.get(scheme)
    url = own + address[len(scheme) :] if own else address
    with sending(parcel, settings) as under_way:
        service = Apprise.instantiate(url, asset=AppriseAsset(async_mode=False, http_redirects=False))
        if service is None:
            return Outcome(OutcomeClass.REJECT_PERMANENT, "no channel can read this address; check the contacts file")
        service.retry, service.optional = 0, False
        ends = Apprise(asset=service.asset)
        ends.add(service)
        title, body = ("", parcel.text_short) if own is None else (parcel.text_short, parcel.text_long)
        done = ends.notify(body=body, title=title, body_format=NotifyFormat.TEXT)
    if own is None:
        return _unproven(done=bool(done))
    return under_way.outcome or Outcome(OutcomeClass.UNKNOWN, f"{scheme}: the channel broke off")


def _unproven(*, done: bool) -> Outcome:
    if done:
        return Outcome(OutcomeClass.OK, "unproven channel: it said yes")
    return Outcome(OutcomeClass.UNKNOWN, "unproven channel: it said no, and cannot say whether anything arrived")
