"""Feeds that are out or back, from a round to operations' inbox."""

from __future__ import annotations

from datetime import datetime

import pytest

from flows.feed_watch import watch_feeds
from flows.gathered import FEED_ZH, UNNAMED_FEED_ZH, Gathered, feed_in_short, feed_in_words
from flows.order import FlowName
from flows.wiring import House
from models.frames import HotspotFrame
from notify.alert import Reason
from notify.facts import FEED_NAME_MOST
from notify.feed_alarm import FeedRound
from notify.phrases import length_of
from tests.flows.world import HOUR, MORNING, alerts, order

VIIRS, MODIS = "firms_viirs_snpp", "firms_modis"


def looked(
    house: House,
    at_h: float,
    *,
    heard: datetime | None = None,
    problem: str = "no answer",
    flow: FlowName = FlowName.HOTSPOT_WATCH,
    **feeds: bool,
) -> None:
    at = MORNING + at_h * HOUR
    rounds = tuple(FeedRound(feed, ok=ok, problem="" if ok else problem) for feed, ok in feeds.items())
    found = Gathered(HotspotFrame.create_empty(), (), rounds, heard)
    watch_feeds(house, order(flow, at, world=house.world), found)


def told(house: House) -> list[tuple[str, int]]:
    """Reason and revision of each message, which are all of one event."""
    rows = alerts(house).to_dicts()
    assert len({row["event_id"] for row in rows}) <= 1
    return [(row["reason"], row["revision"]) for row in rows]


def test_feeds_that_go_out_at_once_are_one_message_that_names_each(drill: House) -> None:
    for at_h in range(4):
        looked(drill, at_h, **{VIIRS: False, MODIS: False})
    assert told(drill) == [("feed_out", 1)]
    (row,) = alerts(drill).iter_rows(named=True)
    assert "2个数据源中断：MODIS热点、S-NPP热点" in row["text_short"]
    assert "MODIS热点、S-NPP热点自4月10日07时07分起连续3次没有可用数据（no answer），尚无任何数据。" in row["text_long"]


def test_each_change_of_what_is_out_is_told_once_and_names_all_that_stand(drill: House) -> None:
    for at_h in range(4):
        looked(drill, at_h, **{VIIRS: False, MODIS: at_h < 1})
    looked(drill, 4, **{VIIRS: True, MODIS: False})
    looked(drill, 5, **{VIIRS: True, MODIS: True})
    looked(drill, 6, **{VIIRS: True, MODIS: True})
    assert told(drill) == [("feed_out", 1), ("feed_out", 2), ("feed_out", 3), ("feed_back", 4)]
    texts = alerts(drill)["text_short"].to_list()
    assert "2个数据源中断：S-NPP热点、MODIS热点" in texts[1]
    assert "S-NPP热点恢复；仍有1个数据源中断：MODIS热点" in texts[2]
    assert "MODIS热点4月10日12时07分恢复，中断4小时" in texts[3]


def test_a_weather_round_and_a_hotspot_round_tell_of_one_event(drill: House) -> None:
    for at_h in range(3):
        looked(drill, at_h, **{VIIRS: False})
        looked(drill, at_h + 0.5, flow=FlowName.DANGER_WATCH, open_meteo=False)
    assert told(drill) == [("feed_out", 1), ("feed_out", 2)]
    text = alerts(drill)["text_long"][-1]
    assert "现有2个数据源中断：S-NPP热点自" in text
    assert "影响：看不到S-NPP热点的新数据，无数据不等于无火情，产品和值班页写明缺测；火险等级停在上一次的结果" in text


def test_rounds_of_two_flows_that_decide_at_once_lose_no_feed(drill: House) -> None:
    for at_h in range(2):
        looked(drill, at_h, open_meteo=False)
    for at_h in range(4):
        looked(drill, at_h, **{VIIRS: False})
    looked(drill, 2, open_meteo=False)
    assert told(drill) == [("feed_out", 1), ("feed_out", 2)], "the later decision is about an earlier hour"
    looked(drill, 4, open_meteo=True, **{VIIRS: True})
    assert told(drill)[-1] == ("feed_back", 3)


