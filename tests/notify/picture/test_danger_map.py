"""The picture of a joint unit's danger."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import shapely
from matplotlib.text import Text

from notify.picture.danger_map import COLOURS, HATCHES, DangerPicture, danger_figure, danger_map

EAST, NORTH = (grid.ravel() for grid in np.meshgrid(np.arange(10.0), np.arange(12.0)))
SHOWN = DangerPicture(
    title="森林火险等级图 平谷–蓟州",
    headline="4月10日：四级\n火险气象指数中位24，高值39",
    east_km=EAST,
    north_km=NORTH,
    grade=(np.arange(120) % 5 + 1).astype(np.int64),
    cell_km=(0.9, 1.0),
    line=shapely.LineString([(0, 6), (10, 6)]),
    counties=[("平谷", shapely.box(-5, 6, 15, 20)), ("蓟州", shapely.box(-5, -8, 15, 6))],
    footer="制图 4月10日07时07分 北京时间",
)


def said(shown: DangerPicture) -> list[str]:
    return [text.get_text() for text in danger_figure(shown).findobj(Text) if text.get_text()]


def test_it_is_a_picture_with_counties_shares_and_source() -> None:
    assert danger_map(SHOWN).startswith(b"\x89PNG")
    words = said(SHOWN)
    assert {"平谷", "蓟州", "五级 20%", "一级 20%", "4月10日：四级", "制图 4月10日07时07分 北京时间"} <= set(words)


def test_a_cell_without_a_grade_is_shown_as_missing() -> None:
    grade = SHOWN.grade.copy()
    grade[:10] = 0
    assert "缺测" in said(replace(SHOWN, grade=grade))
    assert "缺测" not in said(SHOWN)


def test_the_high_grades_are_told_apart_without_colour() -> None:
    assert len(set(COLOURS)) == len(COLOURS) == len(HATCHES) == 5
    assert len(set(HATCHES[2:])) == 3
    assert all(HATCHES[2:])


def test_a_drill_is_marked() -> None:
    assert any(
        word.startswith("【演练】") and word.endswith("【演练】") for word in said(replace(SHOWN, exercise=True))
    )


def test_a_print_without_colour_tells_every_grade_by_its_hatch() -> None:
    assert len(set(HATCHES)) == len(COLOURS) == 5
