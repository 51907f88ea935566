"""The files that a run makes: written whole, and listed with their digest in the catalogue of products."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from flows.wiring import House
from notify.whole_file import write_whole
from store.products import Product


@dataclass(frozen=True, slots=True)
class Made:
    """What a file is, who made it and for when."""

    run_id: str
    kind: str
    made_utc: datetime
    valid_from_utc: datetime
    valid_to_utc: datetime
    zone: str | None = None
    """None where it covers all units."""
    degraded: bool = False


def keep_product(house: House, path: Path, content: bytes, made: Made) -> Product:
    """Write a file under products/ and list it."""
    write_whole(house.home.products / path, content)
    product = Product(
        run_id=made.run_id,
        kind=made.kind,
        zone=made.zone,
        path=str(path),
        sha256=hashlib.sha256(content).hexdigest(),
        valid_from_utc=made.valid_from_utc,
        valid_to_utc=made.valid_to_utc,
        made_utc=made.made_utc,
        degraded=made.degraded,
        world=house.world,
    )
    house.products.save(product)
    return product
