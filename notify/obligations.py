"""Who is owed an alert: one row for each recipient, and never a region without one."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from boundary_zones.contacts import Recipient
from notify.alert import Alert
from notify.ledger import Delivery, DeliveryState


class Uncovered(ValueError):
    """A region that must be told has nobody to tell, or somebody would be told who must not."""


def obligations(alert: Alert, recipients: Sequence[Recipient]) -> tuple[Delivery, ...]:
    """The rows of an alert: one for each recipient, in their order, all pending.

    Raises:
        Uncovered: a region of the alert without a recipient, a recipient of another region, or nobody at all.
        ValueError: two recipients with the same region, office and channel.
    """
    _refuse_gaps(alert, recipients)
    rows = tuple(_row(alert, recipient) for recipient in recipients)
    seen: set[str] = set()
    for row in rows:
        if row.delivery_id in seen:
            raise ValueError(f"contacts: {row.office_zh} ({row.region}/{row.office}) is named twice for {row.channel}")
        seen.add(row.delivery_id)
    return rows


def delivery_id_of(alert: Alert, *, region: str, office: str, channel: str, step: int) -> str:
    """sha256 of world, event, revision, recipient, channel and step: the same input is the same row."""
    key = "|".join((alert.world, alert.event_id, str(alert.revision), f"{region}/{office}", channel, str(step)))
    return hashlib.sha256(key.encode()).hexdigest()[:32]


def _refuse_gaps(alert: Alert, recipients: Sequence[Recipient]) -> None:
    named = {recipient.region for recipient in recipients}
    missing = sorted(set(alert.regions) - named)
    if missing or not recipients:
        whom = f"region {', '.join(missing)} has nobody" if missing else "there is nobody"
        raise Uncovered(f"alert {alert.code}: {whom} to tell; add a recipient to the contacts file")
    strangers = sorted(named - set(alert.regions))
    if alert.regions and strangers:
        raise Uncovered(f"alert {alert.code} is for {', '.join(alert.regions)}; not for region {', '.join(strangers)}")


def _row(alert: Alert, recipient: Recipient, step: int = 0) -> Delivery:
    region, office, channel = str(recipient.region), str(recipient.office), str(recipient.channel)
    return Delivery(
        delivery_id=delivery_id_of(alert, region=region, office=office, channel=channel, step=step),
        alert_id=alert.alert_id,
        revision=alert.revision,
        region=region,
        office=office,
        office_zh=recipient.office_zh,
        recipient_role=str(recipient.role),
        channel=channel,
        step=step,
        state=DeliveryState.PENDING,
        world=alert.world,
    )
