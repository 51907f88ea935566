"""What an office knows of its cells beside the weather: slope, forest, settlements, roads, industrial heat."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from flows.errors import ConfigurationError
from models.ignition.table import FACTS

_RANGES = {
    "slope_deg": (0, 90),
    "forest_type": (0, 255),
    "settlement_distance_km": (0, 1000),
    "road_distance_km": (0, 1000),
    "static_heat": (0, 1),
}


def read_cell_facts(path: Path | None) -> pl.DataFrame | None:
    """A table ``cell_id`` with any of the columns of ``_RANGES``.

    Raises:
        ConfigurationError: names the file, the column, and the first row that is wrong.
    """
    if path is None:
        return None
    try:
        table = pl.read_parquet(path) if path.suffix == ".parquet" else pl.read_csv(path, comment_prefix="#")
        unknown = sorted(set(table.columns) - {"cell_id", *_RANGES})
        if unknown or "cell_id" not in table.columns:
            wrong = f"column {unknown[0]} is not known" if unknown else "column cell_id is missing"
            raise ConfigurationError(f"cell facts {path.name}: {wrong}; columns are cell_id, {', '.join(_RANGES)}")
        facts = table.with_columns(pl.col(name).cast(pl.Float64) for name in table.columns if name != "cell_id")
    except (OSError, pl.exceptions.PolarsError) as error:
        raise ConfigurationError(f"cell facts {path.name}: {error}") from error
    for name in (column for column in facts.columns if column != "cell_id"):
        low, high = _RANGES[name]
        bad = facts.with_row_index("row", 1).filter(pl.col(name).is_not_null() & ~pl.col(name).is_between(low, high))
        if bad.height:
            raise ConfigurationError(f"cell facts {path.name}: row {bad['row'][0]}: {name} is outside {low} to {high}")
    if facts["cell_id"].is_duplicated().any():
        raise ConfigurationError(f"cell facts {path.name}: a cell_id stands twice")
    assert set(_RANGES) <= set(FACTS)
    return facts
