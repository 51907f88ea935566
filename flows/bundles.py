"""All troubles of one kind as one event for operations: what they know is read from the ledger, not from a level.

Rounds of several flows decide about the same event; the ledger is what all of them see.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from flows.telling import Event
from flows.wiring import House
from notify.alert import SYSTEM_PREFIX, Draft
from notify.bundling import BundleLaw, BundleMemory, bundle_memory_of, decide_bundle
from notify.decision import Decision, Scope
from notify.texts import Envelope, Texts


def told_of(house: House, law: BundleLaw) -> BundleMemory:
    """What operations know of the troubles of a kind."""
    return bundle_memory_of(house.alerts.latest(event_prefix=law.prefix, world=house.world), law)


def bundle_event(
    house: House,
    law: BundleLaw,
    keys: Sequence[str],
    *,
    now: datetime,
    words: Callable[[Sequence[str], Envelope], Texts],
) -> Event[BundleMemory]:
    """The event of all troubles of a kind.

    Args:
        house: the world.
        law: of this kind.
        keys: what stands now.
        now: of the decision, which is never put before the last message.
        words: texts, from the keys that operations were told of before.
    """
    scope = Scope(zone=None, regions=(), world=house.world)

    def decide(_: BundleMemory) -> Decision[BundleMemory]:
        known = told_of(house, law)
        return decide_bundle(keys, known, law=law, scope=scope, now=max(now, known.last_told_utc or now))

    def worded(draft: Draft, envelope: Envelope) -> Texts:  # noqa: ARG001  # what stands is the same for all drafts
        return words(told_of(house, law).told, envelope)

    return Event(
        key=law.prefix.rstrip(":"),
        fresh=BundleMemory(),
        latest=lambda: None,
        recall=None,
        decide=decide,
        words=worded,
        signature=house.rules.wording.system_signature,
        prefix=SYSTEM_PREFIX,
        recipients=house.contacts.operations(),
    )
