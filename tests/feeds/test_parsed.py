from __future__ import annotations

import pytest

from feeds.parsed import Parsed, declared_range, newest
from feeds.rejects import RejectReason, Rejects
from models.frames import HotspotFrame, WeatherFrame


def parsed(rows_in: int, rejected: int = 0, duplicates: int = 0) -> Parsed[HotspotFrame]:
    return Parsed(
        feed="firms",
        product="MODIS_NRT",
        frame=HotspotFrame.create_empty(),
        rows_in=rows_in,
        duplicates=duplicates,
        rejects=Rejects({RejectReason.BAD_TIME: rejected}),
        blanked=Rejects(),
        newest_content_utc=None,
        covered_until_utc=None,
    )


def test_every_row_that_came_is_accepted_rejected_or_a_duplicate():
    assert parsed(3, rejected=2, duplicates=1).rows_in == 3
    with pytest.raises(ValueError, match="0 accepted \\+ 2 rejected \\+ 0 duplicate rows are not the 3 that came"):
        parsed(3, rejected=2)


def test_quiet_is_an_answer_without_rows_and_not_one_without_usable_rows():
    assert parsed(0).quiet
    assert not parsed(2, rejected=2).quiet


def test_the_range_of_a_number_is_the_one_that_the_frame_declares():
    assert declared_range(WeatherFrame, "relative_humidity_pct") == (0.0, 100.0)
    assert declared_range(HotspotFrame, "frp_mw") == (0.0, float("inf"))
    with pytest.raises(TypeError, match="no Float64"):
        declared_range(HotspotFrame, "satellite")


def test_an_empty_frame_has_no_newest_time():
    assert newest(HotspotFrame.create_empty(), "acquired_utc") is None
