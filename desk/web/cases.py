"""The processes of the cooperation agreement as pages: every case with its steps, its clock and its next form."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from desk.web.pages import page
from desk.web.permissions import Permission, may, sees, theirs
from desk.web.visit import Desk, Visit, does, shows
from flows.hearing import units_of
from flows.processes.cases import Opening, all_cases, case_of, open_case, take_step, waiting
from models.processes.case import Case
from models.processes.law import ASKS, FIELDS, NEXT_STATES, Process, State, first_state, states_of
from store.errors import AnswerUnclear

OPENED_BY_HAND = (Process.RESPONSE, Process.SUPPLIES, Process.TASK)


def case_routes(desk: Desk) -> list[Route]:
    """Pages and actions of cases."""
    return [
        Route("/cases", shows(desk, Permission.SEE, cases_page), methods=["GET"]),
        Route("/cases", does(desk, Permission.DRAFT, begin), methods=["POST"]),
        Route("/case/{number}", shows(desk, Permission.SEE, case_page), methods=["GET"]),
        Route("/case/{number}/step", does(desk, Permission.DRAFT, advance), methods=["POST"]),
    ]


def cases_page(visit: Visit) -> Response:
    """All cases of the account's joint units, those that wait first."""
    house = visit.house
    mine = {zone.id for zone in house.catalogue.zones if sees(visit.account, zone)}
    cases = [case for case in all_cases(house) if not case.zone or mine & set(_units(visit, case))]
    due = {one.case_no: one for one in waiting(house, now=visit.now)}
    said = {
        "visit": visit,
        "cases": sorted(cases, key=lambda case: (not case.open, _late_last(due, case.case_no))),
        "due": due,
        "now": visit.now,
        "can": may(visit.account, Permission.DRAFT),
        "by_hand": OPENED_BY_HAND,
        "asks": {kind: ASKS[kind].get(first_state(kind), ()) for kind in OPENED_BY_HAND},
        "labels": FIELDS,
        "zones": [zone for zone in house.catalogue.zones if zone.id in mine],
        "offices": {one.office: one.office_zh for one in house.contacts.recipients if one.office.isdigit()},
        "event": visit.query.get("event", ""),
    }
    return page("cases.html", said)


def case_page(visit: Visit) -> Response:
    """One case."""
    case = _seen(visit)
    may_follow = NEXT_STATES[case.process][case.state]
    following = [state for state in states_of(case.process) if state in may_follow]
    said = {
        "visit": visit,
        "case": case,
        "following": following,
        "asks": {state: ASKS[case.process].get(state, ()) for state in following},
        "labels": FIELDS,
        "can": may(visit.account, Permission.DRAFT) and _mine(visit, case),
    }
    return page("case.html", said)


def begin(visit: Visit) -> Response:
    """Open a case in the name of the office."""
    house, form = visit.house, visit.form
    try:
        kind = Process(form.get("process", ""))
    except ValueError as error:
        raise AnswerUnclear(str(error)) from error
    zone_id = form.get("zone", "")
    if form.get("event"):
        incident = house.incidents.resolve(form["event"], world=house.world)
        zone_id = incident.zone
    visit.require(zone_id in house.zone_ids and theirs(visit.account, _regions(visit, zone_id)))
    said = {name: form[name] for name in FIELDS if form.get(name)}
    opening = Opening(kind, said, form.get("event", ""), zone_id, visit.account.office, form.get("asked", ""))
    case = open_case(house, opening, by=visit.by, now=visit.now)
    return RedirectResponse(f"/case/{quote(case.case_no)}", status_code=303)


def advance(visit: Visit) -> Response:
    """The next step."""
    case = _seen(visit)
    visit.require(_mine(visit, case))
    state = State(visit.form.get("state", ""))
    said = {name: visit.form[name] for name in FIELDS if visit.form.get(name)}
    take_step(visit.house, case.case_no, state, by=visit.by, now=visit.now, fields=said)
    return RedirectResponse(f"/case/{quote(case.case_no)}", status_code=303)


def _seen(visit: Visit) -> Case:
    case = case_of(visit.house, visit.path["number"])
    zones = [visit.house.catalogue.zone(unit) for unit in _units(visit, case)]
    visit.require(not zones or any(sees(visit.account, zone) for zone in zones))
    return case


def _mine(visit: Visit, case: Case) -> bool:
    """Every member of the joint units takes part in their cases."""
    return any(theirs(visit.account, _regions(visit, unit)) for unit in _units(visit, case))


def _units(visit: Visit, case: Case) -> tuple[str, ...]:
    return units_of(visit.house, case.event_id, case.zone) if case.zone else ()


def _regions(visit: Visit, zone_id: str) -> tuple[str, ...]:
    return visit.house.catalogue.zone(zone_id).region_ids


def _late_last(due: Mapping[str, object], case_no: str) -> int:
    order = list(due)
    return order.index(case_no) if case_no in due else len(order)
