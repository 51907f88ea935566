"""Of a run over several units only what is about the repeated ones is compared with a rerun of them."""

from __future__ import annotations

import json

import pytest

from flows.rerun.narrowing import Units

PG = Units(frozenset({"PG-JZ"}), frozenset({"HR-CD", "YQ-HL"}))
WHOLE = b"zone,cell_id,fwi\nHR-CD,a,1.10\nPG-JZ,b,2.50\n"


def compared(name: str, old: bytes, new: bytes) -> bool:
    before, after = PG.of_file(name, old, new, json.loads)
    return bool(before == after)


@pytest.mark.parametrize(
    ("new", "same"),
    [
        (b"zone,cell_id,fwi\nPG-JZ,b,2.50\n", True),
        (b"zone,cell_id,fwi\nPG-JZ,b,2.5\n", False),
        (b"zone,cell_id,fwi\n", False),
        (b"zone,cell_id,isi\nPG-JZ,b,2.50\n", False),
    ],
    ids=["the same rows", "another byte", "a row is missing", "another column"],
)
def test_rows_of_the_repeated_unit_are_compared_byte_by_byte(new: bytes, same: bool) -> None:
    assert compared("danger.csv", WHOLE, new) is same


def test_a_table_without_units_is_compared_in_the_cells_of_the_rerun() -> None:
    assert compared("danger_peaks.csv", b"cell_id,fwi\na,1\nb,2\n", b"cell_id,fwi\nb,2\n")
    assert not compared("danger_peaks.csv", b"cell_id,fwi\na,1\nb,2\n", b"cell_id,fwi\nb,3\n")


def test_rows_names_and_remarks_of_other_units_are_left_out_of_a_document() -> None:
    whole = {
        "zones": {"HR-CD": 4, "PG-JZ": 5},
        "peaks": [{"zone": "YQ-HL"}, {"zone": "PG-JZ"}],
        "remarks": ["YQ-HL 雪"],
    }
    one = {"zones": {"PG-JZ": 5}, "peaks": [{"zone": "PG-JZ"}], "remarks": []}
    assert compared("danger.json", json.dumps(whole).encode(), json.dumps(one).encode())
    assert not compared("danger.json", json.dumps(whole).encode(), json.dumps(one | {"zones": {"PG-JZ": 4}}).encode())


def test_events_and_pictures_of_other_units_are_none_of_ours() -> None:
    assert PG.is_about("danger:PG-JZ:2017-05-10")
    assert not PG.is_about("danger-YQ-HL.png")
    assert not PG.is_about("JJJ-HR-CD-2027-001")
