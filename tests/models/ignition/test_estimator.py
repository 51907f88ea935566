from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.ignition.card import CardIncomplete, Standing
from models.ignition.estimator import Weight, document_of, estimator_of
from models.ignition.features import FEATURES, Direction
from tests.models.ignition.cases import DRY_APRIL, features

PRIOR = Path(__file__).resolve().parents[3] / "rules" / "estimators" / "prior.toml"


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return tomllib.loads(PRIOR.read_text(encoding="utf-8"))


def test_an_estimator_without_a_card_cannot_be_loaded(document: dict[str, Any]) -> None:
    with pytest.raises(CardIncomplete, match="has no card"):
        estimator_of({name: part for name, part in document.items() if name != "card"})


@pytest.mark.parametrize("field", ["data", "period", "skill", "unknown", "target", "no_skill_because", "base_rate"])
def test_a_card_that_lacks_a_field_names_it(document: dict[str, Any], field: str) -> None:
    card = {name: value for name, value in document["card"].items() if name != field}
    with pytest.raises(CardIncomplete, match=f"{field} is missing"):
        estimator_of({**document, "card": card})


def test_a_card_without_skill_says_why(document: dict[str, Any]) -> None:
    with pytest.raises(CardIncomplete, match="does not say why"):
        estimator_of({**document, "card": {**document["card"], "no_skill_because": " "}})


def test_a_skill_lies_within_its_own_interval(document: dict[str, Any]) -> None:
    skill = [{"name": "AUC", "value": 0.9, "low": 0.5, "high": 0.8, "against": "x"}]
    with pytest.raises(CardIncomplete, match="outside"):
        estimator_of({**document, "card": {**document["card"], "skill": skill}})


def test_the_shipped_prior_is_marked_as_one_and_argues_every_coefficient(document: dict[str, Any]) -> None:
    prior = estimator_of(document)
    assert prior.card.standing is Standing.PRIOR
    assert prior.card.label_zh.endswith("(先验)")
    assert all(weight.argument for weight in prior.weights)


def test_a_coefficient_that_physics_forbids_is_refused() -> None:
    with pytest.raises(ValueError, match="log_vpd: -0.1 pushes the wrong way, it goes up"):
        Weight("log_vpd", -0.1, 0.1, 0.0, 1.0)


def test_an_unknown_feature_is_refused() -> None:
    with pytest.raises(ValueError, match="'moon' is no feature"):
        Weight("moon", 1.0, 0.1, 0.0, 1.0)


def test_an_estimator_survives_the_way_through_json(document: dict[str, Any]) -> None:
    prior = estimator_of(document)
    assert estimator_of(json.loads(json.dumps(document_of(prior)))) == prior


@given(
    which=st.sampled_from(["vpd_max_kpa", "gust_max_ms", "ffmc", "dmc", "dc", "isi"]),
    low=st.floats(0.1, 50),
    more=st.floats(0, 50),
)
def test_drier_or_windier_is_never_less_likely(which: str, low: float, more: float) -> None:
    prior = estimator_of(tomllib.loads(PRIOR.read_text(encoding="utf-8")))
    less, greater = prior.probability(features({which: low}, {which: low + more})).value
    assert greater >= less


def test_damp_air_snow_and_height_make_it_less_likely(document: dict[str, Any]) -> None:
    changes = ({}, {"relative_humidity_min_pct": 80.0}, {"snow_depth_cm": 5.0}, {"elevation_m": 1500.0})
    dry, *others = estimator_of(document).probability(features(*changes)).value
    assert all(other < dry for other in others)


def test_what_nobody_told_leaves_the_logit_at_the_reference_and_widens_the_interval(document: dict[str, Any]) -> None:
    prior = estimator_of(document)
    reference = next(weight.reference for weight in prior.weights if weight.feature == "settlement_near")
    at_reference = -3.0 * np.log(reference)
    told = prior.probability(features({"settlement_distance_km": at_reference}, {"settlement_distance_km": None}))
    assert told.value[1] == pytest.approx(told.value[0])
    assert told.high[1] > told.high[0]
    assert told.missing.tolist() == [0, 1]


def test_the_interval_holds_the_probability_and_stays_within_0_and_1(document: dict[str, Any]) -> None:
    extreme = {"vpd_max_kpa": 8.0, "gust_max_ms": 40.0, "ffmc": 101.0, "isi": 200.0, "dmc": 400.0, "dc": 1200.0}
    told = estimator_of(document).probability(features({}, extreme))
    assert ((told.low >= 0) & (told.low < told.value) & (told.value < told.high) & (told.high <= 1)).all()


def test_the_prior_gives_a_bad_qingming_day_far_more_than_the_base_rate(document: dict[str, Any]) -> None:
    prior = estimator_of(document)
    (probability,) = prior.probability(features({})).value
    assert 10 * prior.card.base_rate < probability < 1e-3
    assert DRY_APRIL["qingming"] == 1


def test_every_feature_with_a_direction_says_up_or_down() -> None:
    assert {feature.direction for feature in FEATURES.values()} == set(Direction)
