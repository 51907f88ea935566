"""The picture of an incident: what stands on it, and that it can be drawn whatever is missing."""

from __future__ import annotations

import struct
from dataclasses import replace

import numpy as np
import pytest
import shapely
from matplotlib.figure import Figure
from matplotlib.text import Text

from notify.facts import Wind
from notify.picture.incident_map import incident_figure, incident_map
from notify.picture.incident_picture import Fan, IncidentPicture
from notify.picture.paper import chinese
from tests.notify.picture.shown import SHOWN


def texts(figure: Figure) -> list[Text]:
    return [text for text in figure.findobj(Text) if text.get_text()]


def said(shown: IncidentPicture) -> str:
    return "\n".join(text.get_text() for text in texts(incident_figure(shown)))


def test_a_phone_shows_every_pixel_of_it() -> None:
    content = incident_map(SHOWN)
    assert content.startswith(b"\x89PNG")
    assert struct.unpack(">II", content[16:24]) == (1080, 1350)
    assert len(content) < 1_500_000


def test_each_fan_is_named_where_it_runs_though_the_fire_reaches_back_farther() -> None:
    tail = np.array([(0, -9), (0.5, 1), (0, 2), (-0.5, 1)], dtype=float)
    shown = replace(SHOWN, fans=[Fan(1, tail, tail)])
    (label,) = (text for text in texts(incident_figure(shown)) if text.get_text() == "1小时")
    assert label.get_position() == (0.0, 2.0)


def test_the_name_of_a_county_hides_no_hours_of_a_fan() -> None:
    figure = incident_figure(replace(SHOWN, counties=[("怀柔", shapely.box(-1.8, 2.6, 1.8, 4.6))]))
    places = {text.get_text(): text.get_position() for text in texts(figure)}
    for hours in ("1小时", "3小时"):
        apart = np.abs(np.subtract(places["怀柔"], places[hours])) / SHOWN.half_km
        assert apart[0] > 0.25 or apart[1] > 0.08, (hours, apart)


def test_everything_that_a_duty_officer_asks_stands_on_it() -> None:
    words = said(SHOWN)
    for expected in (
        "怀柔热点3个", "烧入河北省", "2公里", "5公里", "怀柔", "丰宁", "推演越界处", "南风5级", "1小时", "3小时",
        "热点（≤3小时）", "更早热点", "常年热源", "省界", "距今40分钟", "内部用图",
    ):  # fmt: skip
        assert expected in words


def test_a_drill_is_marked_first_and_last_and_the_real_thing_is_not() -> None:
    assert "【演练】" not in said(SHOWN)
    title = next(text for text in texts(incident_figure(replace(SHOWN, exercise=True))) if "态势图" in text.get_text())
    assert title.get_text().startswith("【演练】")
    assert title.get_text().endswith("【演练】")


def test_every_text_has_the_forms_of_the_mainland_and_one_line() -> None:
    for text in texts(incident_figure(SHOWN)):
        assert "\n" not in text.get_text()
        assert text.get_language() == "zh-Hans"
        assert text.get_fontproperties().get_file() == chinese().get_file()


@pytest.mark.parametrize(
    "lacking",
    [
        {"height_m": None},
        {"fans": (), "crossing_km": None, "crossing_zh": ""},
        {"fans": (), "crossing_km": None, "crossing_zh": "", "wind": None},
        {"spots": ()},
        {"counties": ()},
        {"wind": None},
        {"wind": Wind(0.1, 90.0)},
        {"line": shapely.LineString()},
    ],
)
def test_it_is_drawn_whatever_is_missing(lacking: dict[str, object]) -> None:
    assert incident_map(replace(SHOWN, **lacking)).startswith(b"\x89PNG")


def test_a_missing_wind_and_a_calm_are_told_apart() -> None:
    assert "风：缺测" in said(replace(SHOWN, wind=None))
    assert "静风" in said(replace(SHOWN, wind=Wind(0.1, 90.0)))


def test_the_outline_of_the_burning_area_is_hatched_and_named_with_its_area() -> None:
    burning = replace(SHOWN, burning=shapely.box(-0.3, -0.3, 0.3, 0.3), burning_zh="火场范围36公顷（无人机）")
    assert "火场范围36公顷（无人机）" in said(burning)
    hatched = [patch for patch in incident_figure(burning).axes[0].patches if patch.get_hatch() == "xxx"]
    assert len(hatched) == 1
