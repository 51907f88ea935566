"""The signed numbers, a moment and small answers for the tests of the way in."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from feeds.hotspot_rows import HotspotRules
from feeds.rejects import RejectBounds
from feeds.tables import TableFile

CHECKOUT = Path(__file__).resolve().parents[2]
RECORDED = CHECKOUT / "tests" / "recorded"
FETCHED = datetime(2026, 4, 4, 6, 0, tzinfo=UTC)


def section(name: str) -> dict[str, Any]:
    """The values below a section of rules/feeds.toml."""
    node: Mapping[str, Any] = tomllib.loads((CHECKOUT / "rules" / "feeds.toml").read_text(encoding="utf-8"))
    for part in name.split("."):
        node = node[part]
    return {key: rule["value"] for key, rule in node.items()}


def table(text: str | bytes, name: str = "office.csv") -> TableFile:
    """A handed-over table that was read at ``FETCHED``."""
    return TableFile(name, text.encode() if isinstance(text, str) else text, FETCHED)


@pytest.fixture(scope="session")
def rules() -> HotspotRules:
    """The hotspot rules that ship."""
    return HotspotRules(**section("hotspots"))


@pytest.fixture(scope="session")
def bounds() -> RejectBounds:
    """The reject bounds that ship."""
    return RejectBounds(**section("rejects"))
