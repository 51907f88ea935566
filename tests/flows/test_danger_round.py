"""The danger round from recorded weather to products, moisture state and committed alerts."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import timedelta

import polars as pl
import pytest

from flows.elevation import FlatCells, TableElevation
from flows.errors import OrderRefused
from flows.order import FlowName, Order
from flows.recorded_feeds import NoWeather
from flows.standing import STANDING, standing_danger
from flows.wiring import House
from models.frames import DANGER_CSV, IGNITION_CSV, WeatherFrame
from notify.alert import LIVE, Reason
from store.errors import NotInStore
from store.run_rows import RunOutcome, Trigger
from tests.flows import world
from tests.flows.world import DAY, HOUR, MORNING, TODAY, WET, ZONE, danger

LATER = MORNING + 8 * HOUR


def grades(report) -> dict[str, int]:
    return {row["local_date"].isoformat(): row["danger_grade"] for row in report.outcome.table}


def wet(house: House, at) -> House:
    """The same world under rain that goes on."""
    return world.recorded(house, weather=world.recorded_weather(house, world.seen_weather(at, air=WET)), at=at)


def test_hot_and_dry_weather_after_a_dry_spring_is_grade_five_today_and_tomorrow(dry) -> None:
    report = danger(dry)
    assert report.outcome.outcome is RunOutcome.DONE
    assert report.outcome.missing == ()
    assert grades(report) == {"2024-04-10": 5, "2024-04-11": 5}
    assert report.outcome.counts["cells"] == dry.catalogue.cells(ZONE).height


def test_the_warning_is_committed_once_for_every_member_and_all_three_regions(dry) -> None:
    report = danger(dry)
    (alert,) = world.alerts(dry).to_dicts()
    assert (alert["code"],) == report.outcome.alerts
    assert (alert["kind"], alert["zone"], alert["level"], alert["reason"]) == ("danger", ZONE, "red", "danger_raised")
    assert alert["exercise"]
    assert alert["text_short"].startswith("【演练】")
    told = world.told_at_once(dry)
    assert {"110117", "120119", "130822", "131082"} <= set(told["office"])
    assert set(told["region"]) == {"beijing", "tianjin", "hebei"}
    assert told["delivery_id"].n_unique() == told.height == told["office"].n_unique()


def test_each_product_file_is_what_the_catalogue_says(dry) -> None:
    report = danger(dry)
    kept = dry.products.of_run(report.run_id)
    ours = {"danger_csv", "danger_summary", "danger_hours", "danger_peaks", "grades_csv", "ignition_csv"}
    assert ours <= {product.kind for product in kept}
    assert tuple(kept) == report.outcome.products
    for product in kept:
        content = (dry.home.products / product.path).read_bytes()
        assert hashlib.sha256(content).hexdigest() == product.sha256
    table = pl.read_csv(dry.home.products / kept[0].path)
    assert table.columns == list(DANGER_CSV)
    assert table.height == report.outcome.counts["rows"]
    assert not list(dry.home.products.rglob(".*"))


def test_ignition_is_told_for_every_row_with_its_interval_and_the_estimators_name(dry) -> None:
    report = danger(dry)
    path = next(product.path for product in report.outcome.products if product.kind == "ignition_csv")
    table = pl.read_csv(dry.home.products / path)
    assert table.columns == list(IGNITION_CSV)
    assert table.height == report.outcome.counts["rows"]
    assert table["ignition_estimator"].unique().to_list() == ["京津冀起火先验(先验)"]
    assert ((table["ignition_low"] < table["ignition_probability"]) & (table["ignition_probability"] > 0)).all()
    assert (table["ignition_high"] > table["ignition_probability"]).all()
    summary = standing_danger(dry)
    assert summary is not None
    assert summary["ignition_estimator"] == "京津冀起火先验(先验)"


def test_without_a_climatology_the_grades_are_those_of_effis_alone_and_the_product_says_so(dry) -> None:
    report = danger(dry)
    path = next(product.path for product in report.outcome.products if product.kind == "grades_csv")
    table = pl.read_csv(dry.home.products / path)
    assert table["local_grade"].null_count() == table.height
    summary = standing_danger(dry)
    assert summary is not None
    assert "本地百分位分级未建" in summary["grade_basis"]


def test_the_standing_product_is_the_summary_of_the_newest_round(dry) -> None:
    report = danger(dry)
    summary = standing_danger(dry)
    assert summary is not None
    assert summary["run_id"] == report.run_id
    assert (summary["stale"], summary["label"], summary["missing"]) == (False, "", [])
    assert summary["unconfirmed_rules"] == len(dry.rules.unconfirmed) > 0
    made = json.loads((dry.home.products / report.outcome.products[1].path).read_text(encoding="utf-8"))
    assert {"run_id": report.run_id, **made} == summary


def test_moisture_is_kept_for_days_whose_noon_is_past_and_for_no_other(dry) -> None:
    report = danger(dry)
    for day in (TODAY - 2 * DAY, TODAY - DAY):
        kept = dry.moisture.load(day, world=dry.world)
        assert kept.height == report.outcome.counts["cells"]
    with pytest.raises(NotInStore):
        dry.moisture.load(TODAY, world=dry.world)


def test_moisture_of_the_day_is_kept_after_its_noon(dry) -> None:
    danger(world.recorded(dry, at=LATER), LATER)
    assert dry.moisture.load(TODAY, world=dry.world).height == dry.catalogue.cells(ZONE).height


def test_rounds_of_day_after_day_are_one_long_run(house) -> None:
    """Carrying the state on, and computing the last days again, changes no number, and loses no afternoon's rain."""
    last = MORNING + 2 * DAY
    afternoon = pl.when(pl.col("valid_utc").dt.hour() == 8).then(4.0).otherwise(0.0)
    rainy = WeatherFrame.validate(world.seen_weather(last).with_columns(afternoon.alias("precipitation_mm")))
    table = world.recorded_weather(house, rainy)

    def codes(name: str, rounds: Sequence) -> pl.DataFrame:
        seen = world.recorded(house, world=name, weather=table)
        seen.moisture.save(world.moisture(seen, day=TODAY - 4 * DAY), made_by_run="start", world=name)
        report = [danger(seen, at) for at in rounds][-1]
        return pl.read_csv(seen.home.products / report.outcome.products[0].path).drop("issued_utc")

    daily = codes("exercise-daily", [MORNING + number * DAY for number in (0, 1, 2)])
    assert daily.equals(codes("exercise-once", [last]))
    assert set(daily["spin_up_days"]) == {65, 66}


