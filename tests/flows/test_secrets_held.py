"""Secrets by name."""

from __future__ import annotations

from pathlib import Path

import pytest

from boundary_zones.contacts import parse_contacts
from flows.channel_check import check_channels
from flows.errors import ConfigurationError
from flows.secrets_held import Secrets, secrets_of
from flows.settings import load_settings

ROW = """
[[recipient]]
region = "beijing"
office = "110000"
office_zh = "北京市森防办"
role = "province_duty"
channel = "{channel}"
address = "{address}"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    file = tmp_path / "dt_token"
    file.write_text("from-file\n")
    file.chmod(0o600)
    return tmp_path


def test_a_secret_comes_from_the_environment_first_and_then_from_its_file(folder: Path) -> None:
    assert secrets_of(folder, {}).get("dt_token") == "from-file"
    assert secrets_of(folder, {"firewatch_secret_DT_TOKEN": "from-env"}).get("dt_token") == "from-env"
    assert secrets_of(None, {"CREDENTIALS_DIRECTORY": str(folder)}).get("dt_token") == "from-file"
    assert secrets_of(None, {}).get("dt_token") is None


def test_a_file_that_others_can_read_is_refused_without_being_shown(folder: Path) -> None:
    (folder / "dt_token").chmod(0o640)
    with pytest.raises(ConfigurationError, match="chmod 600 dt_token") as error:
        secrets_of(folder, {}).get("dt_token")
    assert "from-file" not in str(error.value)


def test_secrets_show_themselves_nowhere(folder: Path) -> None:
    assert "hidden" not in repr(secrets_of(folder, {"FIREWATCH_SECRET_A": "hidden"}))


def test_a_secret_in_the_environment_is_no_unknown_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FIREWATCH_SECRET_DT_TOKEN", "x")
    load_settings()


@pytest.mark.parametrize(
    ("channel", "address", "said"),
    [
        ("dingtalk", "dingtalk://?token=${dt_token}&sign=${dt_sign}", "the secret dt_sign is not set"),
        ("mail", "dingtalk://?token=x", "beijing/110000/mail: dingtalk:// belongs to the channel dingtalk"),
        ("dingtalk-2", "json://host/in", "json:// is no address of the channel dingtalk"),
    ],
)
def test_what_no_alert_could_use_is_found_at_the_start(channel: str, address: str, said: str, folder: Path) -> None:
    contacts = parse_contacts(ROW.format(channel=channel, address=address), source="c.toml")
    with pytest.raises(ConfigurationError, match=said):
        check_channels(contacts, secrets_of(folder, {}))


@pytest.mark.parametrize(
    ("channel", "address"),
    [("dingtalk", "dingtalk://?token=${dt_token}"), ("duty_phone", "smsaliyun://?id=1"), ("other", "json://host/in")],
)
def test_what_fits_passes(channel: str, address: str, folder: Path) -> None:
    check_channels(parse_contacts(ROW.format(channel=channel, address=address), source="c"), secrets_of(folder, {}))
    assert Secrets().get("anything") is None
