"""The words of several feeds, or several flows, that fail at once: one message names them all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TypeVar

from notify.facts import FeedFacts, RunFacts
from notify.phrases import clock_zh, duration_zh, hour_minute_zh, listed, plain
from notify.texts import Envelope, Texts, Trim, texts_of
from notify.wording import feed_texts, moment_words, run_texts

_F = TypeVar("_F", FeedFacts, RunFacts)
_WITHOUT_CAUSES, _WITHOUT_TIMES, _FEW_NAMES = 8, 5, 3
"""Names that a trim keeps of each list: what a long text leaves out beside."""


@dataclass(frozen=True, slots=True)
class FeedsFacts:
    """Feeds that are out, and those that are no longer since operations were told last."""

    out: Sequence[FeedFacts]
    over: Sequence[FeedFacts]
    means_zh: str
    """For the products."""


@dataclass(frozen=True, slots=True)
class RunsFacts:
    """Flows whose runs fail, and those that are good again since operations were told last."""

    failing: Sequence[RunFacts]
    over: Sequence[RunFacts]


def feeds_texts(facts: FeedsFacts, envelope: Envelope) -> Texts:
    """Feeds that are out or back, for operations; of a single one as it always was told."""
    if len(facts.out) + len(facts.over) == 1:
        return feed_texts((*facts.out, *facts.over)[0], envelope)
    words = {
        "out": [one.feed_zh for one in facts.out],
        "back": [one.feed_zh for one in facts.over if not one.retired],
        "retired": [one.feed_zh for one in facts.over if one.retired],
        "since": _since(facts.out, envelope),
        "outages": partial(_outages, facts.out),
        "ends": partial(_ends, facts.over, envelope),
        "issued_short": hour_minute_zh(envelope.issued_utc),
        "issued_long": clock_zh(envelope.issued_utc, year=True),
    }
    return texts_of("feeds", facts, envelope, words=words)


def runs_texts(facts: RunsFacts, envelope: Envelope) -> Texts:
    """Flows whose runs fail or are good again, for operations; of a single one as it always was told."""
    if len(facts.failing) + len(facts.over) == 1:
        return run_texts((*facts.failing, *facts.over)[0], envelope)
    words = {
        "failing": [one.flow_zh for one in facts.failing],
        "over": [one.flow_zh for one in facts.over],
        "since": _since(facts.failing, envelope),
        "failures": partial(_failures, facts.failing),
        "ends": partial(_recoveries, facts.over, envelope),
        "effects": "；".join(dict.fromkeys(f"{one.flow_zh}：{one.effect_zh}" for one in facts.failing)),
        "issued_short": hour_minute_zh(envelope.issued_utc),
        "issued_long": clock_zh(envelope.issued_utc, year=True),
    }
    return texts_of("runs", facts, envelope, words=words)


def _since(standing: Sequence[_F], envelope: Envelope) -> str:
    """Since when the first of them stands; empty where none does."""
    return moment_words(min(one.since_utc for one in standing), envelope, full=False) if standing else ""


def _outages(out: Sequence[FeedFacts], trim: Trim) -> str:
    """What is out since when and why; feeds that went out together for one cause are told together."""
    if trim.names is not None and trim.names <= _WITHOUT_TIMES:
        return _named([one.feed_zh for one in out], trim)
    alike: defaultdict[tuple[datetime, int, str], list[FeedFacts]] = defaultdict(list)
    for one in out:
        alike[one.since_utc, one.failed_rounds, _cause(one.problem_zh, trim)].append(one)
    return "；".join(
        f"{listed([one.feed_zh for one in group])}自{clock_zh(since)}起连续{rounds}次没有可用数据"
        f"{f'（{cause}）' if cause else ''}{_data_until(group) if trim.names is None else ''}"
        for (since, rounds, cause), group in alike.items()
    )


def _data_until(group: Sequence[FeedFacts]) -> str:
    newest = [one.newest_content_utc for one in group if one.newest_content_utc is not None]
    if not newest:
        return "，尚无任何数据"
    return f"，数据{'最早' if len(group) > 1 else ''}停在{clock_zh(min(newest))}"


def _cause(problem: str, trim: Trim) -> str:
    """What was wrong: whole, then its first words, then nothing of it."""
    if trim.names is None:
        return plain(problem)
    return plain(problem).partition("（")[0] if trim.names >= _WITHOUT_CAUSES else ""


def _ends(over: Sequence[FeedFacts], envelope: Envelope, trim: Trim) -> str:
    back, retired = ([one for one in over if one.retired is gone] for gone in (False, True))
    if trim.names is not None and trim.names <= _WITHOUT_TIMES:
        parts = ((back, "已恢复"), (retired, "已停用"))
        return "；".join(f"{_named([one.feed_zh for one in some], trim)}{word}" for some, word in parts if some)
    return "；".join(
        (
            *(f"{one.feed_zh}恢复，自{clock_zh(one.since_utc)}起中断{_lasted(one, envelope)}" for one in back),
            *(f"{one.feed_zh}不再查询，视为停用" for one in retired),
        )
    )


def _failures(failing: Sequence[RunFacts], trim: Trim) -> str:
    """What fails since when and why; flows that fail for one error are told together."""
    if trim.names is not None and trim.names <= _WITHOUT_TIMES:
        return _named([one.flow_zh for one in failing], trim)
    alike: defaultdict[tuple[str, str], list[RunFacts]] = defaultdict(list)
    for one in failing:
        alike[plain(one.error), plain(one.problem) if trim.names is None else ""].append(one)
    return "；".join(
        f"{'、'.join(f'{one.flow_zh}（{clock_zh(one.since_utc)}起，运行号{one.spoken_run}）' for one in group)}"
        f"{f'：{error}' if error else ''}{f'（{problem}）' if problem else ''}"
        for (error, problem), group in alike.items()
    )


def _recoveries(over: Sequence[RunFacts], envelope: Envelope, trim: Trim) -> str:
    if trim.names is not None and trim.names <= _WITHOUT_TIMES:
        return f"{_named([one.flow_zh for one in over], trim)}已恢复"
    return "；".join(
        f"{one.flow_zh}恢复，自{clock_zh(one.since_utc)}起中断{_lasted(one, envelope)}，失败{one.failed_runs}次"
        for one in over
    )


def _named(names: Sequence[str], trim: Trim) -> str:
    """All names, unless there are so many that no text has room for them."""
    most = trim.names if trim.names is not None and trim.names < _FEW_NAMES else None
    return listed(names, most)


def _lasted(one: FeedFacts | RunFacts, envelope: Envelope) -> str:
    return duration_zh(envelope.issued_utc - one.since_utc)
