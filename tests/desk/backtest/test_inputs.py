"""What offices verified joins what satellites saw: fires added, false alarms taken out."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from desk.backtest.inputs import verified_fires
from desk.errors import InputError

DAY = date(2017, 5, 11)
SEEN = pl.DataFrame(
    {
        "lat_deg": [40.10, 40.11, 40.50],
        "lon_deg": [117.30, 117.31, 116.60],
        "local_date": [DAY, DAY, DAY],
        "hotspot_id": ["a", "b", "c"],
    }
)
HEADER = "local_date,lat_deg,lon_deg,fire\n"


@pytest.fixture
def verified(tmp_path: Path):
    def told(*rows: str, header: str = HEADER) -> Path:
        path = tmp_path / "verified.csv"
        path.write_text(header + "".join(f"{row}\n" for row in rows), encoding="utf-8")
        return path

    return told


def test_a_false_alarm_takes_out_the_hotspots_of_its_day_and_place_only(verified) -> None:
    left = verified_fires(SEEN, verified("2017-05-11,40.10,117.30,false", "2017-05-12,40.50,116.60,False"))
    assert left.rows() == [(40.50, 116.60, DAY)]


def test_a_fire_that_no_satellite_saw_is_added(verified) -> None:
    found = verified_fires(SEEN, verified("2017-05-13,40.30,117.00,true"))
    assert found.height == SEEN.height + 1
    assert (40.30, 117.00, date(2017, 5, 13)) in found.rows()


def test_without_a_table_the_clean_hotspots_are_the_fires() -> None:
    assert verified_fires(SEEN, None).height == SEEN.height


@pytest.mark.parametrize("row", ["2017-05-11,40.10,117.30,perhaps", "May,40.1,117.3,true", "2017-05-11,,117.3,true"])
def test_an_outcome_that_cannot_be_read_is_named_and_nothing_is_learned(verified, row: str) -> None:
    with pytest.raises(InputError) as refused:
        verified_fires(SEEN, verified("2017-05-11,40.10,117.30,true", row))
    assert refused.value.row == 2


def test_a_table_without_its_columns_is_refused(verified) -> None:
    with pytest.raises(InputError, match="column fire"):
        verified_fires(SEEN, verified("2017-05-11,40.10,117.30", header="local_date,lat_deg,lon_deg\n"))
