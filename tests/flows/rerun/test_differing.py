"""What a person is told of two tables that differ."""

from __future__ import annotations

from flows.rerun.differing import table_diff

HEADER = b"zone,cell_id,local_date,fwi\n"
ROW = b"PG-JZ,4010N11710E,2024-04-10,31.5\n"


def test_a_column_that_changed_is_named_with_how_many_rows_and_how_much() -> None:
    said = table_diff(HEADER + ROW, HEADER + ROW.replace(b"31.5", b"30"))
    assert said == ("行数 1 → 1，同一格、同一日 1 行", "fwi: 1 行不同，最多差 1.5")


def test_a_table_without_rows_has_none_in_common() -> None:
    assert table_diff(HEADER, HEADER + ROW) == ("行数 0 → 1，同一格、同一日 0 行",)
    assert table_diff(HEADER + ROW, HEADER) == ("行数 1 → 0，同一格、同一日 0 行",)


def test_a_number_that_became_a_word_is_told_as_different() -> None:
    said = table_diff(HEADER + ROW, HEADER + ROW.replace(b"31.5", b"many"))
    assert said[1] == "fwi: 1 行不同"
