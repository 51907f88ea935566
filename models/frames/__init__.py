"""The frames that walk through the house: polars frames with a declared schema.

There is one door into each type: ``XFrame.validate(frame, cast=True)``. Behind it a reader may rely on names, units,
ranges and uniqueness. A missing number is null, never NaN and never 0.
"""

from models.frames.danger import (
    DANGER_CSV,
    GRADES_CSV,
    IGNITION_CSV,
    DangerFrame,
    ForecastScoreFrame,
    IssuedForecastFrame,
    ZoneDangerFrame,
)
from models.frames.hotspots import HotspotFrame, JudgedHotspotFrame, JudgementFrame, LocatedHotspotFrame
from models.frames.instants import UTC
from models.frames.moisture import CellPeakFrame, CodeFlags, CodesFrame, HourCurveFrame, MoistureFrame
from models.frames.weather import (
    CellNoonFrame,
    DailyRecordFrame,
    NoonFrame,
    NoonGapFrame,
    SnowWeather,
    WeatherFrame,
)

__all__ = [
    "DANGER_CSV",
    "GRADES_CSV",
    "IGNITION_CSV",
    "UTC",
    "CellNoonFrame",
    "CellPeakFrame",
    "CodeFlags",
    "CodesFrame",
    "DailyRecordFrame",
    "DangerFrame",
    "ForecastScoreFrame",
    "HotspotFrame",
    "HourCurveFrame",
    "IssuedForecastFrame",
    "JudgedHotspotFrame",
    "JudgementFrame",
    "LocatedHotspotFrame",
    "MoistureFrame",
    "NoonFrame",
    "NoonGapFrame",
    "SnowWeather",
    "WeatherFrame",
    "ZoneDangerFrame",
]
