"""人工录入 and 推演: a fire that was reported by telephone, a weather table, and what other weather would do."""

from __future__ import annotations

from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from desk.hand_weather import Typed, hold_on_typed
from desk.web.fields import DATUMS_ZH, datum_of, local_time, needed, number, own_zones
from desk.web.pages import page
from desk.web.permissions import Permission, may
from desk.web.visit import Desk, Visit, does, shows
from feeds.office_headings import HEADINGS
from feeds.tables import WEATHER_OPTIONAL, WEATHER_REQUIRED, TableFile
from flows.phone_report import Call, report_fire, tell_now
from flows.what_if import MARK_ZH, Change, what_if
from store.errors import AnswerUnclear

TABLE_NAME = "值班页录入.csv"


def by_hand_routes(desk: Desk) -> list[Route]:
    """The page with its three forms."""
    study = Permission.STUDY
    return [
        Route("/by-hand", shows(desk, study, by_hand_page), methods=["GET"]),
        Route("/by-hand/fire", does(desk, study, phone_report), methods=["POST"]),
        Route("/by-hand/weather", does(desk, study, weather_table), methods=["POST"]),
        Route("/what-if", does(desk, study, ask_what_if), methods=["POST"]),
    ]


def by_hand_page(visit: Visit) -> Response:
    """The forms."""
    said = {
        "visit": visit,
        "datums": DATUMS_ZH,
        "zones": own_zones(visit),
        "needed": WEATHER_REQUIRED,
        "needed_zh": [HEADINGS[name].asked_zh for name in WEATHER_REQUIRED],
        "more_zh": [HEADINGS[name].asked_zh for name in WEATHER_OPTIONAL],
    }
    return page("by_hand.html", said | {"can_send": may(visit.account, Permission.SIGN)})


def phone_report(visit: Visit) -> Response:
    """A telephone report becomes a hotspot, marked 人工录入; the round that follows at once tells who must know."""
    call = Call(
        number(visit, "lat"),
        number(visit, "lon"),
        local_time(visit, "seen"),
        needed(visit, "caller"),
        visit.by,
        datum_of(visit),
        visit.form.get("county", ""),
        number(visit, "error_km", otherwise=0.5),
        visit.form.get("note", ""),
    )
    kept, _place = report_fire(visit.house, call)
    tell_now(visit.house, kept)
    found = next(
        (
            each
            for each in visit.house.incidents.open_incidents(world=visit.house.world)
            if kept.hotspot_id in each.hotspot_ids
        ),
        None,
    )
    return RedirectResponse(f"/incident/{found.incident_id}" if found else "/", status_code=303)


def weather_table(visit: Visit) -> Response:
    """A danger round on a pasted table: looked at by everybody, sent by a leader only."""
    send = visit.form.get("send") == "yes"
    visit.require(not send or may(visit.account, Permission.SIGN))
    text, reason = needed(visit, "table"), needed(visit, "reason")
    table = TableFile(TABLE_NAME, text.encode(), visit.now)
    typed = Typed(table, reason, visit.by, _zones(visit), send)
    return RedirectResponse(f"/run/{hold_on_typed(visit.house, typed).run_id}", status_code=303)


def ask_what_if(visit: Visit) -> Response:
    """推演: shown, kept in a folder of its own, and never sendable."""
    change = Change(
        int(number(visit, "wind", otherwise=0)),
        number(visit, "humidity", otherwise=0.0),
        number(visit, "temperature", otherwise=0.0),
    )
    reason = needed(visit, "reason")
    found = what_if(visit.house, change, zones=_zones(visit), who=visit.by, reason=reason)
    return page("what_if.html", {"visit": visit, "found": found, "mark": MARK_ZH, "reason": reason})


def _zones(visit: Visit) -> tuple[str, ...]:
    """The units that were chosen, all of them the account's; all of its own where none was.

    Raises:
        AnswerUnclear: the account is of no unit.
        NotTheirs: one is another region's.
    """
    mine = [zone.id for zone in own_zones(visit)]
    chosen = visit.forms.get("zones", [])
    visit.require(set(chosen) <= set(mine))
    if not mine:
        raise AnswerUnclear("本账号不属于任何联防单元")
    return tuple(chosen or mine)
