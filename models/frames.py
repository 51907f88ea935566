"""The frames that walk through the house: polars frames with a declared schema.

There is one door into each type: ``XFrame.validate(frame, cast=True)``. Behind it a reader may rely on names, units,
ranges and uniqueness. A missing number is null, never NaN and never 0.
"""

from __future__ import annotations

import dataframely as dy

UTC = "UTC"


class WeatherFrame(dy.Schema):
    """Hourly weather at points (stations or points of a model grid).

    Wind is at 10 m; precipitation is that of the hour that ends at ``valid_utc``. ``issued_utc`` is null for an
    observation or an analysis, and the time of issue for a forecast.
    """

    station_id = dy.String(primary_key=True)
    valid_utc = dy.Datetime(time_zone=UTC, primary_key=True)
    model = dy.String(primary_key=True)
    """``observed``, or the forecast model, for example ``ecmwf_ifs025``."""
    lat_deg = dy.Float64(min=-90, max=90)
    lon_deg = dy.Float64(min=-180, max=180)
    elevation_m = dy.Float64(nullable=True, min=-500, max=9000)
    air_temperature_degc = dy.Float64(nullable=True, min=-60, max=60)
    relative_humidity_pct = dy.Float64(nullable=True, min=0, max=100)
    wind_speed_ms = dy.Float64(nullable=True, min=0, max=90)
    wind_direction_deg = dy.Float64(nullable=True, min=0, max=360)
    wind_gust_ms = dy.Float64(nullable=True, min=0, max=130)
    precipitation_mm = dy.Float64(nullable=True, min=0, max=250)
    snow_depth_cm = dy.Float64(nullable=True, min=0, max=1000)
    issued_utc = dy.Datetime(time_zone=UTC, nullable=True)


class DailyRecordFrame(dy.Schema):
    """What a station reported for a local day (Asia/Shanghai); rain from 20:00 to 20:00 Beijing time."""

    station_id = dy.String(primary_key=True)
    local_date = dy.Date(primary_key=True)
    lat_deg = dy.Float64(min=-90, max=90)
    lon_deg = dy.Float64(min=-180, max=180)
    elevation_m = dy.Float64(nullable=True, min=-500, max=9000)
    air_temperature_mean_degc = dy.Float64(nullable=True, min=-60, max=60)
    air_temperature_max_degc = dy.Float64(nullable=True, min=-60, max=60)
    air_temperature_min_degc = dy.Float64(nullable=True, min=-60, max=60)
    relative_humidity_mean_pct = dy.Float64(nullable=True, min=0, max=100)
    relative_humidity_min_pct = dy.Float64(nullable=True, min=0, max=100)
    wind_speed_mean_ms = dy.Float64(nullable=True, min=0, max=90)
    wind_speed_max_ms = dy.Float64(nullable=True, min=0, max=90)
    """Largest 10-minute mean."""
    wind_gust_max_ms = dy.Float64(nullable=True, min=0, max=130)
    precipitation_mm = dy.Float64(nullable=True, min=0, max=1000)


class SnowWeather(dy.Schema):
    """What an hourly record tells of snow up to noon; null where it does not tell."""

    snow_depth_cm = dy.Float64(nullable=True, min=0, max=1000)
    """At noon."""
    air_temperature_in_rain_degc = dy.Float64(nullable=True, min=-70, max=60)
    """Mean of the hours with precipitation in the 24 h to noon, weighted with it; null on a dry day."""


class NoonFrame(SnowWeather):
    """Weather at 12:00 Beijing time (04 UTC, noon local standard time) with the rain of the 24 h before it."""

    station_id = dy.String(primary_key=True)
    local_date = dy.Date(primary_key=True)
    lat_deg = dy.Float64(min=-90, max=90)
    lon_deg = dy.Float64(min=-180, max=180)
    elevation_m = dy.Float64(nullable=True)
    air_temperature_degc = dy.Float64(min=-60, max=60)
    relative_humidity_pct = dy.Float64(min=0, max=100)
    wind_speed_kmh = dy.Float64(min=0, max=330)
    precipitation_mm = dy.Float64(min=0, max=1000)
    rain_hours_missing_h = dy.Int64(min=0, max=24)
    """Hours of the 24 for which no rain was reported: counted as dry, and shown."""
    noon_offset_h = dy.Int64(min=-1, max=1)
    """Hours from noon to the report that stands here: not 0 where the report of noon itself was missing."""
    is_forecast = dy.Bool()


