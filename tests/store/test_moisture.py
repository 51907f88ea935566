from __future__ import annotations

import hashlib
import io
from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from models.frames import MoistureFrame
from store.database import Database
from store.errors import NotInStore, StoreCorrupt, StoreError
from store.moisture import Moisture
from store.moisture import moisture as table
from tests.store.examples import moisture

DAY = date(2017, 5, 11)
ALL = frozenset({"a", "b", "c"})


@pytest.fixture
def kept(database: Database) -> Moisture:
    return Moisture(database)


def days_before(number: int) -> date:
    return DAY - timedelta(days=number)


def change(kept: Moisture, **values: Any) -> None:
    with kept.database.begin() as connection:
        connection.execute(table.update().values(**values))


def test_the_codes_of_a_day_come_back_exactly(kept: Moisture) -> None:
    frame = moisture(DAY, "a", "b", ffmc=87.69298009277445)
    kept.save(frame, made_by_run="r1")
    assert_frame_equal(kept.load(DAY), frame, check_exact=True)
    MoistureFrame.validate(kept.load(DAY))


def test_a_day_saved_again_replaces_its_cells(kept: Moisture) -> None:
    kept.save(moisture(DAY, "a", ffmc=80), made_by_run="r1")
    kept.save(moisture(DAY, "a", ffmc=90), made_by_run="r2")
    assert kept.load(DAY)["ffmc"].to_list() == [90]


def test_a_round_over_one_zone_does_not_wipe_the_others(kept: Moisture) -> None:
    kept.save(moisture(DAY, "a", "b", ffmc=80), made_by_run="r1")
    kept.save(moisture(DAY, "b", "c", ffmc=90), made_by_run="r2")
    assert kept.load(DAY)["cell_id"].to_list() == ["a", "b", "c"]
    assert kept.load(DAY)["ffmc"].to_list() == [80, 90, 90]


def test_the_newest_day_is_not_after_what_was_asked(kept: Moisture) -> None:
    for number in (0, 2, 3):
        kept.save(moisture(days_before(number), "a"), made_by_run="r1")
    found = kept.newest(days_before(1))
    assert found is not None
    assert found["local_date"].to_list() == [days_before(2)]
    assert kept.newest(days_before(4)) is None


def test_a_day_without_codes_is_not_an_empty_frame(kept: Moisture) -> None:
    kept.save(moisture(DAY, "a"), made_by_run="r1", world="exercise-1")
    with pytest.raises(NotInStore, match="2017-05-11"):
        kept.load(DAY)


def test_each_cell_is_carried_from_its_own_newest_day(kept: Moisture) -> None:
    kept.save(moisture(days_before(2), "a", "b", "c", ffmc=70), made_by_run="r1")
    kept.save(moisture(days_before(1), "a", ffmc=80), made_by_run="r2")
    kept.save(moisture(DAY, "b", ffmc=90), made_by_run="r3")
    found = kept.newest_by_cell(ALL, not_after=days_before(1), not_before=days_before(30))
    assert found["cell_id"].to_list() == ["a", "b", "c"]
    assert found["ffmc"].to_list() == [80, 70, 70]
    recent = kept.newest_by_cell(ALL, not_after=DAY, not_before=days_before(1))
    assert recent["cell_id"].to_list() == ["a", "b"]
    assert kept.newest_by_cell(ALL, not_after=days_before(9), not_before=days_before(30)).is_empty()


def test_a_forecast_is_refused_as_state(kept: Moisture) -> None:
    frame: Any = moisture(DAY, "a").with_columns(is_forecast=pl.lit(True))
    with pytest.raises(StoreError, match="come from a forecast"):
        kept.save(frame, made_by_run="r1")
    observed: Any = moisture(DAY, "a").with_columns(is_forecast=pl.lit(False))
    kept.save(observed, made_by_run="r1")
    assert "is_forecast" not in kept.load(DAY).columns


def test_two_days_or_none_at_once_are_refused(kept: Moisture) -> None:
    two: Any = pl.concat([moisture(DAY, "a"), moisture(days_before(1), "a")])
    with pytest.raises(StoreError, match="got 2 days"):
        kept.save(two, made_by_run="r1")
    with pytest.raises(StoreError, match="got 0 days"):
        kept.save(MoistureFrame.create_empty(), made_by_run="r1")


def test_bytes_that_changed_are_found(kept: Moisture) -> None:
    kept.save(moisture(DAY, "a"), made_by_run="r1")
    change(kept, frame=b"PAR1 damaged")
    with pytest.raises(StoreCorrupt, match=r"2017-05-11.*do not match their digest"):
        kept.load(DAY)
    with pytest.raises(StoreCorrupt):
        kept.newest(DAY)


@pytest.mark.parametrize("content", [b"no parquet", None], ids=["no parquet", "other columns"])
def test_a_frame_of_another_kind_is_refused_on_the_way_out(kept: Moisture, content: bytes | None) -> None:
    import hashlib
    import io

    if content is None:
        buffer = io.BytesIO()
        pl.DataFrame({"cell_id": ["a"]}).write_parquet(buffer)
        content = buffer.getvalue()
    kept.save(moisture(DAY, "a"), made_by_run="r1")
    change(kept, frame=content, sha256=hashlib.sha256(content).hexdigest())
    with pytest.raises(StoreCorrupt, match="2017-05-11"):
        kept.load(DAY)


def test_ten_thousand_cells_make_a_blob_under_half_a_megabyte(kept: Moisture) -> None:
    import sqlalchemy as sa

    cells = [f"cell{number:05d}" for number in range(10_000)]
    frame = moisture(DAY, *cells).with_columns(
        dmc=pl.int_range(10_000).hash(1).cast(pl.Float64) / 2.0**60, dc=pl.int_range(10_000).cast(pl.Float64) / 7
    )
    kept.save(MoistureFrame.validate(frame), made_by_run="r1")
    with kept.database.read() as connection:
        size, count = connection.execute(sa.select(sa.func.length(table.c.frame), table.c.cells)).one()
    assert count == 10_000
    assert size < 500_000


def test_a_state_of_a_version_that_knew_no_snow_can_still_be_read(kept: Moisture) -> None:
    kept.save(moisture(DAY, "a"), made_by_run="r1")
    old = moisture(DAY, "a").select("cell_id", "local_date", "ffmc", "dmc", "dc", "spin_up_days", "gap_days")
    content = io.BytesIO()
    old.write_parquet(content)
    change(kept, frame=content.getvalue(), sha256=hashlib.sha256(content.getvalue()).hexdigest())
    row = kept.load(DAY).row(0, named=True)
    assert (row["snow_water_mm"], row["filled_days"], row["restarted_local_date"]) == (0.0, 0, None)
    assert row["days_since_rain_d"] is None
