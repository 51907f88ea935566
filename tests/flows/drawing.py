"""Fixtures of the rounds' tests, here and at the desk: one picture for all of them that look at none."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from importlib import import_module
from typing import Any

import pytest

_DRAWS = (("flows.picturing", "incident_map"), ("flows.danger_pictures", "danger_map"))
_DRAWN: dict[str, bytes] = {}


@pytest.fixture
def pictures_are_drawn() -> None:
    """Asked for by a test that looks at pictures: each is drawn."""


@pytest.fixture(autouse=True)
def one_picture_for_all(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """Let each kind of picture be drawn once and be handed out again."""
    if "pictures_are_drawn" not in request.fixturenames:
        for module, name in _DRAWS:
            monkeypatch.setattr(f"{module}.{name}", partial(_drawn_once, getattr(import_module(module), name)))


def _drawn_once(draw: Callable[[Any], bytes], picture: Any) -> bytes:
    if draw.__name__ not in _DRAWN:
        _DRAWN[draw.__name__] = draw(picture)
    return _DRAWN[draw.__name__]
