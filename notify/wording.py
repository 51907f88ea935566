"""The words of alerts in Chinese, as a duty room says them. Pure: facts in, a short and a long text out.

Here are those of the system itself, of what is taken back or put right, and the words that all share; warnings stand in
:mod:`notify.danger_wording`, fires in :mod:`notify.incident_wording`. What was missing is said. An exercise begins and
ends with 【演练】.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any

from notify.facts import CancelFacts, CorrectFacts, FeedFacts, RunFacts, Wind
from notify.phrases import (
    BEIJING,
    beaufort,
    clock_zh,
    duration_zh,
    hour_minute_zh,
    lacking,
    plain,
    same_day,
    sector_zh,
    side_zh,
)
from notify.texts import Envelope, Texts, Trim, texts_of


def feed_texts(facts: FeedFacts, envelope: Envelope) -> Texts:
    """A feed that is out or back, for operations."""
    newest = facts.newest_content_utc
    words = {
        "problem": plain(facts.problem_zh),
        "since": partial(_since, facts, envelope),
        "since_long": clock_zh(facts.since_utc, year=True),
        "newest": moment_words(newest, envelope) if newest else "",
        "newest_long": clock_zh(newest, year=True) if newest else "",
        "outage": duration_zh(envelope.issued_utc - facts.since_utc),
        "issued": clock_zh(envelope.issued_utc),
        "issued_long": clock_zh(envelope.issued_utc, year=True),
    }
    return texts_of("feed", facts, envelope, words=words)


def run_texts(facts: RunFacts, envelope: Envelope) -> Texts:
    """A flow whose runs fail or are good again, for operations."""
    good = facts.last_good_utc
    words = {
        "error": plain(facts.error),
        "problem": plain(facts.problem),
        "since": partial(_since_run, facts, envelope),
        "since_long": clock_zh(facts.since_utc, year=True),
        "last_good": moment_words(good, envelope, full=False) if good else "",
        "last_good_long": clock_zh(good, year=True) if good else "",
        "outage": duration_zh(envelope.issued_utc - facts.since_utc),
        "issued_short": hour_minute_zh(envelope.issued_utc),
        "issued_long": clock_zh(envelope.issued_utc, year=True),
    }
    return texts_of("run", facts, envelope, words=words)


def cancel_texts(facts: CancelFacts, envelope: Envelope) -> Texts:
    """An alert that is taken back."""
    return texts_of("cancel", facts, envelope, words=_former(facts, envelope))


def correct_texts(facts: CorrectFacts, envelope: Envelope) -> Texts:
    """An alert that is put right."""
    return texts_of("correct", facts, envelope, words=_former(facts, envelope))


def wind_words(wind: Wind, *, area: bool = False, gusts: bool = True) -> str:
    """Force and direction as an office says them: 西北风5级、阵风7级; of an area by its side: 偏北风5级."""
    force = beaufort(wind.speed_ms)
    if wind.direction_deg is None or force == 0:
        text = f"风力{force}级" if force else "静风"
    else:
        text = f"{(side_zh if area else sector_zh)(wind.direction_deg)}风{force}级"
    gust = beaufort(wind.gust_ms) if gusts and wind.gust_ms is not None else 0
    return text + (f"、阵风{gust}级" if gust > force else "")


def missing_words(names: Sequence[str], trim: Trim) -> str:
    """What was missing or looks wrong: by name, or by number where there is no room."""
    told = lacking([plain(name) for name in names], by_name=trim.missing_names)
    return f"{told}。" if told else ""


def moment_words(instant: datetime, envelope: Envelope, *, full: bool = True) -> str:
    """Time of an instant, with its day when that is not the day of the message."""
    if same_day(instant, envelope.issued_utc):
        return hour_minute_zh(instant)
    return clock_zh(instant) if full else f"{instant.astimezone(BEIJING).day}日{hour_minute_zh(instant)}"


def _since(facts: FeedFacts, envelope: Envelope, trim: Trim) -> str:
    return clock_zh(facts.since_utc) if trim.full else moment_words(facts.since_utc, envelope, full=False)


def _since_run(facts: RunFacts, envelope: Envelope, trim: Trim) -> str:
    return clock_zh(facts.since_utc) if trim.weather else moment_words(facts.since_utc, envelope, full=False)


def _former(facts: CancelFacts | CorrectFacts, envelope: Envelope) -> dict[str, Any]:
    """How the alert that is taken back or put right is called."""
    code, subject = facts.former_code, facts.subject_zh

    def former(trim: Trim) -> str:
        if not trim.full:
            return f"{code}号"
        return moment_words(facts.former_utc, envelope) + (f"{subject}（{code}）" if trim.detail else f"{code}号")

    long = f"{clock_zh(facts.former_utc, year=True)}发出的{subject}（编号{code}）"
    return {"former": former, "former_long": long, "issued": clock_zh(envelope.issued_utc, year=True)}
