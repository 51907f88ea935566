"""The audit log, purging, contacts and rehearsals as an operator meets them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import sqlalchemy as sa

from bench.providers import PHONE, serving
from desk.exits import Exit
from flows.wiring import EXAMPLE_CONTACTS, open_house
from store.audit import audit_table

KEY = "0123456789abcdef" * 4
ROW = """
[[recipient]]
region = "beijing"
office = "{office}"
office_zh = "{office}测试"
role = "{role}"
channel = "{channel}"
address = "{address}"
"""


@pytest.fixture
def with_more(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """Sets a contacts file: the example and more rows (office, role, channel, address)."""

    def set_file(*rows: tuple[str, str, str, str]) -> Path:
        more = "".join(ROW.format(office=a, role=b, channel=c, address=d) for a, b, c, d in rows)
        path = tmp_path / "contacts.toml"
        path.write_text(EXAMPLE_CONTACTS.read_text(encoding="utf-8") + more, encoding="utf-8")
        path.chmod(0o600)
        monkeypatch.setenv("FIREWATCH_CONTACTS", str(path))
        return path

    return set_file


def test_an_answer_is_in_the_log_and_an_edited_row_is_found(firewatch, told, monkeypatch) -> None:
    monkeypatch.setenv("FIREWATCH_SECRET_AUDIT_KEY", KEY)
    assert firewatch("doctor", "--channels", "--json").code in {Exit.DONE, Exit.DEGRADED}
    done = firewatch("audit", "verify", "--json")
    assert done.code == Exit.DONE
    assert done.document["holds"]
    assert done.document["sealed_with_key"]
    head = done.document["head"]
    house = open_house()
    with house.database.begin() as connection:
        connection.execute(sa.delete(audit_table))
    house.close()
    assert firewatch("audit", "verify", "--json").document["holds"], "an empty chain holds by itself"
    cut = firewatch("audit", "verify", "--head", head, "--json")
    assert cut.code == Exit.FAILED
    assert "cut off" in cut.document["breaks"][0]["what"]


def test_a_head_goes_out_to_operations(firewatch, home) -> None:
    assert firewatch("audit", "publish").code == Exit.FAILED, "an empty log has no head"
    firewatch("doctor", "--channels", "--json")
    assert firewatch("audit", "publish").code == Exit.DONE
    lines = [line for path in (home / "inbox").rglob("*.jsonl") for line in path.read_text().splitlines()]
    texts = [json.loads(line)["text_long"] for line in lines]
    head = firewatch("audit", "verify", "--json").document["last_published"]
    assert any("审计日志截至" in text and head in text for text in texts)


def test_a_head_that_is_none_is_refused(firewatch) -> None:
    assert firewatch("audit", "verify", "--head", "nonsense").code == Exit.BAD_INPUT


def test_every_channel_is_rehearsed_with_the_test_group_only(firewatch, with_more) -> None:
    with serving("dingtalk") as bot, serving("sms_aliyun") as sms:
        with_more(
            ("110116", "county_duty", "dingtalk", bot.address),
            ("110116", "county_duty", "sms_aliyun", sms.address),
            ("110116", "county_duty", "other", "json://127.0.0.1:9/x"),
            ("test", "test_group", "dingtalk", bot.address.replace("dt-token", "gone")),
            ("test", "test_group", "sms_aliyun", sms.address),
        )
        done = firewatch("doctor", "--channels", "--json")
    found = {row["channel"]: row for row in done.document["channels"]}
    assert (found["sms_aliyun"]["outcome"], found["sms_aliyun"]["proven"]) == ("已接收", "自带")
    assert found["dingtalk"]["outcome"] == "拒收"
    assert "300005" in found["dingtalk"]["detail"]
    assert (found["other"]["outcome"], found["other"]["proven"]) == ("未试：无测试组", "未验证")
    assert "test_group" in found["inbox"]["advice"]
    (asked,) = sms.asked
    assert "【演练】" in asked.form["TemplateParam"]
    assert len(bot.asked) == 1
    assert PHONE not in done.out + done.err
    notes = {check["check"]: check["note"] for check in done.document["checks"]}
    assert notes["未验证渠道"].endswith("other")
    assert notes["渠道演练"].startswith("1/")


def test_addresses_are_listed_masked_and_sealed_at_rest(firewatch, with_more, monkeypatch, tmp_path) -> None:
    monkeypatch.setenv("FIREWATCH_SECRET_CONTACTS_KEY", KEY)
    plain = with_more(("110116", "county_duty", "sms_aliyun", f"smsaliyun://?id=AKID&secret=SK&to={PHONE}"))
    target = tmp_path / "contacts.sealed"
    assert firewatch("contacts", "seal", str(plain), str(target)).code == Exit.DONE
    assert PHONE.encode() not in target.read_bytes()
    assert target.stat().st_mode & 0o077 == 0
    monkeypatch.setenv("FIREWATCH_CONTACTS", str(target))
    done = firewatch("contacts", "list", "--json")
    (shown,) = [row for row in done.document if row["channel"] == "sms_aliyun"]
    assert shown["address"] == "smsaliyun://*********78"
    for secret in (PHONE, "AKID", "SK&"):
        assert secret not in done.out
    monkeypatch.setenv("FIREWATCH_SECRET_CONTACTS_KEY", "f" * 64)
    assert firewatch("contacts", "list").code == Exit.FAILED
    monkeypatch.setenv("FIREWATCH_SECRET_CONTACTS_KEY_PREVIOUS", KEY)
    assert firewatch("contacts", "list").code == Exit.DONE
    assert firewatch("contacts", "seal", str(plain), str(plain)).code == Exit.BAD_INPUT


def test_a_purge_prints_its_certificate(firewatch, told) -> None:
    rehearsed = firewatch("retention", "purge", "--by", "李四", "--rehearse", "--json")
    assert rehearsed.document["rehearsal"]
    assert firewatch("audit", "verify", "--json").document["head"].startswith("0:") or rehearsed.code == Exit.DONE
    done = firewatch("retention", "purge", "--by", "李四")
    assert "清除证明" in done.out
    assert "李四" in done.out
    assert firewatch("audit", "verify").code == Exit.DONE
