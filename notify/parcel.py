"""What goes out: one delivery with the words of its alert."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from notify.alert import Alert
from notify.calling import called_long, called_short
from notify.ledger import Delivery
from notify.texts import resent, with_link


@dataclass(frozen=True, slots=True)
class Parcel:
    """One send. The address is not part of it, so a parcel may be logged."""

    delivery: Delivery
    alert: Alert
    sending_utc: datetime
    resend: bool = False
    """An earlier attempt may have arrived, and the channel cannot drop a second copy: the text says 重发."""
    answer_link: str = field(default="", repr=False)
    """Opens the page with which this office answers this alert; empty where no page is set up."""

    @property
    def key(self) -> str:
        """The same for every attempt: receivers drop a second copy by it."""
        return self.delivery.delivery_id

    @property
    def text_short(self) -> str:
        """One short message."""
        text = called_short(self.alert, self.delivery) if self.delivery.step else self.alert.text_short
        return resent(text) if self.resend else text

    @property
    def text_long(self) -> str:
        """The whole text."""
        text = called_long(self.alert, self.delivery) if self.delivery.step else self.alert.text_long
        return with_link(resent(text) if self.resend else text, self.answer_link)

    @property
    def text_full(self) -> str:
        """The document form; the long text where there is none."""
        if not self.alert.text_full:
            return self.text_long
        return with_link(resent(self.alert.text_full) if self.resend else self.alert.text_full, self.answer_link)

    def document(self) -> dict[str, object]:
        """What a machine receives: one JSON document."""
        alert, delivery = self.alert, self.delivery
        return {
            "delivery_id": delivery.delivery_id,
            "alert_id": alert.alert_id,
            "code": alert.code,
            "revision": alert.revision,
            "event_id": alert.event_id,
            "kind": alert.kind.value,
            "zone": alert.zone,
            "level": alert.level,
            "previous_level": alert.previous_level,
            "reason": alert.reason.value,
            "world": alert.world,
            "exercise": alert.exercise,
            "degraded": alert.degraded,
            "region": delivery.region,
            "office": delivery.office,
            "office_zh": delivery.office_zh,
            "recipient_role": delivery.recipient_role,
            "channel": delivery.channel,
            "step": delivery.step,
            "for_office": delivery.for_office,
            "resend": self.resend,
            "answer_link": self.answer_link,
            "decided_utc": alert.decided_utc.isoformat(),
            "sending_utc": self.sending_utc.isoformat(),
            "text_short": self.text_short,
            "text_long": self.text_long,
            "text_full": self.text_full,
        }
