"""All signed numbers of the house: what counts is what the files say now."""

from __future__ import annotations

from flows.signed import load_signed
from tests.flows import world


def test_what_an_office_changes_counts_at_the_next_reading(tmp_path) -> None:
    folder = world.changed_rules(tmp_path / "rules", "rounds.toml", "[rounds.forecast_d]", "4")
    before = load_signed(folder)
    assert load_signed(folder) is before
    world.changed_rules(folder, "rounds.toml", "[rounds.forecast_d]", "3", base=folder)
    after = load_signed(folder)
    assert (before.rounds.forecast_d, after.rounds.forecast_d) == (4, 3)
    assert after.version != before.version
