"""What is no real alert reaches a real channel only through a window that two persons opened."""

from __future__ import annotations

from dataclasses import replace

import pytest

from notify.drill_gate import DrillWindow, shut_out
from notify.obligations import obligations
from tests.notify.samples import MORNING, alert, hours, recipient

WORLD = "exercise-2027-04"
TEXT = "【演练】疑似火情。仅为演练，不出动。【演练】"
SAID = alert(world=WORLD, exercise=True, text_short=TEXT, text_long=TEXT, regions=("beijing",))
(ROW,) = obligations(SAID, [recipient("beijing", "110116")])
OPEN = DrillWindow("W1", WORLD, ("beijing/110116",), MORNING, MORNING + hours(2), "四月演练", "张三", "李四")
REAL = ("mailto://duty@example.invalid", "webhooks://host/x", "wecom://key", "aliyun://13800138000", "unknown://x")


def why(*windows: DrillWindow, said=SAID, row=ROW, address: str = REAL[0], now=MORNING) -> str | None:
    return shut_out(row, said, address, windows=lambda: windows, now=now)


@pytest.mark.parametrize("address", REAL)
@pytest.mark.parametrize("world", [WORLD, "replay-1", "test", "draft", "system"])
def test_without_a_window_nothing_but_the_live_world_reaches_a_real_channel(world: str, address: str) -> None:
    said, row = replace(SAID, world=world), replace(ROW, world=world)
    assert "no signed drill window" in (why(said=said, row=row, address=address) or "")
    assert why(said=said, row=row, address="inbox://beijing/110116") is None


def test_a_live_alert_passes_and_one_marked_as_an_exercise_does_not_even_in_the_live_world() -> None:
    live, row = replace(SAID, world="live", exercise=False), replace(ROW, world="live")
    assert why(said=live, row=row) is None
    assert why(said=replace(live, exercise=True), row=row) is not None


def test_an_open_window_admits_its_exercise_and_its_offices_only() -> None:
    assert why(OPEN) is None
    assert why(replace(OPEN, world="*")) is None
    assert why(replace(OPEN, world="another")) is not None
    assert why(replace(OPEN, offices=("hebei/130826",))) is not None


@pytest.mark.parametrize(
    "window",
    [
        replace(OPEN, confirmed_by=""),
        replace(OPEN, confirmed_by="张三"),
        replace(OPEN, confirmed_by=" 张三 "),
        replace(OPEN, closed_utc=MORNING),
        replace(OPEN, begins_utc=MORNING + hours(1)),
        replace(OPEN, begins_utc=MORNING - hours(3), ends_utc=MORNING),
    ],
)
def test_a_window_of_one_person_or_of_another_time_is_shut(window: DrillWindow) -> None:
    assert why(window) is not None


@pytest.mark.parametrize("text", ["疑似火情。", "【演练】疑似火情。", "疑似火情。【演练】"])
def test_even_through_a_window_a_text_must_begin_and_end_as_a_drill(text: str) -> None:
    assert "must begin and end" in (why(OPEN, said=replace(SAID, text_short=text)) or "")
    assert "must begin and end" in (why(OPEN, said=replace(SAID, text_long=text)) or "")


@pytest.mark.parametrize("broken", [{"offices": ()}, {"asked_by": " "}, {"reason": ""}, {"ends_utc": MORNING}])
def test_a_window_without_offices_a_name_a_reason_or_an_end_is_refused(broken) -> None:
    with pytest.raises(ValueError, match="drill window"):
        replace(OPEN, **broken)
