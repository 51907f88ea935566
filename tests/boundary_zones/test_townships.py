from __future__ import annotations

from datetime import date

import pytest

from boundary_zones.catalogue import Catalogue
from boundary_zones.errors import CatalogueError
from boundary_zones.townships import load_townships, parse_office_table, parse_townships

HEAD = "gb,name_zh,lat_deg,lon_deg\n"
ONE = '{ gb = 110116213, name_zh = "喇叭沟门满族乡", valid_from = 2024-11-01 }'


def test_every_shipped_township_lies_in_a_declared_county_has_no_place_and_is_unverified(catalogue: Catalogue) -> None:
    townships = load_townships()
    assert len(townships) == 57
    assert {one.county_gb for one in townships} <= set(catalogue.counties)
    assert not any(one.placed or one.confirmed_by for one in townships)


def test_every_member_county_has_a_candidate(catalogue: Catalogue) -> None:
    members = {county.gb for zone in catalogue.zones for county in zone.counties}
    assert members <= {one.county_gb for one in load_townships()}


def test_an_offices_table_gives_places_and_adds_townships(tmp_path) -> None:
    table = tmp_path / "townships.csv"
    table.write_text(HEAD + "110116213,喇叭沟门满族乡,40.95,116.6\n110116999,新镇,40.5,116.6\n", encoding="utf-8-sig")
    townships = {one.gb: one for one in load_townships(table)}
    assert len(townships) == 58
    assert townships[110116213].placed
    assert townships[110116213].confirmed_by == str(table)
    assert townships[110116999].county_gb == 110116
    assert not townships[110116211].placed


def test_a_code_that_was_given_up_no_longer_stands() -> None:
    text = f'source = "s"\nconfirmed_by = ""\ntownship = [{ONE.replace(" }", ", valid_to = 2026-12-31 }")}]'
    [township] = parse_townships(text, source="t")
    assert township.stands(date(2026, 12, 31))
    assert not township.stands(date(2027, 1, 1))
    assert township.stands(date(2017, 5, 11))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("gb,name_zh,lat_deg\n", "column lon_deg is missing"),
        (HEAD + "110116213,喇叭沟门,north,116\n", "line 2: needs numbers"),
        (HEAD + "110116,怀柔,40.9,116\n", "line 2: gb 110116"),
        (HEAD + "110116213,,40.9,116\n", "is no township with a place"),
        (HEAD + "110116213,甲,40.9,116\n110116213,乙,40.9,116\n", "line 3: gb 110116213 stands twice"),
    ],
)
def test_a_wrong_row_of_an_offices_table_is_named(text, message) -> None:
    with pytest.raises(CatalogueError, match=message):
        parse_office_table(text, source="office.csv")


def test_a_code_twice_in_the_list_is_refused() -> None:
    with pytest.raises(CatalogueError, match="110116213 stands twice"):
        parse_townships(f'source = "s"\nconfirmed_by = ""\ntownship = [{ONE}, {ONE}]', source="t")
