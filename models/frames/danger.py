"""Fire danger: of cells, of joint units, as it was foretold, and how well."""

from __future__ import annotations

import dataframely as dy

from models.frames.declared import DeclaredFrame
from models.frames.instants import UTC
from models.frames.moisture import CodeFlags


class DangerFrame(CodeFlags):
    """Fire danger per zone, cell and day. ``DANGER_CSV`` of it is the product ``danger.csv``."""

    zone = dy.String(primary_key=True)
    cell_id = dy.String(primary_key=True)
    lat_deg = dy.Float64(min=-90, max=90)
    lon_deg = dy.Float64(min=-180, max=180)
    issued_utc = dy.Datetime(time_zone=UTC)
    local_date = dy.Date(primary_key=True)
    lead_d = dy.Int64(min=0, max=16)
    ffmc = dy.Float64(min=0, max=101)
    dmc = dy.Float64(min=0)
    dc = dy.Float64(min=0)
    isi = dy.Float64(min=0)
    bui = dy.Float64(min=0)
    fwi = dy.Float64(min=0)
    danger_grade = dy.Int64(min=1, max=5)
    """By the FWI of the whole day, the higher of ``fwi`` (noon) and ``peak_fwi``; by noon where no peak is known."""
    ignition_probability = dy.Float64(nullable=True, min=0, max=1)
    """That a vegetation fire starts in the cell that day; null where no estimator can tell: never a made-up number."""
    snow = dy.Bool()
    """Snow lies: that is why the grade is 1."""
    degraded = dy.Bool()
    ignition_low = dy.Float64(nullable=True, min=0, max=1)
    """Of the 90 % interval, as the next."""
    ignition_high = dy.Float64(nullable=True, min=0, max=1)
    ignition_estimator = dy.String(nullable=True)
    """Name of the estimator and where it comes from: 先验 or 在用."""
    peak_index = dy.Float64(nullable=True, min=0)
    """What a fire would do in the worst hour of the day; see ``models.ignition.peak_index``."""
    noon_grade = dy.Int64(min=1, max=5)
    """By the FWI of noon alone, in the classes of EFFIS."""
    peak_fwi = dy.Float64(nullable=True, min=0)
    """The highest of an hour of the day; null where too few hours are known: then noon decides alone."""
    peak_utc = dy.Datetime(time_zone=UTC, nullable=True)


DANGER_CSV = (
    *("zone", "cell_id", "lat_deg", "lon_deg", "issued_utc", "local_date", "lead_d"),
    *("ffmc", "dmc", "dc", "isi", "bui", "fwi", "danger_grade", "ignition_probability", "spin_up_days", "degraded"),
)
"""Columns of the file, in their order (interfaces): others read it."""
GRADES_CSV = (
    *("zone", "cell_id", "local_date", "lead_d", "fwi", "peak_fwi", "peak_utc"),
    *("noon_grade", "danger_grade", "local_grade"),
)
"""Columns of the file beside it: what the grade rests on, and that by the cell's own climate where one was built."""
IGNITION_CSV = (
    *("zone", "cell_id", "local_date", "lead_d", "ignition_probability", "ignition_low", "ignition_high"),
    *("ignition_estimator", "peak_index"),
)
"""Columns of the file beside it: the interval, whose word it is, and the worst hour."""


class ZoneDangerFrame(DeclaredFrame):
    """Fire danger of a joint unit on a day."""

    zone = dy.String(primary_key=True)
    local_date = dy.Date(primary_key=True)
    issued_utc = dy.Datetime(time_zone=UTC)
    lead_d = dy.Int64(min=0, max=16)
    danger_grade = dy.Int64(min=1, max=5)
    """The highest grade that the signed share of the cells reaches or passes."""
    noon_grade = dy.Int64(min=1, max=5)
    """The same by noon alone."""
    cell_count = dy.Int64(min=1)
    fwi_median = dy.Float64(min=0)
    fwi_p95 = dy.Float64(min=0)
    fwi_max = dy.Float64(min=0)
    peak_fwi_p95 = dy.Float64(nullable=True, min=0)
    grade_1_share = dy.Float64(min=0, max=1)
    grade_2_share = dy.Float64(min=0, max=1)
    grade_3_share = dy.Float64(min=0, max=1)
    grade_4_share = dy.Float64(min=0, max=1)
    grade_5_share = dy.Float64(min=0, max=1)
    degraded_share = dy.Float64(min=0, max=1)
    spin_up_days = dy.Int64(min=0)
    """The least of the cells."""
    gap_days = dy.Int64(min=0)
    """The most of the cells, as is the next."""
    filled_days = dy.Int64(min=0)
    restarted_local_date = dy.Date(nullable=True)
    """The last restart of any cell."""
    restarted_share = dy.Float64(min=0, max=1)
    snow_share = dy.Float64(min=0, max=1)
    """Cells whose grade is the lowest because snow lies."""


class IssuedForecastFrame(DeclaredFrame):
    """What a run forecast for noon, at one cell for each part of a joint unit."""

    zone = dy.String(primary_key=True)
    cell_id = dy.String(primary_key=True)
    issued_utc = dy.Datetime(time_zone=UTC, primary_key=True)
    local_date = dy.Date(primary_key=True)
    lead_d = dy.Int64(min=0, max=16)
    air_temperature_degc = dy.Float64(min=-70, max=60)
    relative_humidity_pct = dy.Float64(min=0, max=100)
    wind_speed_kmh = dy.Float64(min=0, max=330)
    fwi = dy.Float64(min=0)
    danger_grade = dy.Int64(min=1, max=5)
    degraded = dy.Bool()


class ForecastScoreFrame(DeclaredFrame):
    """Errors of one issue of a forecast on one day, summed over the cells of a unit: sums can be pooled."""

    zone = dy.String(primary_key=True)
    issued_utc = dy.Datetime(time_zone=UTC, primary_key=True)
    local_date = dy.Date(primary_key=True)
    quantity = dy.String(primary_key=True)
    lead_d = dy.Int64(min=0, max=16)
    count = dy.Int64(min=1)
    error_sum = dy.Float64()
    """Forecast less truth."""
    absolute_error_sum = dy.Float64(min=0)
    squared_error_sum = dy.Float64(min=0)
    hits = dy.Int64(min=0)
    """Cells whose grade was right; 0 for the other quantities."""
