"""At the cut-off: each county on duty is asked for its report, reminded, and named above where it is silent."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from flows.carry_out import carry_out
from flows.duty_roster import members, roster
from flows.order import FlowName
from flows.wiring import House
from notify.alert import LIVE
from store.run_rows import RunOutcome
from tests.flows import world

FIVE = datetime(2024, 4, 10, 9, 9, tzinfo=UTC)
"""17:09 Beijing time, a day in the ban of Beijing and the high-danger period of Hebei."""
SIX = FIVE + timedelta(hours=1)
SUMMER = datetime(2024, 7, 10, 9, 9, tzinfo=UTC)


def at(drill: House, instant: datetime):
    drill.clock.now = instant  # type: ignore[attr-defined]
    return carry_out(drill, world.order(FlowName.DUTY_REPORT, instant, world=drill.world))


def told(drill: House) -> pl.DataFrame:
    return world.alerts(drill).filter(pl.col("kind") == "report")


def texts(drill: House, prefix: str) -> list[str]:
    return told(drill).filter(pl.col("event_id").str.starts_with(prefix))["text_short"].to_list()


@pytest.fixture
def quiet(house) -> House:
    """An exercise's world whose satellites looked all day and saw nothing near."""
    looked = world.recorded_hotspots(house, [world.elsewhere(2, at=FIVE)])
    drill = world.recorded(house, hotspots=looked, at=FIVE)
    world.hotspots(drill, FIVE - timedelta(minutes=36))
    return drill


def test_every_county_on_duty_is_asked_once_and_no_other(quiet) -> None:
    first = at(quiet, FIVE)
    assert first.outcome.outcome is RunOutcome.DONE
    owed = [line for line in roster(quiet, FIVE.date()) if line.owed]
    asked = texts(quiet, "duty:")
    assert len(asked) == len(owed) == first.outcome.counts["owed"] > 3
    assert len(asked) == len(members(quiet))
    assert all("请18时前报零报告" in text and "热点0、火情0" in text for text in asked)
    at(quiet, FIVE + timedelta(minutes=30))
    assert len(texts(quiet, "duty:")) == len(owed)


def test_an_answer_is_the_report_and_who_is_silent_is_reminded_and_named_above(quiet) -> None:
    at(quiet, FIVE)
    world.dispatch(quiet, FIVE + timedelta(minutes=1))
    lines = {line.county_zh: line for line in roster(quiet, FIVE.date()) if line.owed}
    quiet.ledger.acknowledge(
        lines["怀柔"].code,
        office="110116",
        by="怀柔张三",
        via="sms",
        now=FIVE + timedelta(minutes=5),
        world=quiet.world,
    )
    world.dispatch(quiet, FIVE + timedelta(minutes=21))
    reminded = (
        quiet.ledger_frames.deliveries(world=quiet.world)
        .filter((pl.col("step") > 0) & pl.col("sent_utc").is_not_null())["office"]
        .to_list()
    )
    assert "110116" not in reminded
    assert "110119" in reminded
    done = at(quiet, SIX)
    assert done.outcome.counts["silent"] == len(lines) - 1
    beijing = next(text for text in texts(quiet, "duty-sum:") if "北京市" in text)
    assert "未报：" in beijing
    assert "延庆" in beijing
    assert "怀柔" not in beijing.split("未报：")[1]
    [row] = [row for row in done.outcome.table if row["county"] == "怀柔"]
    assert "已报" in str(row["stands"])
    quiet_again = len(told(quiet))
    at(quiet, SIX + timedelta(minutes=30))
    assert len(told(quiet)) == quiet_again


def test_those_above_hear_of_nobody_when_all_have_reported(quiet) -> None:
    at(quiet, FIVE)
    for line in roster(quiet, FIVE.date()):
        if line.owed:
            quiet.ledger.acknowledge(
                line.code, office=str(line.county_gb), by="值班员", via="page", now=FIVE, world=quiet.world
            )
    at(quiet, SIX)
    assert all("值班正常。零报告。" in text for text in texts(quiet, "duty-sum:"))
    sent = world.told_at_once(quiet).join(told(quiet).select("alert_id", "event_id"), on="alert_id")
    above = set(sent.filter(pl.col("event_id").str.starts_with("duty-sum:hebei"))["office"])
    assert {"130000", "130800"} <= above


def test_without_a_look_a_report_is_no_zero_report(house) -> None:
    blind = world.recorded(house, at=FIVE)
    done = at(blind, FIVE)
    assert done.outcome.outcome is RunOutcome.DEGRADED
    assert all("不等于无火" in text for text in texts(blind, "duty:"))
    assert all("不等于无火" in text for text in texts(blind, "bulletin:"))


def test_a_fire_of_the_day_stands_in_the_figures_of_both_sides(house) -> None:
    fires = world.recorded_hotspots(house, [world.fire(5, at=FIVE), world.elsewhere(2, at=FIVE)])
    drill = world.recorded(house, hotspots=fires, at=FIVE)
    world.hotspots(drill, FIVE - timedelta(minutes=36))
    at(drill, FIVE)
    asked = {text.split("17时至10日17时")[1][:2]: text for text in texts(drill, "duty:")}
    assert "热点1、火情0" in asked["平谷"]
    assert "值班日报" in asked["平谷"]
    assert "热点0、火情0" in asked["怀柔"]
    (bulletin,) = texts(drill, "bulletin:")
    assert "推送1" in bulletin


def test_out_of_season_nobody_is_asked_and_the_count_is_kept_all_the_same(house) -> None:
    drill = world.recorded(house, at=SUMMER)
    done = at(drill, SUMMER)
    assert told(drill).is_empty()
    (product,) = done.outcome.products
    text = (house.home.products / product.path).read_text(encoding="utf-8")
    assert text.startswith("【演练】")
    assert "核查情况通报" in text
    assert len(members(drill)) == len(done.outcome.table)


def test_what_nobody_sends_asks_nobody(quiet) -> None:
    carry_out(quiet, world.order(FlowName.DUTY_REPORT, FIVE, world=quiet.world, send=False))
    assert told(quiet).is_empty()
    assert quiet.world != LIVE
