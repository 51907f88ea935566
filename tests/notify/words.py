"""Facts for the tests of the words: one case for each kind of message."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from notify.alert import Reason, WarningColour
from notify.bundle_wording import FeedsFacts, RunsFacts, feeds_texts, runs_texts
from notify.danger_facts import DangerFacts, DayGrade
from notify.danger_wording import danger_texts
from notify.duty_facts import BulletinFacts, ClosedFacts, ConsultationFacts, OverFacts, ZeroFacts
from notify.duty_wording import bulletin_texts, closed_texts, consultation_texts, over_texts, zero_texts
from notify.facts import CancelFacts, CorrectFacts, FeedFacts, RunFacts, Wind
from notify.incident_facts import UNKNOWN_COUNTY_ZH, ArrivalFacts, IncidentFacts
from notify.incident_wording import incident_texts
from notify.texts import Envelope, Texts
from notify.wording import cancel_texts, correct_texts, feed_texts, run_texts
from tests.notify.samples import MORNING, hours

R, W = Reason, WarningColour
DAYS = (DayGrade(date(2027, 4, 10), 4), DayGrade(date(2027, 4, 11), 3))
RAISED = DangerFacts(
    reason=R.DANGER_RAISED,
    colour=W.ORANGE,
    previous_colour=W.NONE,
    days=DAYS,
    counties=("怀柔", "丰宁", "滦平"),
    wind=Wind(9.0, 340.0, 15.0),
    least_humidity_pct=16.0,
    precipitation_mm=0.0,
    weather_source="Open-Meteo（ECMWF、CMA）15时",
)
NOTICE = IncidentFacts(
    reason=R.INCIDENT_NEAR_BORDER,
    number="JJJ-HR-CD-2027-007",
    revision=1,
    county="怀柔",
    neighbour="丰宁",
    place_full="北京市怀柔区喇叭沟门满族乡",
    lat_deg=41.0135,
    lon_deg=116.4812,
    location_error_km=0.4,
    distance_to_border_km=1.8,
    bearing_to_border_deg=330.0,
    observed_utc=MORNING - timedelta(minutes=47),
    hotspot_count=3,
    satellites=("NOAA-20", "S-NPP"),
    township="喇叭沟门乡",
    wind=Wind(9.0, 150.0, 15.0),
    weather_source="怀柔站15时",
)
OUT = FeedFacts(R.FEED_OUT, "VIIRS热点", MORNING - hours(2), 3, MORNING - hours(5), "连接超时")
FAILED = RunFacts(
    reason=R.RUN_FAILED,
    flow_zh="火险",
    run_id="R20270410-1507-danger-3f9a2c",
    spoken_run="R0410-1507",
    since_utc=MORNING,
    failed_runs=1,
    last_good_utc=MORNING - hours(8),
    effect_zh="页面已标过期",
    error="OSError",
    problem="[Errno 28] No space left on device: 'danger.csv'",
)
BACK = replace(OUT, reason=R.FEED_BACK, newest_content_utc=MORNING)
MODIS = replace(OUT, feed_zh="MODIS热点")
WEATHER = replace(
    OUT, feed_zh="天气预报", since_utc=MORNING - hours(16), failed_rounds=4, problem_zh="应答为空（0字节）"
)
FEEDS = FeedsFacts(
    (WEATHER, OUT, MODIS),
    (),
    "看不到上述热点数据源的新数据，无数据不等于无火情，产品和值班页写明缺测；火险等级停在上一次的结果，标明过期，天气再差也不会升级",
)
FROZEN = "火险等级停在上一次的结果，标明过期，天气再差也不会升级；热点监测照常"
SENDING = replace(
    FAILED, flow_zh="发送", run_id="R20270410-1509-dispatch-3f9a2d", spoken_run="R0410-1509", effect_zh="通报可能未发出"
)
GOOD = replace(FAILED, reason=R.RUN_RECOVERED, since_utc=MORNING - hours(2.5), failed_runs=12)
CANCEL = CancelFacts("怀0410-01", MORNING - hours(1), "疑似火情通报", "核实为工矿用火", "怀柔森防办值班长")
CORRECT = CorrectFacts(
    "怀0410-01", MORNING - hours(1), "疑似火情通报", "位置有误", "应为宝山镇，距赤城界3.1公里", "怀柔森防办值班长"
)
ARRIVAL = ArrivalFacts(
    early_h=2.1,
    late_h=5.4,
    probability_within={6: 0.41, 12: 0.62, 24: 0.73},
    into_zh="河北省",
    out_of_zh="北京市",
    rate_m_min=11.0,
    intensity_kw_m=2100.0,
    along_deg=330.0,
    limits_zh="推演未计飞火、扑救、河流、道路阻隔，仅供研判参考。",
    notes=("推演按干燥估（缺可燃物湿度）",),
)
CLOSED = ClosedFacts(
    "JJJ-YQ-HL-2027-004",
    "怀来",
    "厂区",
    "工矿用火",
    "怀来县森防办",
    MORNING - hours(0.5),
    heat_source=True,
)
OVER = OverFacts("JJJ-HR-CD-2027-007", "怀柔", "丰宁", "林火", "怀柔区森防办", MORNING - hours(0.5))
CONSULTATION = ConsultationFacts(
    "京津冀清明火险视频会商",
    datetime(2027, 4, 13, 2, tzinfo=UTC),
    datetime(2027, 4, 12, 9, tzinfo=UTC),
    ("怀柔", "丰宁", "滦平"),
    "123456",
    "北京市森防办",
    agenda=("清明祭扫火源管控", "边界巡护和力量前置"),
)
ZERO = ZeroFacts(
    "怀柔–丰宁–滦平",
    datetime(2027, 4, 9, 9, tzinfo=UTC),
    datetime(2027, 4, 10, 9, tzinfo=UTC),
    0,
    0,
)
DUE = replace(ZERO, unit_zh="怀柔", answer_by_utc=datetime(2027, 4, 10, 10, tzinfo=UTC), why_zh="高火险期、清明")
SUM = replace(ZERO, unit_zh="河北省", reported=("丰宁", "滦平", "怀来"))
BULLETIN = BulletinFacts(
    "京津冀边界",
    "2027年第100期",
    datetime(2027, 4, 9, 9, tzinfo=UTC),
    datetime(2027, 4, 10, 9, tzinfo=UTC),
    pushed=6,
    fed_back=4,
    checking=2,
    late=1,
    confirmed=3,
    late_zh=("丰宁满族自治县（首次反馈）",),
)
NEEDS_NO_ANSWER = frozenset(
    {
        "false_alarm_closed",
        "fire_over",
        "zero_report",
        "zero_report_with_gaps",
        "watch_report",
        "day_sum",
        "day_sum_with_silent_offices",
        "day_sum_with_silent_offices_and_gaps",
        "bulletin",
        "bulletin_with_gaps",
    }
)
"""Kinds after which nobody waits for a reply."""

CASES: dict[str, tuple[str, Callable[[Any, Envelope], Texts], Any]] = {
    "danger_raised": ("京津冀森防", danger_texts, RAISED),
    "danger_raised_higher": (
        "京津冀森防",
        danger_texts,
        replace(
            RAISED,
            colour=W.RED,
            previous_colour=W.ORANGE,
            days=(DAYS[0], DayGrade(date(2027, 4, 11), 5)),
            missing=("GRAPES模式", "降水"),
        ),
    ),
    "danger_repeated": (
        "京津冀森防",
        danger_texts,
        replace(RAISED, reason=R.DANGER_REPEATED, previous_colour=W.ORANGE),
    ),
    "danger_raised_for_tomorrow": (
        "京津冀森防",
        danger_texts,
        replace(RAISED, days=(DayGrade(date(2027, 4, 10), 3), DayGrade(date(2027, 4, 11), 4))),
    ),
    "danger_raised_today_missing": (
        "京津冀森防",
        danger_texts,
        replace(RAISED, days=(DayGrade(date(2027, 4, 10), None), DayGrade(date(2027, 4, 11), 4))),
    ),
    "danger_raised_tomorrow_missing": (
        "京津冀森防",
        danger_texts,
        replace(RAISED, days=(DayGrade(date(2027, 4, 10), 4), DayGrade(date(2027, 4, 11), None))),
    ),
    "danger_raised_without_forecast": (
        "京津冀森防",
        danger_texts,
        replace(RAISED, days=(DayGrade(date(2027, 4, 10), 4),), weather_past=True, weather_source="气象表实况15时"),
    ),
    "danger_lowered_and_kept": (
        "京津冀森防",
        danger_texts,
        replace(
            RAISED,
            reason=R.DANGER_LOWERED,
            previous_colour=W.RED,
            days=(DayGrade(date(2027, 4, 10), 2), DayGrade(date(2027, 4, 11), 2)),
            colour_is_kept=True,
        ),
    ),
    "danger_lowered": ("京津冀森防", danger_texts, replace(RAISED, reason=R.DANGER_LOWERED, previous_colour=W.RED)),
    "danger_ended": (
        "京津冀森防",
        danger_texts,
        replace(
            RAISED,
            reason=R.DANGER_ENDED,
            colour=W.NONE,
            previous_colour=W.ORANGE,
            days=(DayGrade(date(2027, 4, 10), 3), DayGrade(date(2027, 4, 11), 2)),
            began_utc=MORNING - hours(24),
        ),
    ),
    "incident_notice": ("森防通报", incident_texts, NOTICE),
    "incident_without_weather": (
        "森防通报",
        incident_texts,
        replace(NOTICE, wind=None, weather_source="", missing=("风", "气温")),
    ),
    "incident_verification": ("森防核查", incident_texts, replace(NOTICE, verification=True, doubt="常年热源")),
    "incident_closer": (
        "森防通报",
        incident_texts,
        replace(NOTICE, reason=R.INCIDENT_CLOSER, revision=2, distance_to_border_km=0.3),
    ),
    "incident_on_the_line": (
        "森防通报",
        incident_texts,
        replace(
            NOTICE,
            number="JJJ-PG-JZ-2027-003",
            county="蓟州",
            neighbour="三河",
            place_full="天津市蓟州区",
            township="",
            lat_deg=40.0812,
            lon_deg=117.2214,
            distance_to_border_km=0.0,
        ),
    ),
    "incident_on_the_line_projected": (
        "森防通报",
        incident_texts,
        replace(NOTICE, distance_to_border_km=0.2, arrival=ARRIVAL),
    ),
    "incident_of_no_member": (
        "森防通报",
        incident_texts,
        replace(
            NOTICE,
            number="JJJ-YQ-HL-2027-004",
            county="昌平",
            neighbour="怀来",
            place_full="北京市昌平区",
            township="",
            lat_deg=40.2451,
            lon_deg=115.9683,
            distance_to_border_km=3.2,
            bearing_to_border_deg=280.0,
            relay_zh="北京市",
        ),
    ),
    "incident_of_no_county": (
        "森防通报",
        incident_texts,
        replace(
            NOTICE,
            county=UNKNOWN_COUNTY_ZH,
            place_full="行政区不明",
            township="",
            distance_to_border_km=0.3,
            wind=None,
            weather_source="",
            missing=("VIIRS热点", "天气预报"),
        ),
    ),
    "incident_grew": (
        "森防通报",
        incident_texts,
        replace(NOTICE, reason=R.INCIDENT_GREW, revision=3, hotspot_count=9, observed_utc=MORNING - hours(20)),
    ),
    "feed_out": ("火险管线", feed_texts, OUT),
    "feed_out_from_the_start": ("火险管线", feed_texts, replace(OUT, newest_content_utc=None, problem_zh="")),
    "feed_back": ("火险管线", feed_texts, BACK),
    "feed_retired": ("火险管线", feed_texts, replace(BACK, retired=True)),
    "feeds_out": ("火险管线", feeds_texts, FEEDS),
    "feeds_out_and_back": ("火险管线", feeds_texts, replace(FEEDS, out=(WEATHER,), over=(BACK,), means_zh=FROZEN)),
    "feeds_back_and_retired": (
        "火险管线",
        feeds_texts,
        replace(FEEDS, out=(), over=(BACK, replace(MODIS, reason=R.FEED_BACK, retired=True))),
    ),
    "feeds_back": ("火险管线", feeds_texts, replace(FEEDS, out=(), over=(BACK, replace(MODIS, reason=R.FEED_BACK)))),
    "run_failed": ("火险管线", run_texts, FAILED),
    "run_failed_from_the_start": (
        "火险管线",
        run_texts,
        replace(
            FAILED,
            flow_zh="热点",
            run_id="R20270410-1507-hotspot-3f9a2c",
            last_good_utc=None,
            effect_zh="无数据不等于无火",
            error="ComputeError",
            problem="",
        ),
    ),
    "run_recovered": ("火险管线", run_texts, GOOD),
    "runs_failed": ("火险管线", runs_texts, RunsFacts((FAILED, SENDING), ())),
    "runs_failed_and_recovered": ("火险管线", runs_texts, RunsFacts((SENDING,), (GOOD,))),
    "runs_recovered": ("火险管线", runs_texts, RunsFacts((), (GOOD, replace(GOOD, flow_zh="发送")))),
    "fire_verified": (
        "森防通报",
        incident_texts,
        replace(NOTICE, revision=2, verified="林火", land_zh="林地", area_ha=3.5),
    ),
    "fire_just_verified": (
        "森防通报",
        incident_texts,
        replace(NOTICE, reason=R.INCIDENT_VERIFIED, revision=2, verified="林火", arrival=ARRIVAL),
    ),
    "incident_projected": ("森防通报", incident_texts, replace(NOTICE, arrival=ARRIVAL)),
    "incident_projected_hardly": (
        "森防通报",
        incident_texts,
        replace(NOTICE, arrival=replace(ARRIVAL, early_h=None, late_h=None, probability_within={24: 0.02})),
    ),
    "incident_projected_soon": (
        "森防通报",
        incident_texts,
        replace(NOTICE, arrival=replace(ARRIVAL, early_h=0.1, late_h=None, into_zh="", disagrees=True)),
    ),
    "fire_over": ("森防通报", over_texts, OVER),
    "false_alarm_closed": ("森防核查", closed_texts, CLOSED),
    "consultation": ("会商通知", consultation_texts, CONSULTATION),
    "zero_report": ("值班", zero_texts, ZERO),
    "zero_report_with_gaps": ("值班", zero_texts, replace(ZERO, missing=("VIIRS热点2小时",))),
    "watch_report": ("值班", zero_texts, replace(ZERO, hotspots=4, fires=1, notices=3, answered=2)),
    "zero_report_due": ("值班", zero_texts, DUE),
    "watch_report_due": (
        "值班",
        zero_texts,
        replace(DUE, hotspots=2, fires=1, notices=2, answered=1, doubted=1, missing=("S-NPP热点",)),
    ),
    "day_sum": ("值班", zero_texts, SUM),
    "day_sum_with_silent_offices": (
        "值班",
        zero_texts,
        replace(SUM, reported=("丰宁",), unreported=("滦平", "怀来", "赤城")),
    ),
    "day_sum_with_silent_offices_and_gaps": (
        "值班",
        zero_texts,
        replace(
            SUM, reported=("丰宁",), unreported=("滦平", "怀来", "赤城"), hotspots=12, fires=3, missing=("S-NPP热点",)
        ),
    ),
    "bulletin": ("值班", bulletin_texts, BULLETIN),
    "bulletin_with_gaps": (
        "值班",
        bulletin_texts,
        replace(BULLETIN, pushed=0, fed_back=0, checking=0, late=0, confirmed=0, late_zh=(), missing=("S-NPP热点",)),
    ),
    "cancel": ("更正", cancel_texts, CANCEL),
    "correct": ("更正", correct_texts, CORRECT),
}


def said(name: str, *, exercise: bool = False) -> Texts:
    """The texts of a case."""
    signature, speak, facts = CASES[name]
    code = "演怀0410-01" if exercise else "怀0410-01"
    return speak(facts, Envelope(signature=signature, code=code, issued_utc=MORNING, exercise=exercise))