def test_a_feed_that_fails_and_is_not_out_yet_is_held_with_its_problem(drill: House) -> None:
    looked(drill, 0, **{VIIRS: False, MODIS: True})
    (kept,) = drill.levels.silences(since=MORNING, world=drill.world)
    assert (kept.reason, kept.note) == (Reason.HELD, f"{VIIRS}: no answer")


def test_a_feed_that_is_out_and_asked_no_more_is_told_as_out_of_use_and_not_as_back(drill: House) -> None:
    for at_h in range(3):
        looked(drill, at_h, **{VIIRS: False, MODIS: True})
    looked(drill, 80, **{MODIS: True})
    assert told(drill) == [("feed_out", 1), ("feed_back", 2)]
    assert "S-NPP热点不再查询，视为停用" in alerts(drill)["text_short"][-1]


def test_only_operations_hear_of_a_feed(drill: House) -> None:
    for at_h in range(3):
        looked(drill, at_h, **{VIIRS: False})
    (row,) = alerts(drill).iter_rows(named=True)
    assert (row["recipients"], row["regions"]) == (["operations"], [])


def test_a_crash_between_alert_and_memory_neither_tells_twice_nor_forgets_that_it_is_back(
    drill: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    for at_h in range(2):
        looked(drill, at_h, **{VIIRS: False, MODIS: False})
    with monkeypatch.context() as patch:
        patch.setattr("flows.telling._remember", lambda *_: (_ for _ in ()).throw(OSError("killed")))
        with pytest.raises(OSError, match="killed"):
            looked(drill, 2, **{VIIRS: False})
    looked(drill, 3, **{VIIRS: False, MODIS: False})
    looked(drill, 4, **{VIIRS: True, MODIS: True})
    assert told(drill) == [("feed_out", 1), ("feed_out", 2), ("feed_back", 3)]
    assert "S-NPP热点恢复，自4月10日07时07分起中断4小时" in alerts(drill)["text_long"][-1]


def test_an_outage_says_since_when_how_often_why_and_how_old_the_data_are(drill: House) -> None:
    looked(drill, 0, heard=MORNING - HOUR, **{VIIRS: True})
    for at_h in (1, 2, 3):
        looked(drill, at_h, problem="HTTP 503 from https://firms.example.org/0a1b2c", **{VIIRS: False})
    (row,) = alerts(drill).iter_rows(named=True)
    assert "S-NPP热点" in row["text_short"]
    assert "数据停在06时07分" in row["text_short"]
    assert "影响：看不到S-NPP热点的新数据，" in row["text_long"]
    assert "自2024年4月10日08时07分起连续3次没有可用数据。原因：HTTP 503 from …。" in row["text_long"]
    assert "0a1b2c" not in row["text_long"]


def test_a_feed_whose_answers_carry_no_time_of_content_is_not_said_to_have_never_answered(drill: House) -> None:
    looked(drill, 0, open_meteo=True)
    for at_h in (1, 2, 3):
        looked(drill, at_h, open_meteo=False)
    (row,) = alerts(drill).iter_rows(named=True)
    assert "现有数据为2024年4月10日07时07分的" in row["text_long"]


def test_a_feed_that_never_answered_is_said_to_have_no_data(drill: House) -> None:
    for at_h in range(3):
        looked(drill, at_h, **{VIIRS: False})
    assert "尚无任何数据" in alerts(drill)["text_long"][0]


@pytest.mark.parametrize("feed", FEED_ZH)
def test_every_known_feed_has_a_name_that_fits_whole(feed: str) -> None:
    assert feed_in_short(feed) == feed_in_words(feed) == FEED_ZH[feed]
    assert length_of(FEED_ZH[feed]) <= FEED_NAME_MOST


@pytest.mark.parametrize(
    ("feed", "name"),
    [
        ("himawari9", "himawari9"),
        ("firms_viirs_noaa22", "viirs_noaa22"),
        ("some-very-long-name-of-fy3e", "name-of-fy3e"),
        ("an_unbroken_firmsviirsnoaa22nrt", UNNAMED_FEED_ZH),
        ("unbrokenfirmsviirsnoaa22nrt", UNNAMED_FEED_ZH),
        ("a\nb", "a b"),
        ("", UNNAMED_FEED_ZH),
    ],
)
def test_an_unknown_feed_is_named_by_whole_words(feed: str, name: str) -> None:
    assert feed_in_short(feed) == name
    assert 1 <= length_of(name) <= FEED_NAME_MOST
