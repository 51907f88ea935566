"""Settings from the environment, frozen at start. Signed numbers come from ``rules/``, contacts from their own file."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from flows.errors import ConfigurationError
from flows.secrets_held import ENVIRONMENT_PREFIX

PREFIX = "FIREWATCH_"


class Settings(BaseSettings):
    """Where the house lives and whom it asks. Every field is the environment variable ``FIREWATCH_<NAME>``."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid", validate_default=True)

    home: Path = Field(Path("var"), description="State: database, archive, products, inbox.")
    database_url: str | None = Field(None, description="postgresql+psycopg://…; SQLite in the home when absent.")
    contacts: Path | None = Field(None, description="Contacts file; the example contacts (inbox only) when absent.")
    rules: Path | None = Field(None, description="Folder of rules/*.toml; the shipped one when absent.")
    zones: Path | None = Field(None, description="Folder of zones.toml and borders; the shipped one when absent.")
    tables: Path | None = Field(None, description="Folder into which an office without internet drops tables.")
    elevation: Path | None = Field(
        None, description="Table lat_deg, lon_deg, elevation_m; asked from the feed if absent."
    )
    forest_type: Path | None = Field(
        None, description="Forest-type layer (GeoTIFF, longitude and latitude); the default fuel when absent."
    )
    land_use: Path | None = Field(
        None, description="Land-use layer (GeoTIFF, longitude and latitude); no field burning is known when absent."
    )
    land_use_cropland: Annotated[tuple[int, ...], NoDecode] = Field(
        (), description="Codes of the land-use layer that are fields (耕地), comma separated."
    )
    heat_sources: Path | None = Field(
        None, description="The office's own list of known heat (常年热源): CSV, docs/operations.md."
    )
    townships: Path | None = Field(None, description="Table gb, name_zh, lat_deg, lon_deg of an office's townships.")
    cell_facts: Path | None = Field(
        None,
        description="Table cell_id with slope_deg, forest_type, settlement_distance_km, road_distance_km, static_heat.",
    )
    weather_models: Annotated[tuple[str, ...], NoDecode] = Field(
        ("ecmwf_ifs025", "cma_grapes_global"), description="Open-Meteo models, comma separated."
    )
    open_meteo_url: str = "https://api.open-meteo.com"
    open_meteo_archive_url: str = Field(
        "https://archive-api.open-meteo.com", description="Reanalysis that `climatology --from-feed` asks."
    )
    firms_url: str = "https://firms.modaps.eosdis.nasa.gov"
    firms_map_key: SecretStr | None = Field(None, validation_alias="FIRMS_MAP_KEY")
    cap_key: Path | None = Field(None, description="RSA key (PEM) that signs CAP messages; unsigned when absent.")
    cap_certificate: Path | None = Field(None, description="Certificate (PEM) of the CAP key.")
    answer_url: str = Field("", description="https://… of the answer page as an office's phone reaches it.")
    answer_key: SecretStr | None = Field(None, description="Secret that signs answer links, 32 characters or more.")
    answer_key_before: SecretStr | None = Field(None, description="The one before, while links signed with it are out.")
    desk_url: str = Field("", description="https://… of the duty desk as browsers reach it; this machine when absent.")
    sms_reply_key: SecretStr | None = Field(None, description="Secret with which the SMS gateway hands replies over.")
    secrets: Path | None = Field(None, description="Folder of secrets, one a file that only its owner can read.")
    heartbeat_url: SecretStr | None = Field(
        None, description="file:///… or http(s)://… of the outside watcher that calls when it stays silent."
    )
    operator: str = Field("", description="Who runs this; stands in run rows. The login name when empty.")

    @field_validator("weather_models", "land_use_cropland", mode="before")
    @classmethod
    def _comma_separated(cls, value: object) -> object:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @field_validator("home")
    @classmethod
    def _absolute(cls, value: Path) -> Path:
        return value.expanduser().absolute()

    @field_validator("firms_map_key", mode="after")
    @classmethod
    def _empty_is_absent(cls, value: SecretStr | None) -> SecretStr | None:
        return value if value is not None and value.get_secret_value().strip() else None


def _is_setting(name: str) -> bool:
    return name.upper().startswith(PREFIX) and not name.upper().startswith(ENVIRONMENT_PREFIX)


def load_settings(environment: Mapping[str, str] | None = None, **overrides: object) -> Settings:
    """Read the settings; ``overrides`` are field names that win over the environment.

    Raises:
        ConfigurationError: a value cannot be read, or a ``FIREWATCH_…`` variable is not one of ours.
    """
    environment = os.environ if environment is None else environment
    known = {f"{PREFIX}{name}".upper() for name in Settings.model_fields} - {f"{PREFIX}FIRMS_MAP_KEY"}
    unknown = sorted(name for name in environment if _is_setting(name) and name.upper() not in known)
    if unknown:
        raise ConfigurationError(f"unknown setting {', '.join(unknown)}; the settings are {', '.join(sorted(known))}")
    try:
        return Settings(**overrides)  # type: ignore[arg-type]  # field names are checked by extra="forbid"
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        raise ConfigurationError(f"setting {PREFIX}{name.upper()}: {first['msg']}, got {first['input']!r}") from error
