"""Judge what is new, follow incidents through the window, weigh each, and keep it all in one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import chain

import dataframely as dy
import polars as pl

from boundary_zones.heat_sources import HeatSource
from flows.feed_watch import WATERMARK
from flows.levels import danger_grades, grade_of
from flows.order import Order
from flows.wiring import House
from models.frames import HotspotFrame, JudgedHotspotFrame, JudgementFrame, LocatedHotspotFrame
from models.incidents.assess import Assessed, Circumstances, assessed
from models.incidents.event import Change, IncidentEvent
from models.incidents.heat import Heat
from models.incidents.incident import Incident, IncidentState
from models.incidents.judge import judgements, with_judgements
from models.incidents.match import located
from models.incidents.numbering import Numbering
from models.incidents.track import Tracked, TrackResult, track
from notify.alert import LIVE
from store.incident_events import Lift


@dataclass(frozen=True, slots=True)
class Followed:
    """What a round did to the incidents."""

    result: TrackResult
    judged: dy.DataFrame[JudgementFrame]
    """Of the hotspots that this round judged first."""

    @property
    def counts(self) -> dict[str, int]:
        """For the run row: clusters, incidents, and what is held back, by reason."""
        standing = [each for each in self.result.incidents if each.state is not IncidentState.ENDED]
        held = [each.suppressed_by for each in standing if each.suppressed_by is not None]
        doubts = self.judged["doubt"].drop_nulls().to_list()
        return {
            "too_old": len(self.result.too_old),
            "clusters": self.result.clusters,
            "incidents_open": len(standing),
            "incidents_started": len(self.result.new),
            **{f"suppressed_{doubt}": held.count(doubt) for doubt in sorted(set(held))},
            **{f"doubted_{doubt}": doubts.count(doubt) for doubt in sorted(set(doubts))},
        }


def follow_and_keep(house: House, order: Order, heard_until_utc: datetime | None) -> Followed:
    """Follow and keep in one transaction: of two rounds at once, the second sees what the first has numbered."""
    with house.incidents.alone(world=house.world):
        before = {each.incident_id: each for each in house.incidents.all_incidents(world=house.world)}
        followed = follow(house, order, heard_until_utc)
        if order.send:
            tracked = followed.result.tracked
            house.judgements.save(followed.judged, world=house.world)
            changed = [each.incident for each in tracked if before.get(each.incident.incident_id) != each.incident]
            house.incidents.save(changed, world=house.world)
            events = [event for each in tracked for event in _events(each, order.as_of)]
            house.incident_events.save(events, world=house.world)
    return followed


def follow(house: House, order: Order, heard_until_utc: datetime | None) -> Followed:
    """Incidents after the hotspots of the window. Where no feed was heard, time stands still for them.

    Args:
        house: the world to work in.
        order: what was asked; a look at the past sees what was there then.
        heard_until_utc: up to when silence means something; None when no feed was heard in this round.
    """
    since = order.as_of - timedelta(hours=house.rules.rounds.hotspot_window_h)
    incidents = house.incidents.all_incidents(world=house.world)
    numbering = Numbering.after(
        (each.incident_id for each in incidents),
        exercise=order.exercise,
        hotspot_nos=(each.hotspot_no for each in incidents),
    )
    recent = [
        each
        for each in incidents
        if each.last_seen_utc >= since - timedelta(days=1) or each.state is not IncidentState.ENDED
    ]
    window, new = _judged_window(house, order, since)
    now = _known_until(house, order, heard_until_utc, seen=[each.last_seen_utc for each in incidents])
    result = track(recent, window, now=now, rules=house.rules.track, next_number=numbering)
    mine = replace(result, tracked=tuple(_concerning(result.tracked, order.zones)))
    return Followed(_weighed(house, order, mine, window), new)


def _concerning(tracked: Sequence[Tracked], zones: Sequence[str]) -> Iterator[Tracked]:
    """Incidents of the units that were asked for, and those that they became one with, or parted from, in this round.

    All units are followed together, because a fire on a divide is one; what concerns no unit that was asked for is left
    to the round that asks.
    """
    wanted = {each.incident.incident_id for each in tracked if not zones or set(zones) & set(each.incident.zones)}
    bound = [{each.incident.incident_id, *chain.from_iterable(each.others.values())} for each in tracked]
    reached: set[str] = set()
    while reached != wanted:
        reached = set(wanted)
        wanted.update(*(numbers for numbers in bound if numbers & reached))
    yield from (each for each in tracked if each.incident.incident_id in wanted)


def heat_sources(house: House) -> tuple[HeatSource, ...]:
    """All registers: what comes with the product, the office's own file, and what a reviewer accepted here."""
    accepted = {*house.heat_sources.all(world=LIVE), *house.heat_sources.all(world=house.world)}
    return (*house.heat_register, *sorted(accepted, key=lambda each: each.source_id))


