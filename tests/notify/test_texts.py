"""Whatever the facts, the texts fit, stay whole and say what must stay."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.weather.doubt import SHORT_ZH
from notify.alert import Reason, WarningColour
from notify.bundle_wording import FeedsFacts, RunsFacts, feeds_texts, runs_texts
from notify.danger_facts import DangerFacts, DayGrade
from notify.danger_wording import danger_texts
from notify.facts import CancelFacts, CorrectFacts, FeedFacts, RunFacts, Wind
from notify.incident_facts import IncidentFacts
from notify.incident_wording import incident_texts
from notify.phrases import length_of
from notify.texts import LONG_LADDER, SHORT_LADDER, Envelope, Texts, refuse_long, resent
from notify.wording import cancel_texts, correct_texts, feed_texts, run_texts
from tests.notify.samples import MORNING
from tests.notify.words import CANCEL, CORRECT, NOTICE, OUT, RAISED

LONGEST = Envelope(signature="京津冀森防办", code="承赤1231-999", issued_utc=MORNING, exercise=False)
DRILL = replace(LONGEST, code="演承1231-999", exercise=True)


def words(most: int) -> st.SearchStrategy[str]:
    return st.text("怀柔丰宁满族自治县喇叭沟门𠮷A1，、", min_size=1, max_size=most).filter(
        lambda text: length_of(text) <= most
    )


INSTANTS = st.datetimes(datetime(2020, 1, 1), datetime(2035, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001  # bounds
ENVELOPES = st.builds(Envelope, words(6), words(10), INSTANTS, st.booleans())
DOUBTS = st.lists(st.sampled_from(sorted(SHORT_ZH.values())), unique=True)
SHORT_OF_DAYS = "前期气象仅7天（可燃物湿度尚在累积）"
BEFORE_DAYS = st.lists(st.sampled_from([SHORT_OF_DAYS, "前期气象缺12天（可燃物湿度按前值）"]), unique=True)
MISSING = st.builds(lambda *parts: sum(map(tuple, parts), ()), st.lists(words(90), max_size=12), DOUBTS, BEFORE_DAYS)
MOST_LACKING = (*("长" * 200,) * 100, *SHORT_ZH.values(), SHORT_OF_DAYS)
LACKS = re.compile("缺测|存疑|前期气象")
WINDS = st.none() | st.builds(Wind, st.floats(0, 60), st.none() | st.floats(0, 360), st.none() | st.floats(0, 90))
COLOURS = st.sampled_from([colour for colour in WarningColour if colour is not WarningColour.NONE])
GRADES = st.lists(st.none() | st.integers(1, 5), min_size=1, max_size=7).filter(any)


@st.composite
def dangers(draw: st.DrawFn) -> DangerFacts:
    first = draw(st.dates(date(2020, 1, 1), date(2035, 12, 31)))
    turns = [Reason.DANGER_RAISED, Reason.DANGER_LOWERED, Reason.DANGER_REPEATED, Reason.DANGER_ENDED]
    reason = draw(st.sampled_from(turns))
    ended = reason is Reason.DANGER_ENDED
    return DangerFacts(
        reason=reason,
        colour=WarningColour.NONE if ended else draw(COLOURS),
        previous_colour=draw(COLOURS),
        days=tuple(
            DayGrade(first + timedelta(days=lead), grade, draw(st.just("") | words(40)))
            for lead, grade in enumerate(draw(GRADES))
        ),
        counties=tuple(draw(st.lists(words(4), min_size=1, max_size=40))),
        began_utc=draw(INSTANTS) if ended else None,
        wind=draw(WINDS),
        least_humidity_pct=draw(st.none() | st.floats(0, 100)),
        precipitation_mm=draw(st.none() | st.floats(0, 400)),
        weather_source=draw(st.just("") | words(90)),
        weather_past=draw(st.booleans()),
        colour_is_kept=draw(st.booleans()),
        missing=draw(MISSING),
    )


@st.composite
def incidents(draw: st.DrawFn) -> IncidentFacts:
    reasons = [Reason.INCIDENT_NEAR_BORDER, Reason.INCIDENT_CLOSER, Reason.INCIDENT_GREW]
    return IncidentFacts(
        reason=draw(st.sampled_from(reasons)),
        number=draw(words(28)),
        revision=draw(st.integers(1, 500)),
        county=draw(words(4)),
        neighbour=draw(words(4)),
        place_full=draw(words(90)),
        lat_deg=draw(st.floats(-90, 90)),
        lon_deg=draw(st.floats(-180, 180)),
        location_error_km=draw(st.floats(0, 999)),
        distance_to_border_km=draw(st.floats(0, 999)),
        bearing_to_border_deg=draw(st.floats(0, 360)),
        observed_utc=draw(INSTANTS),
        hotspot_count=draw(st.integers(1, 99_999)),
        satellites=tuple(draw(st.lists(words(60), max_size=12))),
        township=draw(st.just("") | words(60)),
        wind=draw(WINDS),
        weather_source=draw(st.just("") | words(90)),
        verification=draw(st.booleans()),
        doubt=draw(st.just("") | words(90)),
        relay_zh=draw(st.just("") | words(20)),
        missing=draw(MISSING),
    )


FEEDS = st.builds(
    FeedFacts,
    st.sampled_from([Reason.FEED_OUT, Reason.FEED_BACK]),
    words(14),
    INSTANTS,
    st.integers(1, 99_999),
    st.none() | INSTANTS,
    st.just("") | words(600),
)
FEED_LISTS = st.lists(FEEDS, max_size=20)
SEVERAL_FEEDS = st.builds(FeedsFacts, FEED_LISTS, FEED_LISTS, words(60)).filter(lambda facts: facts.out or facts.over)
RUNS = st.builds(
    RunFacts,
    st.sampled_from([Reason.RUN_FAILED, Reason.RUN_RECOVERED]),
    words(2),
    words(60),
    words(10),
    INSTANTS,
    st.integers(1, 99_999),
    st.none() | INSTANTS,
    words(8),
    st.just("") | words(60),
    st.just("") | words(600),
)
RUN_LISTS = st.lists(RUNS, max_size=6)
SEVERAL_RUNS = st.builds(RunsFacts, RUN_LISTS, RUN_LISTS).filter(lambda facts: facts.failing or facts.over)
CANCELS = st.builds(CancelFacts, words(10), INSTANTS, words(8), words(16), words(20))
CORRECTS = st.builds(CorrectFacts, words(10), INSTANTS, words(8), words(6), words(20), words(20))


def check(texts: Texts, envelope: Envelope) -> None:
    for text, limit in ((texts.short, 70), (texts.long, 500)):
        assert length_of(resent(text)) <= limit
        assert f"（{envelope.code}）。" in text
        assert text.isprintable()
        ends = (text.startswith("【演练】"), text.endswith("【演练】"))
        assert ends == (envelope.exercise, envelope.exercise)


@settings(max_examples=40, deadline=None)
@given(dangers(), ENVELOPES)
def test_any_warning_fits(facts: DangerFacts, envelope: Envelope) -> None:
    texts = danger_texts(facts, envelope)
    check(texts, envelope)
    assert bool(LACKS.search(texts.short)) >= bool(facts.missing)
    assert bool(LACKS.search(texts.long)) >= bool(facts.missing)


@settings(max_examples=40, deadline=None)
@given(incidents(), ENVELOPES)
def test_any_incident_fits_and_stays_suspected(facts: IncidentFacts, envelope: Envelope) -> None:
    texts = incident_texts(facts, envelope)
    check(texts, envelope)
    assert facts.county in texts.short
    assert "疑似" in texts.short
    assert "以上为系统初判，以现场核实为准" in texts.long
    for text in (texts.short, texts.long):
        assert bool(LACKS.search(text)) >= bool(facts.missing)


@pytest.mark.parametrize(
    ("speak", "facts"),
    [
        (feed_texts, FEEDS),
        (feeds_texts, SEVERAL_FEEDS),
        (run_texts, RUNS),
        (runs_texts, SEVERAL_RUNS),
        (cancel_texts, CANCELS),
        (correct_texts, CORRECTS),
    ],
    ids=["feed", "feeds", "run", "runs", "cancel", "correct"],
)
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_any_other_message_fits(
    speak: Callable[[Any, Envelope], Texts], facts: st.SearchStrategy[Any], data: st.DataObject
) -> None:
    envelope = data.draw(ENVELOPES)
    check(speak(data.draw(facts), envelope), envelope)


@pytest.mark.parametrize("envelope", [LONGEST, DRILL], ids=["live", "exercise"])
def test_the_longest_names_there_are_still_fit(envelope: Envelope) -> None:
    counties = ("宽城", "围场", "大厂", "孟村", "喀左县", "翁牛特旗", "门头沟", "张家口市")
    missing = ("欧洲中心模式", "中国气象局模式", "降水", "积雪深度")
    days = tuple(DayGrade(date(2027, 12, 31) + timedelta(days=lead), 5) for lead in range(3))
    issued = replace(envelope, issued_utc=datetime(2027, 12, 31, 15, 59, tzinfo=UTC))
    warning = replace(RAISED, days=days, counties=counties, missing=missing, colour=WarningColour.RED)
    notice = replace(
        NOTICE,
        county="翁牛特旗",
        neighbour="门头沟区",
        township="喀喇沁蒙古族自治满族乡镇",
        distance_to_border_km=123.4,
        location_error_km=12.3,
        revision=12,
        reason=Reason.INCIDENT_GREW,
        hotspot_count=12_345,
        observed_utc=datetime(2027, 12, 29, 15, 59, tzinfo=UTC),
        missing=missing,
    )
    for texts in (danger_texts(warning, issued), incident_texts(notice, issued)):
        check(texts, issued)
    assert "疑似火情续报" in incident_texts(notice, issued).short
    assert "距门头沟区界123.4公里" in incident_texts(notice, issued).short
    check(feed_texts(replace(OUT, feed_zh="中国气象局区域数值预报"), issued), issued)
    check(cancel_texts(CANCEL, issued), issued)
    check(correct_texts(CORRECT, issued), issued)


def longest_facts(reason: Reason, *, revision: int, distance_km: float, error_km: float) -> IncidentFacts:
    return IncidentFacts(
        reason=reason,
        number="长" * 28,
        revision=revision,
        county="长" * 4,
        neighbour="长" * 4,
        place_full="长" * 900,
        lat_deg=-89.99999,
        lon_deg=-179.99999,
        location_error_km=error_km,
        distance_to_border_km=distance_km,
        bearing_to_border_deg=44.0,
        observed_utc=datetime(2026, 12, 29, 15, 59, tzinfo=UTC),
        hotspot_count=99_999,
        satellites=("长" * 160,) * 50,
        township="长" * 120,
        wind=Wind(60.0, 226.0, 90.0),
        weather_source="长" * 400,
        verification=revision == 1,
        doubt="长" * 300,
        relay_zh="长" * 90,
        missing=MOST_LACKING,
    )


@pytest.mark.parametrize("exercise", [False, True])
class TestEveryPartAtItsLongest:
    """Random facts seldom reach all bounds at once; an alert must never fail for want of room."""

    OLD = datetime(2026, 12, 29, 15, 59, tzinfo=UTC)

    @pytest.fixture
    def envelope(self, exercise: bool) -> Envelope:
        issued = datetime(2027, 12, 30, 15, 59, tzinfo=UTC)
        return Envelope(signature="长" * 6, code="长" * 10, issued_utc=issued, exercise=exercise)

    @pytest.mark.parametrize("distance_km", [999.99, 0.0])
    @pytest.mark.parametrize("revision", [1, 99_999])
    def test_of_an_incident(self, envelope: Envelope, revision: int, distance_km: float) -> None:
        for reason in (Reason.INCIDENT_NEAR_BORDER, Reason.INCIDENT_CLOSER, Reason.INCIDENT_GREW):
            for error_km in (0.0, 999.9):
                facts = longest_facts(reason, revision=revision, distance_km=distance_km, error_km=error_km)
                check(incident_texts(facts, envelope), envelope)

    @pytest.mark.parametrize("reason", [reason for reason in Reason if reason.startswith("danger")])
    def test_of_a_warning(self, envelope: Envelope, reason: Reason) -> None:
        for former in (WarningColour.ORANGE, WarningColour.NONE)[: 2 if reason is Reason.DANGER_RAISED else 1]:
            facts = DangerFacts(
                reason=reason,
                colour=WarningColour.RED,
                previous_colour=former,
                days=tuple(DayGrade(date(2027, 12, 25) + timedelta(days=lead), 5) for lead in range(10)),
                counties=("长" * 4,) * 100,
                began_utc=self.OLD,
                wind=Wind(60.0, 22.6, 90.0),
                least_humidity_pct=100.0,
                precipitation_mm=99.9,
                weather_source="长" * 400,
                weather_past=True,
                colour_is_kept=True,
                missing=MOST_LACKING,
            )
            check(danger_texts(facts, envelope), envelope)

    @pytest.mark.parametrize("reason", [Reason.FEED_OUT, Reason.FEED_BACK])
    def test_of_a_feed(self, envelope: Envelope, reason: Reason) -> None:
        facts = FeedFacts(reason, "长" * 14, self.OLD, 99_999, self.OLD, "长" * 1000)
        check(feed_texts(facts, envelope), envelope)

    @pytest.mark.parametrize("reason", [Reason.RUN_FAILED, Reason.RUN_RECOVERED])
    def test_of_a_run(self, envelope: Envelope, reason: Reason) -> None:
        facts = RunFacts(
            reason=reason,
            flow_zh="长" * 2,
            run_id="长" * 60,
            spoken_run="长" * 10,
            since_utc=self.OLD,
            failed_runs=99_999,
            last_good_utc=self.OLD - timedelta(days=3),
            effect_zh="长" * 8,
            error="长" * 200,
            problem="长" * 1000,
        )
        check(run_texts(facts, envelope), envelope)

    def test_of_a_cancellation_and_a_correction(self, envelope: Envelope) -> None:
        cancelled = CancelFacts("长" * 10, self.OLD, "长" * 8, "长" * 16, "长" * 20)
        corrected = CorrectFacts("长" * 10, self.OLD, "长" * 8, "长" * 6, "长" * 20, "长" * 20)
        check(cancel_texts(cancelled, envelope), envelope)
        check(correct_texts(corrected, envelope), envelope)


def test_a_long_list_is_shortened_between_names_and_never_within() -> None:
    counties = tuple(f"县{number}" for number in range(30))
    short = danger_texts(replace(RAISED, counties=counties), LONGEST).short
    assert "等30县区森林火险" in short
    kept = short.partition("24时")[2].partition("等30县区")[0].split("、")
    assert kept == list(counties[: len(kept)])
    assert len(kept) >= 1


def test_a_text_that_fits_by_no_shortening_is_told_whole_rather_than_not_at_all() -> None:
    told = danger_texts(RAISED, replace(LONGEST, mark="人工调整，" * 10))
    assert danger_texts(RAISED, LONGEST).fit
    assert not told.fit
    assert LONGEST.code in told.short
    assert all(county in told.short for county in RAISED.counties[:1])


def test_each_step_of_a_ladder_keeps_no_more_than_the_one_before() -> None:
    for ladder in (SHORT_LADDER, LONG_LADDER):
        for former, later in pairwise(ladder):
            asked_goes = former.advice and not later.advice
            assert (later.names or 99) <= (former.names or 99)
            for name in ("drill_note", "missing_names", "polite", "advice", "detail", "full"):
                assert getattr(later, name) <= getattr(former, name)
            assert later.weather <= former.weather or asked_goes, "the wind comes back only for what is asked"
            assert later.brief >= former.brief or asked_goes, "and so do the longer words"
            assert later != former


def test_a_repeat_is_marked_behind_the_first_bracket() -> None:
    assert resent("【森防通报】疑似火情。") == "【森防通报】重发：疑似火情。"
    assert resent("【演练】疑似火情。【演练】") == "【演练】重发：疑似火情。【演练】"
    assert resent("疑似火情。") == "重发：疑似火情。"


@pytest.mark.parametrize("text", ["", "一\n二", "一\x00", "一二三四五"])
def test_a_part_without_room_is_refused_by_name(text: str) -> None:
    with pytest.raises(ValueError, match="office must be 1-4 printable characters"):
        refuse_long("office", text, 4)
