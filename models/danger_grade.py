"""Fire danger grade (火险等级) 1 to 5 from the FWI."""

from __future__ import annotations

from dataclasses import astuple, dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True, slots=True)
class GradeBounds:
    """From which FWI on a grade begins; the bound itself belongs to the higher grade.

    The defaults are the classes of EFFIS, whose two lowest (below 5.2, 5.2 to 11.2) are one here.

    Raises:
        ValueError: bounds that do not ascend from above 0.
    """

    grade_2_fwi: float = 11.2
    grade_3_fwi: float = 21.3
    grade_4_fwi: float = 38.0
    grade_5_fwi: float = 50.0

    def __post_init__(self) -> None:
        bounds = (0.0, *astuple(self))
        if not all(low < high for low, high in pairwise(bounds)):
            raise ValueError(f"FWI bounds of grades 2 to 5 must ascend from above 0, got {bounds[1:]}")


@dataclass(frozen=True, slots=True)
class DayGradeBounds(GradeBounds):
    """The same for the FWI of a whole day, the higher of noon and of the worst hour.

    It is higher than that of noon on most days. The defaults are passed on as many days of the fire season as those of
    EFFIS are by noon (decision 0010): the alarm area is the same, other days are in it.
    """

    grade_2_fwi: float = 13.3
    grade_3_fwi: float = 23.8
    grade_4_fwi: float = 43.2
    grade_5_fwi: float = 55.5


def danger_grade(fwi: npt.ArrayLike, bounds: GradeBounds) -> npt.NDArray[np.int64]:
    """Grade 1 (low) to 5 (extreme) of each FWI.

    Raises:
        ValueError: an FWI that is negative or NaN: without an index there is no grade.
    """
    values = np.asarray(fwi, dtype=np.float64)
    wrong = ~(values >= 0)
    if wrong.any():
        raise ValueError(f"fwi: {values[wrong].flat[0]:g} has no grade")
    return np.searchsorted(np.array(astuple(bounds)), values, side="right").astype(np.int64) + 1
