"""Cells."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from boundary_zones.border import relation_to_border
from boundary_zones.catalogue import Catalogue
from boundary_zones.cells import cell_centres, cell_ids, cells_within


@pytest.mark.parametrize(
    ("lat", "lon", "cell_id"),
    [
        (40.56, 116.47, "4056N11647E"),
        (40.565, 116.475, "4056N11647E"),
        (40.5699, 116.4799, "4056N11647E"),
        (40.57, 116.48, "4057N11648E"),
        (0.0, 0.0, "0000N00000E"),
        (5.07, 7.009, "0507N00700E"),
        (1.1, 2.2, "0110N00220E"),
        (4.35, 8.2, "0435N00820E"),
    ],
)
def test_a_cell_is_named_for_its_south_west_corner(lat: float, lon: float, cell_id: str) -> None:
    assert cell_ids([lat], [lon]).to_list() == [cell_id]


@given(st.integers(0, 8999), st.integers(0, 17999))
def test_centre_and_id_lead_to_each_other(south: int, west: int) -> None:
    name = f"{south:04d}N{west:05d}E"
    lat, lon = cell_centres(pl.Series([name]))
    assert cell_ids(lat, lon).to_list() == [name]
    assert lat[0] == pytest.approx(south / 100 + 0.005, abs=1e-12)
    assert lon[0] == pytest.approx(west / 100 + 0.005, abs=1e-12)


@given(st.integers(0, 8999), st.integers(0, 17999))
def test_a_corner_as_a_person_writes_it_belongs_to_its_cell(south: int, west: int) -> None:
    assert cell_ids([float(f"{south / 100:.2f}")], [float(f"{west / 100:.2f}")]).to_list() == [
        f"{south:04d}N{west:05d}E"
    ]


@given(st.floats(0, 89.99), st.floats(0, 179.99))
def test_a_point_is_within_half_a_cell_of_the_centre_of_its_cell(lat: float, lon: float) -> None:
    centre_lat, centre_lon = cell_centres(cell_ids([lat], [lon]))
    assert abs(centre_lat[0] - lat) <= 0.005 + 1e-8
    assert abs(centre_lon[0] - lon) <= 0.005 + 1e-8


@pytest.mark.parametrize(("lat", "lon"), [(-0.001, 116.0), (40.0, -0.5)])
def test_cells_south_or_west_are_refused(lat: float, lon: float) -> None:
    with pytest.raises(ValueError, match=r"row 1: .* north and east only"):
        cell_ids([40.0, lat], [116.0, lon])


@pytest.mark.parametrize("text", ["4056N1164E", "4056S11647E", "", "x4056N11647E"])
def test_a_text_that_is_no_cell_id_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no cell id"):
        cell_centres(pl.Series(["4056N11647E", text]))


@pytest.mark.parametrize(("zone_id", "count"), [("HR-CD", 3000), ("YQ-HL", 4300), ("PG-JZ", 3000)])
def test_the_three_units_have_about_as_many_cells_as_expected(catalogue: Catalogue, zone_id: str, count: int) -> None:
    assert catalogue.cells(zone_id).height == pytest.approx(count, rel=0.03)


@pytest.mark.parametrize("zone_id", ["HR-CD", "YQ-HL", "PG-JZ"])
def test_cells_lie_on_both_sides_and_each_has_its_place(catalogue: Catalogue, zone_id: str) -> None:
    cells = catalogue.cells(zone_id)
    home = catalogue.zone(zone_id).home_region_ids
    assert cells["zone"].unique().to_list() == [zone_id]
    assert cells["cell_id"].is_sorted()
    assert cells["cell_id"].is_unique().all()
    assert cells["county_gb"].null_count() == 0
    assert cells["distance_to_border_km"].to_numpy().max() <= 15.0
    is_home = cells["region"].is_in(list(home))
    assert (is_home == (cells["signed_distance_km"] > 0)).all()
    assert 0.2 < is_home.to_numpy().mean() < 0.8
    members = {county.gb for county in catalogue.zone(zone_id).counties}
    assert members <= set(cells["county_gb"])


def test_distances_of_cells_are_those_of_points(catalogue: Catalogue) -> None:
    cells = catalogue.cells("PG-JZ")
    relation = relation_to_border(catalogue.border("PG-JZ"), cells["lat_deg"], cells["lon_deg"])
    np.testing.assert_array_equal(cells["signed_distance_km"], relation["signed_distance_km"])


def test_no_cell_within_reach_is_missing_and_none_beyond_is_there(catalogue: Catalogue) -> None:
    border = catalogue.border("HR-CD")  # all its stretches are home lines
    near = cells_within(border, within_km=3.0)
    wide = cells_within(border, within_km=15.0).filter(pl.col("distance_to_border_km") <= 3.0)
    assert near["cell_id"].to_list() == wide["cell_id"].to_list()
    grid = np.stack(np.meshgrid(np.arange(40.0, 42.0, 0.01), np.arange(115.5, 118.0, 0.01), indexing="ij"), axis=-1)
    lat, lon = np.round(grid.reshape(-1, 2) + 0.005, 3).T
    inside = relation_to_border(border, lat, lon)["distance_to_border_km"].to_numpy() <= 3.0
    assert set(cell_ids(lat[inside], lon[inside])) == set(near["cell_id"])
