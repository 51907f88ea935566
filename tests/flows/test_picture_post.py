"""A picture goes out after its text and beside it: what becomes of it changes nothing for the text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bench.servers.ports import free_port
from flows import picture_post
from flows.picture_post import send_pictures
from flows.wiring import EXAMPLE_CONTACTS, House
from notify.channels.pictures import CARRY
from notify.delivery_states import DeliveryState, Outcome, OutcomeClass
from store.picture_rows import PicturePost, PictureRow, PictureState
from tests.flows import world
from tests.flows.world import DRILL, MORNING

MINUTE = timedelta(minutes=1)
P = PictureState


@pytest.fixture
def told(tmp_path: Path) -> Iterator[House]:
    """A fire on the line, told and drawn, with nothing sent yet."""
    drill = world.told_fire(tmp_path / "home")
    yield drill
    drill.close()


def pictures(house: House) -> list[PictureRow]:
    [alert] = house.alerts.of_event(world.the_incident(house), world=DRILL)
    return PicturePost(house.database).rows(alert.alert_id)


def states(house: House) -> Counter[PictureState]:
    return Counter(row.state for row in pictures(house))


def texts_left(house: House) -> int:
    return world.told_at_once(house)["sent_utc"].drop_nulls().len()


def files(house: House) -> list[Path]:
    return sorted(house.home.inbox.glob("*/*/*.png"))


def test_each_office_gets_the_picture_once_and_after_its_text(told) -> None:
    assert states(told) == {P.PENDING: 9}
    assert send_pictures(told) == {}, "no text has left"
    world.dispatch(told, MORNING + MINUTE)
    assert states(told) == {P.SENT: 9}
    assert len(files(told)) == 9
    assert files(told)[0].read_bytes().startswith(b"\x89PNG")
    assert send_pictures(told) == {}
    assert {row.attempts for row in pictures(told)} == {1}


@pytest.mark.parametrize("broken", ["missing", "no picture", "50 MB"])
def test_a_broken_picture_costs_no_text_and_its_rows_say_so(told, broken: str) -> None:
    file = told.home.products / pictures(told)[0].path
    if broken == "missing":
        file.unlink()
    else:
        file.write_bytes(b"no picture" if broken == "no picture" else file.read_bytes().ljust(50_000_000, b"\0"))
    world.dispatch(told, MORNING + MINUTE)
    assert texts_left(told) == 9
    assert states(told) == {P.DEAD: 9}
    assert all((row.outcome or "").startswith("picture: ") for row in pictures(told))


def test_what_may_have_arrived_is_not_sent_again(told, monkeypatch) -> None:
    asked: list[str] = []

    def lost(address: str, *_: object, **__: object) -> Outcome:
        asked.append(address)
        return Outcome(OutcomeClass.UNKNOWN, "no answer")

    monkeypatch.setattr(picture_post, "send_picture", lost)
    world.dispatch(told, MORNING + MINUTE)
    world.dispatch(told, MORNING + 5 * MINUTE)
    assert len(asked) == len(set(asked)) == 9
    assert states(told) == {P.DEAD: 9}


def test_what_surely_did_not_arrive_is_tried_three_times(told, monkeypatch) -> None:
    refused = Outcome(OutcomeClass.NOT_SENT, "no connection")
    monkeypatch.setattr(picture_post, "send_picture", lambda *_, **__: refused)
    for number in range(1, 6):
        world.dispatch(told, MORNING + 3 * number * MINUTE)
    assert states(told) == {P.DEAD: 9}
    assert {row.attempts for row in pictures(told)} == {3}
    assert texts_left(told) == 9


def test_a_sender_that_dies_in_the_middle_leaves_a_lost_picture_and_no_second_one(told, monkeypatch) -> None:
    def killed(*_: object, **__: object) -> Outcome:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(picture_post, "send_picture", killed)
        with pytest.raises(KeyboardInterrupt):
            world.dispatch(told, MORNING + MINUTE)
    assert states(told)[P.SENDING] == 9
    world.dispatch(told, MORNING + 30 * MINUTE)
    assert states(told) == {P.DEAD: 9}
    assert files(told) == []
    assert texts_left(told) == 9


def test_a_picture_whose_text_never_leaves_is_given_up(told) -> None:
    told.clock.now = MORNING + timedelta(hours=3)  # type: ignore[attr-defined]  # a driven clock
    assert send_pictures(told) == {}
    assert states(told) == {P.DEAD: 9}


def test_a_round_of_pictures_ends_with_its_budget_and_the_rest_waits(told) -> None:
    told.clock.now = MORNING + MINUTE  # type: ignore[attr-defined]
    rows = told.ledger.claim(owner="t", now=MORNING + MINUTE, lease_s=60, limit=20, world=DRILL)
    for row in rows:
        sending = told.ledger.begin_sending(row, now=MORNING + MINUTE)
        told.ledger.record(sending, Outcome(OutcomeClass.OK), now=MORNING + MINUTE, retry_at=None)
    assert send_pictures(told, budget_s=0.0) == {}
    assert states(told) == {P.PENDING: 9}
    assert send_pictures(told) == {P.SENT: 9}


def test_in_a_drill_no_picture_reaches_a_real_mailbox_without_a_window(tmp_path: Path) -> None:
    mail = f"""
[[recipient]]
region = "beijing"
office = "110117"
office_zh = "平谷区森防办"
role = "county_duty"
channel = "mail"
address = "mailto://127.0.0.1:{free_port()}/?from=a@example.org&to=b@example.org"
"""
    contacts = tmp_path / "contacts.toml"
    contacts.write_text(EXAMPLE_CONTACTS.read_text(encoding="utf-8") + mail, encoding="utf-8")
    house = world.build_house(tmp_path / "home", contacts=contacts)
    drill = world.recorded(house, hotspots=world.recorded_hotspots(house, [world.fire(), world.elsewhere()]))
    world.hotspots(drill)
    world.dispatch(drill, MORNING + MINUTE)
    by_channel = {row.text.channel: row for row in pictures(drill)}
    assert set(by_channel) == {"inbox", "mail"} == CARRY
    assert by_channel["mail"].state is P.PENDING, "its text was refused, so it waits for nothing"
    assert by_channel["mail"].text.state is DeliveryState.REJECTED
    assert replace(by_channel["inbox"].text, state=DeliveryState.SENT) == by_channel["inbox"].text
    house.close()
