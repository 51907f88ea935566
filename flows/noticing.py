"""The notice of a fire (火情通报) as a draft in the name of its county: two persons sign it, and all offices get it.

What the system told at once was 系统初判. This is the formal text, with what people reported; it takes the same road as
a warning and an invitation, and its signature is a step of the event's notice.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from flows.documents.notice_papers import notice_of
from flows.wiring import House
from notify.alert import LIVE, AlertKind, WarningColour, alert_code
from notify.documents.message_text import message_text
from notify.phrases import BEIJING
from notify.warning.document import DocumentState
from store.errors import AnswerUnclear, NotInStore
from store.warning_documents import LETTER, NOTICE, DocumentRow

NUMBER_PREFIX = "火情通报"
_STANDS = timedelta(hours=6)


def draft_notice(house: House, number: str, *, by: str, now: datetime) -> DocumentRow:
    """Draft the notice of a fire that offices were told of, with its newest report.

    Raises:
        AnswerUnclear: nobody is named.
        NotInStore: no such incident, or nobody was told of it.
    """
    if not by.strip():
        raise AnswerUnclear("a notice: say who drafts it")
    incident = house.incidents.resolve(number, world=house.world)
    event = incident.incident_id
    told = [one for one in house.alerts.of_event(event, world=house.world) if one.kind is AlertKind.INCIDENT]
    if not told:
        raise NotInStore(
            f"no office was told of {event} in world {house.world!r}: there is nothing to write a notice of"
        )
    zone, day, newest = house.catalogue.zone(incident.zone), now.astimezone(BEIJING), told[-1]
    paper = notice_of(house, event, quoted=False)
    with house.database.begin():
        count = house.warning_documents.next_number(f"notice:{day:%Y}", world=house.world)
        code = alert_code("通", decided_local=day, number=count, exercise=house.world != LIVE)
        row = DocumentRow(
            number=f"{NUMBER_PREFIX}〔{day:%Y}〕{count}",
            kind=LETTER,
            zone=zone.id,
            county_gb=incident.county_gb or zone.counties[0].gb,
            receiver_gb=incident.neighbour_county_gb,
            state=DocumentState.DRAFT,
            colour=WarningColour.NONE,
            previous_colour=WarningColour.NONE,
            begins_utc=now,
            ends_utc=now + _STANDS,
            decided_utc=now,
            text_short=newest.text_short.replace(newest.code, code),
            text_long=message_text(paper),
            content={"form": NOTICE, "event_id": event, "by": by.strip(), "code": code},
        )
        house.warning_documents.save(row, world=house.world)
    return row
