"""What a run finds when it begins, noted in its row so that a rerun finds the same."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from pydantic import TypeAdapter

from flows.standing import standing_danger
from flows.wiring import House
from store.coverage import FeedCoverage
from store.errors import StoreError
from store.known import Known
from store.marks import marks_of
from store.run_rows import Run

STANDING = "standing"
_COVERAGE = TypeAdapter(dict[str, FeedCoverage])


def state_now(house: House) -> dict[str, Any]:
    """The state of the store as a document: marks, how far each feed is known, and the product that stands."""
    standing = standing_danger(house)
    kept = ""
    if standing is not None:
        content = json.dumps(standing, ensure_ascii=False, sort_keys=True).encode()
        kept = house.copies.keep(STANDING, content, at=house.clock(), world=house.world)
    feeds = {known.feed: known for known in house.coverage.all_feeds(world=house.world)}
    return {
        "marks": marks_of(house.database, world=house.world),
        "coverage": _COVERAGE.dump_python(feeds, mode="json"),
        "standing": kept,
    }


def known_then(house: House, begun: Run) -> Known:
    """The store as it stood when ``begun`` began.

    Raises:
        StoreError: the run noted no state, as an older version made it, or its state was purged.
    """
    if not begun.state:
        raise StoreError(
            f"run {begun.run_id} has no state to begin with: an older version made it, or retention purge deleted it; "
            "it cannot be made again"
        )
    return _known(house, begun.state, begun)


def _known(house: House, state: Mapping[str, Any], begun: Run) -> Known:
    standing = json.loads(house.copies.load(state["standing"])) if state["standing"] else None
    return Known(
        as_of_utc=begun.as_of_utc,
        marks={str(name): int(number) for name, number in state["marks"].items()},
        coverage=_COVERAGE.validate_python(state["coverage"]),
        standing=standing,
    )