def _judged_window(
    house: House, order: Order, since: datetime
) -> tuple[dy.DataFrame[JudgedHotspotFrame], dy.DataFrame[JudgementFrame]]:
    """The hotspots of the window with what each is taken for, and the judgements that were made now."""
    known = house.hotspots.since(since, available_by=order.available_by, world=house.world)
    window = located(known.pipe(HotspotFrame.validate), house.catalogue).hotspots
    before = house.judgements.since(since, world=house.world)
    unseen = LocatedHotspotFrame.validate(window.join(before, on="hotspot_id", how="anti"))
    new = JudgementFrame.create_empty()
    if unseen.height:
        rules = house.rules.heat, house.rules.doubt
        new = judgements(
            unseen, _heat(house, order, unseen), cropland=_on_fields(house, unseen), rules=rules, now=order.as_of
        )
    return with_judgements(window, JudgementFrame.validate(pl.concat([before, new]))), new


def _on_fields(house: House, unseen: pl.DataFrame) -> frozenset[str]:
    layer = house.cropland
    return layer.on_fields(unseen, least_share=house.rules.doubt.cropland_share) if layer is not None else frozenset()


def _heat(house: House, order: Order, unseen: pl.DataFrame) -> Heat:
    oldest = unseen["acquired_utc"].min()
    assert isinstance(oldest, datetime)
    reach = timedelta(days=house.rules.heat.lookback_d + 1)
    history = house.hotspots.since(oldest - reach, available_by=order.available_by, world=house.world)
    return Heat(history, heat_sources(house))


def _weighed(house: House, order: Order, result: TrackResult, window: dy.DataFrame[JudgedHotspotFrame]) -> TrackResult:
    """The incidents with confidence, suppression and their reasons."""
    grades = danger_grades(house, order)
    lifts = house.incident_events.lifts(world=house.world)
    owned = pl.DataFrame(
        [(key, each.incident_id) for each in result.incidents if _is_open(each) for key in each.hotspot_ids],
        schema={"hotspot_id": pl.String, "incident_id": pl.String},
        orient="row",
    )
    parts = window.join(owned, on="hotspot_id").partition_by("incident_id", as_dict=True)
    rows = {number: part for (number,), part in parts.items()}
    tracked = []
    for each in result.tracked:
        number = each.incident.incident_id
        mine = rows.get(number, window.clear())
        circumstances = Circumstances(grade_of(each.incident, grades), _lifted_zh(lifts.get(number)))
        tracked.append(_with(each, assessed(each.incident, mine, circumstances, house.rules.doubt)))
    return replace(result, tracked=tuple(tracked))


def _is_open(incident: Incident) -> bool:
    return incident.state is not IncidentState.ENDED


def _with(tracked: Tracked, found: Assessed) -> Tracked:
    return replace(tracked, incident=found.incident, changes=(*tracked.changes, *found.changes))


def _lifted_zh(lift: Lift | None) -> str:
    return f"{lift.lifted_by}：{lift.reason}" if lift is not None else ""


def _events(tracked: Tracked, at_utc: datetime) -> Sequence[IncidentEvent]:
    why = {Change.SUPPRESS, Change.LIFT, Change.START}
    return [
        replace(event, note=tracked.incident.reason) if event.change in why else event
        for event in tracked.events(at_utc)
    ]


def _known_until(house: House, order: Order, heard_until_utc: datetime | None, *, seen: Iterable[datetime]) -> datetime:
    """The time that incidents stand at: up to it a feed was heard, in this round or one before."""
    before = house.coverage.of(WATERMARK, world=house.world).newest_content_utc
    told = [at for at in (heard_until_utc, before) if at is not None]
    return min(order.as_of, max([*told, *seen], default=order.as_of))
