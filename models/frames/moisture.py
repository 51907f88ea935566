"""The codes of the Canadian fire-weather index: the state that is carried from day to day, the course of a day."""

from __future__ import annotations

import dataframely as dy

from models.frames.declared import DeclaredFrame
from models.frames.instants import UTC


class CodeFlags(DeclaredFrame):
    """What every number that rests on the moisture codes inherits: how far they can be trusted."""

    spin_up_days = dy.Int64(min=0)
    """Days of weather since the codes were started, from their standard values or after a gap too long to bridge."""
    gap_days = dy.Int64(min=0)
    """Days without weather over which the codes were held, while any of them lies within the codes' memory."""
    last_gap_local_date = dy.Date(nullable=True)
    """The last of these days."""
    filled_days = dy.Int64(min=0)
    """Days whose weather is an older forecast, kept because no report came, while any lies within the memory."""
    last_filled_local_date = dy.Date(nullable=True)
    """The last of these days."""
    restarted_local_date = dy.Date(nullable=True)
    """The day on which the codes were started anew after a gap; null where that never was, or is no longer felt."""


class MoistureFrame(CodeFlags):
    """The fuel moisture codes of one day per cell, with what the next day needs: the only state the science carries."""

    cell_id = dy.String(primary_key=True)
    local_date = dy.Date(primary_key=True)
    ffmc = dy.Float64(min=0, max=101)
    dmc = dy.Float64(min=0)
    dc = dy.Float64(min=0)
    gap_run_d = dy.Int64(min=0)
    """Days without weather in a row, up to this one."""
    snow_water_mm = dy.Float64(min=0)
    """Precipitation that fell as snow and has not reached the ground yet."""
    snow_free_days = dy.Int64(nullable=True, min=0)
    """0 while snow lies, then the days since; null once the codes have started anew, and where no snow was."""
    days_since_rain_d = dy.Int64(nullable=True, min=0)
    """Days since the last with 1 mm or more; null before the first that is known, and after a restart."""


class CodesFrame(MoistureFrame):
    """All seven codes per cell and day. On a day without weather the moisture codes stand still.

    The wind of such a day is not known, so ISI, FWI and DSR are null: no danger is told rather than yesterday's.
    """

    isi = dy.Float64(nullable=True, min=0)
    bui = dy.Float64(min=0)
    fwi = dy.Float64(nullable=True, min=0)
    dsr = dy.Float64(nullable=True, min=0)
    snow = dy.Bool()
    """Snow lies: the fine fuel is held wet, and the danger is the lowest for that reason."""
    is_forecast = dy.Bool()
    """Whether a forecast went into this day or one before it: such codes are no state to keep."""
    degraded = dy.Bool()
    """No weather that day, or weather that was itself degraded."""


class HourCurveFrame(DeclaredFrame):
    """The course of a day per joint unit: hourly indices of its cells."""

    zone = dy.String(primary_key=True)
    valid_utc = dy.Datetime(time_zone=UTC, primary_key=True)
    local_date = dy.Date()
    cell_count = dy.Int64(min=1)
    ffmc_median = dy.Float64(min=0, max=101)
    isi_median = dy.Float64(min=0)
    fwi_median = dy.Float64(min=0)
    fwi_p95 = dy.Float64(min=0)
    snow_share = dy.Float64(min=0, max=1)
    degraded_share = dy.Float64(min=0, max=1)


class CellPeakFrame(DeclaredFrame):
    """The hour of a day at which the FWI of a cell is highest, and what it is then."""

    cell_id = dy.String(primary_key=True)
    local_date = dy.Date(primary_key=True)
    peak_utc = dy.Datetime(time_zone=UTC)
    ffmc = dy.Float64(min=0, max=101)
    isi = dy.Float64(min=0)
    fwi = dy.Float64(min=0)
    hours_missing_h = dy.Int64(min=0, max=24)
    """Hours of the day without weather: the peak may be among them."""
    snow = dy.Bool()
    degraded = dy.Bool()
    spin_up_days = dy.Int64(min=0)
