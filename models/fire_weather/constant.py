"""Which of the two published constants converts between FFMC and moisture."""

from __future__ import annotations

from enum import StrEnum


class FfmcConstant(StrEnum):
    """The numerator of the FFMC scale (eq. 1 and 10 of Van Wagner and Pickett 1985).

    ``exact`` makes the conversion its own inverse; ``1985`` is the rounded 147.2 as printed. One round trip with 147.2
    changes the moisture by about -0.05 %: harmless from day to day (FWI differs by up to 0.24 on the report's 48 days),
    but it drifts when repeated hourly.
    """

    EXACT = "exact"
    """250 x 59.5 / 101: cffdrs 1.9.2 and later, FWI2025. The default everywhere."""
    PRINTED_1985 = "1985"
    """147.2: the 1985 report, cffdrs before 1.9.2, xclim, GFWED. For comparison with those."""

    @property
    def number(self) -> float:
        """The constant itself."""
        return 250.0 * 59.5 / 101.0 if self is FfmcConstant.EXACT else 147.2
