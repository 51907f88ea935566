"""One round of sending, as a run: what left, what will be tried again, and what an operator must look at."""

from __future__ import annotations

import logging
import random
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

from flows.answering import with_links
from flows.best_effort import attempt
from flows.channel_settings import channel_settings
from flows.order import Order, Outcome
from flows.picture_post import send_pictures
from flows.rehearsal import publish_head
from flows.wiring import House
from notify.channels import credential_of, look_up, send
from notify.delivery_states import Finding
from notify.dispatch import DispatchReport, Ending, PostRoom, addresses_of, dispatch_round, endpoints_of
from notify.receipts import ask_for_receipts
from store.holders import this_process
from store.run_rows import RunOutcome, Trigger

LOG = logging.getLogger("firewatch.dispatching")
_LOST = (Ending.REJECTED, Ending.DEAD, Ending.UNKNOWN, Ending.CRASHED)
"""Endings after which an office may know nothing."""
_REFUSED_ZH = "有单位未送达"


def dispatching_round(house: House, order: Order, run_id: str) -> Outcome:  # noqa: ARG001  # makes no product
    """Send everything of the house's world that is due; once a day also the head of the audit log, to operations.

    Args:
        house: the world to work in.
        order: what was asked; its zones play no part, the ledger's rows do.
        run_id: of the run row.
    """
    report = dispatch_round(post_room(house), owner=this_process().text, world=house.world)
    if order.trigger is Trigger.SCHEDULED:
        publish_head(house, partial(send, settings=channel_settings(house)), now=house.clock())
    receipts, _ = attempt("ask for receipts", partial(receipts_asked, house), log=LOG)
    pictures, _ = attempt("send pictures", partial(send_pictures, house), log=LOG)
    lost = sum(report.count(ending) for ending in _LOST)
    return Outcome(
        outcome=RunOutcome.DEGRADED if lost else RunOutcome.DONE,
        missing=(f"{_REFUSED_ZH}:{lost}",) if lost else (),
        counts={"claimed": report.claimed}
        | {str(ending): number for ending, number in report.counts.items()}
        | {f"receipts_{finding}": number for finding, number in (receipts or {}).items()}
        | {f"pictures_{state}": number for state, number in (pictures or {}).items()},
        table=_table(report),
    )


def receipts_asked(house: House, over: Callable[[], bool] = lambda: False) -> Counter[Finding]:
    """Ask once for every receipt of the house's world that is due."""
    return ask_for_receipts(post_room(house), house.ledger, house.rules.post.receipts, world=house.world, over=over)


def post_room(house: House) -> PostRoom:
    """What a dispatcher of this house works with."""
    settings = channel_settings(house)
    return PostRoom(
        ledger=house.ledger,
        send=with_links(partial(send, settings=settings), house.settings, can_ack=house.rules.channels.can_ack),
        now=house.clock,
        jitter=random.random,
        rules=house.rules.dispatch,
        addresses=addresses_of(house.contacts.recipients),
        endpoints=endpoints_of(house.contacts.recipients),
        limits=house.rules.channels,
        look_up=partial(look_up, settings=settings),
        credential=credential_of,
        drills=house.releases.windows,
        wall=lambda: datetime.now(UTC),
    )


def _table(report: DispatchReport) -> tuple[dict[str, object], ...]:
    return tuple(
        {"region": region, **{str(ending): counts[ending] for ending in Ending if counts[ending]}}
        for region, counts in sorted(report.by_region.items())
    )
