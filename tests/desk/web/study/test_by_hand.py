"""What is typed in on the desk: checked as on the command line, sent by a leader only."""

from __future__ import annotations

import pytest

from desk.hand_weather import HAND_WEATHER_ZH
from desk.web.app import desk_app
from flows.standing import standing_danger
from tests.desk.web.conftest import NIGHT, Browser
from tests.flows import world

CALL = {"lat": "40.2", "lon": "117.1", "datum": "cgcs2000", "seen": "2024-04-10T07:00", "caller": "刘店村王"}


@pytest.fixture
def browser(live) -> Browser:
    browser = Browser(desk_app(live, clock=lambda: NIGHT))
    browser.log_in("zhang")
    return browser


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"datum": ""}, "请问清"),
        ({"datum": "mars"}, "请问清"),
        ({"lat": "117.1", "lon": "40.2"}, "写反了"),
        ({"lat": "30", "lon": "110"}, "不在监测范围内"),
        ({"county": "蓟州"}, "请核对"),
        ({"seen": "2024-04-10T23:00"}, "还没有到"),
        ({"lat": "north"}, "不是数字"),
        ({"lat": "nan"}, "不是数字"),
        ({"error_km": "inf"}, "不是数字"),
    ],
)
def test_a_call_that_cannot_be_is_asked_again(browser, live, changed: dict[str, str], said: str) -> None:
    answer = browser.send("/by-hand/fire", **(CALL | changed))
    assert answer.status_code in {409, 422}
    assert said in answer.text
    assert live.hand_reports.all_reports(world="live") == []


def test_a_table_names_what_is_wrong_in_it_and_an_officer_sends_none(browser, live) -> None:
    before = len(live.runs.last_runs(world="live", limit=None))
    wrong = browser.send("/by-hand/weather", table="station_id,lat_deg\nS1,north", reason="缺报")
    assert wrong.status_code == 422
    assert "值班页录入.csv" in wrong.text
    table = world.weather_rows(world.noon(world.TODAY), world.noon(world.TODAY)).drop("issued_utc").write_csv()
    assert browser.send("/by-hand/weather", table=table, reason="缺报", send="yes").status_code == 403
    assert len(live.runs.last_runs(world="live", limit=None)) == before


def test_a_leader_sends_what_a_pasted_table_makes_and_text_product_and_record_say_that_it_was_typed(house) -> None:
    live = world.recorded(house, world="live", at=NIGHT)
    live.moisture.save(world.moisture(live), made_by_run="start", world="live")
    leader = Browser(desk_app(live, clock=lambda: NIGHT))
    leader.log_in("li")
    sent = leader.send("/by-hand/weather", table=world.typed_weather(), reason="缺报", zones=world.ZONE, send="yes")
    assert HAND_WEATHER_ZH in leader.get(sent.headers["location"]).text
    [told] = world.alerts(live).filter(kind="danger").iter_rows(named=True)
    assert f"缺测：{HAND_WEATHER_ZH}" in told["text_long"]
    assert HAND_WEATHER_ZH in standing_danger(live)["missing"]
    assert HAND_WEATHER_ZH in leader.get("/danger").text


def test_a_what_if_that_changes_nothing_is_refused(browser) -> None:
    assert browser.send("/what-if", wind="0", humidity="0", temperature="0", reason="会商").status_code == 409
