"""The words of what a watch says beside alarms. Pure, as :mod:`notify.wording`."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from notify.duty_facts import BulletinFacts, ClosedFacts, ConsultationFacts, OverFacts, ZeroFacts
from notify.phrases import BEIJING, clock_zh, plain
from notify.texts import Envelope, Texts, texts_of
from notify.wording import missing_words, moment_words


def closed_texts(facts: ClosedFacts, envelope: Envelope) -> Texts:
    """A fire that was none."""
    words = {
        "place": plain(facts.place_zh),
        "seen": lambda trim: f"{moment_words(facts.checked_utc, envelope, full=trim.full)}",
        "checked_long": clock_zh(facts.checked_utc, year=True),
        "issued": clock_zh(envelope.issued_utc, year=True),
    }
    return texts_of("closed", facts, envelope, words=words)


def over_texts(facts: OverFacts, envelope: Envelope) -> Texts:
    """A verified fire that is over: said to everybody who was told of it."""
    words = {
        "closed": lambda trim: moment_words(facts.closed_utc, envelope, full=trim.full),
        "closed_long": clock_zh(facts.closed_utc, year=True),
        "issued": clock_zh(envelope.issued_utc, year=True),
    }
    return texts_of("over", facts, envelope, words=words)


def consultation_texts(facts: ConsultationFacts, envelope: Envelope) -> Texts:
    """An invitation to confer. Across a line it asks."""
    words = {
        "at_short": clock_zh(facts.at_utc),
        "at_long": clock_zh(facts.at_utc, year=True),
        "answer_by": moment_words(facts.answer_by_utc, envelope, full=False),
        "issued": clock_zh(envelope.issued_utc, year=True),
    }
    return texts_of("consultation", facts, envelope, words=words)


def zero_texts(facts: ZeroFacts, envelope: Envelope) -> Texts:
    """What a watch saw in a day: asked of a county's office, whose answer is its report, or said to those above.

    Where data were missing or an office is silent it says so in the place of 值班正常.
    """
    by = facts.answer_by_utc
    words = {
        "period": span_zh(facts.begins_utc, facts.ends_utc),
        "until": f"截至{_day_hour(facts.ends_utc.astimezone(BEIJING))}",
        "missing": partial(missing_words, facts.missing),
        "answer_by": moment_words(by, envelope, full=False) if by is not None else "",
        "report_zh": "零报告" if facts.hotspots == facts.fires == 0 else "值班日报",
        "issued": clock_zh(envelope.issued_utc, year=True),
    }
    return texts_of("zero", facts, envelope, words=words)


def bulletin_texts(facts: BulletinFacts, envelope: Envelope) -> Texts:
    """The day's count of verifications, for the duty desks of the regions."""
    words = {
        "period": span_zh(facts.begins_utc, facts.ends_utc),
        "until": f"截至{_day_hour(facts.ends_utc.astimezone(BEIJING))}",
        "missing": partial(missing_words, facts.missing),
        "issued": clock_zh(envelope.issued_utc, year=True),
    }
    return texts_of("bulletin", facts, envelope, words=words)


def span_zh(begins: datetime, ends: datetime) -> str:
    """4月9日17时至10日17时."""
    begin, end = (instant.astimezone(BEIJING) for instant in (begins, ends))
    return f"{clock_zh(begin)}至{clock_zh(end) if begin.month != end.month else _day_hour(end)}"


def _day_hour(local: datetime) -> str:
    return f"{local.day}日{local.hour:02d}时" + (f"{local.minute:02d}分" if local.minute else "")
