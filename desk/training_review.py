"""What an exercise must come to, held against what came."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from datetime import UTC, date, datetime
from typing import Any

import polars as pl

from desk.scenario import ExpectedIncident, ExpectedText, Scenario
from flows.wiring import House
from models.frames import HotspotFrame
from models.incidents.event import Change
from models.incidents.incident import Incident
from models.incidents.match import located
from notify.alert import IncidentLevel
from notify.phrases import BEIJING


def review(house: House, scenario: Scenario) -> list[str]:
    """Every expectation that was not met, in words; empty when all were."""
    return [
        *_danger(house, scenario),
        *_incidents(house, scenario),
        *_histories(house, scenario),
        *_texts(house, scenario),
        *_regions(house, scenario),
    ]


def _danger(house: House, scenario: Scenario) -> Iterator[str]:
    reached = reached_grades(house)
    for wanted in scenario.expected.danger:
        grade = reached.get((wanted.zone, wanted.local_date))
        if grade is None or grade < wanted.least_grade:
            yield f"{wanted.zone} {wanted.local_date}: grade {grade}, at least {wanted.least_grade} expected"


def reached_grades(house: House) -> dict[tuple[str, date], int]:
    """Highest grade of each zone for each day, over the rounds of that day."""
    reached: dict[tuple[str, date], int] = {}
    for run in house.runs.last_runs("danger_watch", world=house.world, limit=1000):
        today = run.as_of_utc.astimezone(BEIJING).date()
        for product in (p for p in house.products.of_run(run.run_id) if p.kind == "danger_summary"):
            summary = json.loads((house.home.products / product.path).read_text(encoding="utf-8"))
            for row in (row for row in summary["zones"] if row["local_date"] == today.isoformat()):
                key = row["zone"], today
                reached[key] = max(reached.get(key, 0), row["danger_grade"])
    return reached


def _incidents(house: House, scenario: Scenario) -> Iterator[str]:
    alerts = house.ledger_frames.alerts(world=house.world).filter(pl.col("kind") == "incident")
    deliveries = house.ledger_frames.deliveries(world=house.world)
    followed = {each.incident_id: each for each in house.incidents.all_incidents(world=house.world)}
    for wanted in scenario.expected.incidents:
        rows = alerts.filter(pl.col("zone") == wanted.zone)
        if not any(
            not [*_short_of(wanted, followed[event[0]], told, deliveries)]
            for event, told in rows.group_by("event_id", maintain_order=True)
            if str(event[0]) in followed
        ):
            seen = [
                problem
                for event, told in rows.group_by("event_id", maintain_order=True)
                for problem in _short_of(wanted, followed[str(event[0])], told, deliveries)
            ]
            yield f"{wanted.zone}: " + ("; ".join(seen) or "no incident was told")


def _texts(house: House, scenario: Scenario) -> Iterator[str]:
    """Texts that did not go out, not in these words, not in time, or not by the projection alone."""
    alerts = house.ledger_frames.alerts(world=house.world).filter(pl.col("kind") == "incident")
    deliveries = house.ledger_frames.deliveries(world=house.world)
    for wanted in scenario.expected.texts:
        mine = [row for row in alerts.iter_rows(named=True) if row["zone"] == wanted.zone]
        said = [row for row in mine if all(words in row["text_short"] for words in wanted.says)]
        short = [" and ".join(_not_in_time(house, wanted, row, deliveries)) for row in said]
        if all(short):
            yield f"{wanted.zone}: {' … '.join(wanted.says)}: " + ("; ".join(short) or "no text says so")


def _not_in_time(house: House, wanted: ExpectedText, told: dict[str, Any], deliveries: pl.DataFrame) -> Iterator[str]:
    rows = deliveries.filter(pl.col("alert_id") == told["alert_id"], pl.col("sent_utc") <= _utc(wanted.told_by))
    if late := sorted(set(wanted.told_offices) - set(rows["office"])):
        yield f"{told['code']} not told by {wanted.told_by}: {', '.join(late)}"
    if not wanted.by_projection:
        return
    ring_km = house.rules.incident_alert.watch_km
    nearest_km = _nearest_km(house, house.alerts.with_code(told["code"], world=house.world).evidence)
    if nearest_km <= ring_km:
        yield f"{told['code']} has a hotspot {nearest_km:.1f} km from the line, within {ring_km:g} km"
    if told["revision"] != 1:
        yield f"{told['code']} is not the first text of its fire"


def _nearest_km(house: House, evidence: Collection[str]) -> float:
    """Distance to the line of the nearest hotspot of an alert, less its error."""
    known = house.hotspots.since(datetime(1970, 1, 1, tzinfo=UTC), world=house.world)
    told = known.filter(pl.col("hotspot_id").is_in(list(evidence))).pipe(HotspotFrame.validate)
    rows = located(told, house.catalogue).hotspots
    nearest = (rows["distance_to_border_km"] - rows["location_error_km"]).min()
    assert isinstance(nearest, float)
    return nearest


def _histories(house: House, scenario: Scenario) -> Iterator[str]:
    """Followed fires whose history is not the expected one, and those that nobody expected."""
    if not scenario.expected.histories:
        return
    told = set(house.ledger_frames.alerts(world=house.world)["event_id"])
    left = [
        (each.zone, each.hotspot_count, events_of(house, each), each.incident_id in told)
        for each in house.incidents.all_incidents(world=house.world)
    ]
    for wanted in scenario.expected.histories:
        key = wanted.zone, wanted.hotspots, wanted.events
        found = next((one for one in left if one[:3] == key and wanted.told in {None, one[3]}), None)
        if found is None:
            yield f"{_history_words(*key, told=wanted.told)} is missing"
        else:
            left.remove(found)
    yield from (f"{_history_words(*one[:3], told=one[3])} was not expected" for one in left)


def _history_words(zone: str, hotspots: int, events: tuple[Change, ...], *, told: bool | None) -> str:
    word = {None: "", True: "; told", False: "; not told"}[told]
    return f"{zone}: a fire of {hotspots} hotspots ({', '.join(events)}{word})"


def events_of(house: House, incident: Incident) -> tuple[Change, ...]:
    """What happened to an incident, each kind of change once, in the order in which it first happened."""
    order = list(Change)
    lines = house.incident_events.of(incident.incident_id, world=house.world)
    in_time = sorted(lines, key=lambda line: (line.at_utc, order.index(line.change)))
    return tuple(dict.fromkeys(line.change for line in in_time))


def _short_of(
    wanted: ExpectedIncident, incident: Incident, told: pl.DataFrame, deliveries: pl.DataFrame
) -> Iterator[str]:
    levels = [IncidentLevel(level) for level in told["level"]]
    highest = max(levels, key=lambda level: level.rank)
    if highest.rank < wanted.level.rank:
        yield f"level {highest}, {wanted.level} expected"
    if incident.distance_to_border_km > wanted.greatest_distance_km:
        yield f"{incident.distance_to_border_km:.1f} km from the line, at most {wanted.greatest_distance_km} expected"
    if incident.hotspot_count != wanted.hotspots:
        yield f"{incident.hotspot_count} hotspots, {wanted.hotspots} expected"
    rows = deliveries.filter(pl.col("alert_id").is_in(told["alert_id"].to_list()))
    in_time = set(rows.filter(pl.col("sent_utc") <= _utc(wanted.told_by))["office"])
    late = sorted(set(wanted.told_offices) - in_time)
    if late:
        yield f"not told by {wanted.told_by}: {', '.join(late)}"


def _utc(moment: datetime) -> Any:
    return pl.lit(moment).dt.convert_time_zone("UTC")


def _regions(house: House, scenario: Scenario) -> Iterator[str]:
    sent = house.ledger_frames.deliveries(world=house.world).drop_nulls("sent_utc")
    for region in scenario.expected.told_regions:
        if region not in set(sent["region"]):
            yield f"nobody in {region} was told"
