from __future__ import annotations

import pytest

from flows.errors import ConfigurationError
from flows.settings import Settings, load_settings


@pytest.fixture(autouse=True)
def _only_our_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("FIRMS_MAP_KEY", "FIREWATCH_HOME", "FIREWATCH_WEATHER_MODELS", "FIREWATCH_CONTACTS"):
        monkeypatch.delenv(name, raising=False)


def test_without_an_environment_the_home_is_var_below_the_working_folder(monkeypatch, tmp_path) -> None:
    monkeypatch.chdir(tmp_path)
    assert load_settings({}).home == tmp_path / "var"


def test_an_unknown_setting_stops_the_start_and_names_those_that_exist() -> None:
    with pytest.raises(ConfigurationError, match=r"unknown setting FIREWATCH_CONTACT;.*FIREWATCH_CONTACTS"):
        load_settings({"FIREWATCH_CONTACT": "/x"})


def test_weather_models_are_a_comma_separated_list(monkeypatch) -> None:
    monkeypatch.setenv("FIREWATCH_WEATHER_MODELS", "ecmwf_ifs025, gfs_seamless,")
    assert load_settings().weather_models == ("ecmwf_ifs025", "gfs_seamless")


def test_the_map_key_is_read_from_its_own_variable_and_never_shown(monkeypatch) -> None:
    monkeypatch.setenv("FIRMS_MAP_KEY", "0123456789abcdef")
    settings = load_settings()
    assert settings.firms_map_key is not None
    assert settings.firms_map_key.get_secret_value() == "0123456789abcdef"
    assert "0123456789abcdef" not in repr(settings)


def test_an_empty_map_key_is_no_map_key(monkeypatch) -> None:
    monkeypatch.setenv("FIRMS_MAP_KEY", "  ")
    assert load_settings().firms_map_key is None


def test_an_override_wins_and_an_unknown_override_is_refused(tmp_path) -> None:
    assert load_settings({}, home=tmp_path).home == tmp_path
    with pytest.raises(ConfigurationError, match="FIREWATCH_HOUSE"):
        load_settings({}, house=tmp_path)


def test_settings_cannot_be_changed_after_the_start() -> None:
    with pytest.raises(ValueError, match="frozen"):
        load_settings({}).home = "elsewhere"  # type: ignore[misc,assignment]


def test_every_setting_says_what_it_is_for() -> None:
    undescribed = [n for n, f in Settings.model_fields.items() if not f.description]
    assert undescribed == ["open_meteo_url", "firms_url", "firms_map_key"]
