"""Pictures of a back-test: where the fires stood, how each score tells burning days, what a probability meant."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Any

import polars as pl

from desk.backtest.judge import ALL_SCORES, TILES
from desk.backtest.points import BOX
from desk.backtest.series import NAMES_ZH, OURS

_OURS, _THEIRS = "#b5322a", "#6b7785"


def draw(out: Path, ranks: pl.DataFrame, skill: pl.DataFrame, reliability: pl.DataFrame) -> list[Path]:
    """Write ``events.png``, ``skill.png`` and ``reliability.png``; a picture of nothing is not drawn."""
    made = []
    if ranks.height:
        made.append(_ranks(out / "events.png", ranks))
    pooled = skill.filter(
        (pl.col("split") == "all") & pl.col("scope").is_in([BOX, TILES]) & pl.col("auc").is_not_null()
    )
    if pooled.height:
        made.append(_skill(out / "skill.png", pooled))
    if reliability.height:
        made.append(_reliability(out / "reliability.png", reliability))
    return made


def _ranks(path: Path, ranks: pl.DataFrame) -> Path:
    figure, axes = _figure(9.0, 5.0)
    names = [name for name in ALL_SCORES if name in ranks.columns]
    columns = [ranks[name].drop_nulls().drop_nans().to_numpy() for name in names]
    axes.boxplot(columns, orientation="horizontal", showmeans=True, whis=(5, 95), flierprops={"markersize": 3})
    axes.set_yticks(range(1, len(names) + 1), [NAMES_ZH[name] for name in names])
    axes.axvline(50, color="grey", linestyle=":")
    axes.set_xlabel("火情日在前后一个月(历年)中的百分位")
    axes.set_title(f"{ranks.height}次火情:当日各指数的位次(50为毫无区分)", loc="left")
    return _saved(figure, path)


def _skill(path: Path, pooled: pl.DataFrame) -> Path:
    figure, axes = _figure(9.0, 5.0)
    for place, scope in enumerate((BOX, TILES)):
        rows = pooled.filter(pl.col("scope") == scope)
        for row in rows.iter_rows(named=True):
            height = ALL_SCORES.index(row["score"]) + 0.25 * (place - 0.5)
            colour = _OURS if row["score"] in OURS else _THEIRS
            axes.plot([row["auc_low"], row["auc_high"]], [height, height], color=colour, linewidth=2)
            axes.plot(row["auc"], height, "o" if scope == BOX else "s", color=colour)
    axes.set_yticks(range(len(ALL_SCORES)), [NAMES_ZH[name] for name in ALL_SCORES])
    axes.axvline(0.5, color="grey", linestyle=":")
    axes.invert_yaxis()
    axes.set_xlabel("AUC 与90%区间(圆:全区按日;方:分块按日)")
    axes.set_title("各指数区分有火日与无火日的能力", loc="left")
    return _saved(figure, path)


def _reliability(path: Path, rows: pl.DataFrame) -> Path:
    figure, axes = _figure(6.0, 6.0)
    for scope, marker, name in ((BOX, "o-", "全区"), (TILES, "s-", "分块")):
        part = rows.filter((pl.col("scope") == scope) & (pl.col("forecast_mean") > 0))
        axes.plot(part["forecast_mean"].to_numpy(), part["burned_share"].to_numpy(), marker, label=name)
    low = max(min(rows["forecast_mean"].to_list() or [1e-4]), 1e-5)
    axes.plot([low, 1], [low, 1], color="grey", linestyle=":", label="完全可靠")
    axes.set_xscale("log")
    axes.set_yscale("symlog", linthresh=1e-3)
    axes.set_xlabel("预报的起火概率(箱内平均)")
    axes.set_ylabel("卫星见火的日数比例")
    axes.legend()
    axes.set_title("起火概率的可靠性", loc="left")
    return _saved(figure, path)


def _figure(width: float, height: float) -> tuple[Any, Any]:
    """A figure without a display, with Chinese."""
    from matplotlib import font_manager, rcParams
    from matplotlib.figure import Figure

    font = files("cvttf_NotoSansCJK_Regular") / "NotoSansCJKtc-Regular.otf"
    font_manager.fontManager.addfont(str(font))
    rcParams["font.family"] = font_manager.FontProperties(fname=str(font)).get_name()
    rcParams["axes.unicode_minus"] = False
    figure = Figure(figsize=(width, height), layout="constrained")
    return figure, figure.add_subplot()


def _saved(figure: Any, path: Path) -> Path:
    figure.savefig(path, dpi=120)
    return path
