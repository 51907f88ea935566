"""The quick door lets through what the slow one does, and says of the rest what that says."""

from __future__ import annotations

import dataframely as dy
import polars as pl
import pytest
from dataframely.exc import SchemaError, ValidationError

from models.frames.declared import DeclaredFrame


class Slow(dy.Schema):
    name = dy.String(primary_key=True)
    share = dy.Float64(nullable=True, min=0, max=1)


class Quick(DeclaredFrame):
    name = dy.String(primary_key=True)
    share = dy.Float64(nullable=True, min=0, max=1)


GOOD = pl.DataFrame({"share": [0.0, None, 1.0], "other": [1, 2, 3], "name": ["c", "a", "b"]})


@pytest.mark.parametrize("cast", [False, True])
@pytest.mark.parametrize("rows", [GOOD, GOOD.clear()], ids=["some rows", "no row"])
def test_what_is_right_passes_with_the_columns_of_the_schema_in_their_order(rows: pl.DataFrame, cast: bool) -> None:
    passed = Quick.validate(rows, cast=cast)
    assert passed.columns == ["name", "share"]
    assert passed.equals(Slow.validate(rows, cast=cast))


def test_values_of_another_type_are_cast_where_that_is_asked_for() -> None:
    whole = GOOD.with_columns(pl.Series("share", [0, None, 1]))
    assert Quick.validate(whole, cast=True).equals(Slow.validate(whole, cast=True))


@pytest.mark.parametrize("cast", [False, True])
@pytest.mark.parametrize(
    "rows",
    [
        GOOD.with_columns(pl.Series("share", [0.0, None, 1.5])),
        GOOD.with_columns(pl.Series("name", ["a", "a", "b"])),
        GOOD.with_columns(pl.Series("name", ["a", None, "b"])),
        GOOD.drop("share"),
        GOOD.with_columns(pl.Series("share", ["much", "0", "1"])),
    ],
    ids=["out of range", "twice", "no key", "no column", "no number"],
)
def test_what_is_wrong_is_named_as_by_the_slow_door(rows: pl.DataFrame, cast: bool) -> None:
    with pytest.raises((SchemaError, ValidationError)) as slow:
        Slow.validate(rows, cast=cast)
    with pytest.raises(slow.type) as quick:
        Quick.validate(rows, cast=cast)
    assert str(quick.value).replace("Quick", "Slow") == str(slow.value)


def test_a_frame_that_is_not_collected_is_left_so() -> None:
    assert Quick.validate(GOOD.lazy()).collect().equals(Quick.validate(GOOD))
