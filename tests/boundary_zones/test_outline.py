"""Counties in few points, for messages that must stay short."""

from __future__ import annotations

import pytest
import shapely

from boundary_zones.outline import county_outlines


@pytest.mark.parametrize("gb", [110116, 130826, 130824, 110119, 130730, 130732, 110117, 120119, 130822, 131082])
def test_the_outline_of_a_member_is_closed_short_and_crosses_nothing(catalogue, gb: int) -> None:
    rings = county_outlines(catalogue, gb)
    assert rings
    for ring in rings:
        assert 4 <= len(ring) <= 100
        assert ring[0] == ring[-1]
        assert shapely.Polygon(ring).is_valid


def test_little_of_the_county_is_lost(catalogue) -> None:
    rings = county_outlines(catalogue, 110117)
    rough = shapely.union_all([shapely.Polygon([(lon, lat) for lat, lon in ring]) for ring in rings])
    whole = catalogue.county_map.polygon(110117)
    assert rough.symmetric_difference(whole).area < 0.03 * whole.area
