"""Everything that a round needs, opened once: settings, rules, places, contacts, memory, feeds."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

import dataframely as dy
import polars as pl

from boundary_zones.catalogue import SHIPPED, Catalogue, load_catalogue
from boundary_zones.contacts import Contacts, check_coverage
from boundary_zones.errors import WhereError
from boundary_zones.heat_sources import HEAT_SOURCES_FILE, HeatSource, load_heat_sources
from boundary_zones.townships import Township, load_townships
from flows.cell_facts import read_cell_facts
from flows.channel_check import check_channels
from flows.contacts_held import contacts_of
from flows.cropland import Cropland, read_cropland
from flows.elevation import CellElevation, FlatCells, TableElevation
from flows.errors import ConfigurationError
from flows.estimators import standing_estimator
from flows.gathered import FEED_ZH, HotspotSource, WeatherSource
from flows.grades import standing_bounds
from flows.live_feeds import LiveElevation, LiveHotspots, LiveWeather
from flows.log_masking import mask_logs
from flows.rules import shipped_rules
from flows.secrets_held import Secrets, secrets_of
from flows.settings import Settings, load_settings
from flows.signed import SignedRules, load_signed
from flows.start_up import check_start_up
from flows.table_feeds import FolderHotspots, FolderWeather
from models.ignition.estimator import Estimator
from models.local_grade import LocalBoundsFrame
from notify.cap.signature import SigningKey
from notify.dispatch import INBOX_SCHEME
from notify.masking import confidential_parts
from store.database import open_database, upgrade
from store.home import Home
from store.keys import key_ring
from store.memory import Memory
from store.payloads import Payloads

EXAMPLE_CONTACTS = SHIPPED / "contacts.example.toml"


def _go_on() -> None:
    """Nobody asks that a round end."""


@dataclass(frozen=True, kw_only=True)
class House(Memory):
    """Made by :func:`open_house`: the memory of one world, and all that a round needs beside it."""

    settings: Settings
    rules: SignedRules
    catalogue: Catalogue
    contacts: Contacts
    weather: WeatherSource
    hotspots_feed: HotspotSource
    elevation: CellElevation
    heat_register: tuple[HeatSource, ...]
    """Known heat of files: what comes with the product, and the office's own list."""
    cropland: Cropland | None
    """Fields of the office's land-use layer; None where it has given none."""
    townships: tuple[Township, ...]
    cell_facts: pl.DataFrame | None
    """What the office told of its cells; None where it told nothing."""
    local_bounds: dy.DataFrame[LocalBoundsFrame] | None
    """Bounds of grades by the climate of each cell; None until ``firewatch climatology`` has run."""
    grade_basis_zh: str
    """What the grades rest on."""
    estimator: Estimator
    """Of ignition: the one that stands."""
    clock: Callable[[], datetime]
    """Time of sending and of answers. In an exercise it is the exercise's."""
    cap_key: SigningKey | None = None
    """Signs this world's CAP messages; they are unsigned without it."""
    secrets_held: Secrets = field(default=Secrets(), repr=False)
    """Secrets that addresses and keys ask for by name."""
    between_steps: Callable[[], None] = _go_on
    """Asked by a round between its steps; a rerun that somebody cancelled ends there."""

    @property
    def zone_ids(self) -> tuple[str, ...]:
        """All joint units."""
        return tuple(zone.id for zone in self.catalogue.zones)

    @property
    def secrets(self) -> tuple[str, ...]:
        """What stands in no message, whatever an error says: our keys, and addresses with all that is in them."""
        key = self.settings.firms_map_key
        addresses = [one.address for one in self.contacts.recipients if not one.address.startswith(INBOX_SCHEME)]
        addresses += [self.settings.database_url or ""]
        parts = [part for address in addresses for part in confidential_parts(address)]
        held = [self.secrets_held.get(name) or "" for name in re.findall(r"\$\{(\w+)\}", " ".join(addresses))]
        ours = (key, self.settings.answer_key, self.settings.answer_key_before, self.settings.sms_reply_key)
        return (*(one.get_secret_value() for one in ours if one is not None), *parts, *held)

    def close(self) -> None:
        """Give the database back."""
        self.database.close()

    def within(self, world: str, **parts: object) -> House:
        """The same house seen from another world, with other feeds or another clock; the live key stays behind."""
        return replace(self, **{"world": world, "cap_key": None, **parts})  # type: ignore[arg-type]  # names are those of the fields


