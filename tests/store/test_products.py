from __future__ import annotations

from dataclasses import replace

import pytest

from store.database import Database
from store.errors import StoreConflict
from store.products import Product, Products
from tests.store.examples import minutes


@pytest.fixture
def kept(database: Database) -> Products:
    return Products(database)


def a_product(run_id: str = "r1", *, at: float = 0, zone: str | None = "PG-JZ") -> Product:
    return Product(
        run_id=run_id,
        kind="danger_csv",
        zone=zone,
        path=f"danger/{run_id}/{zone}.csv",
        sha256="ab" * 32,
        valid_from_utc=minutes(0),
        valid_to_utc=minutes(1440),
        made_utc=minutes(at),
        degraded=True,
    )


def test_the_newest_product_of_a_kind_and_zone_is_found(kept: Products) -> None:
    for item in (a_product("r2", at=9), a_product("r1", at=3), a_product("r3", at=20, zone="HR-CD")):
        assert kept.save(item)
    assert kept.newest("danger_csv", "PG-JZ") == a_product("r2", at=9)
    assert kept.newest("danger_map", "PG-JZ") is None


def test_a_product_of_all_zones_is_not_that_of_one(kept: Products) -> None:
    kept.save(a_product(zone=None))
    assert kept.newest("danger_csv", "PG-JZ") is None
    assert kept.newest("danger_csv") == a_product(zone=None)


def test_the_same_file_of_the_same_run_is_entered_once(kept: Products) -> None:
    assert kept.save(a_product())
    assert not kept.save(a_product(at=5))
    assert kept.of_run("r1") == [a_product()]


def test_a_file_does_not_change_under_its_path(kept: Products) -> None:
    kept.save(a_product())
    with pytest.raises(StoreConflict, match="use a new path"):
        kept.save(replace(a_product(), sha256="cd" * 32))


def test_a_product_that_ends_before_it_begins_is_refused(kept: Products) -> None:
    with pytest.raises(StoreConflict, match="validity"):
        kept.save(replace(a_product(), valid_to_utc=minutes(-1)))


def test_an_exercise_shows_no_product_to_live(kept: Products) -> None:
    kept.save(replace(a_product(), world="exercise-1"))
    assert kept.newest("danger_csv", "PG-JZ") is None
    assert kept.newest("danger_csv", "PG-JZ", world="exercise-1") is not None


def test_a_file_that_two_rounds_at_once_wrote_is_listed_once(kept: Products) -> None:
    first = replace(a_product("r1", at=3), path="cap/one.xml")
    for item in (first, replace(first, run_id="r2"), a_product("r3", at=9)):
        assert kept.save(item)
    assert [item.run_id for item in kept.since("danger_csv", minutes(0))] == ["r3", "r2"]
