"""What a back-test says to a person: tables, and plainly what the data cannot show."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import polars as pl
import typer

from desk.backtest.judge import ALL_SCORES, TILES
from desk.backtest.points import BOX
from desk.backtest.series import NAMES_ZH, OURS
from desk.shown import UNREAD_ZH, show_table

_KINDS_ZH = {
    "documented": "见于记载",
    "hotspots": "卫星热点",
    "burned_area": "过火迹地",
    "forest_event": "林地火",
    "straw": "秸秆焚烧点",
}
_COUNTS_ZH = {
    "days_with_weather": "有气象的日数",
    "days_without_weather": "无气象的日数（不计）",
    "days_looked_at": "卫星看过的日数",
    "days_left_out_without_coverage": "无卫星覆盖、不计的日数",
    "burning_days_left_out_without_coverage": "其中见过火、也不计的日数",
    "burning_days": "有火日（剔除常年热源）",
    "days_in_spin_up": "前期气象不足52天的日数",
    "days_with_rain_unreported": "降水缺报过多、缺报按无雨计的日数",
    "points": "测算点",
    "points_far_from_weather": "其中离最近测站过远",
    "hotspots": "热点（全表）",
    "hotspots_persistent": "其中常年热源",
    **UNREAD_ZH,
    "events": "排位的火情",
    "events_without_weather": "当日无气象、不计的火情",
    "events_too_far": "离测算点30公里以外、不计的火情",
}
_SCOPES_ZH = {BOX: "全区", TILES: "分块"}
_QUARTERS_ZH = {"north_west": "西北", "north_east": "东北", "south_west": "西南", "south_east": "东南"}
_FEW = 10


def show_verdict(summary: Mapping[str, Any], ranks: pl.DataFrame, skill: pl.DataFrame) -> None:
    """Print the tables of a back-test."""
    title = f"回测 {summary['from']}—{summary['to']}，{summary['estimator']}"
    told = [{"name": _COUNTS_ZH[name], "value": value} for name, value in summary["counts"].items()]
    show_table(title, {"name": "", "value": ""}, told, empty="无")
    show_table(
        "火情日在前后一个月（历年）中的百分位：按来源平均", _rank_columns("kind", "n"), _means(ranks), empty="无火情"
    )
    show_table(
        "火情落入固定警报面积（5/10/20%的格日）的比例", _rank_columns("kind", "n"), _hits(summary), empty="无火情"
    )
    documented = ranks.filter(pl.col("kind") == "documented")
    show_table("见于记载的火情", _rank_columns("name", "local_date", "point_km"), _events(documented), empty="本期无")
    for scope, name in _SCOPES_ZH.items():
        rows = skill.filter((pl.col("scope") == scope) & (pl.col("split") == "all"))
        show_table(f"{name}按日：区分有火日的能力", _skill_columns(), _skill(rows), empty="无")
    splits = skill.filter((pl.col("split") != "all") & pl.col("score").is_in([*OURS, "vpd_gust"]))
    show_table("按年份与方位的 AUC", _split_columns(), _by_split(splits), empty="无")
    zones = skill.filter(~pl.col("scope").is_in([BOX, TILES]) & pl.col("score").is_in([*OURS, "vpd_gust"]))
    named = [row | {"scope": _named(row["scope"], summary["zones"])} for row in _skill(zones)]
    show_table("各联防单元（界线20公里内）", {"scope": "单元", **_skill_columns()}, named, empty="无")
    typer.echo("这些数据说明不了：\n" + "\n".join(f"- {line}" for line in summary["cannot_show"]))
    typer.echo(f"→ {summary['out']}")


def limits_of(
    counts: Mapping[str, int],
    pooled: pl.DataFrame,
    zones: Mapping[str, str],
    *,
    coverage_told: bool,
    weather_days: tuple[date, date],
) -> list[str]:
    """What the data of this run cannot show, in plain words.

    Args:
        counts: of days, fires and rows.
        pooled: the skill of all days.
        zones: names of the joint units by id.
        coverage_told: whether somebody said on which days a satellite looked.
        weather_days: the first and last with an FWI.
    """
    lines = []
    if not counts["days_with_weather"]:
        first, last = weather_days
        lines.append(f"本期没有一天有气象（气象表为{first}至{last}）：什么也评不了，请改 --from、--to 或换气象表。")
    if counts["points_far_from_weather"]:
        share = f"{counts['points_far_from_weather']}/{counts['points']}"
        lines.append(f"测算点{share}离最近测站过远：那里的气象是别处的，评分不能当真。")
    if counts["days_with_rain_unreported"]:
        lines.append(f"{counts['days_with_rain_unreported']}天降水缺报过多，缺报按无雨计：指数可能偏高。")
    if counts["days_left_out_without_coverage"]:
        lines.append(f"{counts['days_left_out_without_coverage']}天没有卫星覆盖的记录：不算无火日，不参与评分。")
    if not coverage_told:
        lines.append(
            "没有覆盖记录，只能把表中有任何一行热点的日子当作看过：无火的日子因此偏少（可用 --coverage 补充）。"
        )
    if counts["burning_days"] < _FEW:
        lines.append(f"有火日只有{counts['burning_days']}天，区间很宽；排名靠前可能是偶然。")
    untold = pooled.filter(pl.col("auc").is_null() & ~pl.col("scope").is_in([BOX, TILES]))["scope"].unique().sort()
    if len(untold):
        names = "、".join(_named(zone, zones) for zone in untold)
        lines.append(f"{names}：界线20公里内的有火日太少，任何逐单元的准确率都没有意义。")
    lines += [
        "卫星热点大多是秸秆、垃圾和工业热源，不等于森林火灾；小火、云下的火和两次过境之间的火看不见。",
        "起火概率说的是防火部门会登记的火，不是热点：可靠性曲线只能说明相对高低，不能说明绝对数值。",
        "测站少，山区和界线河北一侧没有；分块之间的差别主要来自地形、日期和地点，不是天气。",
        "禁火和巡护会压低危险日的火：危险度高而无火，不一定是错报。",
    ]
    return lines


def _named(zone: str, names: Mapping[str, str]) -> str:
    """怀柔–承德 HR-CD."""
    return f"{names[zone]} {zone}"


def _rank_columns(*first: str) -> dict[str, str]:
    names = {"kind": "来源", "n": "次数", "name": "火情", "local_date": "日期", "point_km": "测算点距离"}
    scores = [name for name in ALL_SCORES if name not in {"fwi_percentile", "climatology"}]
    return {**{name: names[name] for name in first}, **{name: NAMES_ZH[name] for name in scores}}


def _means(ranks: pl.DataFrame) -> list[dict[str, Any]]:
    scores = [name for name in ALL_SCORES if name in ranks.columns]
    if ranks.is_empty():
        return []
    means = ranks.group_by("kind").agg(pl.len().alias("n"), *(pl.col(name).mean() for name in scores)).sort("kind")
    return [_rounded(row) for row in means.iter_rows(named=True)]


def _hits(summary: Mapping[str, Any]) -> list[dict[str, Any]]:
    """One row a kind; a score that is known for none of its fires stays blank."""
    found: dict[str, dict[str, Any]] = {}
    for row in summary["event_hits"]:
        line = found.setdefault(row["kind"], {"kind": _KINDS_ZH.get(row["kind"], row["kind"]), "n": row["n"]})
        line[row["score"]] = "/".join(f"{100 * row[f'hits_{share}pct']:.0f}" for share in (5, 10, 20))
    return list(found.values())


def _events(ranks: pl.DataFrame) -> list[dict[str, Any]]:
    return [_rounded(row) for row in ranks.iter_rows(named=True)]


def _rounded(row: Mapping[str, Any]) -> dict[str, Any]:
    shown = {name: f"{value:.0f}" if isinstance(value, float) else value for name, value in row.items()}
    return {**shown, "kind": _KINDS_ZH.get(str(row["kind"]), row["kind"])}


def _skill_columns() -> dict[str, str]:
    return {
        "score": "指数",
        "days": "日数",
        "burning": "有火",
        "auc": "AUC（90%区间）",
        "auc_pr": "AUC-PR",
        "hits": "5/10/20%警报面积命中",
        "brier": "Brier（气候）",
    }


def _skill(rows: pl.DataFrame) -> list[dict[str, Any]]:
    return [
        {
            "scope": row["scope"],
            "score": NAMES_ZH[row["score"]],
            "days": row["days"],
            "burning": row["burning"],
            **(_figures(row) if row["auc"] is not None else {"auc": "有火日太少"}),
        }
        for row in rows.iter_rows(named=True)
    ]


def _figures(row: Mapping[str, Any]) -> dict[str, str]:
    hits = "/".join(f"{row[f'hits_{share}pct']:.0%}" for share in (5, 10, 20))
    brier = "" if row["brier"] is None else f"{row['brier']:.4f}({row['brier_climatology']:.4f})"
    auc = f"{row['auc']:.2f}({row['auc_low']:.2f}–{row['auc_high']:.2f})"
    return {"auc": auc, "auc_pr": f"{row['auc_pr']:.2f}", "hits": hits, "brier": brier}


def _split_columns() -> dict[str, str]:
    return {
        "scope": "范围",
        "split": "年份或方位",
        "burning": "有火",
        **{name: NAMES_ZH[name] for name in (*OURS, "vpd_gust")},
    }


def _by_split(rows: pl.DataFrame) -> list[dict[str, Any]]:
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for row in rows.iter_rows(named=True):
        scope, split = _SCOPES_ZH[row["scope"]], _QUARTERS_ZH.get(row["split"], row["split"])
        line = found.setdefault((scope, split), {"scope": scope, "split": split, "burning": row["burning"]})
        line[row["score"]] = "–" if row["auc"] is None else f"{row['auc']:.2f}"
    return list(found.values())
