"""Where the height of a cell comes from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

import numpy as np
import polars as pl
from numpy.typing import NDArray

from flows.errors import ConfigurationError
from models.weather.elevation import elevation_at

REACH_KM = 8.0
"""A table on a lattice of 0.1° has a point within this of every cell."""
RASTERS = (".tif", ".tiff")
MOST_PIXELS = 40_000_000
NO_ELEVATION_ZH = "网格高程"


@dataclass(frozen=True)
class Heights:
    """Heights of cells in metres, NaN where unknown; None when none is known. ``note`` says what is missing."""

    elevation_m: NDArray[np.float64] | None
    note: str = ""


class CellElevation(Protocol):
    """Gives the height of cells."""

    def of(self, cells: pl.DataFrame, *, as_of: datetime, live: bool) -> Heights:
        """Heights of ``cells`` (columns ``lat_deg``, ``lon_deg``), row by row."""
        ...


class FlatCells:
    """Nobody gave heights: temperature is not brought to the height of the cells, and the product says so."""

    def of(self, cells: pl.DataFrame, *, as_of: datetime, live: bool) -> Heights:  # noqa: ARG002
        """None."""
        return Heights(None, NO_ELEVATION_ZH)


@dataclass(frozen=True)
class TableElevation:
    """Heights from a table ``lat_deg, lon_deg, elevation_m`` of any spacing."""

    points: pl.DataFrame

    @classmethod
    def read(cls, path: Path) -> TableElevation:
        """Read a CSV or Parquet table, or a GeoTIFF of heights in metres in any datum that it names.

        Raises:
            ConfigurationError: it cannot be read, or a column is missing or holds no numbers.
        """
        if path.suffix.lower() in RASTERS:
            return cls(_raster_points(path))
        columns = ("lat_deg", "lon_deg", "elevation_m")
        try:
            table = pl.read_parquet(path) if path.suffix == ".parquet" else pl.read_csv(path, comment_prefix="#")
            points = table.select(pl.col(name).cast(pl.Float64) for name in columns)
        except (OSError, pl.exceptions.PolarsError) as error:
            raise ConfigurationError(
                f"elevation table {path.name}: {error}; columns are {', '.join(columns)}"
            ) from error
        if points.is_empty() or not points["elevation_m"].drop_nulls().is_between(-500, 9000).all():
            raise ConfigurationError(f"elevation table {path.name}: elevation_m must be heights from -500 to 9000 m")
        return cls(points)

    def of(self, cells: pl.DataFrame, *, as_of: datetime, live: bool) -> Heights:  # noqa: ARG002
        """Heights of the cells; a note when some lie too far from every point of the table."""
        heights = elevation_at(cells, self.points, reach_km=REACH_KM)
        unknown = int(np.isnan(heights).sum())
        return Heights(heights, f"{unknown}个网格的高程" if unknown else "")


def _raster_points(path: Path) -> pl.DataFrame:
    """The centres of a raster's pixels with their heights; pixels without a height are left out."""
    import rasterio
    from rasterio.errors import RasterioError
    from rasterio.warp import transform

    try:
        with rasterio.open(path) as raster:
            if raster.crs is None or raster.width * raster.height > MOST_PIXELS:
                wanted = f"it must name its datum and have at most {MOST_PIXELS} pixels"
                raise ConfigurationError(f"elevation raster {path.name}: {wanted}; crop it")
            height = raster.read(1, masked=True).astype(np.float64)
            rows, columns = np.nonzero(~np.ma.getmaskarray(height))
            along, per_row, left, per_column, down, top = tuple(raster.transform)[:6]
            x = left + along * (columns + 0.5) + per_row * (rows + 0.5)
            y = top + per_column * (columns + 0.5) + down * (rows + 0.5)
            lon, lat = transform(raster.crs, "EPSG:4326", x, y)
    except (RasterioError, OSError) as error:
        raise ConfigurationError(f"elevation raster {path.name}: {error}") from error
    points = pl.DataFrame({"lat_deg": lat, "lon_deg": lon, "elevation_m": height.data[rows, columns]})
    if points.is_empty() or not points["elevation_m"].is_between(-500, 9000).all():
        raise ConfigurationError(f"elevation raster {path.name}: heights must be metres from -500 to 9000")
    return points
