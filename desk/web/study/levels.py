"""级别: levels that a person sets, silences, and what other offices have published."""

from __future__ import annotations

from datetime import timedelta

from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from desk.web.fields import local_time, needed, number, own_zones
from desk.web.pages import page
from desk.web.permissions import Permission, concerns, may, owners, sees, theirs
from desk.web.study.reviewer import reviewed_by
from desk.web.visit import Desk, Visit, does, shows
from flows.noting_warnings import note_outside, noted_areas
from flows.overriding import Wanted, override, tell_now
from notify.alert import WarningColour
from notify.decision_words import LEVEL_ZH
from notify.warning.texts import COLOUR_ZH
from store.errors import AnswerUnclear
from store.releases import Hush
from store.warning_documents import OutsideWarning


def level_routes(desk: Desk) -> list[Route]:
    """The page, and what is done on it."""
    adjust, silence = Permission.ADJUST, Permission.SILENCE
    return [
        Route("/levels", shows(desk, Permission.SEE, levels_page), methods=["GET"]),
        Route("/levels/set", does(desk, adjust, set_level), methods=["POST"]),
        Route("/levels/{seq:int}/end", does(desk, adjust, end_level), methods=["POST"]),
        Route("/silences", does(desk, silence, hush), methods=["POST"]),
        Route("/silences/{seq:int}/end", does(desk, silence, end_hush), methods=["POST"]),
        Route("/outside", does(desk, Permission.STUDY, note), methods=["POST"]),
    ]


def levels_page(visit: Visit) -> Response:
    """What a person changed and what is silenced, with its end; forms for those who may."""
    house, account, now = visit.house, visit.account, visit.now
    said = {
        "visit": visit,
        "overrides": [one for one in house.overrides.in_force(at=now, world=house.world) if _seen(visit, one.subject)],
        "silences": [
            one for one in house.releases.silences(at=now, world=house.world) if _seen(visit, one.event_id or one.zone)
        ],
        "outside": [
            (name, found)
            for gb, name in noted_areas(house.catalogue).items()
            if (found := house.warning_documents.outside(gb, at=now, world=house.world)) is not None
        ],
        "areas": noted_areas(house.catalogue),
        "colours": {colour.value: COLOUR_ZH[colour] for colour in WarningColour},
        "levels": LEVEL_ZH,
        "zones": own_zones(visit),
        "most_h": house.rules.rounds.override_most_h,
        "silence_most_h": house.rules.release.silence_most_h,
        "subject": visit.query.get("about", ""),
        "can": {each.value: may(account, each) for each in (Permission.ADJUST, Permission.SILENCE, Permission.STUDY)},
    }
    return page("levels.html", said)


def set_level(visit: Visit) -> Response:
    """人工调整, told at once: up by either side, down with a leader who reviews at the same screen."""
    subject = _about(visit, needed(visit, "subject"), lowering=False)
    hours = number(visit, "hours", otherwise=12.0)
    reason, level = needed(visit, "reason"), needed(visit, "level")
    wanted = Wanted(subject, level, reason, visit.by, hours, reviewed_by(visit))
    tell_now(visit.house, override(visit.house, wanted))
    return _back()


def end_level(visit: Visit) -> Response:
    """The computed level counts again. Ending a raised level lowers it, and needs the reviewer as well."""
    house = visit.house
    seq = int(visit.path["seq"])
    found = next((one for one in house.overrides.in_force(at=visit.now, world=house.world) if one.seq == seq), None)
    if found is not None:
        _about(visit, found.subject, lowering=False)
        if not found.lowers and reviewed_by(visit) is None:
            raise AnswerUnclear("撤销调高等于调低，须另一位带班领导复核")
    house.overrides.lift(seq, by=visit.by, at=visit.now, world=house.world)
    return _back()


def hush(visit: Visit) -> Response:
    """静默 of an incident or of a unit, for some hours."""
    about = _about(visit, needed(visit, "subject"), lowering=True)
    hours, house = number(visit, "hours"), visit.house
    unit = about in house.zone_ids
    reason = needed(visit, "reason")
    said = Hush(
        visit.now,
        visit.now + timedelta(hours=hours),
        visit.by,
        reason,
        event_id=None if unit else about,
        zone=about if unit else None,
    )
    house.releases.silence(said, most=timedelta(hours=house.rules.release.silence_most_h), world=house.world)
    return _back()


def end_hush(visit: Visit) -> Response:
    """解除静默."""
    house, seq = visit.house, int(visit.path["seq"])
    for one in house.releases.silences(at=visit.now, world=house.world):
        if one.seq == seq:
            _about(visit, one.event_id or one.zone or "", lowering=False)
    house.releases.lift(seq, by=visit.by, at=visit.now, world=house.world)
    return _back()


def note(visit: Visit) -> Response:
    """登记 of what another office published."""
    colour = needed(visit, "colour")
    if colour not in set(WarningColour):
        raise AnswerUnclear(f"colour {colour!r}: there are {', '.join(WarningColour)}")
    area = int(number(visit, "area"))
    begins, ends = local_time(visit, "begins"), local_time(visit, "ends")
    source = needed(visit, "source")
    warning = OutsideWarning(area, WarningColour(colour), begins, ends, source, visit.by, visit.now)
    note_outside(visit.house, warning)
    return _back()


def _about(visit: Visit, subject: str, *, lowering: bool) -> str:
    """The unit or the incident of a form, if it is theirs: to make less of a fire is where it lies, more is anybody's.

    Raises:
        NotInStore: no such incident.
        NotTheirs: it is another region's.
    """
    if subject in visit.house.zone_ids:
        visit.require(theirs(visit.account, visit.house.catalogue.zone(subject).region_ids))
        return subject
    incident = visit.house.incidents.resolve(subject, world=visit.house.world)
    zone = visit.house.catalogue.zone(incident.zone)
    visit.require(theirs(visit.account, owners(incident, zone) if lowering else zone.region_ids))
    return incident.incident_id


def _seen(visit: Visit, subject: str | None) -> bool:
    house = visit.house
    if subject is None:
        return False
    if subject in house.zone_ids:
        return sees(visit.account, house.catalogue.zone(subject))
    return concerns(visit.account, house.incidents.resolve(subject, world=house.world), house.catalogue)


def _back() -> Response:
    return RedirectResponse("/levels", status_code=303)
