"""The start: whatever is wrong stops it and is named."""

from __future__ import annotations

import shutil

import pytest

from boundary_zones.catalogue import SHIPPED
from flows.elevation import FlatCells, TableElevation
from flows.errors import ConfigurationError
from flows.live_feeds import LiveElevation, LiveHotspots, LiveWeather
from flows.rules import shipped_rules
from flows.settings import load_settings
from flows.table_feeds import FolderHotspots, FolderWeather
from flows.wiring import EXAMPLE_CONTACTS, house_in_use, open_house, using
from notify.alert import LIVE
from store.errors import StoreUnreadable
from tests.flows import world

DUTY = 'region = "tianjin"\noffice = "120000"\noffice_zh = "天津市森防办"\nrole = "province_duty"'


@pytest.fixture
def contacts(tmp_path):
    """Writes the example contacts with one text in the place of another."""

    def write(old: str, new: str):
        text = EXAMPLE_CONTACTS.read_text(encoding="utf-8")
        assert text.count(old) == 1
        path = tmp_path / "contacts.toml"
        path.write_text(text.replace(old, new), encoding="utf-8")
        return path

    return write


def test_a_region_without_a_duty_desk_stops_the_start(open_one, contacts) -> None:
    path = contacts(DUTY, DUTY.replace("province_duty", "city_duty"))
    with pytest.raises(ConfigurationError, match="region tianjin 天津市 has no duty desk"):
        open_one(contacts=path)


def test_a_member_without_a_recipient_stops_the_start(open_one, contacts) -> None:
    path = contacts('office = "130732"', 'office = "130733"')
    with pytest.raises(ConfigurationError, match="county 130732 赤城县 of YQ-HL has no recipient"):
        open_one(contacts=path)


def test_an_office_in_the_wrong_region_stops_the_start(open_one, contacts) -> None:
    path = contacts('region = "tianjin"\noffice = "120119"', 'region = "hebei"\noffice = "120119"')
    with pytest.raises(ConfigurationError, match="office 120119 does not lie in 河北省"):
        open_one(contacts=path)


def test_contacts_that_cannot_be_read_stop_the_start(open_one, tmp_path) -> None:
    with pytest.raises(ConfigurationError, match=r"absent\.toml: cannot be read: No such file"):
        open_one(contacts=tmp_path / "absent.toml")
    broken = tmp_path / "broken.toml"
    broken.write_text("[[recipient\n", encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"broken\.toml: is not TOML"):
        open_one(contacts=broken)


def test_a_contact_with_a_misspelt_key_stops_the_start(open_one, contacts) -> None:
    path = contacts('address = "inbox://tianjin/120000"', 'adress = "inbox://tianjin/120000"')
    with pytest.raises(ConfigurationError, match=r"recipient\[1\]"):
        open_one(contacts=path)


def test_a_rule_that_nothing_uses_stops_the_start(open_one, tmp_path) -> None:
    folder = shutil.copytree(shipped_rules(), tmp_path / "rules")
    whole = 'value = 1\nunit = "h"\nsource = "x"\narticle = ""\nvalid_from = 2026-01-01\nconfirmed_by = ""\n'
    with (folder / "rounds.toml").open("a", encoding="utf-8") as file:
        file.write(f"\n[rounds.too_early_min]\n{whole}")
    with pytest.raises(ConfigurationError, match=r"rounds\.rounds\.too_early_min is not known to RoundRules"):
        open_one(rules=folder)


def test_a_missing_rule_stops_the_start(open_one, tmp_path) -> None:
    folder = shutil.copytree(shipped_rules(), tmp_path / "rules")
    path = folder / "incidents.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("[track.eps_km]", "[track.eps]"), encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"incidents\.track\.eps "):
        open_one(rules=folder)


def test_zones_that_cannot_be_read_stop_the_start(open_one, tmp_path) -> None:
    with pytest.raises(ConfigurationError, match=r"zones\.toml: cannot be read"):
        open_one(zones=tmp_path / "nowhere")


