"""The channels: the one place that knows Apprise. One send is one Apprise object with one service, and one outcome."""

from __future__ import annotations

from apprise import Apprise, AppriseAsset, NotifyFormat

from notify.channels import aliyun, tencent
from notify.channels.address import AddressUnreadable, credential_of, filled, secret_names
from notify.channels.aliyun import AliyunSmsChannel, AliyunVoiceChannel
from notify.channels.bots import DingtalkChannel, FeishuChannel, WecomBotChannel
from notify.channels.fitting import fitted
from notify.channels.inbox import InboxChannel
from notify.channels.mail import MailChannel
from notify.channels.mqtt import MqttChannel
from notify.channels.plugin import ChannelSettings, OwnChannel, register, sending
from notify.channels.tencent import TencentSmsChannel
from notify.channels.webhook import WebhookChannel
from notify.channels.wecom_app import WecomAppChannel
from notify.delivery_states import Finding, Outcome, OutcomeClass
from notify.parcel import Parcel
from notify.rules import OTHER, by_channel

__all__ = ["OWN_SCHEMES", "ChannelSettings", "credential_of", "is_proven", "look_up", "secret_names", "send"]

_OWN: dict[str, tuple[str, type[OwnChannel]]] = {
    "inbox": ("inbox", InboxChannel),
    "mailto": ("mail", MailChannel),
    "mailtos": ("mail", MailChannel),
    "webhook": ("webhook", WebhookChannel),
    "webhooks": ("webhook", WebhookChannel),
    "wecombot": ("wecom_bot", WecomBotChannel),
    "wecomapp": ("wecom_app", WecomAppChannel),
    "dingtalk": ("dingtalk", DingtalkChannel),
    "feishu": ("feishu", FeishuChannel),
    "smsaliyun": ("sms_aliyun", AliyunSmsChannel),
    "smstencent": ("sms_tencent", TencentSmsChannel),
    "voicealiyun": ("voice_aliyun", AliyunVoiceChannel),
    "mqtt": ("mqtt", MqttChannel),
    "mqtts": ("mqtt", MqttChannel),
}
OWN_SCHEMES = {scheme: channel for scheme, (channel, _) in _OWN.items()}
"""Scheme in the contacts file → channel in rules/channels.toml. Apprise's plugins of these names stay its own."""
_SECURE = frozenset({"mailtos", "webhooks", "mqtts"})

register(*dict.fromkeys(plugin for _, plugin in _OWN.values()))


def is_proven(address: str) -> bool:
    """Whether a channel of ours serves this address: it tells apart what arrived from what may have."""
    return address.partition("://")[0].lower() in _OWN


def look_up(address: str, parcel: Parcel, *, settings: ChannelSettings) -> Finding:
    """Ask the provider what became of what it was sent; UNSURE where it has no receipts, and while it has none yet."""
    asks = {
        "smsaliyun": aliyun.look_up_sms,
        "smstencent": tencent.look_up_sms,
        "voicealiyun": aliyun.look_up_call,
    }
    ask = asks.get(address.partition("://")[0].lower())
    try:
        return Finding.UNSURE if ask is None else ask(filled(address, settings.secret), parcel, settings=settings)
    except AddressUnreadable:
        return Finding.UNSURE


def send(address: str, parcel: Parcel, *, settings: ChannelSettings) -> Outcome:
    """Send one parcel to one address, once, and say what is known.

    The schemes of ``OWN_SCHEMES`` are ours and tell apart what arrived from what may have. Any other Apprise URL is
    tried as it is, with the short text: it answers yes or no, and a no may have arrived.

    Args:
        address: an Apprise URL, with secrets by their names (``${name}``). It appears in no outcome, log or error.
        parcel: what goes out.
        settings: where the inbox lies, the total deadline, limits and secrets.
    """
    scheme = address.partition("://")[0].lower()
    try:
        address = filled(address, settings.secret)
    except AddressUnreadable as error:
        return Outcome(OutcomeClass.REJECT_PERMANENT, f"{scheme}: {error}")
    own = _own_schema(scheme)
    url = own + address[len(scheme) :] if own else address
    with sending(parcel, settings) as under_way:
        service = Apprise.instantiate(url, asset=AppriseAsset(async_mode=False, http_redirects=False))
        if service is None:
            return Outcome(OutcomeClass.REJECT_PERMANENT, "no channel can read this address; check the contacts file")
        service.retry, service.optional = 0, False
        ends = Apprise(asset=service.asset)
        ends.add(service)
        most = by_channel(settings.limits.max_bytes, OTHER)
        short = fitted(parcel.text_short, most, code=parcel.alert.code)
        title, body = ("", short) if own is None else (parcel.text_short, parcel.text_long)
        done = ends.notify(body=body, title=title, body_format=NotifyFormat.TEXT)
    if own is None:
        return _unproven(done=bool(done))
    return under_way.outcome or Outcome(OutcomeClass.UNKNOWN, f"{scheme}: the channel broke off")


def _own_schema(scheme: str) -> str | None:
    """The schema of ours at Apprise, or None."""
    if scheme not in _OWN:
        return None
    plugin = _OWN[scheme][1]
    return plugin.secure_protocol if scheme in _SECURE else plugin.protocol


def _unproven(*, done: bool) -> Outcome:
    if done:
        return Outcome(OutcomeClass.OK, "unproven channel: it said yes")
    return Outcome(OutcomeClass.UNKNOWN, "unproven channel: it said no, and cannot say whether anything arrived")
