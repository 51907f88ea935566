"""The API against its own description: schemathesis finds no answer that the document does not have."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings

from desk.web.app import desk_app
from tests.desk.web.conftest import NIGHT
from tests.desk.web.test_exchange import mint
from tests.flows import world

EXAMPLES = 12


@pytest.fixture(scope="module")
def api(burning_home, tmp_path_factory) -> Iterator[Any]:
    """The description, with a token; time goes on between requests, so that nobody asks too often."""
    home = tmp_path_factory.mktemp("schema") / "home"
    shutil.copytree(burning_home, home)
    opened = world.build_house(home)
    ticks = itertools.count()
    app = desk_app(
        world.recorded(opened, world="live", at=NIGHT), clock=lambda: NIGHT + timedelta(seconds=20 * next(ticks))
    )
    found = schemathesis.openapi.from_asgi("/api/v1/openapi.json", app, headers={"Host": "127.0.0.1"})
    found.config.headers = {"Host": "127.0.0.1", "Authorization": f"Bearer {mint(opened)}"}
    yield found
    opened.close()


def test_every_answer_is_one_that_the_description_has(api) -> None:
    asked = 0
    for found in api.get_all_operations():
        operation = found.ok()

        @given(case=operation.as_strategy())
        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            derandomize=True,
            database=None,
            phases=[Phase.explicit, Phase.generate],
        )
        def holds(case: schemathesis.Case) -> None:
            case.call_and_validate()

        holds()
        asked += 1
    assert asked == 11
