from __future__ import annotations

import polars as pl
import pytest

from models.incidents.sources import INSTRUMENTS, MODIS, VIIRS


def test_every_instrument_names_satellites_that_no_other_carries() -> None:
    satellites = [satellite for instrument in INSTRUMENTS.values() for satellite in instrument.satellites]
    assert len(satellites) == len(set(satellites)) == 5


@pytest.mark.parametrize("instrument", [MODIS, VIIRS], ids=lambda each: each.name)
def test_cut_coordinates_are_one_pixel_and_neighbours_are_two(instrument) -> None:
    cut_km = 0.0005 * 111.2 * 2**0.5
    assert cut_km < instrument.same_pixel_km
    assert 2 * instrument.same_pixel_km < instrument.nadir_pixel_km


@pytest.mark.shared
def test_recorded_footprints_lie_between_the_smallest_and_the_largest_pixel(shared) -> None:
    rows = pl.read_csv(shared / "data/hotspots/firms_nrt/firms_nrt_dev.csv.gz", infer_schema_length=None)
    for instrument in INSTRUMENTS.values():
        seen = rows.filter(pl.col("instrument") == instrument.name)
        assert len(seen) > 100
        assert set(seen["satellite"]) <= set(instrument.satellites)
        assert seen["scan"].max() <= instrument.edge_scan_km
        assert seen["track"].max() <= instrument.edge_track_km
        assert seen["track"].min() > 2 * instrument.same_pixel_km
