"""The words of every kind of message, against golden files and against the rules of the trade."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from notify.alert import Reason, WarningColour
from notify.danger_facts import DayGrade
from notify.danger_wording import danger_texts
from notify.duty_wording import over_texts
from notify.facts import Wind
from notify.incident_facts import UNKNOWN_COUNTY_ZH, IncidentFacts
from notify.incident_wording import incident_texts
from notify.phrases import length_of
from notify.texts import DRILL, Envelope, Texts, resent
from notify.wording import feed_texts
from tests.notify.samples import MORNING, TODAY, hours
from tests.notify.words import ARRIVAL, CASES, NEEDS_NO_ANSWER, NOTICE, OUT, OVER, RAISED, said

GOLDEN = Path(__file__).parent.parent / "golden" / "messages"
ENVELOPE = Envelope(signature="森防通报", code="怀0410-01", issued_utc=MORNING, exercise=False)


def page(texts: Texts) -> str:
    return f"{texts.short}\n\n{texts.long}\n" + (f"\n{texts.full}\n" if texts.full else "")


@pytest.mark.parametrize("exercise", [False, True], ids=["live", "exercise"])
@pytest.mark.parametrize("name", CASES)
def test_a_message_is_word_for_word_the_golden_one(name: str, exercise: bool, remake_golden: bool) -> None:
    file = GOLDEN / f"{name}{'_exercise' if exercise else ''}.txt"
    texts = page(said(name, exercise=exercise))
    if remake_golden:
        file.write_text(texts, encoding="utf-8")
    assert texts == file.read_text(encoding="utf-8")


def test_no_golden_file_is_left_over() -> None:
    wanted = {f"{name}{kind}.txt" for name in CASES for kind in ("", "_exercise")}
    assert {file.name for file in GOLDEN.iterdir()} == wanted


@pytest.mark.parametrize("exercise", [False, True])
@pytest.mark.parametrize("name", CASES)
def test_texts_fit_even_when_they_are_marked_as_a_repeat(name: str, exercise: bool) -> None:
    texts = said(name, exercise=exercise)
    assert length_of(resent(texts.short)) <= 70
    assert length_of(resent(texts.long)) <= 500


@pytest.mark.parametrize("name", CASES)
def test_an_exercise_begins_and_ends_as_one_and_a_real_message_never_does(name: str) -> None:
    texts = said(name, exercise=True)
    for text in (texts.short, texts.long, texts.full or DRILL):
        assert text.startswith("【演练】")
        assert text.endswith("【演练】")
        assert resent(text).startswith("【演练】")
    assert "演练" not in page(said(name))


@pytest.mark.parametrize("name", CASES)
def test_every_message_carries_its_code_and_asks_for_an_answer(name: str) -> None:
    for text in (said(name).short, said(name).long):
        wanted = "无需回复（怀0410-01）。" if name in NEEDS_NO_ANSWER else "回1（怀0410-01）。"
        assert wanted in text


@pytest.mark.parametrize("name", CASES)
def test_words_that_would_cost_trust_do_not_occur(name: str) -> None:
    everything = page(said(name)) + page(said(name, exercise=True))
    for word in ("火灾", "要求", "UTC", "m/s", "confidence", "AI", "None", "nan", "{", "}"):
        assert word not in everything
    assert "  " not in everything


@pytest.mark.parametrize("name", [name for name in CASES if name.startswith("incident")])
def test_a_hotspot_is_never_more_than_suspected(name: str) -> None:
    texts = said(name)
    assert "疑似" in texts.short
    assert "状态：疑似，待核实" in texts.long
    assert "以上为系统初判，以现场核实为准" in texts.long
    assert "不包括云覆盖下的火点" in texts.long
    assert "商请" in texts.long


def test_the_place_stands_before_its_coordinates_and_these_name_their_datum() -> None:
    long = said("incident_notice").long
    assert long.index("北京市怀柔区喇叭沟门满族乡") < long.index("东经116.4812度")
    assert "东经116.4812度，北纬41.0135度，CGCS2000" in long


def test_the_wind_is_said_as_force_and_direction_and_whether_it_blows_toward_the_line() -> None:
    assert "东南风5级吹向界" in said("incident_notice").short
    away = incident_texts(replace(NOTICE, bearing_to_border_deg=150.0), ENVELOPE)
    assert "顺风" not in away.short + away.long
    assert "界线在火点东南侧" in away.long
    assert "东南风5级、阵风7级" in away.long


def test_missing_weather_is_said_and_not_guessed() -> None:
    texts = said("incident_without_weather")
    assert "缺测：风、气温。" in texts.long
    assert "缺测" in texts.short
    assert "趋势：缺风向，待核" in texts.long


@pytest.mark.parametrize(
    ("wind_ms", "gust_ms", "words"),
    [(0.1, None, "静风"), (9.0, 8.0, "东南风5级。"), (9.0, 20.0, "东南风5级、阵风8级。")],
)
def test_gusts_are_named_when_they_are_stronger(wind_ms: float, gust_ms: float | None, words: str) -> None:
    assert NOTICE.wind is not None
    wind = replace(NOTICE.wind, speed_ms=wind_ms, gust_ms=gust_ms)
    assert words in incident_texts(replace(NOTICE, wind=wind), ENVELOPE).long


def test_wind_without_a_direction_is_said_as_force_alone() -> None:
    assert NOTICE.wind is not None
    text = incident_texts(replace(NOTICE, wind=replace(NOTICE.wind, direction_deg=None)), ENVELOPE)
    assert "风力5级" in text.long
    assert not replace(NOTICE, wind=None).downwind


def test_on_the_line_no_text_says_into_which_side_it_would_burn() -> None:
    texts = said("incident_on_the_line_projected")
    for text in (texts.short, texts.long, texts.full):
        assert "烧入" not in text
        assert "烧出" not in text
        assert "两侧" in text
    assert "可能越界" in texts.short
    assert "商请" in texts.long


@pytest.mark.parametrize("exercise", [False, True])
@pytest.mark.parametrize(
    "name", [name for name in CASES if name.startswith(("incident", "fire_verified", "fire_just"))]
)
def test_a_short_text_says_what_is_asked_before_anything_that_can_wait(name: str, exercise: bool) -> None:
    short = said(name, exercise=exercise).short
    no_room = exercise and name in {"fire_just_verified", "incident_projected"}
    assert ("商请" in short) is not no_room


def test_a_text_that_asks_both_sides_need_not_say_that_both_may_burn() -> None:
    short = said("incident_on_the_line_projected").short
    assert "压丰宁界，2至6小时可能越界。商请两侧核查。" in short
    assert "压丰宁界、两侧均可能" in said("incident_closer").short


def test_a_later_notice_of_a_verified_fire_is_no_second_verification() -> None:
    assert "火情已核实" in said("fire_just_verified").short
    assert "火情续报1（林火）" in said("fire_verified").short
    assert "疑似" not in said("fire_verified").short


def test_a_false_alarm_is_named_by_its_place_before_any_number() -> None:
    for exercise in (False, True):
        body = said("false_alarm_closed", exercise=exercise).short.partition("】")[2]
        assert body.startswith("怀来（厂区）疑似热点")


def test_an_error_circle_that_touches_the_line_is_said_instead_of_a_distance() -> None:
    texts = said("incident_closer")
    assert "压丰宁界、两侧均可能" in texts.short
    assert "视同压线，怀柔、丰宁两侧都有可能" in texts.long


def test_a_look_of_another_day_is_said_with_its_day() -> None:
    assert "9日19时07分" in said("incident_grew").short
    assert "4月9日19时07分" in said("incident_grew").long


def test_a_warning_is_a_draft_that_a_person_signs() -> None:
    texts = said("danger_raised")
    assert texts.short.startswith("【京津冀森防】拟发橙色预警：4月10日15时至24时怀柔、丰宁、滦平森林火险四级。")
    assert "商请各方会商后各自签发" in texts.long
    assert "草稿，待签发" in texts.long
    assert "发布单位和签发人待定" in texts.long
    assert "拨打12119或119" in texts.long


def test_every_turn_of_a_warning_has_its_verb() -> None:
    starts = {name: said(name).short.partition("】")[2][:10] for name in CASES if name.startswith("danger")}
    assert starts["danger_raised"].startswith("拟发橙色预警")
    assert starts["danger_raised_higher"].startswith("拟升为红色预警")
    assert starts["danger_repeated"].startswith("拟继续橙色预警")
    assert starts["danger_lowered"].startswith("拟降为橙色预警")
    assert "橙色预警拟解除，现为三级" in said("danger_ended").short


def test_a_day_without_a_grade_is_said_as_missing() -> None:
    facts = replace(RAISED, days=(RAISED.days[0], DayGrade(RAISED.days[1].local_date, None)))
    assert "4月10日四级、4月11日缺测" in danger_texts(facts, ENVELOPE).long


@pytest.mark.parametrize(
    ("grades", "period", "by_day"),
    [
        ((4, 4), "4月10日15时至11日24时怀柔", "4月10日四级、4月11日四级"),
        ((4, 3), "4月10日15时至24时怀柔", "4月10日四级、4月11日三级"),
        ((3, 4), "4月11日全天怀柔", "4月10日三级、4月11日四级"),
        ((None, 4), "4月11日全天怀柔", "4月10日缺测、4月11日四级"),
        ((4, None), "4月10日15时至24时怀柔", "4月10日四级、4月11日缺测"),
        ((3, 4, 4), "4月11日00时至12日24时怀柔", "4月10日三级、4月11日四级、4月12日四级"),
    ],
)
def test_a_grade_is_said_of_the_days_that_have_it(grades: tuple[int | None, ...], period: str, by_day: str) -> None:
    days = tuple(DayGrade(date(2027, 4, 10 + lead), grade) for lead, grade in enumerate(grades))
    texts = danger_texts(replace(RAISED, days=days), ENVELOPE)
    assert f"拟发橙色预警：{period}、丰宁、滦平森林火险四级" in texts.short
    assert f"分日等级：{by_day}。" in texts.long
    assert ("缺测" in texts.short) == (None in grades)


def test_the_end_of_a_month_is_named() -> None:
    days = (DayGrade(date(2027, 4, 10), 3), DayGrade(date(2027, 4, 30), 4), DayGrade(date(2027, 5, 1), 4))
    assert "4月30日00时至5月1日24时" in danger_texts(replace(RAISED, days=days), ENVELOPE).short


@pytest.mark.parametrize("between", [3, None])
def test_a_lower_or_missing_day_between_makes_it_the_highest_grade(between: int | None) -> None:
    days = tuple(DayGrade(date(2027, 4, 10 + lead), grade) for lead, grade in enumerate((4, between, 4)))
    texts = danger_texts(replace(RAISED, days=days), ENVELOPE)
    assert "4月10日15时至12日24时怀柔、丰宁、滦平森林火险最高四级" in texts.short
    assert "森林火险等级最高为四级" in texts.long


def test_a_colour_that_is_kept_above_the_grade_is_explained() -> None:
    texts = said("danger_lowered_and_kept")
    assert "拟降为橙色预警" in texts.short
    assert "森林火险二级，暂留橙色待复核" in texts.short
    assert "等级已低于橙色" in texts.long
    assert "暂留" not in page(said("danger_lowered"))


def test_past_weather_is_not_said_as_a_forecast() -> None:
    assert "近24小时实况：偏北风5级" in said("danger_raised_without_forecast").long
    assert "气象来源：气象表实况15时" in said("danger_raised_without_forecast").long
    assert "近24小时" not in said("danger_raised").long


def test_an_incident_on_the_line_is_on_no_side_and_has_no_wind_toward_it() -> None:
    texts = said("incident_on_the_line")
    assert "疑似火情：蓟州，14时20分，压三河界、两侧均可能，东南风5级" in texts.short
    assert "距省界：火点压线，蓟州、三河两侧都有可能。" in texts.long
    assert "可能向西北蔓延，两侧均请关注" in texts.long
    assert "0.0公里" not in texts.long
    for word in ("顺风", "不指向", "火点东侧"):
        assert word not in page(texts)


def test_a_county_that_is_no_member_is_told_by_its_region() -> None:
    texts = said("incident_of_no_member")
    assert "疑似火情：昌平，14时20分，距怀来界3.2公里" in texts.short
    assert "请转昌平" in texts.short
    assert "昌平不是本联防单元成员，请北京市值班室转告当地" in texts.long
    assert "转告" not in page(said("incident_notice"))


@pytest.mark.parametrize("direction_deg", [None, 150.0])
def test_calm_air_blows_nowhere(direction_deg: float | None) -> None:
    facts = replace(NOTICE, wind=Wind(0.1, direction_deg))
    assert not facts.downwind
    assert "趋势：静风，蔓延方向难以判断" in incident_texts(facts, ENVELOPE).long


def test_a_satellite_is_called_as_a_duty_room_calls_it() -> None:
    texts = incident_texts(replace(NOTICE, satellites=("Himawari-9", "Terra")), ENVELOPE)
    assert "，葵花9号、Terra卫星，" in texts.long


def test_a_later_notice_does_not_say_that_it_was_found_then() -> None:
    assert "发现：2027年4月10日14时20分" in said("incident_notice").long
    assert "最近观测：2027年4月9日19时07分" in said("incident_grew").long


def test_a_measurable_rain_is_said_in_millimetres() -> None:
    assert "降水0.6毫米" in danger_texts(replace(RAISED, precipitation_mm=0.6), ENVELOPE).long


@pytest.mark.parametrize("colour", [WarningColour.BLUE, WarningColour.YELLOW, WarningColour.ORANGE, WarningColour.RED])
def test_every_colour_has_its_name_and_its_measures(colour: WarningColour) -> None:
    texts = danger_texts(replace(RAISED, colour=colour), ENVELOPE)
    assert "建议措施：一、" in texts.long
    assert "色预警" in texts.short


def test_a_silent_feed_is_never_said_as_no_fire() -> None:
    for name in ("feed_out", "feed_out_from_the_start"):
        assert "无数据不等于无火" in said(name).short
        assert "无数据不等于无火情" in said(name).long
    assert "尚无任何数据" in said("feed_out_from_the_start").long


def test_a_later_notice_counts_its_number() -> None:
    assert "疑似火情续报2" in said("incident_grew").short
    assert "（续报2）" in said("incident_grew").long
    assert "（首报）" in said("incident_notice").long


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"county": "喀喇沁左翼"}, "county must be 1-4"),
        ({"county": ""}, "county"),
        ({"neighbour": "丰\n宁"}, "county"),
        ({"number": "J" * 29}, "number"),
        ({"distance_to_border_km": 1000.0}, "distances"),
        ({"distance_to_border_km": float("nan")}, "distances"),
        ({"location_error_km": -0.1}, "distances"),
        ({"revision": 0}, "revision 0"),
        ({"hotspot_count": 0}, "0 hotspots"),
        ({"observed_utc": MORNING.replace(tzinfo=None)}, "aware"),
    ],
)
def test_a_fact_that_no_message_can_hold_is_refused_by_name(wrong: dict[str, object], named: str) -> None:
    fields = {name: getattr(NOTICE, name) for name in NOTICE.__dataclass_fields__}
    with pytest.raises(ValueError, match=named):
        IncidentFacts(**fields | wrong)


def test_what_may_be_left_out_never_stops_an_alert_however_it_looks() -> None:
    odd = "某\r\n源\x00" * 400
    facts = replace(
        NOTICE,
        place_full=odd,
        township=odd,
        doubt=odd,
        verification=True,
        satellites=(odd,),
        weather_source=odd,
        missing=(odd,),
    )
    for texts in (
        incident_texts(facts, ENVELOPE),
        danger_texts(replace(RAISED, weather_source=odd, missing=(odd,)), ENVELOPE),
        feed_texts(replace(OUT, problem_zh=odd), ENVELOPE),
    ):
        for text, limit in ((texts.short, 70), (texts.long, 500)):
            assert text.isprintable()
            assert length_of(text) <= limit
    assert "疑似热点：怀柔，14时20分，距丰宁界1.8公里" in incident_texts(facts, ENVELOPE).short


def test_a_doubt_is_said_only_where_a_look_is_asked_for() -> None:
    assert "常年热源" not in page(incident_texts(replace(NOTICE, doubt="常年热源"), ENVELOPE))


def test_a_later_text_says_in_which_county_the_first_one_had_it() -> None:
    moved = incident_texts(replace(NOTICE, revision=3, first_county="丰宁"), ENVELOPE)
    assert "怀柔（原报丰宁）" in moved.short
    assert "首报在丰宁，现最近界处在怀柔。" in moved.long
    found = incident_texts(replace(NOTICE, revision=3, first_county=UNKNOWN_COUNTY_ZH), ENVELOPE)
    assert "首报时县区待核，现最近界处在怀柔。" in found.long
    stayed = incident_texts(replace(NOTICE, revision=3, first_county=NOTICE.county), ENVELOPE)
    assert "原报" not in stayed.short + stayed.long


def test_the_end_of_a_fire_says_where_it_was_told_of_and_where_it_came_to() -> None:
    over = over_texts(replace(OVER, moved_to=("赤城",)), ENVELOPE)
    assert "火情解除：怀柔（丰宁界，后及赤城）" in over.short
    assert "后及赤城" in over.long


def test_the_arrival_at_the_line_is_left_out_after_the_number_of_hotspots() -> None:
    grown = replace(NOTICE, revision=3, hotspot_count=12, arrival=ARRIVAL, reason=Reason.INCIDENT_GREW)
    drill = replace(ENVELOPE, exercise=True, code="演怀0410-01")
    short = incident_texts(replace(grown, distance_to_border_km=23.0), drill).short
    assert "可能烧入" in short
    assert "热点" not in short.replace("疑似热点", "")


def test_a_wind_past_the_line_does_not_speak_against_the_projection() -> None:
    past = replace(NOTICE, wind=Wind(8.0, NOTICE.bearing_to_border_deg), distance_to_border_km=9.0, arrival=ARRIVAL)
    assert "风不指向最近的丰宁界，到界以推演为准" in incident_texts(past, ENVELOPE).long
    assert "风不指向省界" in incident_texts(replace(past, arrival=None), ENVELOPE).long


def test_the_end_of_a_warning_names_its_beginning() -> None:
    with pytest.raises(ValueError, match="began_utc is missing"):
        replace(RAISED, reason=Reason.DANGER_ENDED)


def test_a_warning_without_any_grade_is_refused() -> None:
    with pytest.raises(ValueError, match="a day with a grade"):
        replace(RAISED, days=(DayGrade(TODAY, None),))


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"signature": "北京市森林防灭火指挥部"}, "signature"),
        ({"signature": ""}, "signature"),
        ({"code": "演平0410-0001"}, "code"),
        ({"issued_utc": (MORNING - hours(1)).replace(tzinfo=None)}, "aware"),
    ],
)
def test_an_envelope_that_no_message_can_hold_is_refused(wrong: dict[str, object], named: str) -> None:
    fields = {name: getattr(ENVELOPE, name) for name in ENVELOPE.__dataclass_fields__}
    with pytest.raises(ValueError, match=named):
        Envelope(**fields | wrong)