def test_a_day_is_computed_again_when_its_weather_is_known_better(dry) -> None:
    """What was first reported of today's noon is put right tomorrow."""
    reported = world.recorded_weather(dry, world.seen_weather(LATER))
    danger(world.recorded(dry, weather=reported, at=LATER), LATER)
    provisional = dry.moisture.load(TODAY, world=dry.world)
    tomorrow = MORNING + DAY
    danger(wet(dry, tomorrow), tomorrow)
    corrected = dry.moisture.load(TODAY, world=dry.world)
    assert corrected["ffmc"].max() < provisional["ffmc"].min()


def test_an_hour_of_rain_that_was_forecast_and_did_not_fall_leaves_no_trace(house) -> None:
    """Days are computed again once their weather is observed."""
    wrong = world.weather_frame(
        world.weather_rows(world.noon(TODAY - 3 * DAY) + HOUR, world.on_the_hour(MORNING)),
        world.weather_rows(world.on_the_hour(MORNING) + HOUR, MORNING + 2 * DAY, air=WET, issued=MORNING - HOUR),
    )
    right = world.recorded_weather(house, world.seen_weather(MORNING + 2 * DAY))
    kept = {}
    for name, first in (("exercise-wrong", world.recorded_weather(house, wrong)), ("exercise-right", right)):
        seen = world.recorded(house, world=name, weather=first)
        seen.moisture.save(world.moisture(seen), made_by_run="start", world=name)
        danger(seen)
        danger(world.recorded(seen, world=name, weather=right), MORNING + 2 * DAY)
        kept[name] = seen.moisture.load(TODAY + DAY, world=name)
    assert kept["exercise-wrong"].equals(kept["exercise-right"])


def test_a_start_without_state_says_how_few_days_it_rests_on(drill) -> None:
    report = danger(drill)
    assert report.outcome.outcome is RunOutcome.DEGRADED
    assert report.outcome.missing == ("前期气象仅3天（可燃物湿度尚在累积）",)
    assert drill.runs.load(report.run_id).end.note == "前期气象仅3天（可燃物湿度尚在累积）"
    summary = standing_danger(drill)
    assert summary is not None
    assert summary["degraded"]


def test_without_heights_the_product_is_degraded_and_says_so(dry) -> None:
    flat = world.recorded(dry, elevation=FlatCells())
    report = danger(flat)
    assert report.outcome.outcome is RunOutcome.DEGRADED
    assert "网格高程" in report.outcome.missing
    (alert,) = world.alerts(flat).to_dicts()
    assert "网格高程" in alert["text_long"]


def test_cells_too_far_from_any_height_are_counted(dry) -> None:
    corner = pl.DataFrame({"lat_deg": [40.1], "lon_deg": [117.2], "elevation_m": [50.0]})
    report = danger(world.recorded(dry, elevation=TableElevation(corner)))
    (note,) = report.outcome.missing
    assert note.endswith("个网格的高程")
    assert 0 < int(note.removesuffix("个网格的高程")) < dry.catalogue.cells(ZONE).height


def test_a_round_that_only_looks_keeps_nothing(dry) -> None:
    report = danger(dry, send=False)
    assert report.outcome.alerts == ("预览",)
    assert report.outcome.products
    assert world.alerts(dry).is_empty()
    assert dry.levels.newest(f"danger:{ZONE}", world=dry.world) is None
    assert dry.levels.silences(since=MORNING - DAY, world=dry.world) == []
    assert standing_danger(dry) is None
    with pytest.raises(NotInStore):
        dry.moisture.load(TODAY - DAY, world=dry.world)


