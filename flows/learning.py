"""From weather and hotspots to a sample, a challenger, and the verdict whether it stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import dataframely as dy
import numpy as np
import polars as pl

from boundary_zones.catalogue import Catalogue
from boundary_zones.cells import cell_centres, cell_ids
from boundary_zones.places import locate
from flows.estimators import CHAMPION, FOLDER, write_estimator
from flows.signed import SignedRules
from models.backtest.burning import Box
from models.fire_weather.season import fire_weather_days
from models.frames import WeatherFrame
from models.ignition.at_cells import day_weather_at_cells
from models.ignition.calendar_days import calendar_days
from models.ignition.card import ModelCard, Skill, Standing
from models.ignition.day_weather import day_weather
from models.ignition.estimator import Estimator
from models.ignition.features import IgnitionFeatureFrame
from models.ignition.table import ignition_features
from models.ignition.training import Contest, Sample, TooFewFires, contest, learned
from models.weather.interpolate import weather_at_cells
from models.weather.noon import noon_weather

LATTICE_DEG = 0.2
CHALLENGER = "challenger.json"
_CELLS_A_POINT = (LATTICE_DEG / 0.01) ** 2
_BLOCK_DEG = 0.6
_TARGET = (
    "At least one vegetation fire that a satellite detected outside persistent heat, or an office verified, "
    "burns in the cell (0.01 degree) on the local day."
)
_UNKNOWN = (
    "fires that no satellite saw: small, under cloud, or between two passes",
    "straw burning from forest fire: both are hotspots",
    "what the prior does not know either",
)


@dataclass(frozen=True)
class Lesson:
    """What came of a training: the verdict, and the challenger where there was one."""

    champion: str
    outcome: str
    """``replaced``, ``kept`` or ``too_few_fires``."""
    why: str
    contest: Contest | None = None
    challenger: Estimator | None = None

    def document(self) -> dict[str, Any]:
        """For a log and a report."""
        found = self.contest
        figures = None if found is None else {"gain": found.gain, "low": found.low, "high": found.high}
        return {"champion": self.champion, "outcome": self.outcome, "why": self.why, "contest": figures}


def sample_of(
    weather: dy.DataFrame[WeatherFrame],
    fires: pl.DataFrame,
    looked_at: Sequence[date],
    *,
    rules: SignedRules,
    catalogue: Catalogue,
    facts: pl.DataFrame | None = None,
) -> Sample:
    """Cell-days of the box: every cell that burned, and a lattice of cells for all that did not.

    Args:
        weather: hourly, also of weeks before the first day looked at.
        fires: ``lat_deg, lon_deg, local_date``: clean hotspots and verified fires.
        looked_at: days that count.
        rules: signed numbers.
        catalogue: counties of cells.
        facts: of the office.

    Raises:
        TooFewFires: no weather on any day that was looked at.
    """
    inside = fires.filter(Box().holds() & pl.col("local_date").is_in(list(looked_at)))
    burned = inside.select(cell_ids(inside["lat_deg"], inside["lon_deg"]).alias("cell_id"), "local_date").unique()
    cells = _cells(burned["cell_id"], catalogue, facts)
    table = table_of(weather, cells, rules).filter(pl.col("local_date").is_in(list(looked_at)))
    lattice = set(_lattice())
    marked = table.select("cell_id", "local_date").join(
        burned.with_columns(pl.lit(value=True).alias("burned")), on=["cell_id", "local_date"], how="left"
    )
    flags = marked["burned"].fill_null(value=False)
    kept = flags | table["cell_id"].is_in(list(lattice))
    if not kept.any():
        raise TooFewFires("no weather on any day that was looked at")
    rows, burning = table.filter(kept), flags.filter(kept).to_numpy()
    weight = np.where(burning, 1.0, _CELLS_A_POINT)
    return Sample(IgnitionFeatureFrame.validate(rows), burning, weight, _blocks(rows))


def table_of(weather: dy.DataFrame[WeatherFrame], cells: pl.DataFrame, rules: SignedRules) -> pl.DataFrame:
    """The feature table of cells over all days of the weather."""
    noon = weather_at_cells(noon_weather(weather).noon, cells, parameters=rules.interpolation)
    if noon.is_empty():
        return IgnitionFeatureFrame.create_empty()
    codes = fire_weather_days(None, noon, cells=cells, parameters=rules.fire_weather)
    extremes = day_weather_at_cells(day_weather(weather, parameters=rules.day_weather), noon, cells)
    days = codes["local_date"].unique().sort()
    calendar = calendar_days(rules.calendar, cells["county_gb"].drop_nulls().unique(), days)
    return ignition_features(codes, cells, calendar=calendar, extremes=extremes)


def learn(sample: Sample, champion: Estimator, *, made: date, data: str) -> Lesson:
    """Train a challenger, and say whether it wins on blocks that it has not seen."""
    try:
        found = contest(sample, champion)
        weights, intercept, sd = learned(sample, champion)
    except TooFewFires as error:
        return Lesson(champion.card.label_zh, "too_few_fires", str(error))
    card = _card(sample, found, made=made, data=data, sources=champion.card.sources)
    challenger = Estimator(card, intercept, sd, weights)
    why = f"log likelihood a fire {found.gain:+.3f} ({found.low:+.3f} to {found.high:+.3f}) over {found.blocks} blocks"
    return Lesson(champion.card.label_zh, "replaced" if found.won else "kept", why, found, challenger)


def keep(lesson: Lesson, home: Path) -> None:
    """Write the challenger; where it won, also as the champion that stands from the next start on."""
    if lesson.challenger is None:
        return
    write_estimator(home / FOLDER / CHALLENGER, lesson.challenger)
    if lesson.outcome == "replaced":
        write_estimator(home / FOLDER / CHAMPION, lesson.challenger.named(Standing.CHAMPION))


def _card(sample: Sample, found: Contest, *, made: date, data: str, sources: tuple[str, ...]) -> ModelCard:
    days = sample.table["local_date"].unique().sort().to_list()
    skill = Skill(
        "log likelihood a fire", found.gain, found.low, found.high, "the champion, on unseen tiles and months"
    )
    return ModelCard(
        name=f"京津冀起火{made:%Y%m}",
        standing=Standing.CHALLENGER,
        made_local_date=made,
        target=_TARGET,
        data=data,
        period=f"{days[0]} to {days[-1]}, {len(days)} days looked at",
        positives=int(sample.burned.sum()),
        rows=len(sample.burned),
        base_rate=sample.base_rate,
        skill=(skill,),
        no_skill_because="",
        unknown=_UNKNOWN,
        sources=sources,
    )


def _lattice() -> pl.Series:
    box, half = Box(), LATTICE_DEG / 2
    lats = np.arange(box.south_deg + half, box.north_deg, LATTICE_DEG)
    lons = np.arange(box.west_deg + half, box.east_deg, LATTICE_DEG)
    lat, lon = (part.ravel() for part in np.meshgrid(lats, lons, indexing="ij"))
    return cell_ids(lat, lon)


def _cells(burned: pl.Series, catalogue: Catalogue, facts: pl.DataFrame | None) -> pl.DataFrame:
    names = pl.concat([_lattice(), burned]).unique().sort()
    lat, lon = cell_centres(names)
    cells = pl.DataFrame({"cell_id": names, "lat_deg": lat, "lon_deg": lon})
    cells = cells.with_columns(locate(catalogue, lat, lon)["county_gb"])
    return cells if facts is None else cells.join(facts, on="cell_id", how="left")


def _blocks(rows: pl.DataFrame) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """One number for each tile of 0.6 degree and month of a year."""
    lat, lon = cell_centres(rows["cell_id"])
    tile = np.floor(lat / _BLOCK_DEG) * 1000 + np.floor(lon / _BLOCK_DEG)
    months = (rows["local_date"].dt.year() * 12 + rows["local_date"].dt.month()).cast(pl.Int64).to_numpy()
    return np.asarray(tile.astype(np.int64) * 100_000 + months)
