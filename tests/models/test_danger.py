"""From codes of cells to the danger of a joint unit."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import dataframely as dy
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.danger import DangerParameters, danger, ungraded, with_peaks, zone_danger
from models.danger_grade import DayGradeBounds, GradeBounds, danger_grade
from models.frames import CellPeakFrame, CodesFrame, DangerFrame
from tests.models.weather_cases import SOUND, cell_names, cell_places

ISSUED = datetime(2015, 4, 1, 23, 7, tzinfo=UTC)  # 07:07 on 2 April in Beijing
DAY = date(2015, 4, 2)
BOUNDS, OF_DAY, PARAMETERS = GradeBounds(), DayGradeBounds(), DangerParameters()


def codes(fwi: list[float | None], *, day: date = DAY, **values: Any) -> dy.DataFrame[CodesFrame]:
    columns = {
        "cell_id": cell_names(len(fwi)),
        "local_date": day,
        "ffmc": 90.0,
        "dmc": 20.0,
        "dc": 100.0,
        "isi": pl.Series(fwi, dtype=pl.Float64),
        "bui": 30.0,
        "fwi": pl.Series(fwi, dtype=pl.Float64),
        "dsr": pl.Series(fwi, dtype=pl.Float64),
        **SOUND,
        "snow": False,
        "is_forecast": False,
        "degraded": False,
    }
    return CodesFrame.validate(pl.DataFrame(columns | values), cast=True)


def graded(
    frame: dy.DataFrame[CodesFrame], cells: pl.DataFrame | None = None, *, issued_utc: datetime = ISSUED
) -> dy.DataFrame[DangerFrame]:
    places = cell_places(frame["cell_id"].n_unique()) if cells is None else cells
    return danger(frame, places, issued_utc=issued_utc, bounds=BOUNDS, parameters=PARAMETERS)


def test_every_cell_has_its_grade_place_and_lead() -> None:
    two_days = pl.concat([codes([5.0, 30.0]), codes([60.0, 12.0], day=DAY + timedelta(days=2))])
    frame = graded(CodesFrame.validate(two_days))
    assert frame["danger_grade"].to_list() == [1, 3, 5, 2]
    assert frame["lead_d"].to_list() == [0, 0, 2, 2]
    assert frame["ignition_probability"].null_count() == 4
    assert frame["issued_utc"].unique().to_list() == [ISSUED]
    assert frame["lon_deg"].to_list() == pytest.approx([116.005, 116.015] * 2)
    assert not frame["degraded"].any()


def test_the_day_of_issue_is_that_of_beijing() -> None:
    late = datetime(2015, 4, 2, 15, 59, tzinfo=UTC)
    assert graded(codes([5.0]), issued_utc=late)["lead_d"].to_list() == [0]
    with pytest.raises(ValueError, match="before the day of issue, 2015-04-03"):
        graded(codes([5.0]), issued_utc=late + timedelta(minutes=1))


def test_a_naive_time_of_issue_is_refused() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        graded(codes([5.0]), issued_utc=ISSUED.replace(tzinfo=None))


def test_codes_that_still_show_their_start_are_degraded() -> None:
    assert graded(codes([5.0], spin_up_days=51))["degraded"].to_list() == [True]
    assert graded(codes([5.0], spin_up_days=52))["degraded"].to_list() == [False]
    assert graded(codes([5.0], degraded=True))["degraded"].to_list() == [True]


def test_a_cell_of_two_zones_stands_in_both() -> None:
    cells = pl.concat([cell_places(2), cell_places(2).head(1).with_columns(zone=pl.lit("YQ-HL"))])
    assert graded(codes([5.0, 30.0]), cells).group_by("zone").len().sort("zone")["len"].to_list() == [2, 1]


def test_a_cell_without_an_index_has_no_grade_and_is_listed() -> None:
    frame = codes([5.0, None, 30.0])
    assert graded(frame)["cell_id"].to_list() == [cell_names(3)[0], cell_names(3)[2]]
    assert ungraded(frame, cell_places(3)).rows() == [("HR-CD", cell_names(3)[1], DAY)]


def test_a_cell_that_the_codes_do_not_know_is_listed_too() -> None:
    frame = codes([5.0, 30.0])
    assert ungraded(frame, cell_places(3)).rows() == [("HR-CD", cell_names(3)[2], DAY)]
    assert ungraded(frame, cell_places(2)).is_empty()


def test_the_grade_of_a_zone_is_the_highest_that_enough_of_it_reaches() -> None:
    fwi: list[float | None] = [5.0] * 90 + [30.0] * 5 + [45.0] * 3 + [60.0] * 2
    (row,) = zone_danger(graded(codes(fwi)), area_share=0.05).iter_rows(named=True)
    # Grade 5 on 2 %, 4 or more on 5 %, 3 or more on 10 %.
    assert row["danger_grade"] == 4
    assert [row[f"grade_{grade}_share"] for grade in range(1, 6)] == [0.90, 0.0, 0.05, 0.03, 0.02]
    assert row["fwi_max"] == 60.0
    assert row["fwi_median"] == 5.0
    assert row["cell_count"] == 100
    assert zone_danger(graded(codes(fwi)), area_share=0.02)["danger_grade"].to_list() == [5]
    assert zone_danger(graded(codes(fwi)), area_share=0.051)["danger_grade"].to_list() == [3]
    assert zone_danger(graded(codes(fwi)), area_share=1.0)["danger_grade"].to_list() == [1]


def test_the_95th_percentile_and_the_degraded_share_are_of_the_cells_of_the_zone() -> None:
    frame = codes([float(value) for value in range(101)])
    half = CodesFrame.validate(frame.with_columns(degraded=pl.col("fwi") < 50.5))
    (row,) = zone_danger(graded(half), area_share=0.05).iter_rows(named=True)
    assert row["fwi_p95"] == pytest.approx(95.0)
    assert row["degraded_share"] == pytest.approx(51 / 101)


def test_zones_and_days_are_apart() -> None:
    cells = pl.concat([cell_places(2), cell_places(2).tail(1).with_columns(zone=pl.lit("PG-JZ"))])
    both = CodesFrame.validate(pl.concat([codes([5.0, 60.0]), codes([5.0, 5.0], day=DAY + timedelta(days=1))]))
    frame = zone_danger(graded(both, cells), area_share=0.6)
    assert frame.select("zone", "danger_grade").rows() == [("HR-CD", 1), ("HR-CD", 1), ("PG-JZ", 5), ("PG-JZ", 1)]


@settings(max_examples=25, deadline=None)
@given(st.lists(st.floats(0, 150), min_size=1, max_size=40), st.floats(0.01, 1.0))
def test_a_larger_share_never_raises_the_grade(fwi: list[float], share: float) -> None:
    frame = graded(codes(list(fwi)))
    some, all_cells = (zone_danger(frame, area_share=value)["danger_grade"][0] for value in (share, 1.0))
    assert some >= all_cells == frame["danger_grade"].min()
    assert some <= frame["danger_grade"].max()


def test_two_issues_of_one_day_are_not_mixed() -> None:
    mixed = pl.concat(
        [
            graded(codes([5.0])),
            graded(codes([5.0])).with_columns(
                issued_utc=pl.col("issued_utc") + pl.duration(hours=8), cell_id=pl.lit("4057N11647E")
            ),
        ]
    )
    with pytest.raises(ValueError, match="2 issues"):
        zone_danger(DangerFrame.validate(mixed), area_share=0.05)


def test_no_danger_is_no_zone_danger() -> None:
    assert zone_danger(DangerFrame.create_empty(), area_share=0.05).is_empty()


@pytest.mark.parametrize("share", [0.0, 1.1, float("nan")])
def test_a_share_that_is_none_is_refused(share: float) -> None:
    with pytest.raises(ValueError, match="area_share"):
        DangerParameters(area_share=share)
    with pytest.raises(ValueError, match="area_share"):
        zone_danger(DangerFrame.create_empty(), area_share=share)
    with pytest.raises(ValueError, match="spin_up_required_d"):
        DangerParameters(spin_up_required_d=-1)


def peaks(*fwi: float) -> dy.DataFrame[CellPeakFrame]:
    rows = {
        "cell_id": cell_names(len(fwi)),
        "local_date": DAY,
        "peak_utc": datetime(2015, 4, 2, 11, tzinfo=UTC),
        "ffmc": 92.0,
        "isi": 10.0,
        "fwi": list(fwi),
        "hours_missing_h": 0,
        "snow": False,
        "degraded": False,
        "spin_up_days": 100,
    }
    return CellPeakFrame.validate(pl.DataFrame(rows), cast=True)


def test_a_windy_evening_raises_the_grade_of_noon_and_says_its_hour() -> None:
    found = with_peaks(graded(codes([12.0, 30.0, 12.0])), peaks(46.0, 20.0), bounds=OF_DAY)
    assert found["danger_grade"].to_list() == [4, 3, 2]
    assert found["noon_grade"].to_list() == [2, 3, 2]
    assert found["fwi"].to_list() == [12.0, 30.0, 12.0]
    assert found["peak_fwi"].to_list() == [46.0, 20.0, None]
    assert found["peak_utc"][0] == datetime(2015, 4, 2, 11, tzinfo=UTC)
    zone = zone_danger(found, area_share=0.05).row(0, named=True)
    assert (zone["danger_grade"], zone["noon_grade"]) == (4, 3)
    assert zone["peak_fwi_p95"] == pytest.approx(44.7)


def test_where_too_few_hours_are_known_noon_decides_alone_in_the_classes_of_effis() -> None:
    at_the_bound = graded(codes([38.0]))
    none = CellPeakFrame.create_empty()
    assert with_peaks(at_the_bound, none, bounds=OF_DAY)["danger_grade"].to_list() == [4]


def test_under_snow_no_peak_raises_the_grade() -> None:
    found = with_peaks(graded(codes([0.0], snow=True)), peaks(60.0), bounds=OF_DAY)
    assert found["danger_grade"].to_list() == [1]


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.floats(0, 120), st.floats(0, 120), st.floats(0, 30)), min_size=1, max_size=6))
def test_a_worse_hour_never_lowers_a_grade(days: list[tuple[float, float, float]]) -> None:
    noon, peak, more = (list(each) for each in zip(*days, strict=True))
    found = graded(codes(noon))
    calm = with_peaks(found, peaks(*peak), bounds=OF_DAY)["danger_grade"]
    windy = with_peaks(found, peaks(*(a + b for a, b in zip(peak, more, strict=True))), bounds=OF_DAY)["danger_grade"]
    assert (windy >= calm).all()
    assert calm.to_list() == danger_grade([max(pair) for pair in zip(noon, peak, strict=True)], OF_DAY).tolist()
