from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from boundary_zones.catalogue import SHIPPED
from boundary_zones.errors import HeatSourcesError
from boundary_zones.heat_sources import (
    HEAT_SOURCES_FILE,
    HeatKind,
    HeatSource,
    heat_sources_csv,
    load_heat_sources,
    parse_heat_sources,
)

WORKS = HeatSource(
    "SH-001", "某砖厂", HeatKind.KILN, 40.04, 117.0, 0.8, "三河森防办 王某", date(2027, 3, 1), "三河市常年热源台账"
)


def read(text: str) -> tuple[HeatSource, ...]:
    return parse_heat_sources(text, source="list.csv")


def test_a_register_comes_back_as_it_was_written() -> None:
    ends = replace(WORKS, source_id="SH-002", valid_to_local_date=date(2027, 12, 31), note="停产")
    assert read(heat_sources_csv([WORKS, ends])) == (WORKS, ends)


def test_the_shipped_register_can_be_read_and_says_where_it_comes_from() -> None:
    shipped = load_heat_sources(SHIPPED / HEAT_SOURCES_FILE)
    assert len(shipped) > 0
    assert all("CC BY 4.0" in each.origin for each in shipped)


def test_a_file_saved_by_a_spreadsheet_with_a_byte_order_mark_can_be_read(tmp_path) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(b"\xef\xbb\xbf" + heat_sources_csv([WORKS]).encode())
    assert load_heat_sources(path) == (WORKS,)


@pytest.mark.parametrize(
    ("was", "becomes", "message"),
    [
        ("radius_km", "radius", "list.csv: header: column radius_km is missing"),
        ("kiln", "brickworks", "row 2: 'brickworks' is not a valid HeatKind"),
        ("40.04", "north", "row 2, lat_deg: 'north' is no number"),
        ("0.8", "50", "radius_km must lie in"),
        ("2027-03-01", "1.3.2027", "reviewed_local_date: '1.3.2027' is no day"),
        ("2027-03-01", "", "reviewed_local_date is empty"),
        ("三河森防办 王某", " ", "reviewed_by is empty"),
        ("三河市常年热源台账", "a,b,c,d,e,f", "more cells than the header"),
    ],
)
def test_what_cannot_be_read_is_named_by_file_row_and_field(was, becomes, message) -> None:
    with pytest.raises(HeatSourcesError, match=message.replace("(", r"\(")):
        read(heat_sources_csv([WORKS]).replace(was, becomes))


def test_a_source_that_stands_twice_is_refused() -> None:
    with pytest.raises(HeatSourcesError, match="row 3, source_id: SH-001 stands twice"):
        read(heat_sources_csv([WORKS, WORKS]))


def test_a_source_counts_up_to_its_last_day() -> None:
    ends = replace(WORKS, valid_from_local_date=date(2027, 1, 1), valid_to_local_date=date(2027, 12, 31))
    assert [ends.counts_on(date(year, 12, 31)) for year in (2026, 2027)] == [False, True]
    assert not ends.counts_on(date(2028, 1, 1))
