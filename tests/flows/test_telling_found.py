"""What was found on the ground reaches the offices: a fire at once, its end exactly those who were told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from lxml import etree

from flows.cap_products import publish_cap
from flows.carry_out import carry_out
from flows.order import FlowName
from flows.telling_found import tell_found
from flows.verified import verified_as
from flows.verifying import move_stage, verify
from flows.wiring import House
from models.field_check.feedback import FeedbackType
from models.field_check.stage import Stage
from notify.alert import Alert, AlertKind, Reason
from store.verification import Feedback
from tests.flows import world
from tests.flows.world import DRILL, MORNING

LATER = MORNING + timedelta(minutes=30)
MINUTE = timedelta(minutes=1)
CAP = "{urn:oasis:names:tc:emergency:cap:1.2}"


@pytest.fixture
def drill(tmp_path) -> House:
    """A fire on the line that all were told of, and whose texts left."""
    drill = world.told_fire(tmp_path / "home", sent_utc=MORNING + MINUTE)
    drill.clock.now = MORNING + MINUTE
    return drill


@pytest.fixture
def number(drill) -> str:
    return world.the_incident(drill)


def found(house: House, number: str, kind: FeedbackType, at=LATER) -> Alert | None:
    done = verify(house, number, (kind, None), said=Feedback("", kind, "张三", at))
    return tell_found(house, done, by="张三", now=at)


def stepped(house: House, number: str, stage: Stage, at) -> Alert | None:
    return tell_found(house, move_stage(house, number, stage, by="张三", now=at, note="验收合格"), by="张三", now=at)


def sent(house: House, alert: Alert) -> set[tuple[str, str, str]]:
    rows = house.ledger_frames.deliveries(world=DRILL).filter(state="sent", alert_id=alert.alert_id)
    return set(zip(rows["region"], rows["office"], rows["channel"], strict=True))


def cap_of(house: House, alert: Alert) -> list[etree._Element]:
    files = (house.home.products / "cap").rglob("*.xml")
    pages = [etree.parse(str(path)).getroot() for path in files]
    return [page for page in pages if f">{alert.code}<".encode() in etree.tostring(page, encoding="utf-8")]


def test_a_verified_fire_is_told_to_all_at_once_and_says_so(drill, number) -> None:
    first = drill.alerts.latest(event_id=number, world=DRILL)
    told = found(drill, number, FeedbackType.FOREST_FIRE)
    assert told is not None
    assert (told.kind, told.reason, told.revision) == (AlertKind.INCIDENT, Reason.INCIDENT_VERIFIED, 2)
    assert "火情已核实" in told.text_short
    assert "疑似" not in told.text_short
    assert "状态：已核实（林火）" in told.text_long
    world.dispatch(drill, LATER + MINUTE)
    assert sent(drill, told) == sent(drill, first) != set()


def test_it_is_told_once_and_later_texts_stay_verified(drill, number) -> None:
    found(drill, number, FeedbackType.FOREST_FIRE)
    assert found(drill, number, FeedbackType.FOREST_FIRE, LATER + MINUTE) is None
    assert world.hotspots(drill, LATER + 10 * MINUTE).outcome.alerts == ()
    [incident] = drill.incidents.open_incidents(world=DRILL)
    assert verified_as(drill, incident) == "林火"


def test_the_next_round_tells_what_a_crash_kept_from_being_told(drill, number) -> None:
    kind = FeedbackType.FOREST_FIRE
    verify(drill, number, (kind, None), said=Feedback("", kind, "张三", LATER))
    [code] = world.hotspots(drill, LATER + MINUTE).outcome.alerts
    assert drill.alerts.with_code(code, world=DRILL).reason is Reason.INCIDENT_VERIFIED


def test_its_cap_is_an_update_that_was_observed(drill, number) -> None:
    pages = cap_of(drill, found(drill, number, FeedbackType.FOREST_FIRE))
    assert pages
    assert {page.findtext(f"{CAP}msgType") for page in pages} == {"Update"}
    assert {one.text for page in pages for one in page.iter(f"{CAP}certainty")} == {"Observed"}


def test_a_false_alarm_is_closed_to_exactly_those_who_were_told(drill, number) -> None:
    first = drill.alerts.latest(event_id=number, world=DRILL)
    told = found(drill, number, FeedbackType.FARM_FIRE)
    assert told is not None
    assert (told.kind, told.reason) == (AlertKind.CANCEL, Reason.INCIDENT_NO_FIRE)
    assert "农用火，已销号" in told.text_short
    world.dispatch(drill, LATER + MINUTE)
    assert sent(drill, told) == sent(drill, first) != set()
    assert {page.findtext(f"{CAP}msgType") for page in cap_of(drill, told)} == {"Cancel"}
    assert world.hotspots(drill, LATER + 10 * MINUTE).outcome.alerts == ()


def test_a_fire_that_was_closed_as_none_is_told_as_verified(drill, number) -> None:
    found(drill, number, FeedbackType.FARM_FIRE)
    world.dispatch(drill, LATER + MINUTE)
    told = found(drill, number, FeedbackType.FOREST_FIRE, LATER + 10 * MINUTE)
    assert told is not None
    assert told.reason is Reason.INCIDENT_VERIFIED


def test_the_end_of_a_fire_is_told_with_its_stages_behind_it(drill, number) -> None:
    found(drill, number, FeedbackType.FOREST_FIRE)
    world.dispatch(drill, LATER + MINUTE)
    assert stepped(drill, number, Stage.FLAMES_OUT, LATER + 10 * MINUTE) is None
    assert stepped(drill, number, Stage.MOPPING_UP, LATER + 20 * MINUTE) is None
    told = stepped(drill, number, Stage.CLOSED, LATER + 30 * MINUTE)
    assert told is not None
    assert told.reason is Reason.INCIDENT_OVER
    assert "火情解除" in told.text_short
    pages = cap_of(drill, told)
    assert {one.text for page in pages for one in page.iter(f"{CAP}responseType")} == {"AllClear"}


class Cut(BaseException):
    """A power cut, for a test: no handler of ours may take it for an error."""


BEFORE_THE_COMMIT = ("flows.telling_found.take_back", "flows.taking_back.former_rows", "store.audit.Audit.append")
AFTER_THE_COMMIT = "flows.taking_back.publish_cap"


def cut_off_at(point: str, monkeypatch: pytest.MonkeyPatch, act: Callable[[], object]) -> None:
    """Do something, and lose the power at one point of it."""

    def cut(*_: object, **__: object) -> None:
        raise Cut

    with monkeypatch.context() as broken:
        broken.setattr(point, cut)
        with pytest.raises(Cut):
            act()


def audit(house: House, at: datetime) -> None:
    carry_out(house, world.order(FlowName.AUDIT_ROUND, at))


@pytest.mark.parametrize("fire", [False, True], ids=["false alarm", "end of a fire"])
def test_an_end_that_crashes_broke_off_at_each_step_is_told_once_by_the_next_rounds(
    drill, number, monkeypatch, fire
) -> None:
    at, kind = LATER + 10 * MINUTE, FeedbackType.FARM_FIRE
    if fire:
        found(drill, number, FeedbackType.FOREST_FIRE)
        world.dispatch(drill, LATER + MINUTE)
        done = move_stage(drill, number, Stage.CLOSED, by="张三", now=at, note="验收合格")
    else:
        done = verify(drill, number, (kind, None), said=Feedback("", kind, "张三", at))
    told = drill.alerts.of_event(number, world=DRILL)
    for point in BEFORE_THE_COMMIT:
        cut_off_at(point, monkeypatch, lambda: tell_found(drill, done, by="张三", now=at))
    assert drill.alerts.of_event(number, world=DRILL) == told, "all of it or nothing"
    cut_off_at(AFTER_THE_COMMIT, monkeypatch, lambda: audit(drill, at + MINUTE))
    audit(drill, at + 2 * MINUTE)
    world.hotspots(drill, at + 3 * MINUTE)
    revisions = drill.alerts.of_event(number, world=DRILL)
    end = revisions[-1]
    assert revisions[:-1] == told
    assert end.reason is (Reason.INCIDENT_OVER if fire else Reason.INCIDENT_NO_FIRE)
    assert "张三" in end.text_long
    world.dispatch(drill, at + 4 * MINUTE)
    assert sent(drill, end) == sent(drill, revisions[0]) != set()
    assert {page.findtext(f"{CAP}msgType") for page in cap_of(drill, end)} == {"Cancel"}


def test_the_end_names_the_county_that_was_told_though_the_fire_is_nearest_elsewhere_now(drill, number) -> None:
    found(drill, number, FeedbackType.FOREST_FIRE)
    [incident] = drill.incidents.open_incidents(world=DRILL)
    counties = drill.catalogue.counties
    elsewhere = next(gb for gb in counties if gb not in {incident.county_gb, incident.neighbour_county_gb})
    drill.incidents.save([replace(incident, county_gb=elsewhere, neighbour_county_gb=incident.county_gb)], world=DRILL)
    for nth, stage in enumerate((Stage.FLAMES_OUT, Stage.MOPPING_UP)):
        stepped(drill, number, stage, LATER + (10 + nth) * MINUTE)
    told = stepped(drill, number, Stage.CLOSED, LATER + 30 * MINUTE)
    assert told is not None
    names = (counties[gb].short_zh for gb in (incident.county_gb, incident.neighbour_county_gb))
    assert "火情解除：{}（{}界".format(*names) in told.text_short
    assert counties[elsewhere].short_zh not in told.text_long


def test_nothing_is_told_of_what_nobody_was_told_of(drill, number) -> None:
    kind = FeedbackType.NOT_FOUND
    assert found(drill, number, kind) is None


@pytest.mark.shared
def test_every_message_of_a_fire_from_first_word_to_all_clear_is_valid_by_the_official_schema(
    drill, number, shared
) -> None:
    official = etree.XMLSchema(etree.parse(shared / "reference" / "cap" / "schema" / "CAP-v1.2.xsd"))
    publish_cap(drill, now=MORNING, run_id="test")
    found(drill, number, FeedbackType.FOREST_FIRE)
    world.dispatch(drill, LATER + MINUTE)
    for nth, stage in enumerate((Stage.FLAMES_OUT, Stage.MOPPING_UP, Stage.CLOSED)):
        stepped(drill, number, stage, LATER + (10 + nth) * MINUTE)
    pages = [etree.parse(path) for path in sorted((drill.home.products / "cap").rglob("*.xml"))]
    kinds = {page.findtext(f"{CAP}msgType") for page in pages}
    assert kinds == {"Alert", "Update", "Cancel"}
    assert {page.findtext(f"{CAP}status") for page in pages} == {"Exercise"}
    for page in pages:
        official.assertValid(page)
