"""One round of fire danger: weather, codes, grades, product, decision. Plain: it runs with and without Prefect."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial

import dataframely as dy
import polars as pl

from boundary_zones.required import required_offices
from boundary_zones.zone import Zone
from flows.by_hand import mark_of, overridden, override_of, override_words
from flows.danger_making import Made, made_danger
from flows.danger_pictures import draw_danger
from flows.danger_words import danger_facts, weather_around
from flows.due import zone_tier
from flows.feed_watch import codes_of, watch_feeds
from flows.forecast_scoring import keep_and_score
from flows.gathered import Gathered
from flows.order import Conclusion, Order, Outcome
from flows.standing import Said, mark_danger_stale, publish_danger
from flows.telling import Event, Told, conclusion_of, settle, zone_prefix, zone_scope
from flows.warning_colours import area_danger
from flows.warning_round import draft_warnings
from flows.wiring import House
from models.fire_weather.season import moisture_after
from models.frames import CodesFrame, MoistureFrame, WeatherFrame, ZoneDangerFrame
from notify.alert import AlertKind, Draft
from notify.danger_wording import danger_texts
from notify.decide_danger import DangerDay, DangerMemory, danger_memory_of, decide_danger
from notify.phrases import BEIJING
from notify.rules import DangerAlertRules
from notify.texts import Envelope, Texts
from store.overrides import OverrideKind
from store.run_rows import RunOutcome

NOON_H = 12
"""Beijing time."""
STATE_REACH = timedelta(days=400)
"""How far back a cell's state is looked for: a whole year without a run is a new start, and shown as one."""


def danger_round(house: House, order: Order, run_id: str) -> Outcome:
    """Compute the danger of the zones from today on, keep the moisture codes, and decide about every zone.

    Args:
        house: the world to work in.
        order: what was asked.
        run_id: stands in the moisture state and in the catalogue of products.
    """
    zones = [house.catalogue.zone(zone_id) for zone_id in order.zones or house.zone_ids]
    cells = pl.concat([house.catalogue.cells(zone.id) for zone in zones])
    state = moisture_of(house, order, cells)
    gathered = house.weather.gather(order.as_of, since=weather_since(house, order, state), live=order.live)
    house.between_steps()
    made = None if gathered.frame.is_empty() else made_danger(house, order, cells=cells, state=state, gathered=gathered)
    house.between_steps()
    if made is not None:
        _keep_moisture(house, order, made.codes, run_id)
    missing = (*gathered.missing, *(made.notes if made else ()))
    judged = [] if _waits_for_noon(order, gathered) else zones
    told = [settle(house, order, _event(house, order, zone, made, gathered)) for zone in judged]
    areas = area_danger(house, None if made is None else made.danger, missing)
    draft_warnings(house, order, judged, danger=areas, weather=gathered)

    def again(other: House, asked: Order) -> list[Conclusion]:
        return [conclusion_of(settle(other, asked, _event(other, asked, zone, made, gathered))) for zone in judged]

    told += watch_feeds(house, order, gathered)
    concluded = partial(replace, alerts=codes_of(told), conclusions=tuple(map(conclusion_of, told)), again=again)
    if made is None or made.danger.is_empty():
        outcome = RunOutcome.FEED_OUT if gathered.out else RunOutcome.DEGRADED
        rows = tuple({"zone": each.outcome.zone, "reason": str(each.outcome.reason)} for each in told[: len(judged)])
        missing = missing if gathered.out else (*missing, "当日气象")
        mark_danger_stale(house, order, missing)
        return concluded(Outcome(outcome, missing, gathered.problems, gathered.inputs, table=rows))
    scored = keep_and_score(house, order, made, run_id)
    remarks = (*made.remarks, *_adjusted(house, order, judged))
    said = Said(missing, remarks, made.findings, made.files, made.peaks)
    products = publish_danger(house, order, made.danger, made.zones, run_id=run_id, said=said)
    house.between_steps()
    maps = draw_danger(house, order, made.danger, made.zones, run_id=run_id)
    return concluded(
        Outcome(
            outcome=RunOutcome.DEGRADED if missing or made.danger["degraded"].any() else RunOutcome.DONE,
            missing=(*missing, *maps.missing),
            problems=gathered.problems,
            inputs=gathered.inputs,
            products=(*products, *maps.products),
            counts=_counts(cells, made, gathered) | {"forecasts_scored": scored} | maps.counts,
            table=_table(made.zones, told),
        )
    )


def _adjusted(house: House, order: Order, zones: Sequence[Zone]) -> tuple[str, ...]:
    """The levels that a person set, as the product says them."""
    found = ((zone.id, override_of(house, order, OverrideKind.DANGER, zone.id)) for zone in zones)
    return tuple(f"{zone_id}{override_words(one)}" for zone_id, one in found if one is not None)


def _counts(cells: pl.DataFrame, made: Made, gathered: Gathered[WeatherFrame]) -> dict[str, int]:
    blanked = gathered.blanked.total
    found = {"cells": cells["cell_id"].n_unique(), "rows": made.danger.height, "noon_gaps": made.gap_days}
    return found | ({"values_blanked": blanked} if blanked else {})


def moisture_of(house: House, order: Order, cells: pl.DataFrame) -> dy.DataFrame[MoistureFrame] | None:
    """Each cell's codes of some days ago: the days since are computed again, now that their weather is known better."""
    until = _local_date(order.as_of) - timedelta(days=house.rules.rounds.rewind_d)
    found = house.moisture.newest_by_cell(
        frozenset(cells["cell_id"]), not_after=until, not_before=until - STATE_REACH, world=house.world
    )
    return None if found.is_empty() else found


