"""Codes of an office's raster (林型图, 土地利用图) at places."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from boundary_zones.counties import OUTSIDE
from boundary_zones.geodesy import Floats
from flows.errors import ConfigurationError


def codes_at(path: Path, lat_deg: Floats, lon_deg: Floats, *, named: str) -> NDArray[np.intp]:
    """The code of the pixel that holds each place; OUTSIDE beyond the raster.

    Args:
        path: GeoTIFF in longitude and latitude.
        lat_deg: of the places.
        lon_deg: of the places.
        named: what the layer is, for the message.

    Raises:
        ConfigurationError: the file cannot be read.
    """
    import rasterio

    try:
        with rasterio.open(path) as layer:
            places = zip(lon_deg, lat_deg, strict=True)
            codes = np.array([pixel[0] for pixel in layer.sample(places)], dtype=np.intp)
            west, south, east, north = layer.bounds
    except (OSError, rasterio.errors.RasterioError) as error:
        raise ConfigurationError(f"{named} {path.name}: {error}") from error
    inside = (lon_deg >= west) & (lon_deg <= east) & (lat_deg >= south) & (lat_deg <= north)
    return np.where(inside, codes, OUTSIDE)
