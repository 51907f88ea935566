"""What a run was configured by, as digests; what can be put back is kept as a copy: rules, estimator, local bounds."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, replace
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl

from flows.elevation import CellElevation, FlatCells, TableElevation
from flows.rules import shipped_rules
from flows.signed import SignedRules, load_signed
from flows.wiring import House
from models.ignition.estimator import document_of, estimator_of
from models.local_grade import LocalBoundsFrame

_FLAT = b"flat"
PACKAGES = ("boundary_zones", "models", "feeds", "notify", "store", "flows", "desk")


class Part(StrEnum):
    """The things that a run is configured by."""

    RULES = "rules"
    ESTIMATOR = "estimator"
    LOCAL_BOUNDS = "local_bounds"
    ZONES = "zones"
    CONTACTS = "contacts"
    HEAT_REGISTER = "heat_register"
    TOWNSHIPS = "townships"
    CELL_FACTS = "cell_facts"
    CROPLAND = "cropland"
    ELEVATION = "elevation"

    @property
    def kept(self) -> bool:
        """Whether a copy is kept, so that a rerun can use it again. Contacts are persons' data and stay outside."""
        return self in {Part.RULES, Part.ESTIMATOR, Part.LOCAL_BOUNDS, Part.ELEVATION}


RESTORED = (Part.RULES, Part.ESTIMATOR, Part.LOCAL_BOUNDS)
"""What a rerun with the configuration of then puts back."""


@lru_cache(maxsize=1)
def code_version() -> str:
    """First twelve digits of the sha256 over all source files of ours: two that are alike compute alike."""
    digest = hashlib.sha256()
    root = Path(__file__).parent.parent
    for package in PACKAGES:
        for path in sorted((root / package).rglob("*.py")):
            digest.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]


def configuration_of(house: House) -> dict[str, str]:
    """Digest of each part; a copy of those that can be put back is kept on the way."""
    now = house.clock()
    found: dict[str, str] = {}
    for part, content in _contents(house):
        sha256 = hashlib.sha256(content).hexdigest()
        found[part.value] = sha256
        if part.kept:
            house.copies.keep(part.value, content, at=now, world=house.world)
    return found | dict(house.known.restored if house.known else {})


def _contents(house: House) -> Iterator[tuple[Part, bytes]]:
    yield Part.RULES, _folder(house.settings.rules or shipped_rules(), house.rules.version)
    yield Part.ESTIMATOR, _json(document_of(house.estimator))
    yield Part.LOCAL_BOUNDS, _parquet(house.local_bounds)
    yield Part.ZONES, _json([asdict(zone) for zone in house.catalogue.zones])
    yield Part.CONTACTS, _json([asdict(one) for one in house.contacts.recipients])
    yield Part.HEAT_REGISTER, _json([asdict(one) for one in house.heat_register])
    yield Part.TOWNSHIPS, _json([asdict(one) for one in house.townships])
    yield Part.CELL_FACTS, _parquet(house.cell_facts)
    yield Part.CROPLAND, _cropland(house)
    yield Part.ELEVATION, _heights(house)


@lru_cache(maxsize=8)
def _folder(folder: Path, version: str) -> bytes:  # noqa: ARG001  # the version makes a changed folder another question
    files = {path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8") for path in _rule_files(folder)}
    return _json(files)


def _rule_files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*.toml") if path.is_file())


def rules_then(content: bytes) -> SignedRules:
    """The rules of a copy.

    Raises:
        ConfigurationError: this code does not know them any more.
    """
    with TemporaryDirectory(prefix="firewatch-rules-") as folder:
        for name, text in json.loads(content).items():
            path = Path(folder) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return load_signed(Path(folder))


def configured_then(house: House, configuration: Mapping[str, str]) -> House:
    """The house with the rules, estimator and bounds that an earlier run was configured by.

    Raises:
        NotInStore: no copy of them was kept.
        ConfigurationError: this code does not know the rules of then.
    """
    copies = {part: house.copies.load(configuration[part]) for part in RESTORED}
    bounds = _bounds(copies[Part.LOCAL_BOUNDS])
    return replace(
        house,
        rules=rules_then(copies[Part.RULES]),
        estimator=estimator_of(json.loads(copies[Part.ESTIMATOR])),
        local_bounds=bounds,
    )


def elevation_then(house: House, configuration: Mapping[str, str]) -> CellElevation:
    """The heights that an earlier run had from a table, or had none of; those of the service are in the archive."""
    kept = configuration.get(Part.ELEVATION, "")
    content = house.copies.load(kept) if kept else b""
    if content == _FLAT:
        return FlatCells()
    return TableElevation(pl.read_parquet(io.BytesIO(content))) if content else house.elevation


def _heights(house: House) -> bytes:
    if isinstance(house.elevation, TableElevation):
        return _parquet(house.elevation.points)
    return _FLAT if isinstance(house.elevation, FlatCells) else b""


def _cropland(house: House) -> bytes:
    layer = house.cropland
    return _json({"sha256": layer.sha256, "codes": sorted(layer.codes)}) if layer is not None else b""


def _bounds(content: bytes) -> Any:
    return LocalBoundsFrame.validate(pl.read_parquet(io.BytesIO(content)), cast=True) if content else None


def _json(document: object) -> bytes:
    return json.dumps(document, ensure_ascii=False, sort_keys=True, default=str).encode()


def _parquet(frame: pl.DataFrame | None) -> bytes:
    if frame is None:
        return b""
    buffer = io.BytesIO()
    frame.write_parquet(buffer, compression="zstd")
    return buffer.getvalue()
