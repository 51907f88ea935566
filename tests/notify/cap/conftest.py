"""The reference data of CAP."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import etree


@pytest.fixture(scope="session")
def reference(shared: Path) -> Path:
    return shared / "reference" / "cap"


@pytest.fixture(scope="session")
def schema(reference: Path) -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(reference / "schema" / "CAP-v1.2.xsd"))
