from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from models.frames import JudgementFrame
from models.incidents.false_alarm_rules import DoubtRules
from models.incidents.glint import glint_angle_deg, sun_position_deg
from models.incidents.heat import Heat
from models.incidents.judge import judgements, with_judgements
from tests.models.incidents.synthetic import HEAT_RULES, START, frame, hotspot, located

RULES = DoubtRules(
    glint_deg=12.0,
    cropland_seasons=("06-05/06-25",),
    cropland_share=0.8,
    cropland_beyond_km=10.0,
    greatest_silent_grade=3,
    lifting_looks=2,
    lifting_pixels=3,
)
NOTHING = Heat(frame([]))
NOON_IN_JUNE = datetime(2026, 6, 21, 4, 20, tzinfo=UTC)


def judged(*rows: dict[str, object], heat: Heat = NOTHING, cropland: frozenset[str] = frozenset()) -> list:
    plain = located(rows).drop("source_kind", "certainty", "doubt", "reason_zh")
    found = judgements(plain, heat, cropland=cropland, rules=(HEAT_RULES, RULES), now=START)
    return found.sort("hotspot_id").select("source_kind", "certainty", "doubt").rows()


def test_an_ordinary_look_is_of_medium_certainty_and_without_a_doubt() -> None:
    assert judged(hotspot()) == [("satellite", "medium", None)]


@pytest.mark.parametrize(
    ("confidence", "certainty", "doubt"),
    [("high", "high", None), ("nominal", "medium", None), (None, "medium", None), ("low", "low", "low_confidence")],
)
def test_the_feeds_own_word_counts_and_an_unknown_one_is_no_doubt(confidence, certainty, doubt) -> None:
    assert judged(hotspot(confidence=confidence)) == [("satellite", certainty, doubt)]


def test_every_judgement_has_one_sentence() -> None:
    plain = located([hotspot(), hotspot(lat_deg=40.4, confidence="low")])
    found = judgements(plain, NOTHING, rules=(HEAT_RULES, RULES), now=START)
    assert all(found["reason_zh"].str.len_chars() > 5)
    assert found["reason_zh"].str.contains("无历史热点和热源名录可比对").any()


def test_fields_in_the_burning_season_are_a_doubt_only_where_the_land_use_is_known_and_no_line_is_near() -> None:
    june = hotspot(acquired_utc=datetime(2026, 6, 10, 18, tzinfo=UTC), daynight="N", distance_to_border_km=10.4)
    assert judged(june) == [("satellite", "medium", None)]
    on_field = frozenset({str(june["hotspot_id"])})
    assert judged(june, cropland=on_field) == [("satellite", "low", "cropland_season")]
    august = june | {"acquired_utc": datetime(2026, 8, 10, 18, tzinfo=UTC)}
    assert judged(august, cropland=on_field) == [("satellite", "medium", None)]
    assert judged(june | {"distance_to_border_km": 10.3}, cropland=on_field) == [("satellite", "medium", None)]


def test_a_hotspot_that_nobody_judged_passes_on() -> None:
    rows = located([hotspot()]).drop("source_kind", "certainty", "doubt", "reason_zh")
    found = with_judgements(rows, JudgementFrame.create_empty())
    assert found.select("source_kind", "certainty", "doubt").rows() == [("satellite", "medium", None)]


def test_the_sun_stands_where_the_almanac_says() -> None:
    """Beijing 39.9 N 116.4 E at the June solstice: noon at 12:16, height 73.5 degrees (90 - 39.9 + 23.4)."""
    at = located([hotspot(acquired_utc=NOON_IN_JUNE - timedelta(minutes=4), lat_deg=39.9, lon_deg=116.4)])
    zenith, azimuth = sun_position_deg(at["acquired_utc"], at["lat_deg"].to_numpy(), at["lon_deg"].to_numpy())
    assert zenith[0] == pytest.approx(39.9 - 23.44, abs=0.1)
    assert azimuth[0] == pytest.approx(180, abs=2)


def angle(**fields: object) -> float:
    return float(glint_angle_deg(frame([hotspot(**fields)]))[0])


def test_the_mirror_image_of_the_sun_is_near_in_summer_and_far_in_winter() -> None:
    afternoon = NOON_IN_JUNE + timedelta(minutes=60)
    summer = min(angle(acquired_utc=afternoon, track_km=size / 1000) for size in range(375, 600, 5))
    winter = angle(acquired_utc=datetime(2026, 12, 21, 5, tzinfo=UTC), track_km=0.375)
    assert summer < 15 < 40 < winter


@pytest.mark.parametrize(
    "fields", [{"daynight": "N"}, {"daynight": None}, {"track_km": None}, {"satellite": "Himawari-9"}]
)
def test_what_cannot_be_known_is_no_glint(fields) -> None:
    assert np.isnan(angle(acquired_utc=NOON_IN_JUNE, **fields))


@pytest.mark.parametrize("season", ["06-05", "13-01/13-02", "june"])
def test_a_season_that_is_no_pair_of_days_is_refused(season) -> None:
    with pytest.raises(ValueError, match="06-05/06-25"):
        replace(RULES, cropland_seasons=(season,))
