"""Everybody who must be told has a row."""

from __future__ import annotations

from dataclasses import replace

import pytest

from notify.delivery_states import DeliveryState
from notify.obligations import Uncovered, delivery_id_of, obligations
from tests.notify.samples import OFFICES, alert, recipient


def test_each_recipient_has_one_pending_row() -> None:
    rows = obligations(alert(), OFFICES)
    assert [(row.region, row.office) for row in rows] == [(one.region, one.office) for one in OFFICES]
    assert {row.state for row in rows} == {DeliveryState.PENDING}
    assert {row.alert_id for row in rows} == {alert().alert_id}
    assert {(row.step, row.attempts, row.world) for row in rows} == {(0, 0, "live")}
    assert rows[0].recipient_role == "county_duty"


def test_the_same_alert_gives_the_same_rows_and_a_new_revision_others() -> None:
    ids = {row.delivery_id for row in obligations(alert(), OFFICES)}
    assert ids == {row.delivery_id for row in obligations(alert(), OFFICES)}
    assert len(ids) == len(OFFICES)
    assert not ids & {row.delivery_id for row in obligations(alert(revision=2), OFFICES)}
    assert not ids & {row.delivery_id for row in obligations(alert(world="replay"), OFFICES)}


def test_another_step_of_the_same_recipient_is_another_row() -> None:
    first, second = (delivery_id_of(alert(), region="hebei", office="130826", channel="mail", step=n) for n in (0, 1))
    assert first != second
    assert len(first) == 32


def test_two_channels_of_an_office_are_two_rows() -> None:
    rows = obligations(alert(), (*OFFICES, recipient("hebei", "130826", "mail", "mailtos://h/?from=a@b&to=c@d")))
    assert len({row.delivery_id for row in rows}) == len(OFFICES) + 1


@pytest.mark.parametrize("region", ["beijing", "tianjin", "hebei"])
def test_a_region_without_a_recipient_is_an_error_that_names_it(region: str) -> None:
    left = tuple(one for one in OFFICES if one.region != region)
    with pytest.raises(Uncovered, match=f"region {region} has nobody to tell; add a recipient to the contacts file"):
        obligations(alert(), left)


def test_an_alert_that_reaches_nobody_is_an_error() -> None:
    with pytest.raises(Uncovered, match="there is nobody to tell"):
        obligations(alert(regions=()), ())


def test_a_recipient_of_a_region_that_is_not_told_is_an_error() -> None:
    with pytest.raises(Uncovered, match="not for region tianjin"):
        obligations(alert(regions=("beijing", "hebei")), OFFICES)


def test_a_system_alert_without_regions_goes_to_whomever_operations_name() -> None:
    assert len(obligations(alert(regions=()), OFFICES[:1])) == 1


def test_an_office_twice_on_one_channel_is_an_error_even_with_another_address() -> None:
    twice = replace(OFFICES[0], address="inbox://beijing/other")
    with pytest.raises(ValueError, match="named twice for inbox"):
        obligations(alert(), (*OFFICES, twice))


def test_no_address_stands_in_a_row() -> None:
    rows = obligations(alert(), [replace(one, address="mailtos://u:canary@h/?from=a@b&to=c@d") for one in OFFICES])
    assert "canary" not in repr(rows)