def weather_since(house: House, order: Order, state: dy.DataFrame[MoistureFrame] | None) -> datetime:
    """Noon of the oldest state: the next day's rain is that of the 24 hours after it. Without a state, the spin-up."""
    if state is None:
        return order.as_of - timedelta(days=house.rules.rounds.spin_up_past_d)
    oldest = state["local_date"].min()
    assert isinstance(oldest, date)
    return datetime(oldest.year, oldest.month, oldest.day, 12, tzinfo=BEIJING).astimezone(UTC)


def _keep_moisture(house: House, order: Order, codes: dy.DataFrame[CodesFrame], run_id: str) -> None:
    """The state after each day whose noon is past; of a backfill, for days that have none. A look keeps nothing."""
    if not order.send and not order.backfill:
        return
    noon_is_past = _local_date(order.as_of - timedelta(hours=12))
    days = [day for day in codes["local_date"].unique().sort() if day <= noon_is_past]
    for day in days[-2 * house.rules.rounds.rewind_d - 1 :]:
        after = moisture_after(codes, day)
        filled = order.backfill and house.moisture.versions(day, world=house.world)
        if not after.is_empty() and not filled:
            house.moisture.save(after, made_by_run=run_id, world=house.world)


def _local_date(instant: datetime) -> date:
    return instant.astimezone(BEIJING).date()


def _event(
    house: House, order: Order, zone: Zone, made: Made | None, gathered: Gathered[WeatherFrame]
) -> Event[DangerMemory]:
    scope = zone_scope(house, zone)
    rules = house.rules
    seasonal = rules.season.danger_alert(rules.danger_alert, zone_tier(house, zone.id, order.as_of))
    override = override_of(house, order, OverrideKind.DANGER, zone.id)
    computed = () if made is None else _days(made, zone)
    days, judged = overridden(computed, override, _window(seasonal, gathered))

    def words(draft: Draft, envelope: Envelope) -> Texts:
        began = _began_utc(house, draft)
        weather = weather_around(gathered, house.catalogue.cells(zone.id))
        facts = danger_facts(zone, draft, days, weather=weather, rules=judged, began_utc=began, notes=_notes(made))
        return danger_texts(facts, envelope)

    return Event(
        key=f"danger:{zone.id}",
        fresh=DangerMemory(),
        latest=lambda: house.alerts.latest(zone=zone.id, kind=AlertKind.DANGER, world=house.world),
        recall=danger_memory_of,
        decide=lambda memory: decide_danger(days, memory, scope=scope, now=order.as_of, rules=judged),
        words=words,
        signature=rules.wording.danger_signature,
        prefix=zone_prefix(zone),
        recipients=house.contacts.for_zone(zone, house.catalogue),
        required=required_offices(zone, house.catalogue, house.contacts),
        mark=mark_of(override),
    )


def _began_utc(house: House, draft: Draft) -> datetime | None:
    """When the first word of this episode was decided; None for a first word."""
    revisions = house.alerts.of_event(draft.event_id, world=house.world)
    return next((one.decided_utc.astimezone(UTC) for one in revisions if one.revision == 1), None)


def _window(rules: DangerAlertRules, gathered: Gathered[WeatherFrame]) -> DangerAlertRules:
    """The days that the weather can speak of. An office that has observations only is judged by today.

    With tomorrow always missing no warning could ever be lowered, and one that never ends warns of nothing.
    """
    return replace(rules, window_d=1) if _observed_only(gathered) else rules


def _waits_for_noon(order: Order, gathered: Gathered[WeatherFrame]) -> bool:
    """Whether nothing can be said of today yet, and a decision would only say so every morning."""
    return _observed_only(gathered) and order.as_of.astimezone(BEIJING).hour < NOON_H


def _observed_only(gathered: Gathered[WeatherFrame]) -> bool:
    return not gathered.frame.is_empty() and bool(gathered.frame["issued_utc"].is_null().all())


def _notes(made: Made | None) -> tuple[str, ...]:
    return () if made is None else made.notes


def _days(made: Made, zone: Zone) -> tuple[DangerDay, ...]:
    return tuple(
        DangerDay(
            zone=zone.id,
            local_date=row["local_date"],
            danger_grade=row["danger_grade"],
            fwi_p95=row["fwi_p95"],
            degraded=row["degraded_share"] > 0,
            basis_zh=made.bases.get((zone.id, row["local_date"]), ""),
        )
        for row in made.zones.filter(pl.col("zone") == zone.id).iter_rows(named=True)
    )


def _table(zones: dy.DataFrame[ZoneDangerFrame], told: Sequence[Told]) -> tuple[dict[str, object], ...]:
    levels = {each.outcome.zone: each for each in told if each.outcome.zone is not None}
    return tuple(
        {
            "zone": row["zone"],
            "local_date": row["local_date"],
            "danger_grade": row["danger_grade"],
            "noon_grade": row["noon_grade"],
            "fwi_median": row["fwi_median"],
            "fwi_p95": row["fwi_p95"],
            "degraded": row["degraded_share"] > 0,
            "level": levels[row["zone"]].outcome.level,
            "reason": str(levels[row["zone"]].outcome.reason),
        }
        for row in zones.iter_rows(named=True)
    )