def open_house(settings: Settings | None = None) -> House:
    """Open everything; the first thing that is wrong stops the start.

    Raises:
        ConfigurationError: a setting, rule, zone or contact is wrong; a region, a member or operations have nobody to
            tell; a name or a code that no message can hold.
        StoreError: the database cannot be opened or is newer than the code.
    """
    mask_logs()
    settings = load_settings() if settings is None else settings
    held = secrets_of(settings.secrets)
    rules = load_signed(settings.rules or shipped_rules())
    try:
        catalogue = catalogue_of(settings.zones)
        contacts = contacts_of(settings.contacts or EXAMPLE_CONTACTS, held)
        check_coverage(contacts, catalogue)
        heat_register = heat_register_of(settings.heat_sources)
        townships = load_townships(settings.townships)
    except WhereError as error:
        raise ConfigurationError(str(error)) from error
    check_start_up(catalogue, contacts, FEED_ZH)
    check_channels(contacts, held)
    home = Home(settings.home).ensure()
    local_bounds, grade_basis_zh = standing_bounds(home.root)
    audit_keys = key_ring(held.get("audit_key"), held.get("audit_key_previous"))
    database = open_database(settings.database_url or home.database_url, audit_keys=audit_keys)
    upgrade(database)
    payloads = Payloads(database, home.archive)
    house = House(
        settings=settings,
        rules=rules,
        catalogue=catalogue,
        contacts=contacts,
        home=home,
        database=database,
        weather=_weather(settings, rules, catalogue, payloads),
        hotspots_feed=_hotspots(settings, rules, catalogue, payloads),
        elevation=_elevation(settings, rules, payloads),
        heat_register=heat_register,
        cropland=read_cropland(settings.land_use, settings.land_use_cropland),
        townships=townships,
        cell_facts=read_cell_facts(settings.cell_facts),
        local_bounds=local_bounds,
        grade_basis_zh=grade_basis_zh,
        estimator=standing_estimator(home.root, settings.rules),
        clock=lambda: datetime.now(UTC),
        cap_key=_cap_key(settings),
        secrets_held=held,
    )
    mask_logs(house.secrets)
    return house


_in_use: ContextVar[House | None] = ContextVar("_in_use", default=None)


@contextmanager
def using(house: House) -> Iterator[House]:
    """Let the flows that run inside this block work in ``house``."""
    token = _in_use.set(house)
    try:
        yield house
    finally:
        _in_use.reset(token)


@contextmanager
def house_in_use() -> Iterator[House]:
    """The house that a flow runs in: the one of :func:`using`, else one of its own from the settings."""
    given = _in_use.get()
    if given is not None:
        yield given
        return
    house = open_house()
    try:
        yield house
    finally:
        house.close()


@lru_cache(maxsize=4)
def catalogue_of(folder: Path | None) -> Catalogue:
    """The catalogue of a folder, the shipped one for None, read once by a process: files that change need a start."""
    return load_catalogue(folder)


def heat_register_of(path: Path | None) -> tuple[HeatSource, ...]:
    """The list that comes with the product, and the office's own where there is one."""
    own = load_heat_sources(path) if path is not None else ()
    return (*own, *load_heat_sources(SHIPPED / HEAT_SOURCES_FILE))


def _weather(settings: Settings, rules: SignedRules, catalogue: Catalogue, payloads: Payloads) -> WeatherSource:
    if settings.tables is not None:
        return FolderWeather(settings.tables, payloads, rules)
    return LiveWeather(settings, rules, catalogue, payloads)


def _hotspots(settings: Settings, rules: SignedRules, catalogue: Catalogue, payloads: Payloads) -> HotspotSource:
    if settings.tables is not None:
        return FolderHotspots(settings.tables, payloads, rules)
    return LiveHotspots(settings, rules, catalogue, payloads)


def _cap_key(settings: Settings) -> SigningKey | None:
    paths = (settings.cap_key, settings.cap_certificate)
    if None in paths:
        if paths != (None, None):
            raise ConfigurationError("FIREWATCH_CAP_KEY and FIREWATCH_CAP_CERTIFICATE go together; one is missing")
        return None
    try:
        return SigningKey(*(path.read_bytes() for path in paths if path is not None))
    except (OSError, ValueError) as error:
        raise ConfigurationError(f"FIREWATCH_CAP_KEY, FIREWATCH_CAP_CERTIFICATE: {error}") from error


def _elevation(settings: Settings, rules: SignedRules, payloads: Payloads) -> CellElevation:
    if settings.elevation is not None:
        return TableElevation.read(settings.elevation)
    return FlatCells() if settings.tables is not None else LiveElevation(settings, rules, payloads)
