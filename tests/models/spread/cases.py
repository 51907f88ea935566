"""The twenty cases of the FBP System (GLC-X-10, table 4), without the two of C-6."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl

from models.spread.fbp import Site
from models.spread.fuel import ORDER, FuelType, fuel_codes
from models.spread.moisture import day_of_least_moisture, foliar_moisture_pct
from models.spread.stand import Stand

REFERENCE = Path(__file__).parents[2] / "reference" / "fwi"
COLUMNS = ("id", "FuelType", "LAT", "LONG", "ELV", "FFMC", "BUI", "WS", "WD", "GS", "Aspect", "Dj", "D0", "hr", "PC")
CASES = (
    (1, "C-1", 55, 110, "", 90, 130, 20, 0, 15, 270, 182, "", 20, "", "", "", ""),
    (2, "C2", 50, 90, "", 97, 119, 20.4, 0, 75, 315, 121, "", 20, "", "", "", ""),
    (3, "C-3", 55, 110, "", 95, 30, 50, 0, 0, 180, 182, "", 5, "", "", "", ""),
    (4, "C-4", 55, 105, 200, 85, 82, 0, "NA", 75, 315, 182, "", 30, "", "", "", ""),
    (5, "c5", 55, 105, "", 88, 56, 3.4, 0, 23, 180, 152, 145, 30, "", "", "", ""),
    (7, "C-7", 50, 125, "", 88.8, 15, 22.1, 270, 15, "NA", 152, "", 20, "", "", "", ""),
    (8, "D-1", 45, 100, "", 98, 100, 50, 270, 35, "", 152, "", 60, "", "", "", ""),
    (9, "M-1", 47, 85, "", 90, 40, 15.5, 180, 25, 180, 182, "", 20, 55, "", "", ""),
    (10, "M-2", 63, 120, 100, 97, 150, 41, 180, 50, 200, 213, "", 20, 10, "", "", ""),
    (11, "m3", 56, 90, 10, 87, 25, 10.7, 180, 8, 273, 130, "", 20, "", 70, "", ""),
    (12, "M-4", 56, 90, "", 97, 80, 35, 180, 50, 270, 258, "", 20, "", 30, "", ""),
    (13, "O-1A", 56, 90, "", 95, 20, 35, 180, 50, 270, 244, "", 5, "", "", 1, 90),
    (14, "o1b", 50, 90, "", 85, 40, 0.5, 180, 0, 179, 152, "", 10, "", "", 0.2, 55),
    (15, "O-1b", 50, 90, "", 95, 40, 35, 180, 10, 270, 152, "", 20, "", "", 1, 45),
    (16, "S-1", 50, 90, "", 95, 130, 15, 180, 20, 225, 152, "", 20, "", "", "", ""),
    (17, "S-2", 50, 90, "", 87, 63, 0, 0, 0, 180, 182, "", 20, "", "", "", ""),
    (18, "S-3", 50, 90, "", 89, 20, 0, 0, 30, 270, 213, "", 20, "", "", "", ""),
)
"""``hr`` stands in minutes here."""
HOURS = np.array([round(case[13] / 60.0, 9) for case in CASES])
"""With the digits of the table from which the answers were computed."""


def case_table() -> pl.DataFrame:
    """The cases as a table that ``compute fbp`` takes, all text."""
    names = (*COLUMNS, "PDF", "GFL", "cc")
    table = pl.DataFrame({name: [str(row[column]) for row in CASES] for column, name in enumerate(names)})
    return table.with_columns(
        pl.Series("hr", [str(hour) for hour in HOURS]), pl.lit("1").alias("Accel"), pl.lit("1").alias("BUIEff")
    )


def case_sites() -> Site:
    """The cases as a site."""
    table = case_table().select(pl.all().replace({"": None, "NA": None}))

    def column(name: str, default: float) -> np.ndarray:
        return table[name].cast(pl.Float64).fill_null(default).to_numpy()

    least = day_of_least_moisture(column("LAT", 0), column("LONG", 0), column("ELV", 0))
    least = np.where(column("D0", 0) > 0, column("D0", 0), least)
    shares = (column(name, default) for name, default in (("PC", 50), ("PDF", 35), ("GFL", 0.35), ("cc", 80)))
    return Site(
        Stand(fuel_codes(table["FuelType"].to_list()), *shares),
        *(column(name, 0) for name in ("FFMC", "BUI", "WS", "WD", "GS", "Aspect")),
        foliar_moisture_pct(column("Dj", 0), least),
    )


def reference(name: str) -> pl.DataFrame:
    """A table of full-precision answers, C-6 left out."""
    return pl.read_csv(REFERENCE / name).filter(~pl.col("ID").is_in([6, 19, 20]))


def site(
    fuel: FuelType = FuelType.C3,
    *,
    ffmc: float = 92.0,
    bui: float = 70.0,
    wind_speed_kmh: float = 20.0,
    wind_from_deg: float = 270.0,
    slope_pct: float = 0.0,
    aspect_deg: float = 0.0,
) -> Site:
    """One fire."""
    numbers = (ffmc, bui, wind_speed_kmh, wind_from_deg, slope_pct, aspect_deg, 100.0)
    return Site(Stand.of(np.array([ORDER.index(fuel)])), *(np.array([float(number)]) for number in numbers))
