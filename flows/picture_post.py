"""The picture of an incident on its way to the offices, best effort: after its text, never in its place."""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from flows.best_effort import attempt
from flows.channel_settings import channel_settings
from flows.wiring import House
from notify.channels.pictures import CARRY, send_picture
from notify.delivering import Addresses
from notify.delivery_states import Outcome, OutcomeClass
from notify.dispatch import addresses_of
from notify.drill_gate import shut_out
from notify.parcel import Parcel
from store.picture_rows import PicturePost, PictureRow, PictureState
from store.products import Product

LOG = logging.getLogger("firewatch.pictures")
BUDGET_S = 20.0
"""Of one round of sending: what is left goes with the next, two minutes later."""
TRIES_MOST = 3
AGAIN_AFTER = timedelta(minutes=2)
_BATCH = 16
_AGAIN = frozenset({OutcomeClass.NOT_SENT, OutcomeClass.REJECT_TEMPORARY})
"""Where the picture surely did not arrive. What may have arrived is not repeated."""


def owe_pictures(house: House, drawn: Iterable[Product], *, now: datetime) -> None:
    """Owe each picture to the offices that are told of its incident. That it fails stops no round.

    Args:
        house: the world to work in.
        drawn: pictures of incidents, named by their numbers.
        now: time of the round that told of them.
    """
    for product in drawn:
        attempt("owe a picture", partial(_owed, house, product, now), log=LOG)


def _owed(house: House, product: Product, now: datetime) -> None:
    alert = house.alerts.latest(event_id=Path(product.path).stem, world=house.world)
    if alert is not None and alert.decided_utc == now:
        post = PicturePost(house.database)
        post.owe(alert.alert_id, product.path, channels=CARRY, now=now, world=house.world)


def send_pictures(house: House, *, budget_s: float = BUDGET_S) -> Counter[PictureState]:
    """Send what is due, one after the other, until the budget is spent. Returns how the rows ended."""
    post, done = PicturePost(house.database), Counter[PictureState]()
    addresses = addresses_of(house.contacts.recipients)
    over = time.monotonic() + budget_s
    while time.monotonic() < over and (rows := post.take(now=house.clock(), limit=_BATCH, world=house.world)):
        for row in rows:
            if time.monotonic() >= over:
                post.end(row, PictureState.PENDING, outcome="waits for the next round", due=house.clock())
                continue
            state, whole = attempt("send a picture", partial(_sent, house, post, row, addresses), log=LOG)
            if not whole:
                post.end(row, PictureState.DEAD, outcome="broke off; it may have arrived", due=house.clock())
            done[state or PictureState.DEAD] += 1
    return done


def _sent(house: House, post: PicturePost, row: PictureRow, addresses: Addresses) -> PictureState:
    outcome = _tried(house, row, addresses)
    again = outcome.outcome_class in _AGAIN and row.attempts < TRIES_MOST
    ended = PictureState.SENT if outcome.outcome_class is OutcomeClass.OK else PictureState.DEAD
    state = PictureState.PENDING if again else ended
    post.end(row, state, outcome=outcome.detail, due=house.clock() + (AGAIN_AFTER if again else timedelta(0)))
    return state


def _tried(house: House, row: PictureRow, addresses: Addresses) -> Outcome:
    text, alert = row.text, house.ledger.alert(row.text.alert_id)
    address = addresses.get((text.region, text.office, text.channel))
    if address is None:
        return Outcome(OutcomeClass.REJECT_PERMANENT, "no address in the contacts")
    why = shut_out(text, alert, address, windows=house.releases.windows, now=datetime.now(UTC))
    if why is not None:
        return Outcome(OutcomeClass.REJECT_PERMANENT, why)
    parcel = Parcel(text, alert, sending_utc=house.clock())
    return send_picture(address, parcel, house.home.products / row.path, settings=channel_settings(house))
