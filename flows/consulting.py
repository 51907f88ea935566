"""An invitation to confer (会商邀请) as a draft: it goes out, to the whole joint unit, once it is signed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flows.hearing import units_of
from flows.wiring import House
from notify.alert import LIVE, WarningColour, alert_code
from notify.duty_facts import ConsultationFacts
from notify.duty_wording import consultation_texts
from notify.phrases import BEIJING
from notify.texts import Envelope
from notify.warning.document import DocumentState
from store.errors import AnswerUnclear
from store.warning_documents import LETTER, DocumentRow

CONSULTATION = "consultation"
"""``content["form"]`` of an invitation."""
NUMBER_PREFIX = "会商邀请"


@dataclass(frozen=True, slots=True)
class Meeting:
    """What somebody invites to."""

    subject_zh: str
    at_utc: datetime
    answer_by_utc: datetime
    meeting_no: str
    agenda: tuple[str, ...] = ()
    event_id: str = ""
    """Number of the event that it is about; empty where it is about none."""


def draft_consultation(house: House, zone_id: str, meeting: Meeting, *, by: str, now: datetime) -> DocumentRow:
    """Draft an invitation in the name of ``by``: to every county of the joint unit, and of all that its fire lies in.

    Raises:
        AnswerUnclear: nobody is named, or the meeting is over or cannot be put into words.
        NotInStore: no such joint unit.
    """
    if not by.strip():
        raise AnswerUnclear("a consultation: say who invites")
    if meeting.answer_by_utc <= now:
        raise AnswerUnclear(f"a consultation: the time to answer by ({meeting.answer_by_utc}) is over")
    zone = house.catalogue.zone(zone_id)
    units = [house.catalogue.zone(one) for one in units_of(house, meeting.event_id, zone_id)]
    members = tuple(dict.fromkeys(county.short_zh for unit in units for county in unit.counties))
    day = now.astimezone(BEIJING)
    with house.database.begin():
        count = house.warning_documents.next_number(f"consultation:{day:%Y}", world=house.world)
        try:
            facts = ConsultationFacts(
                meeting.subject_zh,
                meeting.at_utc,
                meeting.answer_by_utc,
                members,
                meeting.meeting_no,
                by.strip(),
                agenda=meeting.agenda,
            )
            code = alert_code("会", decided_local=day, number=count, exercise=house.world != LIVE)
            envelope = Envelope("会商通知", code, now, house.world != LIVE)
            texts = consultation_texts(facts, envelope)
        except ValueError as error:
            raise AnswerUnclear(f"a consultation: {error}") from error
        row = DocumentRow(
            number=f"{NUMBER_PREFIX}〔{day:%Y}〕{count}",
            kind=LETTER,
            zone=zone.id,
            county_gb=zone.counties[0].gb,
            receiver_gb=zone.counties[-1].gb,
            state=DocumentState.DRAFT,
            colour=WarningColour.NONE,
            previous_colour=WarningColour.NONE,
            begins_utc=now,
            ends_utc=meeting.at_utc,
            decided_utc=now,
            text_short=texts.short,
            text_long=texts.long,
            content=_content(meeting, by) | {"code": code},
        )
        house.warning_documents.save(row, world=house.world)
    return row


def _content(meeting: Meeting, by: str) -> dict[str, Any]:
    return {
        "form": CONSULTATION,
        "subject": meeting.subject_zh,
        "begins": meeting.at_utc.astimezone(BEIJING).isoformat(),
        "answer_by": meeting.answer_by_utc.astimezone(BEIJING).isoformat(),
        "meeting_no": meeting.meeting_no,
        "agenda": list(meeting.agenda),
        "event_id": meeting.event_id,
        "by": by.strip(),
    }
