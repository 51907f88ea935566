"""Known heat from an answer (工矿用火): proposed with the answer, reviewed by a person of another name."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from boundary_zones.heat_sources import HeatKind, HeatSource
from flows.wiring import House
from models.incidents.incident import Incident
from notify.phrases import BEIJING
from store.errors import AnswerUnclear, NotInStore
from store.heat_proposals import HeatProposal, ProposalState
from store.verification import Feedback


def propose_heat(house: House, incident: Incident, said: Feedback) -> HeatProposal:
    """Propose the place of an incident to a reviewer; one that nobody has reviewed yet stays as it was."""
    proposal = HeatProposal(
        incident_id=incident.incident_id,
        source_id=incident.hotspot_no or incident.incident_id,
        lat_deg=incident.lat_deg,
        lon_deg=incident.lon_deg,
        radius_km=house.rules.heat_proposal.radius_km,
        proposed_by=said.by,
        proposed_utc=said.at_utc,
        note=said.note,
    )
    house.heat_proposals.propose(proposal, world=house.world)
    kept = [one for one in house.heat_proposals.proposals(world=house.world) if one.incident_id == incident.incident_id]
    if not kept:
        raise NotInStore(f"the proposal of {incident.incident_id} was not kept")
    return kept[0]


def review_heat(
    house: House, number: str, source: Mapping[str, str], *, accept: bool, by: str, now: datetime
) -> HeatProposal:
    """Accept a proposal into the register of known heat, or decline it.

    Args:
        house: the world to work in.
        number: of the incident.
        source: ``name_zh`` and ``kind`` of an accepted source, ``radius_km`` where another is meant, ``note``.
        accept: or decline.
        by: a person of another name than who proposed it.
        now: when.

    Raises:
        NotInStore: nothing was proposed.
        AnswerUnclear: nobody is named, or the one who proposed it; no name of the source.
        StoreConflict: it is decided, or the source is none.
    """
    state = ProposalState.ACCEPTED if accept else ProposalState.DECLINED
    with house.database.begin():
        incident = house.incidents.resolve(number, world=house.world)
        note = source.get("note", "")
        done = house.heat_proposals.review(incident.incident_id, state, by=by, at=now, note=note, world=house.world)
        if accept:
            try:
                house.heat_sources.save(_heat_source(done, source, by=by, day=_local(now)), world=house.world)
            except ValueError as error:
                raise AnswerUnclear(f"{incident.incident_id}: {error}") from error
    return done


def _heat_source(proposal: HeatProposal, source: Mapping[str, str], *, by: str, day: date) -> HeatSource:
    return HeatSource(
        source_id=proposal.source_id,
        name_zh=source.get("name_zh", ""),
        kind=HeatKind(source.get("kind", HeatKind.OTHER)),
        lat_deg=proposal.lat_deg,
        lon_deg=proposal.lon_deg,
        radius_km=float(source.get("radius_km", proposal.radius_km)),
        reviewed_by=by,
        reviewed_local_date=day,
        origin=f"核查 {proposal.incident_id}（提出：{proposal.proposed_by}）",
        note=proposal.note,
    )


def _local(now: datetime) -> date:
    return now.astimezone(BEIJING).date()
