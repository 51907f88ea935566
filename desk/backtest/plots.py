"""Pictures of a back-test: where the fires stood, how each score tells burning days, what a probability meant."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

import polars as pl

from desk.backtest.judge import ALL_SCORES, TILES
from desk.backtest.points import BOX
from desk.backtest.series import NAMES_ZH, OURS

_OURS, _THEIRS = "#b5322a", "#6b7785"
_COLOURS_ZH = "红为本系统，灰为基线"


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
    for place, name in enumerate(names):
        line = {"color": _colour(name)}
        known = ranks[name].drop_nulls().drop_nans().to_numpy()
        mean = {"marker": "D", "markerfacecolor": _colour(name), "markeredgecolor": "white"}
        axes.boxplot(
            [known],
            positions=[place],
            widths=0.5,
            orientation="horizontal",
            showmeans=True,
            whis=(5, 95),
            flierprops={"markersize": 3, "markeredgecolor": _colour(name)},
            meanprops=mean,
            medianprops={**line, "linewidth": 3},
            boxprops=line,
            whiskerprops=line,
            capprops=line,
        )
    _name_rows(axes, names)
    axes.axvline(50, color="grey", linestyle=":")
    axes.set_xlim(-2, 102)
    legend = f"箱为中间一半，粗线为中位，菱形为平均，须为5至95；{_COLOURS_ZH}"
    axes.set_xlabel(f"火情日在前后一个月（历年）中的百分位\n（{legend}）")
    axes.set_title(f"{ranks.height}次火情：当日各指数的位次（50为毫无区分）", loc="left")
    return _saved(figure, path)


def _skill(path: Path, pooled: pl.DataFrame) -> Path:
    figure, axes = _figure(9.0, 5.0)
    for place, scope in enumerate((BOX, TILES)):
        rows = pooled.filter(pl.col("scope") == scope)
        for row in rows.iter_rows(named=True):
            height = ALL_SCORES.index(row["score"]) + 0.25 * (place - 0.5)
            colour = _colour(row["score"])
            axes.plot([row["auc_low"], row["auc_high"]], [height, height], color=colour, linewidth=2)
            axes.plot(row["auc"], height, "o" if scope == BOX else "s", color=colour)
    for place, name in enumerate(ALL_SCORES):
        if name not in pooled["score"]:
            axes.text(0.5, place, "有火日太少，不作评定", color=_THEIRS, va="center", ha="left")
    _name_rows(axes, ALL_SCORES)
    axes.axvline(0.5, color="grey", linestyle=":")
    axes.set_xlabel(f"AUC与90%区间（圆为全区按日，方为分块按日；{_COLOURS_ZH}；0.5为毫无区分）")
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
    axes.set_ylim(-1e-4, 1.5)
    axes.set_xlabel("预报的起火概率（每点为五分之一的日数，取平均）")
    axes.set_ylabel("卫星见火的日数比例")
    axes.legend()
    axes.set_title("起火概率的可靠性（卫星热点不等于登记的火，只看高低次序）", loc="left")
    return _saved(figure, path)


def _colour(score: str) -> str:
    return _OURS if score in OURS else _THEIRS


def _name_rows(axes: Any, names: Sequence[str]) -> None:
    """A row for each score, the first on top; the rows that have nothing to show keep their place."""
    axes.set_yticks(range(len(names)), [NAMES_ZH[name].removeprefix("基线：") for name in names])
    axes.set_ylim(len(names) - 0.5, -0.5)


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
