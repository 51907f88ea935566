from __future__ import annotations

import pytest

from boundary_zones.catalogue import Catalogue, load_catalogue
from boundary_zones.places import locate
from models.frames import LocatedHotspotFrame
from models.incidents.match import located
from tests.models.incidents.synthetic import frame, hotspot


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


def test_a_hotspot_gets_its_county_and_the_line_that_is_nearest(catalogue) -> None:
    matched = located(frame([hotspot(lat_deg=40.456, lon_deg=115.831)]), catalogue)
    row = matched.hotspots.row(0, named=True)
    assert matched.outside == 0
    assert (row["zone"], row["region"], row["county_gb"]) == ("YQ-HL", "beijing", 110119)
    assert (row["neighbour_county_gb"], row["neighbour_region"]) == (130730, "hebei")
    assert row["distance_to_border_km"] == pytest.approx(4.4, abs=0.1)
    assert row["signed_distance_km"] == row["distance_to_border_km"]


def test_a_hotspot_across_the_line_has_a_negative_distance(catalogue) -> None:
    row = located(frame([hotspot(lat_deg=40.40, lon_deg=115.60)]), catalogue).hotspots.row(0, named=True)
    assert (row["region"], row["county_gb"], row["neighbour_region"]) == ("hebei", 130730, "beijing")
    assert row["signed_distance_km"] == -row["distance_to_border_km"] < 0


def test_hotspots_elsewhere_are_counted_and_not_followed(catalogue) -> None:
    elsewhere = [hotspot(lat_deg=-12.0, lon_deg=131.0), hotspot(lat_deg=40.3, lon_deg=-117.2), hotspot(lat_deg=38.0)]
    matched = located(frame([*elsewhere, hotspot()]), catalogue)
    assert matched.hotspots["lat_deg"].to_list() == [40.30]
    assert matched.outside == 3


def test_the_watch_area_ends_where_the_catalogue_says(catalogue) -> None:
    west = [hotspot(lon_deg=114.9 + step / 100) for step in range(40)]
    matched = located(frame([row | {"lat_deg": 40.4} for row in west]), catalogue)
    distances = matched.hotspots["distance_to_border_km"]
    assert 0 < matched.outside < 40
    assert distances.max() <= catalogue.extent.watch_km
    assert distances.max() > catalogue.extent.watch_km - 1.0


def test_the_box_leaves_no_hotspot_of_the_watch_area_out(catalogue) -> None:
    grid = [hotspot(lat_deg=38.5 + 0.2 * i, lon_deg=114.0 + 0.2 * j) for i in range(24) for j in range(32)]
    whole = frame(grid)
    matched = located(whole, catalogue)
    places = locate(catalogue, whole["lat_deg"].to_numpy(), whole["lon_deg"].to_numpy())
    watched = whole.filter(places["in_watch_area"])["hotspot_id"]
    assert matched.hotspots["hotspot_id"].to_list() == watched.to_list()
    assert matched.outside == len(grid) - len(watched) > 0


def test_no_hotspots_are_a_frame_without_rows(catalogue) -> None:
    matched = located(frame([]), catalogue)
    assert matched.outside == 0
    assert LocatedHotspotFrame.is_valid(matched.hotspots)
    assert matched.hotspots.height == 0
