"""Who may do what, as a table that is read at one glance."""

from __future__ import annotations

from dataclasses import replace

import pytest

from desk.web.permissions import MAY, Permission, may, sees, theirs
from flows.wiring import catalogue_of
from store.accounts import DutyRole
from tests.desk.web.conftest import NIGHT, PEOPLE

_ACTS = set(Permission) - {Permission.SEE, Permission.SEE_LOG, Permission.SEE_AUDIT, Permission.SEE_RUNS}


@pytest.mark.parametrize("role", [DutyRole.OPERATIONS, DutyRole.AUDITOR, DutyRole.READER])
def test_who_only_looks_may_do_nothing(role: DutyRole) -> None:
    assert MAY[role] & _ACTS == set()


def test_only_a_leader_signs_takes_back_reviews_and_silences() -> None:
    for permission in (Permission.SIGN, Permission.TAKE_BACK, Permission.REVIEW, Permission.SILENCE):
        assert {role for role in DutyRole if permission in MAY[role]} == {DutyRole.LEADER}


def test_only_an_auditor_sees_the_whole_log() -> None:
    assert {role for role in DutyRole if Permission.SEE_AUDIT in MAY[role]} == {DutyRole.AUDITOR}


def test_a_disabled_account_may_nothing() -> None:
    gone = replace(PEOPLE[0], disabled_utc=NIGHT)
    assert not any(may(gone, permission) for permission in Permission)


def test_a_region_sees_the_units_that_it_is_a_member_of() -> None:
    catalogue = catalogue_of(None)
    by_login = {person.login: person for person in PEOPLE}
    seen = {login: {zone.id for zone in catalogue.zones if sees(by_login[login], zone)} for login in by_login}
    assert seen["zhang"] == {"HR-CD", "YQ-HL", "PG-JZ"}
    assert seen["wang"] == {"PG-JZ"}
    assert seen["sun"] == seen["wu"] == {"HR-CD", "YQ-HL", "PG-JZ"}
    assert not theirs(by_login["sun"], ["beijing", ""])
