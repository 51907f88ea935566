"""Who is owed an alert: one row for each recipient, and never a region without one."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from boundary_zones.contacts import Recipient, RecipientRole
from notify.alert import Alert
from notify.delivery_states import DeliveryState
from notify.ledger import Delivery


class Uncovered(ValueError):
    """A region that must be told has nobody to tell, or somebody would be told who must not."""


def obligations(
    alert: Alert,
    recipients: Sequence[Recipient],
    *,
    required: Iterable[str] = (),
    reaches_office: Callable[[str], bool] = lambda _: True,
) -> tuple[Delivery, ...]:
    """The rows of an alert: one for each recipient of the first rank, in their order, all pending.

    Args:
        alert: that was decided.
        recipients: everybody who is told; endpoints of later ranks wait for failover or for the ladder.
        required: regions with an office on the list of those that must hear of it. One whose office has no endpoint is
            seen as unreached, and keeps nobody else from being told.
        reaches_office: whether a channel reaches an office, and not a group.

    Raises:
        Uncovered: a region of the alert without a recipient or a required office, a recipient of another region, or
            nobody at all.
        ValueError: two recipients with the same region, office and channel.
    """
    _refuse_gaps(alert, recipients, required=frozenset(required))
    rows = tuple(row_for(alert, one, reaches_office=reaches_office) for one in recipients if one.rank == 1)
    seen: set[str] = set()
    for row in rows:
        if row.delivery_id in seen:
            raise ValueError(f"contacts: {row.office_zh} ({row.region}/{row.office}) is named twice for {row.channel}")
        seen.add(row.delivery_id)
    return rows


def delivery_id_of(
    alert: Alert, *, region: str, office: str, channel: str, step: int, on_behalf: tuple[str, str] | None = None
) -> str:
    """sha256 of world, event, revision, recipient, channel and step: the same input is the same row.

    A row that calls one office on behalf of another has that one's region and office in it too.
    """
    key = "|".join((alert.world, alert.event_id, str(alert.revision), f"{region}/{office}", channel, str(step)))
    if on_behalf is not None:
        key = f"{key}|{'/'.join(on_behalf)}"
    return hashlib.sha256(key.encode()).hexdigest()[:32]


def failover_rows(alert: Alert, failed: Delivery, ways: Iterable[Recipient]) -> tuple[Delivery, ...]:
    """Rows for the endpoints of an office that come next after the one of ``failed``; due at once.

    Args:
        alert: that the office is owed.
        failed: the row whose endpoint has had its chance.
        ways: every endpoint of the office.
    """
    return tuple(row_for(alert, way) for way in ways if way.rank == failed.rank + 1)


def former_rows(alert: Alert, reached: Sequence[Delivery], contacts: Sequence[Recipient]) -> tuple[Delivery, ...]:
    """Rows of ``alert`` for everybody whom a former revision left for, on the same channels, each once.

    A recipient that is no longer in the contacts keeps its row: the dispatcher finds no address, and says so.
    """
    known = {one.key: one for one in contacts}
    wanted = {f"{row.region}/{row.office}/{row.channel}": row for row in reached}
    return tuple(
        row_for(alert, known.get(key) or _gone(row), reaches_office=lambda _, row=row: not row.to_group)  # type: ignore[misc]
        for key, row in wanted.items()
    )


def _gone(row: Delivery) -> Recipient:
    role = RecipientRole(row.recipient_role)
    return Recipient(row.region, row.office, row.office_zh, role, row.channel, address="gone://", rank=row.rank)


def _refuse_gaps(alert: Alert, recipients: Sequence[Recipient], *, required: frozenset[str]) -> None:
    named = {recipient.region for recipient in recipients}
    missing = sorted(set(alert.regions) - named - required)
    if missing or not recipients:
        whom = f"region {', '.join(missing)} has nobody" if missing else "there is nobody"
        raise Uncovered(f"alert {alert.code}: {whom} to tell; add a recipient to the contacts file")
    strangers = sorted(named - set(alert.regions))
    if alert.regions and strangers:
        raise Uncovered(f"alert {alert.code} is for {', '.join(alert.regions)}; not for region {', '.join(strangers)}")


def row_for(
    alert: Alert,
    recipient: Recipient,
    *,
    step: int = 0,
    due: datetime | None = None,
    on_behalf: tuple[str, str, str] | None = None,
    reaches_office: Callable[[str], bool] = lambda _: True,
) -> Delivery:
    """A pending row.

    Args:
        alert: what is told.
        recipient: who is told, and how.
        step: of the ladder; 0 is told at once.
        due: not before; None is at once.
        on_behalf: region, office and name of the office that has not answered.
        reaches_office: whether a channel reaches an office, and not a group.
    """
    region, office, channel = str(recipient.region), str(recipient.office), str(recipient.channel)
    for_region, for_office, for_office_zh = on_behalf or ("", "", "")
    pair = (for_region, for_office) if on_behalf else None
    return Delivery(
        delivery_id=delivery_id_of(alert, region=region, office=office, channel=channel, step=step, on_behalf=pair),
        alert_id=alert.alert_id,
        revision=alert.revision,
        region=region,
        office=office,
        office_zh=recipient.office_zh,
        recipient_role=str(recipient.role),
        channel=channel,
        step=step,
        state=DeliveryState.PENDING,
        next_attempt_utc=due,
        world=alert.world,
        rank=recipient.rank,
        to_group=not reaches_office(channel),
        for_region=for_region,
        for_office=for_office,
        for_office_zh=for_office_zh,
    )
