"""What each new hotspot is taken for, how sure that is, and why, in one Chinese sentence. Open toward warning.

Only static heat (``heat``) is set apart for good. A doubt about a single look (low confidence, sun glint, field
burning) is noted here and weighed for the whole incident (``assess``), where a second look or growth lifts it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import dataframely as dy
import numpy as np
import polars as pl

from models.frames import JudgedHotspotFrame, JudgementFrame, LocatedHotspotFrame
from models.incidents.false_alarm_rules import DoubtRules, HeatRules
from models.incidents.glint import glint_angle_deg
from models.incidents.heat import Heat, static_heat
from models.incidents.incident import Confidence, Doubt, SourceKind

_LOCAL = "Asia/Shanghai"
DOUBT_ZH: Mapping[Doubt, str] = {
    Doubt.PERSISTENT_HEAT: "常年热源",
    Doubt.REGISTERED_HEAT: "名录热源",
    Doubt.SUN_GLINT: "疑似太阳耀光",
    Doubt.LOW_CONFIDENCE: "低置信度",
    Doubt.CROPLAND_SEASON: "农事用火季节的耕地",
}
_GLINT_ZH = "白天单次观测，太阳镜面反射角在耀光范围内，可能是水面或屋顶反光"
_CROPLAND_ZH = "位于耕地，正值秸秆焚烧季节，可能是农用火"
_LOW_ZH = "卫星给出的置信度为低"
_HIGH_ZH = "卫星给出的置信度为高，此处无已知热源"
_PLAIN_ZH = "此处无已知热源，未见可疑之处"
_NOTHING_KNOWN_ZH = "无历史热点和热源名录可比对，按疑似火点处理"


def judgements(
    new: dy.DataFrame[LocatedHotspotFrame],
    heat: Heat,
    *,
    cropland: frozenset[str] = frozenset(),
    rules: tuple[HeatRules, DoubtRules],
    now: datetime,
) -> dy.DataFrame[JudgementFrame]:
    """Judge hotspots that were not judged before. The order of rows plays no part.

    Args:
        new: the hotspots; all of one pass that are known belong into one call.
        heat: archive and registers, without the new hotspots.
        cropland: ids of those that lie on fields; empty where no land-use layer is there, and then no season speaks.
            Near a line none does either.
        rules: of static heat and of doubts.
        now: time of the judgement.
    """
    heat_rules, doubt_rules = rules
    static = static_heat(new, heat, heat_rules)
    rows = new.select(
        "hotspot_id", "confidence", pl.col("acquired_utc").dt.convert_time_zone(_LOCAL).dt.date().alias("date")
    ).with_columns(
        _single_look_doubt(new, cropland, doubt_rules).alias("single"),
    )
    rows = rows.join(static, on="hotspot_id", how="left").with_columns(pl.col("static").fill_null(value=False))
    single = pl.col("single")
    nothing = pl.lit(_NOTHING_KNOWN_ZH if heat.knows_nothing else _PLAIN_ZH)
    word = {Doubt.SUN_GLINT: _GLINT_ZH, Doubt.CROPLAND_SEASON: _CROPLAND_ZH, Doubt.LOW_CONFIDENCE: _LOW_ZH}
    doubted = single.replace_strict(
        {key.value: text for key, text in word.items()}, default=None, return_dtype=pl.String
    )
    sure = pl.col("confidence") == "high"
    plain = pl.when(sure.fill_null(value=False)).then(pl.lit(_HIGH_ZH)).otherwise(nothing)
    certainty = (
        pl.when(pl.col("static") | single.is_not_null())
        .then(pl.lit(Confidence.LOW.value))
        .when(sure)
        .then(pl.lit(Confidence.HIGH.value))
        .otherwise(pl.lit(Confidence.MEDIUM.value))
    )
    kind = pl.when("static").then(pl.lit(SourceKind.STATIC_HEAT.value)).otherwise(pl.lit(SourceKind.SATELLITE.value))
    judged = rows.select(
        "hotspot_id",
        source_kind=kind,
        certainty=certainty,
        reason_zh=pl.coalesce("why_zh", doubted, plain),
        judged_utc=pl.lit(now).dt.cast_time_unit("us"),
        doubt=pl.when("static").then("doubt").otherwise(single),
    )
    return JudgementFrame.validate(judged.select(JudgementFrame.column_names()), cast=True)


def with_judgements(
    hotspots: dy.DataFrame[LocatedHotspotFrame], judged: dy.DataFrame[JudgementFrame]
) -> dy.DataFrame[JudgedHotspotFrame]:
    """Hotspots with what each was taken for; one that nobody judged passes on."""
    known = judged.select("hotspot_id", "source_kind", "certainty", "doubt", "reason_zh")
    rows = hotspots.join(known, on="hotspot_id", how="left").with_columns(
        pl.col("source_kind").fill_null(SourceKind.SATELLITE.value),
        pl.col("certainty").fill_null(Confidence.MEDIUM.value),
        pl.col("reason_zh").fill_null(_NOTHING_KNOWN_ZH),
    )
    return JudgedHotspotFrame.validate(rows.select(JudgedHotspotFrame.column_names()))


def _single_look_doubt(new: pl.DataFrame, cropland: frozenset[str], rules: DoubtRules) -> pl.Series:
    """The first doubt about each look, null for none."""
    angle = glint_angle_deg(new)
    low = (new["confidence"] == "low").fill_null(value=False).to_numpy()
    high = (new["confidence"] == "high").fill_null(value=False).to_numpy()
    glint = np.nan_to_num(angle, nan=360.0) < rules.glint_deg
    days = new["acquired_utc"].dt.convert_time_zone(_LOCAL).dt.date()
    season = np.array([rules.in_season(day) for day in days], dtype=np.bool_)
    away = (new["distance_to_border_km"] - new["location_error_km"]).to_numpy() > rules.cropland_beyond_km
    field = season & away & new["hotspot_id"].is_in(sorted(cropland)).to_numpy()
    found = np.select(
        [glint & ~high, field, low],
        [Doubt.SUN_GLINT.value, Doubt.CROPLAND_SEASON.value, Doubt.LOW_CONFIDENCE.value],
        default="",
    )
    return pl.Series("single", found, dtype=pl.String).replace("", None)
