"""Fire danger per cell and per joint unit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

import dataframely as dy
import numpy as np
import polars as pl

from models.danger_grade import GradeBounds, danger_grade
from models.frames import CellPeakFrame, CodesFrame, DangerFrame, ZoneDangerFrame

_BEIJING = ZoneInfo("Asia/Shanghai")
_GRADES = (1, 2, 3, 4, 5)
_LATER = ("ignition_probability", "ignition_low", "ignition_high", "peak_index", "peak_fwi")
"""Columns that ``models.ignition.attach`` and :func:`with_peaks` fill."""
_ROUNDING = 1e-9
"""Cells: a share of a number of cells may come out a hair above the whole number that it is."""


@dataclass(frozen=True, slots=True)
class DangerParameters:
    """What a grade rests on (``rules/danger.toml``, section ``danger``).

    Raises:
        ValueError: a share that is not above 0 to 1, or a negative number of days.
    """

    spin_up_required_d: int = 52
    """Days of weather after which the codes no longer show their start: the time lag of the Drought Code."""
    area_share: float = 0.05
    """The grade of a joint unit is the highest that this share of its cells reaches or passes."""

    def __post_init__(self) -> None:
        if self.spin_up_required_d < 0:
            raise ValueError(f"spin_up_required_d: {self.spin_up_required_d} is negative")
        if not 0 < self.area_share <= 1:
            raise ValueError(f"area_share: {self.area_share} is not a share above 0 to 1")


def danger(
    codes: dy.DataFrame[CodesFrame],
    cells: pl.DataFrame,
    *,
    issued_utc: datetime,
    bounds: GradeBounds,
    parameters: DangerParameters,
) -> dy.DataFrame[DangerFrame]:
    """Danger of every cell of every joint unit, day by day from the day of issue on, as noon tells it.

    :func:`with_peaks` lets the grade see the rest of the day.

    Args:
        codes: from the local day of ``issued_utc`` on.
        cells: ``zone``, ``cell_id``, ``lat_deg``, ``lon_deg``; a cell may belong to two units.
        issued_utc: when the weather that leads here was issued, aware.
        bounds: of the grades.
        parameters: spin-up.

    Returns:
        No row where a cell has no FWI that day: :func:`ungraded` lists these.

    Raises:
        ValueError: a naive ``issued_utc``, or codes of a day before the one of issue.
    """
    issue_date = _local_date(issued_utc)
    early = codes.filter(pl.col("local_date") < issue_date)["local_date"]
    if len(early):
        raise ValueError(f"codes of {early[0]} lie before the day of issue, {issue_date}: leave them out")
    placed = cells.select("zone", "cell_id", "lat_deg", "lon_deg").join(codes, on="cell_id").drop_nulls("fwi")
    grade = pl.Series(np.where(placed["snow"], 1, danger_grade(placed["fwi"].to_numpy(), bounds)))
    frame = placed.with_columns(
        pl.lit(issued_utc).dt.convert_time_zone("UTC").alias("issued_utc"),
        (pl.col("local_date") - issue_date).dt.total_days().alias("lead_d"),
        *(grade.alias(name) for name in ("danger_grade", "noon_grade")),
        pl.lit(None, dtype=pl.Datetime("us", "UTC")).alias("peak_utc"),
        *(pl.lit(None, dtype=pl.Float64).alias(name) for name in _LATER),
        pl.lit(None, dtype=pl.String).alias("ignition_estimator"),
        (pl.col("degraded") | (pl.col("spin_up_days") < parameters.spin_up_required_d)).alias("degraded"),
    )
    frame = frame.select(DangerFrame.column_names()).sort("zone", "local_date", "cell_id")
    return DangerFrame.validate(frame, cast=True)


def with_peaks(
    found: dy.DataFrame[DangerFrame], peaks: dy.DataFrame[CellPeakFrame], *, bounds: GradeBounds
) -> dy.DataFrame[DangerFrame]:
    """``found`` with the peak of each day, and the grade by the FWI of the whole day: the higher of noon and peak.

    Where snow lies the grade stays the lowest.

    Args:
        found: danger by noon.
        peaks: of cells and days; those without one keep the grade of noon.
        bounds: for the FWI of a day.
    """
    own = peaks.select("cell_id", "local_date", pl.col("fwi").alias("peak_fwi"), "peak_utc")
    frame = found.drop("peak_fwi", "peak_utc").join(
        own, on=["cell_id", "local_date"], how="left", maintain_order="left"
    )
    of_day = pl.Series(danger_grade(frame.select(day_fwi()).to_series().to_numpy(), bounds))
    grade = pl.when("snow").then(1).when(pl.col("peak_fwi").is_null()).then("noon_grade").otherwise(of_day)
    return DangerFrame.validate(
        frame.with_columns(grade.alias("danger_grade")).select(DangerFrame.column_names()), cast=True
    )


def day_fwi() -> pl.Expr:
    """FWI of a whole day: the higher of ``fwi`` and ``peak_fwi``; noon alone where no peak is known."""
    return pl.max_horizontal("fwi", "peak_fwi").alias("day_fwi")


def ungraded(codes: dy.DataFrame[CodesFrame], cells: pl.DataFrame) -> pl.DataFrame:
    """Cells and days of ``codes`` that have no danger grade: ``zone, cell_id, local_date``, sorted.

    A product that leaves one of these out must say so: no weather is not no danger.
    """
    days = codes.select("local_date").unique()
    wanted = cells.select("zone", "cell_id").join(days, how="cross")
    graded = codes.drop_nulls("fwi").select("cell_id", "local_date")
    return wanted.join(graded, on=["cell_id", "local_date"], how="anti").sort("zone", "cell_id", "local_date")


def zone_danger(danger: dy.DataFrame[DangerFrame], *, area_share: float) -> dy.DataFrame[ZoneDangerFrame]:
    """Danger of each joint unit on each day.

    Args:
        danger: of cells.
        area_share: the grade of the unit is the highest that at least this share of its cells reaches or passes.

    Raises:
        ValueError: a share that is not above 0 to 1, or rows of several issues for one unit and day.
    """
    if not 0 < area_share <= 1:
        raise ValueError(f"area_share: {area_share} is not a share above 0 to 1")
    frame = danger.group_by("zone", "local_date").agg(
        pl.col("issued_utc").first(),
        pl.col("lead_d").first(),
        pl.col("issued_utc").n_unique().alias("issues"),
        pl.len().alias("cell_count"),
        *(grade_reached(area_share, name) for name in ("danger_grade", "noon_grade")),
        pl.col("fwi").median().alias("fwi_median"),
        pl.col("fwi").quantile(0.95, interpolation="linear").alias("fwi_p95"),
        pl.col("fwi").max().alias("fwi_max"),
        pl.col("peak_fwi").quantile(0.95, interpolation="linear").alias("peak_fwi_p95"),
        *((pl.col("danger_grade") == grade).mean().alias(f"grade_{grade}_share") for grade in _GRADES),
        pl.col("degraded").mean().alias("degraded_share"),
        pl.col("spin_up_days").min(),
        pl.col("gap_days", "filled_days", "restarted_local_date").max(),
        pl.col("restarted_local_date").is_not_null().mean().alias("restarted_share"),
        pl.col("snow").mean().alias("snow_share"),
    )
    mixed = frame.filter(pl.col("issues") > 1)
    if mixed.height:
        raise ValueError(f"zone {mixed['zone'][0]}, {mixed['local_date'][0]}: rows of {mixed['issues'][0]} issues")
    frame = frame.select(ZoneDangerFrame.column_names()).sort("zone", "local_date")
    return ZoneDangerFrame.validate(frame, cast=True)


def grade_reached(area_share: float, name: str = "danger_grade") -> pl.Expr:
    """The highest grade of a column that a share of the rows reaches or passes."""
    reached = [
        pl.when((pl.col(name) >= grade).sum() >= area_share * pl.len() - _ROUNDING).then(grade) for grade in _GRADES
    ]
    return pl.max_horizontal(reached).alias(name)


def _local_date(instant: datetime) -> date:
    if instant.tzinfo is None:
        raise ValueError("issued_utc has no time zone: give an aware instant")
    return instant.astimezone(_BEIJING).date()
