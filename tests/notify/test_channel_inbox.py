"""The inbox: each message once, whole, and nowhere but in its folder."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from notify.channels import ChannelSettings, send
from notify.delivery_states import Outcome, OutcomeClass
from notify.parcel import Parcel
from tests.notify.samples import MORNING, ROWS, alert

PARCEL = Parcel(ROWS[0], alert(), sending_utc=MORNING)
ADDRESS = "inbox://beijing/110116"


@pytest.fixture
def settings(tmp_path: Path) -> ChannelSettings:
    return ChannelSettings(inbox_dir=tmp_path / "inbox", deadline_s=30.0)


def lines(settings: ChannelSettings, region: str = "beijing", office: str = "110116") -> list[dict[str, object]]:
    text = (settings.inbox_dir / region / f"{office}.jsonl").read_text(encoding="utf-8")
    assert text.endswith("\n")
    return [json.loads(line) for line in text.splitlines()]


def test_a_message_is_one_json_line_with_all_that_an_office_needs(settings: ChannelSettings) -> None:
    outcome = send(ADDRESS, PARCEL, settings=settings)
    assert outcome == Outcome(OutcomeClass.OK, "inbox: written", provider_id=PARCEL.key)
    (line,) = lines(settings)
    assert line == PARCEL.document()
    assert line["text_short"] == alert().text_short
    assert line["sending_utc"] == "2027-04-10T07:07:00+00:00"
    assert (line["office_zh"], line["exercise"], line["code"]) == ("110116森防办", False, "怀0410-01")


def test_the_same_delivery_is_not_written_twice(settings: ChannelSettings) -> None:
    send(ADDRESS, PARCEL, settings=settings)
    again = send(ADDRESS, replace(PARCEL, sending_utc=MORNING.replace(hour=9)), settings=settings)
    assert (again.outcome_class, again.detail) == (OutcomeClass.OK, "inbox: it was there already")
    assert len(lines(settings)) == 1


def test_many_writers_at_once_lose_and_double_nothing(settings: ChannelSettings) -> None:
    parcels = [
        Parcel(replace(ROWS[0], delivery_id=f"{number:032x}"), alert(), sending_utc=MORNING) for number in range(20)
    ]
    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(lambda parcel: send(ADDRESS, parcel, settings=settings), parcels * 3))
    assert {outcome.outcome_class for outcome in outcomes} == {OutcomeClass.OK}
    assert sorted(str(line["delivery_id"]) for line in lines(settings)) == [parcel.key for parcel in parcels]


def test_a_torn_line_of_a_crash_is_taken_away_and_the_message_written_anew(settings: ChannelSettings) -> None:
    send(ADDRESS, replace(PARCEL, delivery=ROWS[1]), settings=settings)
    file = settings.inbox_dir / "beijing" / "110116.jsonl"
    with file.open("ab") as stream:
        stream.write(json.dumps(PARCEL.document(), separators=(",", ":")).encode()[:200])
    assert send(ADDRESS, PARCEL, settings=settings).detail == "inbox: written"
    assert [line["delivery_id"] for line in lines(settings)] == [ROWS[1].delivery_id, ROWS[0].delivery_id]


def test_a_text_that_quotes_a_key_is_not_taken_for_it(settings: ChannelSettings) -> None:
    quoting = alert(text_long=f'"delivery_id":"{PARCEL.key}"')
    send(ADDRESS, Parcel(ROWS[1], quoting, sending_utc=MORNING), settings=settings)
    send(ADDRESS, PARCEL, settings=settings)
    assert len(lines(settings)) == 2


@pytest.mark.parametrize(
    "address",
    [
        "inbox://beijing",
        "inbox://beijing/",
        "inbox:///110116",
        "inbox://../110116",
        "inbox://beijing/..",
        "inbox://beijing/../../etc",
        "inbox://beijing/a/b",
        "inbox://beijing/%2e%2e%2fpasswd",
        "inbox://beijing/110116?x=1",
        "inbox://user:secret@beijing/110116",
        "inbox://beijing/110116\n",
        "inbox://beijing/" + "a" * 65,
    ],
)
def test_an_address_that_names_another_place_is_refused(settings: ChannelSettings, address: str) -> None:
    outcome = send(address, PARCEL, settings=settings)
    assert outcome.outcome_class is OutcomeClass.REJECT_PERMANENT
    assert not settings.inbox_dir.exists()


def test_a_link_in_the_place_of_the_file_is_not_followed(settings: ChannelSettings, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.write_text("kept", encoding="utf-8")
    (settings.inbox_dir / "beijing").mkdir(parents=True)
    (settings.inbox_dir / "beijing" / "110116.jsonl").symlink_to(outside)
    assert send(ADDRESS, PARCEL, settings=settings).outcome_class is OutcomeClass.NOT_SENT
    assert outside.read_text(encoding="utf-8") == "kept"


def test_a_folder_that_cannot_be_made_is_not_sent(settings: ChannelSettings) -> None:
    settings.inbox_dir.write_text("a file in the way", encoding="utf-8")
    outcome = send(ADDRESS, PARCEL, settings=settings)
    assert outcome.outcome_class is OutcomeClass.NOT_SENT
    assert "nothing was written" in outcome.detail


def test_a_full_disk_leaves_what_was_there_and_not_half_a_line(
    settings: ChannelSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(ADDRESS, replace(PARCEL, delivery=ROWS[1]), settings=settings)
    real = os.write

    def half_then_full(handle: int, content: memoryview) -> int:
        if len(content) < 100:
            raise OSError(errno.ENOSPC, "full")
        return real(handle, content[: len(content) // 2])

    monkeypatch.setattr("notify.channels.inbox.os.write", half_then_full)
    outcome = send(ADDRESS, PARCEL, settings=settings)
    assert (outcome.outcome_class, outcome.detail) == (
        OutcomeClass.NOT_SENT,
        "inbox: No space left on device; nothing was written",
    )
    monkeypatch.undo()
    assert [line["delivery_id"] for line in lines(settings)] == [ROWS[1].delivery_id]


def test_a_message_is_on_disk_before_it_is_reported(settings: ChannelSettings, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[bool] = []
    real = os.fsync

    def counting(handle: int) -> None:
        synced.append(True)
        real(handle)

    monkeypatch.setattr("notify.channels.inbox.os.fsync", counting)
    send(ADDRESS, PARCEL, settings=settings)
    assert len(synced) == 2


def test_a_writer_waits_for_the_lock_of_another(settings: ChannelSettings) -> None:
    send(ADDRESS, PARCEL, settings=settings)
    done = threading.Event()

    def write_another() -> None:
        send(ADDRESS, replace(PARCEL, delivery=ROWS[1]), settings=settings)
        done.set()

    other = threading.Thread(target=write_another)
    with (settings.inbox_dir / "beijing" / "110116.jsonl").open("rb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        other.start()
        assert not done.wait(0.1)
        fcntl.flock(held, fcntl.LOCK_UN)
    other.join()
    assert len(lines(settings)) == 2
