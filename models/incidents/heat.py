"""Heat that is always there (常年热源): learned from the archive of a place, or listed in a register.

A hotspot is static heat when its place has a history (``learn_days`` local days, a month apart in the season) or a
reviewed entry, and the whole pass over that place stays within extent and radiative power of that history. A fire
beside a works lies outside the extent; one within it gives more power or more pixels than the works ever did. Both pass
on.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import polars as pl
from scipy.spatial import KDTree

from boundary_zones.heat_sources import HEAT_KIND_ZH, ONLY_BY_DAY, HeatSource
from models.incidents.cluster import group_labels
from models.incidents.false_alarm_rules import HeatRules
from models.incidents.geometry import chord_km, earth_km
from models.incidents.incident import Doubt
from models.incidents.sources import SAME_PASS

_LOCAL = "Asia/Shanghai"
_YEAR_D = 365
_STEP_PAIRS = 1_000_000
"""Hotspots and their neighbours of the past looked at in one step: bounds the memory, not the result."""
_LIMITS = {
    "hotspot_id": pl.String,
    "doubt": pl.String,
    "limit_mw": pl.Float64,
    "limit_pixels": pl.Int64,
    "why_zh": pl.String,
}
_PLACES: Mapping[str, type[pl.DataType] | pl.DataType] = {
    "hotspot_id": pl.String,
    "days": pl.List(pl.Date),
    "most_mw": pl.Float64,
    "most_pixels": pl.UInt32,
}


@dataclass(frozen=True, slots=True)
class Heat:
    """What is known of static heat.

    Attributes:
        history: hotspots that were known when the new ones came, as a HotspotFrame or its first columns.
        sources: the registers.
    """

    history: pl.DataFrame
    sources: Sequence[HeatSource] = ()

    @property
    def knows_nothing(self) -> bool:
        """Whether nothing can be compared with anything."""
        return self.history.is_empty() and not self.sources


def static_heat(new: pl.DataFrame, heat: Heat, rules: HeatRules) -> pl.DataFrame:
    """Hotspots at places of static heat: ``hotspot_id``, ``doubt``, ``static``, ``why_zh``; others have no row.

    ``static`` is false where the pass has left the history of the place: it passes on, and ``why_zh`` says why.

    Args:
        new: hotspots to judge, columns of a HotspotFrame.
        heat: what is known. Of the history only what lies before the local day of a hotspot counts for it.
        rules: signed numbers.
    """
    limits = pl.concat([_learned(new, heat.history, rules), _registered(new, heat.sources, rules)])
    limits = limits.unique("hotspot_id", keep="first", maintain_order=True)
    candidates = new.join(limits, on="hotspot_id").sort("hotspot_id")
    if candidates.is_empty():
        return pl.DataFrame(
            schema={"hotspot_id": pl.String, "doubt": pl.String, "static": pl.Boolean, "why_zh": pl.String}
        )
    of_pass = candidates.with_columns(_passes(candidates)).with_columns(
        pl.len().over("pass").alias("pixels"),
        pl.col("frp_mw").sum().over("pass").alias("power_mw"),
        pl.col("frp_mw").is_null().any().over("pass").alias("unknown"),
        pl.col("limit_mw").max().over("pass").alias("limit_mw"),
        pl.col("limit_pixels").max().over("pass").alias("limit_pixels"),
    )
    within = (pl.col("power_mw") <= pl.col("limit_mw")) & (pl.col("pixels") <= pl.col("limit_pixels"))
    judged = of_pass.with_columns(static=within & ~pl.col("unknown"))
    return judged.select("hotspot_id", "doubt", "static", why_zh=_why(judged))


def _why(judged: pl.DataFrame) -> pl.Series:
    words = [_sentence(row) for row in judged.iter_rows(named=True)]
    return pl.Series("why_zh", words, dtype=pl.String)


def _sentence(row: dict[str, object]) -> str:
    if row["unknown"]:
        return f"{row['why_zh']}，但辐射功率缺测、无法与历史比较，按疑似火点处理"
    if row["static"]:
        return f"{row['why_zh']}，本次{row['pixels']}个像元、{row['power_mw']:.0f}兆瓦，未超出其历史"
    return (
        f"{row['why_zh']}，但本次{row['pixels']}个像元、{row['power_mw']:.0f}兆瓦，"
        f"超出其历史（{row['limit_pixels']}个、{row['limit_mw']:.0f}兆瓦），按疑似火点处理"
    )


def _passes(candidates: pl.DataFrame) -> pl.Series:
    """A number for each pass over each place: hotspots of one satellite, near in time and space."""
    numbers, begin = np.empty(candidates.height, dtype=np.int64), 0
    rows = candidates.with_row_index("row")
    for part in rows.partition_by("satellite", maintain_order=True):
        labels = group_labels(part, eps_km=2.0, eps_h=SAME_PASS / timedelta(hours=1)).to_numpy()
        numbers[part["row"].to_numpy()] = labels + begin
        begin += int(labels.max()) + 1
    return pl.Series("pass", numbers)


def _local_date(column: str = "acquired_utc") -> pl.Expr:
    return pl.col(column).dt.convert_time_zone(_LOCAL).dt.date()


def places_of_heat(
    hotspots: pl.DataFrame, history: pl.DataFrame, rules: HeatRules, *, in_hindsight: bool = False
) -> pl.DataFrame:
    """Hotspots whose place is known for heat: ``hotspot_id``, ``days``, ``most_mw``, ``most_pixels`` of its passes.

    The one rule of recurrence: the filter, the back-test and the proof of a recording ask it here.

    Args:
        hotspots: columns of a HotspotFrame.
        history: the same of what was seen, these hotspots among it or not.
        rules: signed numbers.
        in_hindsight: the whole history speaks, the day itself and later ones too. Else only what had been seen on days
            before the hotspot's own and was there when it came.
    """
    if hotspots.is_empty() or history.is_empty():
        return pl.DataFrame(schema=_PLACES)
    tree = KDTree(earth_km(history["lat_deg"], history["lon_deg"]))
    past = history.select(
        "satellite",
        pl.col("frp_mw").alias("past_mw"),
        _local_date().alias("past_date"),
        pl.col("acquired_utc").dt.truncate(SAME_PASS).alias("past_pass"),
        pl.col("available_utc").alias("past_available_utc"),
    )
    return pl.concat(
        [_places_step(step, tree, past, rules, in_hindsight) for step in _steps(hotspots, tree, rules.reach_km)]
    )


def _steps(hotspots: pl.DataFrame, tree: KDTree, reach_km: float) -> Iterator[pl.DataFrame]:
    """The hotspots, a few at a time where each has many neighbours."""
    at_km = earth_km(hotspots["lat_deg"], hotspots["lon_deg"])
    near = tree.query_ball_point(at_km, _radius_km(hotspots, reach_km), return_length=True)
    step = pl.Series(np.cumsum(near) // _STEP_PAIRS)
    yield from hotspots.with_columns(step.alias("step")).partition_by("step", include_key=False)


def _radius_km(hotspots: pl.DataFrame, reach_km: float) -> list[float]:
    return [chord_km(reach_km + error) for error in hotspots["location_error_km"]]


def _places_step(
    hotspots: pl.DataFrame, tree: KDTree, past: pl.DataFrame, rules: HeatRules, in_hindsight: bool
) -> pl.DataFrame:
    at_km = earth_km(hotspots["lat_deg"], hotspots["lon_deg"])
    near = tree.query_ball_point(at_km, _radius_km(hotspots, rules.reach_km))
    row = np.repeat(np.arange(hotspots.height), [len(each) for each in near])
    of_past = np.concatenate([np.asarray(each, dtype=np.int64) for each in near])
    own = hotspots[row].select("hotspot_id", "available_utc", _local_date().alias("date"))
    pairs = pl.concat([own, past[of_past]], how="horizontal").filter(
        (pl.col("past_date") - pl.col("date")).abs() <= pl.duration(days=rules.lookback_d)
    )
    if not in_hindsight:
        pairs = pairs.filter(
            pl.col("past_date") < pl.col("date"), pl.col("past_available_utc") <= pl.col("available_utc")
        )
    by_pass = pairs.group_by("hotspot_id", "satellite", "past_pass").agg(
        mw=pl.col("past_mw").sum(), pixels=pl.len(), past_date=pl.col("past_date").first()
    )
    places = by_pass.group_by("hotspot_id").agg(
        days=pl.col("past_date").unique().sort(), most_mw=pl.col("mw").max(), most_pixels=pl.col("pixels").max()
    )
    return places.filter(
        pl.col("days").list.len() >= rules.learn_days,
        pl.col("days").map_elements(_spread_d, return_dtype=pl.Int64) >= rules.learn_spread_d,
    ).select(_PLACES.keys())


def _learned(new: pl.DataFrame, history: pl.DataFrame, rules: HeatRules) -> pl.DataFrame:
    """Limits of those hotspots whose place has a history."""
    return places_of_heat(new, history, rules).select(
        "hotspot_id",
        doubt=pl.lit(Doubt.PERSISTENT_HEAT.value),
        limit_mw=pl.max_horizontal(rules.frp_factor * pl.col("most_mw"), pl.lit(rules.frp_floor_mw)),
        limit_pixels=(pl.col("most_pixels") + rules.pixels_more).cast(pl.Int64),
        why_zh=pl.format("常年热源：此处以往{}天有热点", pl.col("days").list.len()),
    )


def _spread_d(days: pl.Series) -> int:
    """How much of the year the days lie in, from the first to the last of the season."""
    in_year = np.sort(days.dt.ordinal_day().to_numpy() % _YEAR_D)
    gaps = np.diff(np.append(in_year, in_year[0] + _YEAR_D))
    return int(_YEAR_D - gaps.max())


def _registered(new: pl.DataFrame, sources: Sequence[HeatSource], rules: HeatRules) -> pl.DataFrame:
    if new.is_empty() or not sources:
        return pl.DataFrame(schema=_LIMITS)
    lat, lon = ([getattr(each, name) for each in sources] for name in ("lat_deg", "lon_deg"))
    at_km = earth_km(pl.Series(lat), pl.Series(lon))
    distances, nearest = KDTree(at_km).query(earth_km(new["lat_deg"], new["lon_deg"]), k=min(5, len(sources)))
    rows = []
    days = new.select(_local_date()).to_series()
    for index, row in enumerate(new.select("hotspot_id", "daynight", "location_error_km").iter_rows(named=True)):
        for distance, number in zip(np.atleast_1d(distances[index]), np.atleast_1d(nearest[index]), strict=True):
            source = sources[int(number)]
            by_night = source.kind in ONLY_BY_DAY and row["daynight"] != "D"
            if distance > source.radius_km + row["location_error_km"] or by_night or not source.counts_on(days[index]):
                continue
            name = f"名录热源：{source.name_zh}（{HEAT_KIND_ZH[source.kind]}，{source.reviewed_by}审核）"
            limits = (rules.registered_frp_mw, rules.registered_pixels)
            rows.append((row["hotspot_id"], Doubt.REGISTERED_HEAT.value, *limits, name))
            break
    return pl.DataFrame(rows, schema=_LIMITS, orient="row")
