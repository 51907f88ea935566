from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import dataframely as dy
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from models.frames import ForecastScoreFrame, IssuedForecastFrame
from store.database import Database
from store.errors import StoreConflict, StoreCorrupt
from store.issued_forecasts import IssuedForecasts, forecast

ISSUED = datetime(2026, 4, 1, 23, 7, tzinfo=UTC)
DAY = date(2026, 4, 2)


@pytest.fixture
def kept(database: Database) -> IssuedForecasts:
    return IssuedForecasts(database)


def issue(*leads: int, issued: datetime = ISSUED, fwi: float = 20.0) -> dy.DataFrame[IssuedForecastFrame]:
    rows = [
        {
            "zone": "PG-JZ",
            "cell_id": "a",
            "issued_utc": issued,
            "local_date": DAY + timedelta(days=lead),
            "lead_d": lead,
            "air_temperature_degc": 20.0,
            "relative_humidity_pct": 30.0,
            "wind_speed_kmh": 12.0,
            "fwi": fwi,
            "danger_grade": 2,
            "degraded": False,
        }
        for lead in leads
    ]
    return IssuedForecastFrame.validate(pl.DataFrame(rows), cast=True)


def score(quantity: str = "fwi", *, error: float = 2.0) -> dy.DataFrame[ForecastScoreFrame]:
    row = {"zone": "PG-JZ", "issued_utc": ISSUED, "local_date": DAY, "quantity": quantity, "lead_d": 0, "count": 1}
    sums = {"error_sum": error, "absolute_error_sum": abs(error), "squared_error_sum": error**2, "hits": 0}
    return ForecastScoreFrame.validate(pl.DataFrame([row | sums]), cast=True)


def test_all_that_was_forecast_for_a_day_comes_back(kept: IssuedForecasts) -> None:
    kept.save(issue(0, 1, 2), run_id="r1")
    kept.save(issue(3, issued=ISSUED - timedelta(days=3)).with_columns(local_date=pl.lit(DAY)), run_id="r0")  # type: ignore[arg-type]
    kept.save(issue(0), run_id="r1", world="drill")
    assert kept.of_day(DAY)["lead_d"].to_list() == [3, 0]
    assert kept.of_day(DAY + timedelta(days=9)).is_empty()
    assert kept.newest_issue_utc() == ISSUED


def test_a_run_says_what_it_said_once(kept: IssuedForecasts) -> None:
    kept.save(issue(0), run_id="r1")
    kept.save(issue(0), run_id="r1")
    kept.save(IssuedForecastFrame.create_empty(), run_id="r2")
    assert kept.of_day(DAY).height == 1
    with pytest.raises(StoreConflict, match="another forecast"):
        kept.save(issue(0, fwi=99.0), run_id="r1")


def test_a_later_score_of_the_same_forecast_replaces_the_first(kept: IssuedForecasts) -> None:
    kept.save_scores(score(error=2.0))
    kept.save_scores(score(error=-1.0))
    kept.save_scores(score("air_temperature_degc"))
    found = kept.scores(from_local_date=DAY, to_local_date=DAY)
    assert found.filter(pl.col("quantity") == "fwi")["error_sum"].to_list() == [-1.0]
    assert found.height == 2
    assert kept.scores(from_local_date=DAY + timedelta(days=1), to_local_date=DAY + timedelta(days=2)).is_empty()
    assert kept.scores(from_local_date=DAY, to_local_date=DAY, world="drill").is_empty()
    assert_frame_equal(found, ForecastScoreFrame.validate(found))


def test_a_forecast_that_was_changed_in_the_store_is_refused(kept: IssuedForecasts) -> None:
    kept.save(issue(0), run_id="r1")
    with kept.database.begin() as connection:
        connection.execute(forecast.update().values(frame=b"PAR1"))
    with pytest.raises(StoreCorrupt, match="digest"):
        kept.of_day(DAY)
