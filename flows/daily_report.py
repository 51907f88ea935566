"""The day's count from what is kept, with everything that stands beside it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

import polars as pl

from flows.feed_watch import feeds_of
from flows.gathered import WEATHER_FEEDS, feed_in_words
from flows.verifying import with_receipts
from flows.wiring import House
from models.field_check.statistics import DayCount, DayWindow, day_count, day_window
from models.incidents.incident import Incident
from notify.alert import LIVE, AlertKind
from notify.phrases import BEIJING
from notify.verification_words import DayFacts, day_number_zh, heat_changes
from store.heat_proposals import ProposalState
from store.run_rows import RunOutcome

_HOTSPOT_FLOW = "hotspot_watch"
_RUNS_A_DAY = 200
"""More than a day has."""
_CHANGES = {ProposalState.ACCEPTED: "新增", ProposalState.DECLINED: "未采纳"}


def count_day(house: House, local_date: date, *, now: datetime, world: str = LIVE) -> tuple[DayCount, DayFacts]:
    """Count a day of one world: what an exercise did never counts in the live one.

    Args:
        house: the house.
        local_date: the day on which the window ends.
        now: time of the count.
        world: an exercise's own, where it practises the report of the day.
    """
    house = house.within(world) if house.world != world else house
    rules = house.rules
    window = day_window(local_date, rules.statistics)
    regions = {gb: county.region_id for gb, county in house.catalogue.counties.items()}
    count = day_count(
        with_receipts(house, house.verification.tasks(world=world)),
        window,
        regions=regions,
        clocks=rules.verification_clocks,
        rules=rules.statistics,
        now=now,
    )
    return count, _facts(house, window, now=now)


def _facts(house: House, window: DayWindow, *, now: datetime) -> DayFacts:
    alerts = house.ledger_frames.alerts(world=house.world)
    told = [AlertKind.INCIDENT, AlertKind.VERIFICATION]
    mine = alerts.filter(
        pl.col("kind").is_in(told)
        & (pl.col("decided_utc") >= window.begin_utc)
        & (pl.col("decided_utc") < window.end_utc)
    )
    year = house.rules.calendar.statistics_year(window.local_date)
    return DayFacts(
        unit_zh="京津冀边界",
        number_zh=day_number_zh(window.local_date.timetuple().tm_yday, year),
        regions_zh={region.id: region.name_zh for region in house.catalogue.regions.values()},
        counties_zh={gb: county.name_zh for gb, county in house.catalogue.counties.items()},
        near_km=house.rules.statistics.near_km,
        near=sum(each.least_distance_km <= house.rules.statistics.near_km for each in _pushed(house, window)),
        notices=mine.height,
        answer_min=_answer_min(house, mine["alert_id"].to_list()),
        heat_changes_zh=tuple(heat_changes(list(_heat_changes(house, window)))),
        missing_zh=missing_in(house, window, now=now),
    )


def _pushed(house: House, window: DayWindow) -> Iterable[Incident]:
    incidents = {each.incident_id: each for each in house.incidents.all_incidents(world=house.world)}
    tasks = (task for task in house.verification.tasks(world=house.world) if task.published_utc in window)
    return [incidents[task.incident_id] for task in tasks if task.incident_id in incidents]


def _answer_min(house: House, alert_ids: list[str]) -> float | None:
    rows = house.ledger_frames.deliveries(world=house.world).filter(
        pl.col("alert_id").is_in(alert_ids)
        & pl.col("acknowledged_utc").is_not_null()
        & pl.col("sent_utc").is_not_null()
    )
    if rows.is_empty():
        return None
    waited = (pl.col("acknowledged_utc").min() - pl.col("sent_utc").min()).dt.total_seconds() / 60
    return float(rows.group_by("alert_id", "office").agg(waited.alias("min"))["min"].to_numpy().mean())


def _heat_changes(house: House, window: DayWindow) -> Iterable[tuple[str, str, str]]:
    for one in house.heat_proposals.proposals(world=house.world):
        if one.reviewed_utc is not None and one.reviewed_utc in window:
            yield _CHANGES[one.state], one.source_id, one.reviewed_by or ""
    end_date = window.end_utc.astimezone(BEIJING).date()
    for source in house.heat_sources.all(world=house.world):
        # Its last day is the one before it is released.
        if source.valid_to_local_date == end_date - timedelta(days=1):
            yield "撤销", source.name_zh, source.reviewed_by


def missing_in(house: House, window: DayWindow, *, now: datetime) -> tuple[str, ...]:
    """Why the count is not of all: no good look in the window, or a feed that is out."""
    runs = house.runs.last_runs(
        _HOTSPOT_FLOW, world=house.world, limit=_RUNS_A_DAY * ((now - window.begin_utc).days + 2)
    )
    mine = [run.outcome for run in runs if run.as_of_utc in window]
    good = {RunOutcome.DONE, RunOutcome.DEGRADED}
    if not any(outcome in good for outcome in mine):
        return ("热点无数据（本期没有一次成功的热点运行）",)
    named = [f"{len(mine) - sum(each in good for each in mine)}次热点运行未成功"] if set(mine) - good else []
    if now < window.end_utc:
        named.append("本期尚未结束")
    degraded = sum(outcome is RunOutcome.DEGRADED for outcome in mine)
    named += [f"{degraded}次热点运行缺部分数据源"] if degraded else []
    out = [feed for feed in feeds_of(house) if feed.is_out and feed.feed not in WEATHER_FEEDS]
    return (*named, *(f"{feed_in_words(feed.feed)}无数据" for feed in out))
