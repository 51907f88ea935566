"""The shipped catalogue, read once, and small worlds of squares."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from boundary_zones.catalogue import SHIPPED, Catalogue, load_catalogue


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return load_catalogue()


@pytest.fixture
def own_folder(tmp_path: Path) -> Callable[..., Path]:
    """A folder with the shipped zones.toml, changed by pairs of old and new text, and more appended."""

    def make(*changes: tuple[str, str], append: str = "") -> Path:
        text = (SHIPPED / "zones.toml").read_text(encoding="utf-8")
        for old, new in changes:
            assert old in text, old
            text = text.replace(old, new, 1)
        (tmp_path / "zones.toml").write_text(text + append, encoding="utf-8")
        return tmp_path

    return make


@pytest.fixture
def geojson() -> Callable[..., bytes]:
    """A FeatureCollection of features given as (properties, coordinates of one ring)."""

    def make(*features: tuple[dict[str, Any], list[list[float]]], **more: object) -> bytes:
        rows = [
            {"type": "Feature", "properties": properties, "geometry": {"type": "Polygon", "coordinates": [ring]}}
            for properties, ring in features
        ]
        return json.dumps({"type": "FeatureCollection", "features": rows, **more}).encode()

    return make
