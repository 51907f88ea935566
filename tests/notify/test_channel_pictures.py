"""A picture by mail, against a real SMTP server: a mail of its own that belongs to the one with the text."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller

from bench.servers.ports import free_port
from notify.channels import ChannelSettings, send
from notify.channels.pictures import send_picture
from notify.delivery_states import OutcomeClass
from notify.parcel import Parcel
from tests.notify.samples import MORNING, ROWS, alert
from tests.notify.test_channel_mail import PostOffice

PNG = b"\x89PNG\r\n\x1a\n" + bytes(2000)
SETTINGS = ChannelSettings(inbox_dir=Path("unused"), deadline_s=30.0)


@pytest.fixture
def office() -> Iterator[tuple[PostOffice, str]]:
    office, port = PostOffice(), free_port()
    server = Controller(office, hostname="127.0.0.1", port=port)
    server.start()
    yield office, f"mailto://127.0.0.1:{port}/?from=a@example.org&to=b@example.org"
    server.stop()


@pytest.mark.parametrize("exercise", [False, True])
def test_the_picture_answers_the_mail_with_the_text(office, tmp_path: Path, exercise: bool) -> None:
    post, address = office
    (tmp_path / "map.png").write_bytes(PNG)
    parcel = Parcel(ROWS[0], alert(exercise=exercise), sending_utc=MORNING)
    assert send(address, parcel, settings=SETTINGS).outcome_class is OutcomeClass.OK
    done = send_picture(address, parcel, tmp_path / "map.png", settings=SETTINGS)
    assert done.outcome_class is OutcomeClass.OK
    text, picture = post.mails
    assert picture["In-Reply-To"] == text["Message-ID"] != picture["Message-ID"]
    assert "X-Alert-Key-Before" not in picture
    [attached] = picture.iter_attachments()
    assert attached.get_content() == PNG
    body = picture.get_body(("plain",))
    assert body is not None
    said = body.get_content().strip()
    assert (said.startswith("【演练】"), said.endswith("【演练】")) == (exercise, exercise)
    assert picture["Subject"] == said
    assert list(text.iter_attachments()) == [], "the text is a mail of its own"


@pytest.mark.parametrize("address", ["smsaliyun://?to=1", "wecombot://?key=k", "inbox://../x"])
def test_other_channels_carry_none(tmp_path: Path, address: str) -> None:
    (tmp_path / "map.png").write_bytes(PNG)
    done = send_picture(address, Parcel(ROWS[0], alert(), sending_utc=MORNING), tmp_path / "map.png", settings=SETTINGS)
    assert done.outcome_class is OutcomeClass.REJECT_PERMANENT


def test_a_server_that_is_not_there_was_sent_nothing(tmp_path: Path) -> None:
    (tmp_path / "map.png").write_bytes(PNG)
    address = f"mailto://127.0.0.1:{free_port()}/?from=a@example.org&to=b@example.org"
    parcel = Parcel(ROWS[0], alert(), sending_utc=MORNING)
    assert send_picture(address, parcel, tmp_path / "map.png", settings=SETTINGS).outcome_class is OutcomeClass.NOT_SENT
