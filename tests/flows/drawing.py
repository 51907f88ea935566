"""Fixtures of the rounds' tests, here and at the desk: one picture for all of them that look at none."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from importlib import import_module
from typing import Any

import pytest

from notify.picture.incident_map import IncidentPicture

_DRAWS = (("flows.picturing", "incident_map"), ("flows.danger_pictures", "danger_map"))
_DRAWN: dict[str, bytes] = {}
_GATHERED: dict[bool, IncidentPicture] = {}


@pytest.fixture
def pictures_are_drawn() -> None:
    """Asked for by a test that looks at pictures: each is drawn."""


@pytest.fixture(autouse=True)
def one_picture_for_all(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """Let each kind of picture be gathered and drawn once and be handed out again."""
    if "pictures_are_drawn" not in request.fixturenames:
        gather = import_module("flows.picturing").picture_of
        monkeypatch.setattr("flows.picturing.picture_of", partial(_gathered_once, gather))
        for module, name in _DRAWS:
            monkeypatch.setattr(f"{module}.{name}", partial(_drawn_once, getattr(import_module(module), name)))


def _gathered_once(gather: Callable[..., IncidentPicture], *of: Any) -> IncidentPicture:
    """Another for a fire that was projected in its round than for one that was not."""
    *_, projected = of
    if (projected is not None) not in _GATHERED:
        _GATHERED[projected is not None] = gather(*of)
    return _GATHERED[projected is not None]


def _drawn_once(draw: Callable[[Any], bytes], picture: Any) -> bytes:
    if draw.__name__ not in _DRAWN:
        _DRAWN[draw.__name__] = draw(picture)
    return _DRAWN[draw.__name__]
