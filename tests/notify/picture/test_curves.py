"""Pictures of a month and a season: what they say, what they leave open, and that print without colour says it too."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text

from notify.picture.answers import answers_chart, answers_figure
from notify.picture.paper import DPI, WIDTH_IN
from notify.picture.rates import rates_chart, rates_figure
from notify.picture.season import season_chart, season_figure
from tests.notify.picture.curves import GAP, a_season, some_answers, some_rates

ALL: list[tuple[Any, Callable[[Any], Figure], Callable[[Any], bytes]]] = [
    (a_season(), season_figure, season_chart),
    (some_rates(), rates_figure, rates_chart),
    (some_answers(), answers_figure, answers_chart),
]
NAMES = ["season", "rates", "answers"]


def said(figure: Figure) -> list[str]:
    return [text.get_text() for text in figure.findobj(Text) if text.get_text()]


@pytest.mark.parametrize(("shown", "figure", "chart"), ALL, ids=NAMES)
def test_it_is_a_picture_as_wide_as_a_phone_and_marked_as_internal(shown, figure, chart) -> None:
    content = chart(shown)
    assert content.startswith(b"\x89PNG")
    assert int.from_bytes(content[16:20], "big") == round(WIDTH_IN * DPI) == 1080
    assert {shown.title, "内部用图 不得外传"} <= set(said(figure(shown)))
    drill = said(figure(replace(shown, exercise=True)))
    assert f"【演练】{shown.title}【演练】" in drill


@pytest.mark.parametrize(("shown", "figure", "chart"), ALL, ids=NAMES)
def test_no_words_are_smaller_than_a_phone_shows_and_none_lies_on_another(shown, figure, chart) -> None:
    drawn = figure(shown)
    texts = [text for text in drawn.findobj(Text) if text.get_text().strip() and text.get_visible()]
    assert min(text.get_fontsize() for text in texts) >= 9.5
    drawn.canvas.draw()
    boxes = [(text.get_text(), text.get_window_extent()) for text in texts]
    over = [
        (one, other)
        for place, (one, box) in enumerate(boxes)
        for other, beside in boxes[place + 1 :]
        if box.width and beside.width and box.shrunk(0.9, 0.8).overlaps(beside.shrunk(0.9, 0.8))
    ]
    assert over == []


def test_a_gap_in_the_season_is_a_gap_in_the_curve() -> None:
    shown = a_season()
    axes = season_figure(shown).axes[0]
    curves = [line for line in axes.lines if len(line.get_xdata()) > 2]
    drawn = {int(x) for line in curves for x in line.get_xdata()}
    assert not drawn & set(GAP)
    assert len(curves) == 4
    assert "常年97%" in said(season_figure(shown))


def test_a_season_without_a_day_has_no_curve() -> None:
    with pytest.raises(ValueError, match="no day is known"):
        season_figure(replace(a_season(), days=()))
    with pytest.raises(ValueError, match="no stretch"):
        rates_figure(replace(some_rates(), spans=()))


def test_the_headline_says_where_the_last_day_stands() -> None:
    shown = a_season()
    low = replace(shown.days[-1], fwi_median=3.0, local_date=shown.days[-1].local_date + timedelta(days=1))
    assert "低于常年50%" in "".join(said(season_figure(replace(shown, days=(*shown.days, low)))))


def test_a_week_in_which_nothing_was_pushed_has_no_rate_and_every_rate_its_denominator() -> None:
    words = said(rates_figure(some_rates()))
    assert "无推送" in words
    assert {"7/12", "58%", "38/44", "86%"} <= set(words)
    assert "全期查实率（查实÷推送）71%（67/95）" in words


def test_late_answers_are_empty_rings_and_who_never_answered_is_named() -> None:
    axes = answers_figure(some_answers()).axes[0]
    dots = [line for line in axes.lines if line.get_marker() == "o"]
    rings = [float(line.get_xdata()[0]) for line in dots if line.get_markerfacecolor() == "white"]
    assert sorted(rings) == [19.0, 34.0]
    words = said(answers_figure(some_answers()))
    assert "未见签收" in words
    assert "蓟州区 0/6" in words
    assert "时限10分" in words
