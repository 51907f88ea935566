"""The monthly round of learning, as a run: its row, its word to operations when it fails, and its flow."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Iterator
from typing import Any

import pytest

from flows import training_round
from flows.carry_out import carry_out
from flows.estimators import CHAMPION, FOLDER
from flows.order import FlowName
from flows.run_alarm import EFFECT_ZH, FLOW_ZH
from flows.wiring import House, using
from notify.alert import LIVE
from store.run_rows import RunOutcome
from tests.flows import world
from tests.flows.world import alerts, order


def trained(house: House) -> Any:
    return carry_out(house, order(FlowName.MONTHLY_TRAINING, world=house.world))


def test_too_few_fires_to_learn_from_is_a_finished_run_that_says_so(drill) -> None:
    report = trained(drill)
    (row,) = report.outcome.table
    assert row["outcome"] == "too_few_fires"
    assert row["why"]
    assert row["champion"] == drill.estimator.card.label_zh
    assert dict(report.outcome.counts) == {"trained": 0, "replaced": 0}
    (run,) = drill.runs.last_runs(world=drill.world)
    assert (run.flow, run.outcome) == (FlowName.MONTHLY_TRAINING, RunOutcome.DONE)
    assert alerts(drill).is_empty()
    assert not (drill.home.root / FOLDER / CHAMPION).exists()


def test_a_training_that_fails_is_recorded_and_told_to_operations(drill, monkeypatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr(training_round, "sample_of", broken)
    with pytest.raises(OSError, match="no space left"):
        trained(drill)
    (run,) = drill.runs.last_runs(world=drill.world)
    assert (run.outcome, run.end.note) == (RunOutcome.FAILED, "OSError: no space left on device")
    (alert,) = alerts(drill).to_dicts()
    assert (alert["kind"], alert["reason"], alert["recipients"]) == ("system", "run_failed", ["operations"])
    assert "训练运行失败" in alert["text_short"]
    assert EFFECT_ZH[FlowName.MONTHLY_TRAINING] in alert["text_short"]


def test_every_flow_has_a_name_and_an_effect_for_the_operator_s_alarm() -> None:
    assert set(FLOW_ZH) == set(EFFECT_ZH) == set(FlowName)


@pytest.fixture
def _collected() -> Iterator[None]:
    yield
    gc.collect()


@pytest.mark.flow
@pytest.mark.usefixtures("prefect_server", "_collected")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_its_flow_leaves_a_run_row_of_the_live_world(house) -> None:
    from flows.monthly_training import monthly_training

    live = world.recorded(house, world=LIVE)
    with using(live):
        said = asyncio.run(monthly_training(reason="试验"))
    assert said["outcome"] == "done"
    (run,) = live.runs.last_runs(world=LIVE)
    assert run.run_id == said["run_id"]
    assert run.flow == FlowName.MONTHLY_TRAINING