def test_a_unit_of_counties_that_do_not_touch_stops_the_start(open_one, tmp_path) -> None:
    text = (SHIPPED / "zones.toml").read_text(encoding="utf-8")
    far = text.replace('{ gb = 131082, role = "neighbour" },', '{ gb = 131081, role = "neighbour" },')
    assert far != text
    (tmp_path / "zones.toml").write_text(far, encoding="utf-8")
    with pytest.raises(ConfigurationError, match="131081 霸州市"):
        open_one(zones=tmp_path)


def test_an_unknown_variable_stops_the_start(monkeypatch, tmp_path) -> None:
    monkeypatch.setenv("FIREWATCH_HOME", str(tmp_path))
    monkeypatch.setenv("FIREWATCH_CONTACT", "contacts.toml")
    with pytest.raises(ConfigurationError, match="unknown setting FIREWATCH_CONTACT"):
        open_house()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("lat_deg,lon_deg\n40,117\n", "columns are lat_deg, lon_deg, elevation_m"),
        ("lat_deg,lon_deg,elevation_m\n", "must be heights"),
        ("lat_deg,lon_deg,elevation_m\n40,117,12000\n", "must be heights"),
        ("lat_deg,lon_deg,elevation_m\n40,117,high\n", "elevation table"),
    ],
    ids=["no heights", "no rows", "above every mountain", "a word"],
)
def test_an_elevation_table_that_cannot_be_used_stops_the_start(open_one, tmp_path, content, says) -> None:
    path = tmp_path / "heights.csv"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(ConfigurationError, match=says):
        open_one(elevation=path)


def test_a_home_that_cannot_be_written_stops_the_start(tmp_path) -> None:
    (tmp_path / "home").write_text("a file", encoding="utf-8")
    with pytest.raises(StoreUnreadable, match="set FIREWATCH_HOME"):
        open_house(load_settings({}, home=tmp_path / "home"))


def test_a_house_asks_the_feeds_unless_it_is_given_tables(open_one, tmp_path) -> None:
    asking = open_one()
    kinds = (type(asking.weather), type(asking.hotspots_feed), type(asking.elevation))
    assert kinds == (LiveWeather, LiveHotspots, LiveElevation)
    reading = open_one(tables=tmp_path)
    kinds = (type(reading.weather), type(reading.hotspots_feed), type(reading.elevation))
    assert kinds == (FolderWeather, FolderHotspots, FlatCells)
    heights = tmp_path / "heights.csv"
    heights.write_text("# ours\nlat_deg,lon_deg,elevation_m\n40,117,120\n", encoding="utf-8")
    assert isinstance(open_one(tables=tmp_path, elevation=heights).elevation, TableElevation)


def test_the_start_makes_the_folders_and_the_database(house) -> None:
    for folder in (house.home.archive, house.home.products, house.home.inbox):
        assert folder.is_dir()
    assert house.home.database.is_file()
    assert (house.world, house.zone_ids) == (LIVE, ("HR-CD", "YQ-HL", "PG-JZ"))


def test_a_house_seen_from_another_world_shares_all_but_what_is_named(house) -> None:
    drill = world.recorded(house)
    assert drill.world == world.DRILL
    assert drill.database is house.database
    assert drill.weather is not house.weather
    assert house.world == LIVE


def test_a_flow_works_in_the_house_that_is_in_use_else_in_one_of_its_own(house, monkeypatch, tmp_path) -> None:
    with using(house), house_in_use() as found:
        assert found is house
    monkeypatch.setenv("FIREWATCH_HOME", str(tmp_path / "own"))
    with house_in_use() as own:
        assert own is not house
        assert own.home.root == tmp_path / "own"


def test_every_shipped_rule_is_bound_and_none_is_signed_yet(house) -> None:
    assert len(house.rules.unconfirmed) == len(house.rules.rules) > 60
