"""Places that somebody found to be known heat (工矿用火), proposed to a reviewer of another name."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa

from notify.alert import LIVE
from store.audit import AuditAction, Deed, append
from store.database import Database
from store.dialect import upsert
from store.errors import AnswerUnclear, NotInStore, StoreConflict
from store.schema import closed, instant, metadata, number, text


class ProposalState(StrEnum):
    """What became of a proposal of known heat."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    DECLINED = "declined"


heat_proposal = sa.Table(
    "heat_proposal",
    metadata,
    text("world"),
    text("incident_id"),
    text("source_id"),
    number("lat_deg"),
    number("lon_deg"),
    number("radius_km"),
    text("state"),
    text("proposed_by"),
    instant("proposed_utc"),
    text("reviewed_by", nullable=True),
    instant("reviewed_utc", nullable=True),
    text("note"),
    sa.PrimaryKeyConstraint("world", "incident_id"),
    closed("state", ProposalState),
)


@dataclass(frozen=True, slots=True)
class HeatProposal:
    """A place that somebody found to be known heat (工矿用火); a reviewer of another name decides."""

    incident_id: str
    source_id: str
    lat_deg: float
    lon_deg: float
    radius_km: float
    proposed_by: str
    proposed_utc: datetime
    state: ProposalState = ProposalState.PROPOSED
    reviewed_by: str | None = None
    reviewed_utc: datetime | None = None
    note: str = ""


@dataclass(frozen=True)
class HeatProposals:
    """Keeps proposals of known heat. What a reviewer decides goes into the audit log in the same transaction."""

    database: Database

    def propose(self, proposal: HeatProposal, *, world: str = LIVE) -> None:
        """Keep a proposal of known heat; one for the same incident that nobody has reviewed stays as it was."""
        row = {item.name: getattr(proposal, item.name) for item in fields(HeatProposal)}
        with self.database.begin() as connection:
            connection.execute(upsert(connection, heat_proposal).values(world=world, **row).on_conflict_do_nothing())

    def proposals(self, *, world: str = LIVE) -> list[HeatProposal]:
        """All proposals, oldest first."""
        table = heat_proposal.c
        chosen = sa.select(*[table[item.name] for item in fields(HeatProposal)]).where(table.world == world)
        with self.database.read() as connection:
            rows = connection.execute(chosen.order_by(table.proposed_utc, table.incident_id)).all()
        return [HeatProposal(**row._asdict() | {"state": ProposalState(row.state)}) for row in rows]

    def review(
        self, incident_id: str, state: ProposalState, *, by: str, at: datetime, note: str = "", world: str = LIVE
    ) -> HeatProposal:
        """Accept or decline a proposal, by a person of another name than who proposed it.

        Raises:
            NotInStore: nothing was proposed for the incident.
            AnswerUnclear: nobody is named, or the one who proposed it.
            StoreConflict: it is decided.
        """
        found = [one for one in self.proposals(world=world) if one.incident_id == incident_id]
        if not found:
            raise NotInStore(f"nobody proposed known heat for {incident_id!r} in world {world!r}")
        if not by.strip() or by.strip() == found[0].proposed_by.strip():
            raise AnswerUnclear(f"{incident_id}: a reviewer other than {found[0].proposed_by} decides; say who")
        if found[0].state is not ProposalState.PROPOSED:
            raise StoreConflict(f"{incident_id}: {found[0].reviewed_by} has decided already: {found[0].state}")
        after = replace(found[0], state=state, reviewed_by=by, reviewed_utc=at, note=note)
        table = heat_proposal.c
        with self.database.begin() as connection:
            mine = (table.world == world, table.incident_id == incident_id, table.state == ProposalState.PROPOSED)
            changed = {"state": state, "reviewed_by": by, "reviewed_utc": at, "note": note}
            done = connection.execute(heat_proposal.update().where(*mine).values(changed).returning(table.incident_id))
            if done.scalar() is None:
                raise StoreConflict(f"{incident_id}: somebody else has just decided; look again")
            payload = {"review": state.value, "note": note, "source_id": after.source_id}
            append(connection, Deed(by, AuditAction.VERIFY, incident_id, at, payload, world))
        return after
