"""Office by office: how many alerts it was told, answered, how fast, and how often it was called for another."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from notify.ledger import Delivery


@dataclass(frozen=True, slots=True)
class OfficeTally:
    """What one office had to do. An alert counts once, whatever the number of its channels and reminders."""

    region: str
    office: str
    office_zh: str
    told: int
    answered: int
    fastest: timedelta | None
    """From an alert to its answer; None where none was answered."""
    calls: int
    """How often it was called because another office kept silent."""


def tallies(left: Iterable[Delivery], regions: Iterable[str]) -> list[OfficeTally]:
    """The tally of every office, by the order of ``regions``, of the rows that left."""
    order = list(regions)
    grouped: dict[tuple[int, str, str], list[Delivery]] = defaultdict(list)
    for row in left:
        grouped[order.index(row.region), row.office, row.office_zh].append(row)
    return [
        _tally(order[place], office, office_zh, rows) for (place, office, office_zh), rows in sorted(grouped.items())
    ]


def _tally(region: str, office: str, office_zh: str, rows: Sequence[Delivery]) -> OfficeTally:
    own = [row for row in rows if not row.for_office_zh]
    answered = [row for row in own if row.acknowledged_utc is not None]
    told, said = ({row.alert_id for row in some} for some in (own, answered))
    waits = [row.acknowledged_utc - row.sent_utc for row in answered if row.acknowledged_utc and row.sent_utc]
    return OfficeTally(
        region, office, office_zh, len(told), len(said), min(waits, default=None), calls=len(rows) - len(own)
    )
