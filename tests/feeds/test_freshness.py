from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from feeds.errors import FeedStale
from feeds.freshness import FreshnessBounds, age_h, check_fetched, check_fresh, check_reach
from tests.feeds.conftest import section

NOW = datetime(2026, 4, 4, 6, tzinfo=UTC)


def ago(hours: float) -> datetime:
    return NOW - timedelta(hours=hours)


def test_content_within_its_age_is_fresh():
    check_fresh(ago(12), NOW, max_age_h=12, feed="firms")
    assert age_h(ago(12), NOW) == 12.0


def test_an_answer_fetched_just_now_with_old_content_is_stale():
    check_fetched(NOW, NOW, max_age_h=1, feed="firms")
    with pytest.raises(FeedStale, match=r"^firms: newest content is of 2026-04-03T17:00Z, 13\.0 h before .* 12 h"):
        check_fresh(ago(13), NOW, max_age_h=12, feed="firms")


def test_new_content_fetched_long_ago_is_stale_too():
    check_fresh(ago(1), NOW, max_age_h=12, feed="firms")
    with pytest.raises(FeedStale, match=r"fetched at 2026-04-04T00:00Z, 6\.0 h before"):
        check_fetched(ago(6), NOW, max_age_h=1, feed="firms")


def test_an_answer_without_any_time_is_not_fresh():
    with pytest.raises(FeedStale, match="age cannot be told"):
        check_fresh(None, NOW, max_age_h=12, feed="firms")


def test_a_forecast_must_reach_far_enough_ahead():
    check_reach(ago(-72), NOW, min_ahead_h=72, feed="open_meteo")
    with pytest.raises(FeedStale, match=r"71\.0 h beyond .* 72 h are needed"):
        check_reach(ago(-71), NOW, min_ahead_h=72, feed="open_meteo")


def test_a_forecast_without_data_reaches_nowhere():
    with pytest.raises(FeedStale, match="no valid time"):
        check_reach(None, NOW, min_ahead_h=72, feed="open_meteo")


@pytest.mark.parametrize(
    "feed",
    ["firms_modis", "firms_viirs_snpp", "firms_viirs_noaa20", "firms_viirs_noaa21", "open_meteo", "weather_table"],
)
def test_every_feed_has_signed_bounds(feed: str):
    assert FreshnessBounds(**section(f"freshness.{feed}")).max_content_age_h > 0


@pytest.mark.parametrize("wrong", [(0, 1, 0), (1, 0, 0), (1, 1, -1)])
def test_bounds_that_nothing_could_meet_are_refused(wrong: tuple[float, float, float]):
    with pytest.raises(ValueError, match="ages must be positive"):
        FreshnessBounds(*wrong)
