"""What a monitor reads: names and units as Prometheus has them, and no sample for what nobody knows."""

from __future__ import annotations

import re
from datetime import timedelta

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.parser import text_string_to_metric_families

from flows.metrics import HouseCollector
from flows.recorded_feeds import NoHotspots
from flows.wiring import House
from notify.alert import LIVE
from tests.flows import world
from tests.flows.world import MORNING


def scraped(house: House) -> dict[tuple[str, str], float]:
    registry = CollectorRegistry()
    registry.register(HouseCollector(house))
    families = text_string_to_metric_families(generate_latest(registry).decode())
    return {
        (sample.name, next(iter(sample.labels.values()), "")): sample.value
        for family in families
        for sample in family.samples
    }


def test_a_scrape_says_how_old_feeds_and_rounds_are_and_what_is_owed(house) -> None:
    live = world.recorded(house, world=LIVE, hotspots=world.recorded_hotspots(house, [world.fire(), world.elsewhere()]))
    world.hotspots(live, MORNING, live=True)
    live.clock.now = MORNING + timedelta(minutes=4)
    found = scraped(live)
    assert found["firewatch_feed_up", "hotspot_table"] == 1.0
    assert found["firewatch_feed_last_success_age_seconds", "hotspot_table"] == 240.0
    assert found["firewatch_round_age_seconds", "hotspot_watch"] == 240.0
    assert found["firewatch_round_overdue", "hotspot_watch"] == 0.0
    assert found["firewatch_delivery_oldest_due_seconds", ""] == 240.0
    assert found["firewatch_obligations_owed", ""] > found["firewatch_obligations_finished", ""] == 0.0
    assert found["firewatch_disk_free_bytes", ""] > 1e9
    assert ("firewatch_round_age_seconds", "danger_watch") not in found, "it never ran: there is no age"


def test_a_feed_that_is_out_is_down_and_its_age_is_not_invented(house) -> None:
    live = world.recorded(house, world=LIVE, hotspots=NoHotspots())
    world.hotspots(live, MORNING, live=True)
    found = scraped(live)
    assert found["firewatch_feed_up", "hotspot_table"] == 0.0
    assert not [key for key in found if key[0].endswith("success_age_seconds")]


def test_every_name_has_our_prefix_and_a_base_unit(house) -> None:
    for name, _ in scraped(world.recorded(house, world=LIVE)):
        assert re.fullmatch(r"firewatch_[a-z_]+", name)
        assert not re.search(r"(minutes|hours|_ms|_gb|_mb|percent)$", name)
