"""A table in, a table out: fire behaviour (the columns of cffdrs' ``fbp``) and arrival at a point and at a line."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import polars as pl

from desk.columns import number, require
from desk.errors import InputError
from models.fire_weather.arrays import FloatArray
from models.fire_weather.constant import FfmcConstant
from models.spread.ellipse import Ellipse
from models.spread.fbp import Behaviour, Growth, Site, fire_behaviour, growth
from models.spread.fuel import Fuels, UnknownFuel, fuel_codes
from models.spread.moisture import day_of_least_moisture, foliar_moisture_pct
from models.spread.stand import CONIFER_PCT, CURING_PCT, DEAD_FIR_PCT, GRASS_LOAD_KG_M2, Stand

FBP_NEEDED = ("id", "FuelType", "FFMC", "BUI", "WS")
_DEFAULTS: Mapping[str, float] = {
    "LAT": 55.0,
    "LONG": 120.0,
    "ELV": 0.0,
    "WD": 0.0,
    "GS": 0.0,
    "Aspect": 0.0,
    "Dj": 180.0,
    "D0": 0.0,
    "hr": 1.0,
    "PC": CONIFER_PCT,
    "PDF": DEAD_FIR_PCT,
    "GFL": GRASS_LOAD_KG_M2,
    "cc": CURING_PCT,
    "Accel": 0.0,
    "BUIEff": 1.0,
    "FMC": 0.0,
}
"""What stands for a column or a cell that is not there: the defaults of cffdrs."""
_RANGES: Mapping[str, tuple[float, float]] = {
    "LAT": (-90, 90),
    "LONG": (-180, 180),
    "ELV": (-500, 9000),
    "FFMC": (0, 101),
    "BUI": (0, 20_000),
    "WS": (0, 330),
    "WD": (0, 360),
    "GS": (0, 1000),
    "Aspect": (0, 360),
    "Dj": (0, 366),
    "D0": (0, 366),
    "hr": (0, 366 * 24),
    "PC": (0, 100),
    "PDF": (0, 100),
    "GFL": (0, 100),
    "cc": (0, 100),
    "Accel": (0, 1),
    "BUIEff": (0, 1),
    "FMC": (0, 120),
}
_BEHAVIOUR: Mapping[str, Callable[[Behaviour, Growth], FloatArray]] = {
    "ROS": lambda fire, _: fire.rate_m_min,
    "HFI": lambda fire, _: fire.intensity_kw_m,
    "CFB": lambda fire, _: fire.crown_fraction,
    "SFC": lambda fire, _: fire.surface_kg_m2,
    "TFC": lambda fire, _: fire.consumed_kg_m2,
    "WSV": lambda fire, _: fire.net_wind_kmh,
    "RAZ": lambda fire, _: fire.along_deg,
    "RSO": lambda fire, _: fire.critical_rate_m_min,
    "CSI": lambda fire, _: fire.critical_intensity_kw_m,
    "BROS": lambda fire, _: fire.back_rate_m_min,
    "FROS": lambda fire, _: fire.flank_rate_m_min,
    "LB": lambda fire, _: fire.length_to_breadth,
    "LBt": lambda _, grown: grown.length_to_breadth,
    "HROSt": lambda _, grown: grown.head_rate_m_min,
    "DH": lambda _, grown: grown.head_m,
    "DB": lambda _, grown: grown.back_m,
    "DF": lambda _, grown: grown.flank_m,
}
_ARRIVAL: Mapping[str, tuple[float, float]] = {
    "hros_m_min": (1e-9, 10_000),
    "bros_m_min": (0, 10_000),
    "lb": (1, 100),
    "raz_deg": (0, 360),
    "target_bearing_deg": (0, 360),
    "line_normal_bearing_deg": (0, 360),
    "distance_m": (0, 1e7),
}


def compute_fbp(
    table: pl.DataFrame, *, constant: FfmcConstant = FfmcConstant.EXACT, source: str = "table"
) -> pl.DataFrame:
    """Fire behaviour, row by row.

    Args:
        table: the columns of cffdrs' ``fbp``; ``id, FuelType, FFMC, BUI, WS`` must be there, any other column or cell
            may be left out and takes the default of cffdrs. WS in km/h, WD and Aspect where they come from and face,
            GS in %, hr in hours. Where FMC is empty or 0 it is computed from the date, with LONG in degrees west as in
            Canada: elsewhere give FMC.
        constant: see :class:`FfmcConstant`.
        source: what the table is called in errors.

    Returns:
        ``id`` with the seventeen results.

    Raises:
        InputError: a column or number is missing or out of range, or a fuel is not computed.
    """
    require(table, FBP_NEEDED, results=(), source=source)
    numbers = {name: _filled(table, name, source) for name in _RANGES}
    for name, (low, high) in _RANGES.items():
        _refuse_outside(name, numbers[name], low, high, source=source)
    for name in ("Accel", "BUIEff"):
        _refuse_between(name, numbers[name], source)
    fuels = _fuels(table, source)
    stand = Stand(fuels, *(numbers[name] for name in ("PC", "PDF", "GFL", "cc")))
    site = Site(
        stand=stand,
        ffmc=numbers["FFMC"],
        bui=np.where(numbers["BUIEff"] == 1, numbers["BUI"], 0.0),
        wind_speed_kmh=numbers["WS"],
        wind_from_deg=numbers["WD"],
        slope_pct=numbers["GS"],
        aspect_deg=numbers["Aspect"],
        foliar_moisture_pct=_foliar_moisture(numbers),
    )
    fire = fire_behaviour(site, constant_of_ffmc=constant, surface_bui=numbers["BUI"])
    grown = growth(fire, numbers["hr"] * 60.0, from_point=numbers["Accel"] == 1)
    return table.select("id").with_columns(
        pl.Series(name, result(fire, grown), dtype=pl.Float64) for name, result in _BEHAVIOUR.items()
    )


def compute_arrival(table: pl.DataFrame, *, source: str = "table") -> pl.DataFrame:
    """When a fire from a point that keeps its rates reaches a point, and a straight line.

    Args:
        table: ``case, hros_m_min, bros_m_min, lb, raz_deg, target_bearing_deg, line_normal_bearing_deg, distance_m``.
            The line lies ``distance_m`` from the ignition, its normal points away from it. Results that the table
            already holds are computed anew.
        source: what the table is called in errors.

    Returns:
        The same columns with ``ros_theta_m_min, arrival_point_min, ros_normal_m_min, arrival_line_min``.

    Raises:
        InputError: a column or number is missing or out of range, or the fire is faster at its back than at its head.
    """
    require(table, ("case", *_ARRIVAL), results=(), source=source)
    numbers = {name: number(table, name, source) for name in _ARRIVAL}
    for name, (low, high) in _ARRIVAL.items():
        _refuse_outside(name, numbers[name], low, high, source=source)
    faster = np.flatnonzero(numbers["bros_m_min"] > numbers["hros_m_min"])
    if len(faster):
        raise InputError(source, "is more than hros_m_min", row=int(faster[0]) + 1, column="bros_m_min")
    ellipse = Ellipse.of(numbers["hros_m_min"], numbers["bros_m_min"], numbers["lb"], along_deg=numbers["raz_deg"])
    toward = ellipse.rate_toward(numbers["target_bearing_deg"])
    nearing = ellipse.rate_of_line(numbers["line_normal_bearing_deg"])
    with np.errstate(divide="ignore", invalid="ignore"):
        results = {
            "ros_theta_m_min": toward,
            "arrival_point_min": numbers["distance_m"] / toward,
            "ros_normal_m_min": nearing,
            "arrival_line_min": numbers["distance_m"] / nearing,
        }
    columns = [name for name in table.columns if name not in results]
    return table.select(columns).with_columns(pl.Series(name, values) for name, values in results.items())


def _filled(table: pl.DataFrame, name: str, source: str) -> FloatArray:
    """A column of numbers; where a default is known, it stands for a cell that is empty or NA."""
    if name not in _DEFAULTS:
        return number(table, name, source)
    default = pl.lit(str(_DEFAULTS[name]))
    if name not in table.columns:
        return np.full(table.height, _DEFAULTS[name])
    text = table[name].cast(pl.String).str.strip_chars()
    full = text.to_frame().select(
        pl.when(pl.col(name).is_in(["", "NA"])).then(None).otherwise(pl.col(name)).alias(name)
    )
    return number(full.select(pl.col(name).fill_null(default)), name, source)


def _fuels(table: pl.DataFrame, source: str) -> Fuels:
    try:
        return fuel_codes(["" if name is None else str(name) for name in table["FuelType"]])
    except UnknownFuel as error:
        raise InputError(source, str(error), row=error.position + 1, column="FuelType") from error


def _foliar_moisture(numbers: Mapping[str, FloatArray]) -> FloatArray:
    """FMC as given, else by the Canadian formula of date and place."""
    computed = day_of_least_moisture(numbers["LAT"], np.abs(numbers["LONG"]), numbers["ELV"])
    least = np.where(numbers["D0"] > 0, numbers["D0"], computed)
    return np.where(numbers["FMC"] > 0, numbers["FMC"], foliar_moisture_pct(numbers["Dj"], least))


def _refuse_outside(name: str, values: FloatArray, low: float, high: float, *, source: str) -> None:
    wrong = np.flatnonzero(~((values >= low) & (values <= high)))
    if len(wrong):
        seen = values[wrong[0]]
        found = "no number (NaN)" if np.isnan(seen) else f"{seen:g}"
        raise InputError(source, f"{found} is outside {low:g} to {high:g}", row=int(wrong[0]) + 1, column=name)


def _refuse_between(name: str, values: FloatArray, source: str) -> None:
    wrong = np.flatnonzero((values != 0) & (values != 1))
    if len(wrong):
        raise InputError(source, f"{values[wrong[0]]:g} is neither 0 nor 1", row=int(wrong[0]) + 1, column=name)
