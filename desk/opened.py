"""The house as a command sees it: one world, or all of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

from desk.errors import InputError
from flows.recorded_tables import within_recorded
from flows.wiring import House, open_house
from notify.alert import LIVE

WorldOption = Annotated[
    str, typer.Option("--world", help="live; the name of an exercise; or all, which marks what is no real alert.")
]
ALL = "all"


@contextmanager
def opened(world: str) -> Iterator[House]:
    """The house seen from a world. One that nothing was ever held in would look like a quiet one."""
    house = open_house()
    try:
        known = {LIVE, ALL, *house.runs.worlds()}
        if world not in known:
            raise InputError("--world", f"no run was held in {world!r}", remedy=f"there are {', '.join(sorted(known))}")
        yield house if world in {LIVE, ALL} else within_recorded(house, world)
    finally:
        house.close()