class NoonGapFrame(dy.Schema):
    """A day that a point gives no noon weather for."""

    station_id = dy.String(primary_key=True)
    local_date = dy.Date(primary_key=True)
    reason = dy.String()
    """``no_report``, the first field that no report around noon has, or ``no_complete_report``."""


class CellNoonFrame(SnowWeather):
    """Noon weather brought to cells."""

    cell_id = dy.String(primary_key=True)
    local_date = dy.Date(primary_key=True)
    air_temperature_degc = dy.Float64(min=-70, max=60)
    relative_humidity_pct = dy.Float64(min=0, max=100)
    wind_speed_kmh = dy.Float64(min=0, max=330)
    precipitation_mm = dy.Float64(min=0, max=1000)
    is_forecast = dy.Bool()
    degraded = dy.Bool()


class CodeFlags(dy.Schema):
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


class ZoneDangerFrame(dy.Schema):
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


class IssuedForecastFrame(dy.Schema):
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


class ForecastScoreFrame(dy.Schema):
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


class HourCurveFrame(dy.Schema):
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


class CellPeakFrame(dy.Schema):
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


class HotspotFrame(dy.Schema):
    """Satellite hotspots (热点): one row a pixel, all satellites and feeds in the same units."""

    hotspot_id = dy.String(primary_key=True)
    """Stable over feeds: made of instrument, satellite, time and place."""
    feed = dy.String()
    satellite = dy.String()
    """One of Terra, Aqua, S-NPP, NOAA-20, NOAA-21, or the declared name of another source."""
    instrument = dy.String()
    acquired_utc = dy.Datetime(time_zone=UTC)
    available_utc = dy.Datetime(time_zone=UTC)
    lat_deg = dy.Float64(min=-90, max=90)
    lon_deg = dy.Float64(min=-180, max=180)
    frp_mw = dy.Float64(nullable=True, min=0)
    brightness_k = dy.Float64(nullable=True, min=150, max=2000)
    scan_km = dy.Float64(nullable=True, min=0, max=20)
    track_km = dy.Float64(nullable=True, min=0, max=20)
    confidence = dy.String(nullable=True)
    """``low``, ``nominal`` or ``high``: MODIS percentages are brought to the three by rules/feeds.toml."""
    confidence_pct = dy.Float64(nullable=True, min=0, max=100)
    daynight = dy.String(nullable=True)
    location_error_km = dy.Float64(min=0)


class LocatedHotspotFrame(HotspotFrame):
    """Hotspots of the watch area with their place. Distances are to the line of ``zone``, the nearest joint unit."""

    zone = dy.String()
    region = dy.String(nullable=True)
    county_gb = dy.Int64(nullable=True)
    signed_distance_km = dy.Float64()
    """Positive on the home side of the line, negative across it."""
    distance_to_border_km = dy.Float64(min=0)
    neighbour_county_gb = dy.Int64()
    """The county across the nearest stretch of the line."""
    neighbour_region = dy.String()
    """The region of that county."""
    bearing_to_border_deg = dy.Float64(min=0, max=360)
    touched_county_gbs = dy.List(dy.Int64())
    """Counties that the circle of the location error touches, the one it lies in among them, by code."""


class JudgedHotspotFrame(LocatedHotspotFrame):
    """Hotspots with what each is taken for. Words of ``models.incidents.incident``."""

    source_kind = dy.String()
    certainty = dy.String()
    doubt = dy.String(nullable=True)
    reason_zh = dy.String()


class JudgementFrame(dy.Schema):
    """What a hotspot is taken for, and how sure that is. Words of ``models.incidents.incident``."""

    hotspot_id = dy.String(primary_key=True)
    source_kind = dy.String()
    certainty = dy.String()
    """``high``, ``medium`` or ``low``: the feed's own word is ``confidence`` of the hotspot."""
    doubt = dy.String(nullable=True)
    reason_zh = dy.String()
    """One sentence."""
    judged_utc = dy.Datetime(time_zone=UTC)
