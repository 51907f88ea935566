"""The door of the frames: a whole table passes in one query; one that is not is looked at row by row, to be named."""

from __future__ import annotations

from typing import Any, Self, overload

import dataframely as dy
import polars as pl
from dataframely.exc import SchemaError


class DeclaredFrame(dy.Schema):
    """A schema whose :meth:`validate` costs a third where nothing is wrong, and says the same where something is."""

    @overload
    @classmethod
    def validate(cls, df: pl.DataFrame, /, *, cast: bool = False, **kwargs: Any) -> dy.DataFrame[Self]: ...

    @overload
    @classmethod
    def validate(cls, df: pl.LazyFrame, /, *, cast: bool = False, **kwargs: Any) -> dy.LazyFrame[Self]: ...

    @classmethod
    def validate(
        cls, df: pl.DataFrame | pl.LazyFrame, /, *, cast: bool = False, **kwargs: Any
    ) -> dy.DataFrame[Self] | dy.LazyFrame[Self]:
        """As :meth:`dataframely.Schema.validate`."""
        if isinstance(df, pl.LazyFrame):
            return super().validate(df, cast=cast, **kwargs)
        try:
            return super().validate(df.lazy(), cast=cast).collect(**kwargs)
        except (pl.exceptions.PolarsError, SchemaError):
            return super().validate(df, cast=cast, **kwargs)