def test_a_look_before_changes_nothing_of_the_round_that_sends(dry) -> None:
    danger(dry, send=False)
    assert danger(dry, MORNING + HOUR).outcome.alerts == ("演平0410-01",)


def test_a_round_held_twice_tells_once(dry) -> None:
    first, again, later = danger(dry), danger(dry), danger(dry, MORNING + HOUR)
    assert first.outcome.alerts
    assert (again.outcome.alerts, later.outcome.alerts) == ((), ())
    world.dispatch(dry)
    world.dispatch(dry)
    assert world.alerts(dry).height == 1
    told = world.messages(dry)
    assert len(told) == len(set(told)) == world.told_at_once(dry).height


def test_rain_ends_the_warning_only_after_two_rounds_and_the_end_names_its_beginning(dry) -> None:
    danger(dry)
    days = [MORNING + number * DAY for number in (2, 3)]
    reports = [danger(wet(dry, at), at) for at in days]
    assert [report.outcome.table[0]["reason"] for report in reports] == [Reason.HELD, Reason.DANGER_ENDED]
    ended = world.alerts(dry).to_dicts()[-1]
    assert (ended["level"], ended["previous_level"], ended["revision"]) == ("none", "red", 2)
    assert "10日" in ended["text_long"]


def test_without_any_weather_there_is_no_grade_and_the_reason_is_no_data(dry) -> None:
    blind = world.recorded(dry, weather=NoWeather())
    report = danger(blind)
    assert report.outcome.outcome is RunOutcome.FEED_OUT
    assert report.outcome.missing == ("气象表",)
    assert report.outcome.products == ()
    assert report.outcome.table == ({"zone": ZONE, "reason": Reason.NO_DATA},)
    assert world.alerts(blind).is_empty()


def test_no_data_does_not_bring_a_warning_down(dry) -> None:
    danger(dry)
    for number in range(1, 6):
        danger(world.recorded(dry, weather=NoWeather()), MORNING + number * DAY)
    newest = dry.levels.newest(f"danger:{ZONE}", world=dry.world)
    assert newest is not None
    assert newest.level == "red"


def test_weather_that_ended_days_ago_makes_no_product_of_today(dry) -> None:
    danger(dry)
    at = MORNING + 6 * DAY
    report = danger(dry, at)
    assert report.outcome.outcome is RunOutcome.FEED_OUT
    assert "气象表" in report.outcome.missing
    assert report.outcome.products == ()


def test_the_standing_product_is_stamped_old_with_its_age_and_replaced_when_weather_is_back(dry) -> None:
    first = danger(dry)
    out = MORNING + timedelta(hours=30)
    danger(world.recorded(dry, weather=NoWeather(), at=out), out)
    stale = standing_danger(dry)
    assert stale is not None
    assert (stale["stale"], stale["label"], stale["missing"]) == (True, "过期：30.0小时前的结果", ["气象表"])
    assert stale["run_id"] == first.run_id
    assert stale["zones"]
    back = out + HOUR
    danger(world.recorded(dry, at=back), back)
    fresh = standing_danger(dry)
    assert fresh is not None
    assert (fresh["stale"], fresh["label"]) == (False, "")


def test_a_round_that_looks_back_does_not_take_the_place_of_a_newer_product(dry) -> None:
    newer = danger(dry, LATER)
    danger(dry, MORNING)
    danger(world.recorded(dry, weather=NoWeather()), MORNING)
    standing = standing_danger(dry)
    assert standing is not None
    assert (standing["run_id"], standing["stale"]) == (newer.run_id, False)


def test_where_there_never_was_a_product_none_is_stamped(drill) -> None:
    danger(world.recorded(drill, weather=NoWeather()))
    assert standing_danger(drill) is None
    assert not (drill.home.products / drill.world / STANDING).exists()


def test_what_is_told_in_an_exercise_is_not_seen_from_the_live_world(dry, house) -> None:
    danger(dry)
    world.dispatch(dry)
    assert world.alerts(house).is_empty()
    assert house.runs.last_runs(world=LIVE) == []
    assert standing_danger(house) is None


def test_a_unit_that_does_not_exist_is_refused_before_anything_is_recorded(dry) -> None:
    with pytest.raises(OrderRefused, match="no joint unit XX-YY: there are HR-CD, YQ-HL, PG-JZ"):
        danger(dry, zones=("XX-YY",))
    assert dry.runs.last_runs(world=dry.world) == []


def test_a_run_has_a_reason_and_a_time_with_an_offset() -> None:
    with pytest.raises(OrderRefused, match="a run has a reason"):
        Order(FlowName.DANGER_WATCH, MORNING, "  ", "tester", Trigger.MANUAL)
    with pytest.raises(OrderRefused, match="no time zone"):
        Order(FlowName.DANGER_WATCH, MORNING.replace(tzinfo=None), "试验", "tester", Trigger.MANUAL)
