"""One exercise from the first word to the last, as officers of three regions saw it: a quick one of our own."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from lxml import etree

from flows.taking_back import cancel, correct
from flows.transcript import transcript
from flows.wiring import House
from notify.cap.judge import judge
from notify.cap.signature import Seal, ephemeral_key
from tests.conftest import CHECKOUT
from tests.flows import world
from tests.flows.world import DAY, MORNING, WET

PAGE = CHECKOUT / "docs" / "transcript-exercise.md"
GOLDEN = CHECKOUT / "tests" / "golden" / "transcript.md"
TITLE = "演练实录：平谷–蓟州界上疑似火情"


def minutes(number: float) -> datetime:
    return MORNING + timedelta(minutes=number)


def send_until(drill: House, first: float, last: float) -> None:
    for number in range(int(first), int(last) + 1):
        world.dispatch(drill, minutes(number))


def answer(drill: House, code: str, office: str, *, by: str, via: str, at: float) -> None:
    drill.ledger.acknowledge(code, office=office, by=by, via=via, now=minutes(at), world=drill.world)


@pytest.fixture(scope="module")
def played(tmp_path_factory):
    house = world.build_house(tmp_path_factory.mktemp("transcript"))
    fires = [world.fire(), *(world.fire(-0.25, north_km=0.3 * n, available_utc=minutes(40)) for n in range(1, 5))]
    feed = world.recorded_hotspots(house, [*fires, world.elsewhere(), world.elsewhere(-0.5)])
    drill = replace(world.recorded(house, hotspots=feed), cap_key=ephemeral_key("transcript"))
    drill.moisture.save(world.moisture(drill), made_by_run="start", world=drill.world)
    (warning,) = world.danger(drill, MORNING).outcome.alerts
    world.dispatch(drill, minutes(1))
    for office in sorted(set(drill.ledger_frames.deliveries(world=drill.world)["office"])):
        answer(drill, warning, office, by="值班员（演练）", via="page", at=2)
    (first,) = world.hotspots(drill, minutes(2)).outcome.alerts
    send_until(drill, 3, 18)
    answer(drill, first, "110117", by="平谷值班员（演练）", via="phone", at=19)
    answer(drill, first, "120119", by="蓟州值班员（演练）", via="page", at=21)
    answer(drill, first, "131082", by="三河值班员（演练）", via="sms", at=24)
    (update,) = world.hotspots(drill, minutes(43)).outcome.alerts
    send_until(drill, 44, 46)
    for office, by in (("110117", "平谷"), ("120119", "蓟州"), ("131082", "三河")):
        answer(drill, update, office, by=f"{by}带班领导（演练）", via="phone", at=47)
    correct(drill, update, wrong_zh="位置偏北", right_zh="应在界南0.3公里", by="平谷值班长（演练）", now=minutes(65))
    send_until(drill, 66, 67)
    cancel(drill, update, reason_zh="核实为计划烧除", by="平谷值班长（演练）", now=minutes(95))
    send_until(drill, 96, 97)
    for day in (1, 2):
        wet = replace(drill, weather=world.recorded_weather(drill, world.seen_weather(MORNING + day * DAY, air=WET)))
        world.danger(wet, MORNING + day * DAY)
    world.dispatch(drill, MORNING + 2 * DAY + timedelta(minutes=1))
    yield drill
    house.close()


def test_the_transcript_is_word_for_word_the_golden_one(played, remake_golden: bool) -> None:
    text = transcript(played, title_zh=TITLE)
    if remake_golden:
        GOLDEN.write_text(text, encoding="utf-8")
    assert text == GOLDEN.read_text(encoding="utf-8")


def quoted(page: str) -> list[str]:
    return [line[2:] for line in page.splitlines() if line.startswith("> ")]


def test_the_page_in_docs_tells_a_whole_fire_and_every_message_of_it_is_marked() -> None:
    page = PAGE.read_text(encoding="utf-8")
    acts = ("演练窗口", "首报", "升级叫应", "已签收", "更正", "续报", "核实", "联动", "明火已扑灭", "火情解除")
    assert [act for act in acts if act not in page] == []
    assert len(quoted(page)) > 20
    assert all(line.startswith("【演练】") and line.endswith("【演练】") for line in quoted(page))


@pytest.mark.shared
def test_every_cap_message_of_the_exercise_is_valid_by_schema_and_rules_and_its_signature_verifies(
    played, shared: Path
) -> None:
    schema = etree.XMLSchema(etree.parse(shared / "reference" / "cap" / "schema" / "CAP-v1.2.xsd"))
    certificate = played.cap_key.certificate_pem
    files = sorted((played.home.products / "cap" / played.world).rglob("*.xml"))
    assert len(files) == 3 * 6
    for file in files:
        verdict = judge(file.read_bytes(), certificate_pem=certificate, schema=schema)
        assert verdict.reasons == []
        assert [one.seal for one in verdict.alerts] == [Seal.INTACT]


@pytest.mark.parametrize(
    "word", ["升级叫应", "首报", "续报", "更正", "撤销", "火险解除", "已签收（平谷值班员（演练），电话）"]
)
def test_it_tells_every_act_of_the_play(played, word: str) -> None:
    assert word in transcript(played, title_zh=TITLE)


def test_each_region_s_officer_got_the_same_alarm(played) -> None:
    text = transcript(played, title_zh=TITLE)
    for region in ("北京市", "天津市", "河北省"):
        section = text.split(f"、{region}的值班员看到的")[1].split("\n## ")[0]
        assert "疑似火情" in section
        assert "更正" in section
        assert "作废" in section
        assert "解除" in section


def test_every_message_in_it_is_marked_at_both_ends(played) -> None:
    said = quoted(transcript(played, title_zh=TITLE))
    assert len(said) >= 12
    assert all(line.startswith("【演练】") and line.endswith("【演练】") for line in said)


def test_a_world_without_alerts_says_so(played) -> None:
    assert "没有发出" in transcript(played.within("nothing"), title_zh="空")
