"""What the rounds decide stands in products/cap: once, for each region, valid, and signed where there is a key."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from flows.cap_products import publish_cap
from flows.errors import ConfigurationError
from flows.wiring import House
from notify.cap.judge import judge
from notify.cap.message import CAP
from notify.cap.signature import ephemeral_key
from tests.flows import world
from tests.flows.world import MORNING, fire, hotspots


def messages(house) -> list[Path]:
    return sorted((house.home.products / "cap" / house.world).rglob("*.xml"))


def burning(house: House, *rows: Any) -> House:
    return world.recorded(house, hotspots=world.recorded_hotspots(house, [*(rows or (fire(),))]))


def parts(file: Path, name: str) -> list[str]:
    return [element.text or "" for element in etree.parse(file).iter(f"{{{CAP}}}{name}")]


def test_an_incident_at_the_line_is_one_message_a_region_joined_by_its_number(house) -> None:
    drill = burning(house)
    report = hotspots(drill)
    files = messages(drill)
    assert len(files) == 3
    assert [product.path for product in report.outcome.products if product.kind == "cap"] == [
        str(file.relative_to(drill.home.products)) for file in files
    ]
    assert len({parts(file, "incidents")[0] for file in files}) == 1
    assert {parts(file, "status")[0] for file in files} == {"Exercise"}
    assert all(judge(file.read_bytes()).valid for file in files)


def test_danger_has_the_outlines_of_its_members_and_ends_with_the_days_looked_at(dry) -> None:
    world.danger(dry)
    files = messages(dry)
    assert len(files) == 3
    assert len(parts(files[0], "polygon")) >= 2 * 4
    assert set(parts(files[0], "expires")) == {"2024-04-12T00:00:00+08:00"}
    assert all(judge(file.read_bytes()).valid for file in files)


def test_a_later_round_writes_only_what_is_not_there_yet(house) -> None:
    drill = burning(house)
    hotspots(drill)
    before = {file: file.read_bytes() for file in messages(drill)}
    assert publish_cap(drill, now=MORNING, run_id="again") == ()
    assert {file: file.read_bytes() for file in messages(drill)} == before


def test_messages_are_signed_by_the_key_of_their_world_only(house) -> None:
    key = ephemeral_key("exercise")
    drill = burning(house).within("exercise-signed", cap_key=key)
    hotspots(drill)
    folder = drill.home.products / "cap" / drill.world
    assert (folder / "certificate.pem").read_bytes() == key.certificate_pem
    for file in messages(drill):
        assert judge(file.read_bytes(), certificate_pem=key.certificate_pem).valid
    assert drill.within("another").cap_key is None


def test_a_cap_message_that_fails_stops_no_alert_and_is_said(house, monkeypatch) -> None:
    from flows import carry_out

    def broken(*_args: object, **_parts: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(carry_out, "publish_cap", broken)
    drill = burning(house)
    report = hotspots(drill)
    assert report.outcome.alerts
    assert report.outcome.outcome == "degraded"
    assert "CAP报文" in report.outcome.missing
    assert any("no space left" in problem for problem in report.outcome.problems)


def test_half_a_key_stops_the_start(open_one, tmp_path) -> None:
    with pytest.raises(ConfigurationError, match="go together"):
        open_one(cap_key=tmp_path / "key.pem")


def test_a_key_that_is_none_stops_the_start(open_one, tmp_path) -> None:
    for name in ("key.pem", "certificate.pem"):
        (tmp_path / name).write_text("no key")
    with pytest.raises(ConfigurationError, match="FIREWATCH_CAP_KEY"):
        open_one(cap_key=tmp_path / "key.pem", cap_certificate=tmp_path / "certificate.pem")
