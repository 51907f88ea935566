"""What doctor finds, and how its exit code says it."""

from __future__ import annotations

import re
import shutil
from collections import namedtuple
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from desk.exits import Exit
from flows.recorded_feeds import NoHotspots
from flows.standing import stand, standing_danger
from flows.wiring import EXAMPLE_CONTACTS
from notify.alert import LIVE
from store.database import Database
from tests.flows import world

Usage = namedtuple("Usage", "total used free")


def checks(done) -> dict[str, tuple[str, str]]:
    return {check["check"]: (check["state"], check["note"]) for check in done.document["checks"]}


def test_a_fresh_house_is_sound_but_not_signed(firewatch) -> None:
    done = firewatch("doctor", "--json")
    assert done.code == Exit.DEGRADED
    found = checks(done)
    state, note = found["规则"]
    assert state == "注意"
    unconfirmed = done.document["unconfirmed_rules"]
    assert note == f"{len(unconfirmed)}/{len(unconfirmed)}条未确认"
    assert "incidents.track.eps_km" in unconfirmed
    assert found["联系人 PG-JZ"] == ("正常", "9个，3地")
    assert found["联系人文件"] == ("注意", "示例联系人，只进收件箱")
    assert found["运维联系人"] == ("正常", "1个")
    assert found["数据源"] == ("注意", "尚未请求过，无数据")
    assert found["数据库"][0] == "正常"
    assert found["坐标基准"][0] == "正常"
    assert found["土地利用图"] == ("正常", "未提供土地利用图，耕地农事用火不作判别")


def test_feeds_are_listed_with_their_last_word(firewatch, told) -> None:
    world.hotspots(world.recorded(told, world=LIVE, hotspots=NoHotspots()), world.MORNING + world.HOUR)
    found = checks(firewatch("doctor", "--json"))
    assert found["数据源 weather_table"] == ("正常", "最近成功 04-09 23:07Z")
    assert found["数据源 hotspot_table"][0] == "注意"
    assert "数据源 hotspot_round" not in found


def test_weather_that_looks_wrong_is_said_in_a_sentence(firewatch, told) -> None:
    assert checks(firewatch("doctor", "--json"))["气象合理性"] == ("正常", "时次、单位、量级合理")
    standing = dict(standing_danger(told) or {}) | {"implausible": ["平均风速0.6m/s，请核对单位"]}
    stand(told, "made-up", standing)
    assert checks(firewatch("doctor", "--json"))["气象合理性"] == ("注意", "平均风速0.6m/s，请核对单位")


def test_contacts_without_operations_are_an_error(firewatch, monkeypatch, tmp_path) -> None:
    head, *recipients = EXAMPLE_CONTACTS.read_text(encoding="utf-8").split("\n[[recipient]]")
    kept = [one for one in recipients if '"operations"' not in one]
    path = Path(tmp_path / "contacts.toml")
    path.write_text("\n[[recipient]]".join([head, *kept]), encoding="utf-8")
    monkeypatch.setenv("FIREWATCH_CONTACTS", str(path))
    done = firewatch("doctor", "--json")
    assert done.code in {Exit.FAILED, Exit.BAD_INPUT}


def test_little_disk_is_a_warning(firewatch, monkeypatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(10e9, 9e9, 1e9))
    assert checks(firewatch("doctor", "--json"))["磁盘"] == ("注意", "剩余1 GB")


def test_a_damaged_database_is_an_error(firewatch, monkeypatch) -> None:
    monkeypatch.setattr(Database, "faults", lambda _: ["row 7 missing from index"])
    done = firewatch("doctor", "--json")
    assert done.code == Exit.FAILED
    assert checks(done)["数据库"] == ("错误", "row 7 missing from index")


@pytest.mark.parametrize(("names", "state"), [("1,2,3", "注意"), ("1,2,3,4,5,6", "正常"), ("", "正常")])
def test_a_template_with_too_few_variables_for_a_whole_text_is_named(
    firewatch, monkeypatch, tmp_path, *, names: str, state: str
) -> None:
    more = "&vars=" + names if names else ""
    row = f"""
[[recipient]]
region = "beijing"
office = "110117"
office_zh = "平谷区森防办"
role = "county_duty"
channel = "sms_tencent"
address = "smstencent://?id=i&secret=s&app=1&signname=q&template=1&to=13800138000{more}"
"""
    path = Path(tmp_path / "contacts.toml")
    path.write_text(EXAMPLE_CONTACTS.read_text(encoding="utf-8") + row, encoding="utf-8")
    monkeypatch.setenv("FIREWATCH_CONTACTS", str(path))
    found = checks(firewatch("doctor", "--json"))["短信模板变量"]
    assert found[0] == state
    assert ("平谷区森防办" in found[1]) is (state == "注意")


def way(channel: str, address: str, verified: str) -> str:
    return f"""
[[recipient]]
region = "beijing"
office = "110117"
office_zh = "平谷区森防办"
role = "county_duty"
channel = "{channel}"
address = "{address}"
verified_at = {verified}
"""


ALIYUN = "?id=i&secret=s&signname=q&template=1&to=13800138000"


@pytest.mark.parametrize(
    ("second", "days_ago", "fewer"),
    [
        (("mail", "mailto://h/?to=a@b.cn&from=a@b.cn"), 3, 1),
        (("voice_aliyun", "voicealiyun://?id=i&secret=s&template=1&to=13800138000"), 3, 0),
        (("mail", "mailto://h/?to=a@b.cn&from=a@b.cn"), 400, 0),
    ],
)
def test_an_office_needs_two_verified_ways_of_different_providers(
    firewatch, monkeypatch, tmp_path, *, second: tuple[str, str], days_ago: int, fewer: int
) -> None:
    now = datetime.fromtimestamp(tmp_path.stat().st_mtime, UTC)
    short = re.compile(r"等(\d+)家不足两条")
    (before,) = short.findall(checks(firewatch("doctor", "--json"))["每单位两条渠道"][1])
    path = Path(tmp_path / "contacts.toml")
    rows = way("sms_aliyun", f"smsaliyun://{ALIYUN}", f"{now:%Y-%m-%d}")
    rows += way(*second, f"{now - timedelta(days=days_ago):%Y-%m-%d}")
    path.write_text(EXAMPLE_CONTACTS.read_text(encoding="utf-8") + rows, encoding="utf-8")
    monkeypatch.setenv("FIREWATCH_CONTACTS", str(path))
    state, note = checks(firewatch("doctor", "--json"))["每单位两条渠道"]
    assert state == "注意"
    (after,) = short.findall(note)
    assert int(before) - int(after) == fewer


@pytest.mark.parametrize("word", ["规则", "联系人 HR-CD", "磁盘", "数据库"])
def test_a_person_reads_a_table(firewatch, word) -> None:
    assert word in firewatch("doctor").out
