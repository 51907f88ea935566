"""``mqtt://[user:password@]host[:port]/topic?qos=1`` and ``mqtts://``: one JSON document, retained never.

The broker's acknowledgement (PUBACK, at QoS 2 PUBCOMP) is the yes. The document carries the ledger's key: receivers
drop a second copy by it.
"""

from __future__ import annotations

import json
import ssl
import threading
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from paho.mqtt import MQTTException
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode
from paho.mqtt.reasoncodes import ReasonCode

from notify.channels.fitting import utf8
from notify.channels.plugin import ChannelSettings, OwnChannel
from notify.delivery_states import Outcome, OutcomeClass
from notify.parcel import Parcel
from notify.rules import by_channel

_C = OutcomeClass
_NAME = "mqtt"
_CONNECT_SHARE = 0.5
_BUSY = frozenset({"Server unavailable", "Server busy", "Connection rate exceeded", "Quota exceeded"})


@dataclass(frozen=True, slots=True)
class _Broker:
    host: str
    port: int
    secure: bool
    topic: str = field(repr=False)
    qos: int
    user: str | None = field(repr=False)
    password: str | None = field(repr=False)


class MqttChannel(OwnChannel):
    """A topic of a broker. Who reads it is not known, so it fulfils no office's obligation."""

    service_name = "MQTT"
    protocol = "firewatchmqtt"
    secure_protocol = "firewatchmqtts"

    def deliver(self, address: str, parcel: Parcel, *, settings: ChannelSettings) -> Outcome:
        """Publish once and wait for the broker's acknowledgement."""
        broker = _broker_of(address)
        body = json.dumps(parcel.document(), ensure_ascii=False)
        if isinstance(broker, str):
            return Outcome(_C.REJECT_PERMANENT, f"{_NAME}: {broker}")
        if utf8(body) > by_channel(settings.limits.max_bytes, _NAME):
            return Outcome(_C.REJECT_PERMANENT, f"{_NAME}: the document has {utf8(body)} bytes")
        client = Client(
            CallbackAPIVersion.VERSION2, client_id=f"firewatch-{parcel.key[:16]}", reconnect_on_failure=False
        )
        if broker.user is not None:
            client.username_pw_set(broker.user, broker.password)
        if broker.secure:
            client.tls_set_context(ssl.create_default_context())
        return _Conversation(client, broker, settings.deadline_s).publish(body)


class _Conversation:
    """From connecting to the acknowledgement, all within one deadline."""

    def __init__(self, client: Client, broker: _Broker, deadline_s: float) -> None:
        self._client, self._broker = client, broker
        self._end = time.monotonic() + deadline_s
        self._answered, self._lost = threading.Event(), threading.Event()
        self._reason: ReasonCode | None = None
        client.connect_timeout = deadline_s * _CONNECT_SHARE
        client.on_connect, client.on_disconnect = self._connected, self._disconnected

    def publish(self, body: str) -> Outcome:
        """Connect, publish, wait, part."""
        try:
            self._client.connect(self._broker.host, self._broker.port, keepalive=30)
        except (OSError, ValueError) as error:
            return Outcome(_C.NOT_SENT, f"{_NAME}: no connection ({type(error).__name__})")
        self._client.loop_start()
        try:
            return self._refusal() or self._acknowledged(body)
        finally:
            self._client.disconnect()
            self._client.loop_stop()

    def _refusal(self) -> Outcome | None:
        self._answered.wait(self._left() * _CONNECT_SHARE)
        if self._reason is None:
            return Outcome(_C.NOT_SENT, f"{_NAME}: the broker did not greet")
        if not self._reason.is_failure:
            return None
        kind = _C.REJECT_TEMPORARY if self._reason.getName() in _BUSY else _C.REJECT_PERMANENT
        return Outcome(kind, f"{_NAME}: {self._reason.getName()}")

    def _acknowledged(self, body: str) -> Outcome:
        info = self._client.publish(self._broker.topic, body.encode(), qos=self._broker.qos, retain=False)
        if info.rc != MQTTErrorCode.MQTT_ERR_SUCCESS:
            return Outcome(_C.UNKNOWN, f"{_NAME}: broken off while publishing")
        while not info.is_published() and self._left() > 0 and not self._lost.is_set():
            try:
                info.wait_for_publish(min(0.05, self._left()))
            except (MQTTException, RuntimeError, ValueError) as error:
                return Outcome(_C.UNKNOWN, f"{_NAME}: broken off ({type(error).__name__})")
        if info.is_published():
            return Outcome(_C.OK, f"{_NAME}: acknowledged at QoS {self._broker.qos}")
        return Outcome(_C.UNKNOWN, f"{_NAME}: no acknowledgement")

    def _left(self) -> float:
        return max(0.0, self._end - time.monotonic())

    def _connected(self, *found: Any) -> None:
        self._reason = found[3]
        self._answered.set()

    def _disconnected(self, *_: Any) -> None:
        self._lost.set()
        self._answered.set()


def _broker_of(address: str) -> _Broker | str:
    """The broker and topic, or what is wrong with the address."""
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return "the address cannot be read"
    topic, query = unquote(parts.path.lstrip("/")), parse_qs(parts.query)
    if not parts.hostname or not topic or set(topic) & set("+#\0"):
        return "an address is mqtt://[user:password@]host[:port]/topic, without wildcards"
    if query.keys() - {"qos"} or query.get("qos", ["1"]) not in (["1"], ["2"]):
        return "qos= is 1 or 2, and nothing else is known"
    secure = parts.scheme.endswith("s")
    return _Broker(
        host=parts.hostname,
        port=port or (8883 if secure else 1883),
        secure=secure,
        topic=topic,
        qos=int(query.get("qos", ["1"])[0]),
        user=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password) if parts.password else None,
    )
