"""What a rerun concluded is let out: shown first, signed by as many persons as the rules ask for, sent once."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime

from flows.best_effort import attempt
from flows.cap_products import publish_cap
from flows.carry_out import digest_of
from flows.errors import OrderRefused
from flows.order import Conclusion, FlowName
from flows.rerun.again import Again, proposals_of
from flows.standing import stand, summary_of
from flows.wiring import House
from notify.alert import WarningColour
from notify.release import signers
from store.audit import AuditAction, Deed

LOG = logging.getLogger("firewatch.rerun")
_DIGITS = 32
"""Of the digest: a page masks what looks like a telephone number in a shorter one (notify.masking)."""


@dataclass(frozen=True, slots=True)
class Released:
    """Where a rerun stands after a signature."""

    run_id: str
    signed_by: tuple[str, ...]
    missing: int
    """Signatures that are still needed."""
    sent: tuple[Conclusion, ...] = ()
    """What was committed, once nothing is missing."""


def refuse_unsendable(again: Again) -> None:
    """Refuse to send what a later look has overtaken.

    Raises:
        OrderRefused: a later run stands.
    """
    if again.overtaken_by:
        raise OrderRefused(
            f"{again.after.run_id}: {again.overtaken_by} looked later and stands; rerun that one, and send it"
        )


def needed(house: House, proposals: tuple[Conclusion, ...]) -> int:
    """How many persons must sign: what goes to both sides of a line crosses it."""
    colours = [WarningColour(level) for one in proposals for level in _colours(one)]
    return house.rules.release.signatures_needed(colours, cross_border=bool(proposals))


def _colours(one: Conclusion) -> list[str]:
    known = set(WarningColour)
    return [level for level in (one.level, one.previous_level) if level in known]


def release(house: House, again: Again, *, by: str, now: datetime) -> Released:
    """Put a name under what a rerun would send; with the last one that is needed it is committed.

    Args:
        house: the house of today, in the world of the run.
        again: the rerun, as it was shown.
        by: who signs.
        now: time of the signature.

    Raises:
        OrderRefused: a later run stands, or there is nothing to send.
        StoreConflict: this person signed it before, or it was released before.
        AnswerUnclear: nobody is named.
    """
    refuse_unsendable(again)
    if not again.proposals:
        raise OrderRefused(f"{again.after.run_id}：与各单位已知情况相同，没有可发送的内容")
    subject = subject_of(again)
    names = signers(house.releases.sign(subject, by=by, at=now, world=house.world))
    missing = max(0, needed(house, again.proposals) - len(names))
    if missing:
        return Released(again.after.run_id, names, missing)
    house.runs.release(again.after.run_id, by="、".join(names), at=now)
    sent = proposals_of(house, again.report, send=True)
    said = {"rerun_of": again.before.run_id, "codes": [one.code for one in sent], "signed_by": list(names)}
    house.audit.append(Deed(by, AuditAction.PUBLISH, again.after.run_id, now, said, house.world))
    _stand(house, again)
    attempt("write the CAP messages", lambda: publish_cap(house, now=now, run_id=again.after.run_id), log=LOG)
    return Released(again.after.run_id, names, 0, sent)


def subject_of(again: Again) -> str:
    """What is signed: the run that is repeated, what it comes to, and what would be told."""
    told = [(one.event_id, one.revision, one.kind, one.level, one.reason) for one in again.proposals]
    outputs = again.after.end.outputs_sha256 if again.after.end else ""
    return f"rerun:{again.before.run_id}:{digest_of([outputs, told])[:_DIGITS]}"


def _stand(house: House, again: Again) -> None:
    """The products of a released danger run are those that stand."""
    if again.before.flow == FlowName.DANGER_WATCH:
        summary = summary_of(house, again.after.run_id)
        if summary is not None:
            stand(house, again.after.run_id, summary)
