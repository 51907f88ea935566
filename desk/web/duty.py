"""The duty page and the pages behind it: incident, alert, drafts, deliveries, suppressed, danger, the map's data."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import timedelta

from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route

from boundary_zones.heat_sources import HEAT_KIND_ZH
from desk.web.board.card import card_of
from desk.web.board.danger import danger_table
from desk.web.board.queue import Duty, draft_in_words, facts_of, queue_of, sees_document, suppressed_of
from desk.web.board.told import told_of
from desk.web.board.top import top_of
from desk.web.fields import DATUMS_ZH
from desk.web.geo import base_map, live_map, relief_map
from desk.web.pages import page, rendered
from desk.web.permissions import Permission, concerns, may, owners, sees, theirs
from desk.web.visit import Desk, Endpoint, Visit, shows
from flows.cropland import ABSENT_ZH
from flows.releasing import needed
from models.field_check.feedback import DETAILS_ZH, FeedbackType
from models.field_check.fire_report import FIELDS, ReportKind
from models.incidents.judge import DOUBT_ZH
from notify.phrases import BEIJING
from notify.warning.document import DocumentState
from notify.warning.texts import released_text
from store.errors import NotInStore
from store.pulse import Pulse

HIDDEN_TYPES = frozenset({FeedbackType.HILL_BURN, FeedbackType.OUTSIDE_FIRE})
"""炼山 and 境外火 are kept for other systems and offered by none of our forms."""
SIGNED_FOR = timedelta(days=30)
PAST_ON_A_PAGE = 50
PARTS = ("top", "queue", "told", "danger")


def duty_routes(desk: Desk) -> list[Route]:
    """All pages that only show."""
    see = Permission.SEE
    return [
        Route("/", shows(desk, see, duty_page), methods=["GET"]),
        Route("/part/{name}", shows(desk, see, part), methods=["GET"]),
        Route("/incident/{number}", shows(desk, see, incident_page), methods=["GET"]),
        Route("/incident/{number}/picture.png", shows(desk, see, picture), methods=["GET"]),
        Route("/alert/{code}", shows(desk, see, alert_page), methods=["GET"]),
        Route("/drafts", shows(desk, see, drafts_page), methods=["GET"]),
        Route("/draft/{number}", shows(desk, see, draft_page), methods=["GET"]),
        Route("/deliveries", shows(desk, see, deliveries_page), methods=["GET"]),
        Route("/suppressed", shows(desk, see, suppressed_page), methods=["GET"]),
        Route("/past", shows(desk, see, past_page), methods=["GET"]),
        Route("/danger", shows(desk, see, danger_page), methods=["GET"]),
        Route("/map/base.json", _lasting(desk), methods=["GET"]),
        Route("/map/relief.json", shows(desk, see, relief_place), methods=["GET"]),
        Route("/map/relief.png", shows(desk, see, relief), methods=["GET"]),
        Route("/map/live.json", shows(desk, see, map_now), methods=["GET"]),
    ]


def duty_page(visit: Visit) -> Response:
    """The whole page: understood in five seconds, whole without any script."""
    said = {"visit": visit, "beat": Pulse(visit.house.database).beat(world=visit.house.world)}
    for name in PARTS:
        said |= _part(visit, name)
    return page("duty.html", said | {"refresh_s": visit.house.rules.desk.refresh_s})


def part(visit: Visit) -> Response:
    """One part of the page, for a page that is open already."""
    name = visit.path["name"]
    if name not in PARTS:
        raise NotInStore(f"no part {name!r}")
    return Response(rendered(f"part_{name}.html", {"visit": visit, **_part(visit, name)}), media_type="text/html")


def _part(visit: Visit, name: str) -> Mapping[str, object]:
    house, account, now = visit.house, visit.account, visit.now
    if name == "top":
        top = visit.shared("top", lambda: top_of(house, account, now=now, wall=visit.desk.clock()))
        return {"top": top}
    if name == "danger":
        return {"danger": danger_table(house, account, now=now)}
    facts = visit.shared("facts", lambda: facts_of(house, account, now=now))
    if name == "told":
        told = visit.shared("told", lambda: told_of(house, account, facts.owed, now=now))
        return {"told": told[:8], "suppressed_count": len(suppressed_of(facts))}
    items = visit.shared("items", lambda: queue_of(house, account, facts, now=now))
    return {
        "past": facts.past,
        "items": items,
        "duties": [duty for duty in Duty if any(one.duty is duty for one in items)],
        "now": now,
    }


def incident_page(visit: Visit) -> Response:
    """The card of an incident."""
    card = card_of(visit.house, visit.account, visit.path["number"], now=visit.now)
    zone = visit.house.catalogue.zone(card.incident.zone)
    visit.require(concerns(visit.account, card.incident, visit.house.catalogue))
    own = theirs(visit.account, owners(card.incident, zone))
    region = theirs(visit.account, zone.region_ids)
    said = {
        "visit": visit,
        "card": card,
        "types": [kind for kind in FeedbackType if kind not in HIDDEN_TYPES],
        "details": DETAILS_ZH,
        "fields": FIELDS,
        "report_kinds": list(ReportKind),
        "can": {
            "verify": own and may(visit.account, Permission.VERIFY),
            "lift": region and may(visit.account, Permission.LIFT),
            "merge": own and may(visit.account, Permission.MERGE),
            "take_back": own and may(visit.account, Permission.TAKE_BACK),
            "review": own and may(visit.account, Permission.REVIEW),
            "answer": may(visit.account, Permission.ANSWER) and region,
        },
        "doubts": DOUBT_ZH,
        "datums": DATUMS_ZH,
        "now": visit.now,
    }
    return page("incident.html", said)


def picture(visit: Visit) -> Response:
    """The newest picture of an incident (态势图). Which file it is says the catalogue, never the address."""
    house = visit.house
    incident = house.incidents.resolve(visit.path["number"], world=house.world)
    visit.require(concerns(visit.account, incident, house.catalogue))
    product = house.products.newest_named("incident_map", f"{incident.incident_id}.png", world=house.world)
    path = house.home.products / product.path if product is not None else None
    if path is None or not path.is_file():
        raise NotInStore(f"no picture of {incident.incident_id}")
    return FileResponse(path, media_type="image/png")


def alert_page(visit: Visit) -> Response:
    """One alert with its texts and its offices."""
    house = visit.house
    alert = house.alerts.with_code(visit.path["code"], world=house.world)
    zones = house.incidents.zones_of_event(alert.event_id, world=house.world) or (alert.zone,)
    visit.require(any(zone is None or sees(visit.account, house.catalogue.zone(zone)) for zone in zones))
    facts = facts_of(house, visit.account, now=visit.now)
    mine = [one for one in facts.owed if one.alert_id == alert.alert_id]
    waiting = facts.unanswered(visit.account, alert.event_id)
    told = told_of(house, visit.account, mine, now=visit.now)
    can = {
        "answer": may(visit.account, Permission.ANSWER),
        "take_back": may(visit.account, Permission.TAKE_BACK) and _may_take_back(visit, alert.zone),
    }
    said = {"visit": visit, "alert": alert, "told": told, "code": waiting.code if waiting else "", "can": can}
    return page("alert.html", said)


def _may_take_back(visit: Visit, zone_id: str | None) -> bool:
    return zone_id is not None and theirs(visit.account, visit.house.catalogue.zone(zone_id).region_ids)


def drafts_page(visit: Visit) -> Response:
    """What waits for a signature, and what was signed."""
    house = visit.house
    known = house.warning_documents
    waiting = [
        row for row in known.waiting(at=visit.now, world=house.world) if sees_document(house, visit.account, row)
    ]
    signed = [
        row
        for row in known.signed(since=visit.now - SIGNED_FOR, world=house.world)
        if sees_document(house, visit.account, row)
    ]
    names = {row.number: house.releases.signed_by(row.number, world=house.world) for row in waiting}
    said = {
        "visit": visit,
        "waiting": waiting,
        "signed": list(reversed(signed)),
        "signed_for_d": SIGNED_FOR.days,
        "names": names,
        "about": {row.number: draft_in_words(house, row) for row in (*waiting, *signed)},
        "missing": {row.number: max(0, needed(house, row) - len(names[row.number])) for row in waiting},
        "can_sign": may(visit.account, Permission.SIGN),
        "can_draft": may(visit.account, Permission.DRAFT),
        "zones": [zone for zone in house.catalogue.zones if sees(visit.account, zone)],
    }
    return page("drafts.html", said)


def draft_page(visit: Visit) -> Response:
    """One document, to be read before it is signed."""
    house = visit.house
    row = house.warning_documents.load(visit.path["number"], world=house.world)
    visit.require(sees_document(house, visit.account, row))
    signers = house.releases.signers_of(row.number, world=house.world)
    at = row.released_utc
    said = {
        "visit": visit,
        "row": row,
        "text": row.text_long if at is None else released_text(row.text_long, released_utc=at),
        "names": [one.said_zh for one in signers],
        "missing": max(0, needed(house, row) - len(signers)),
        "draft": row.state is DocumentState.DRAFT,
        "can_sign": may(visit.account, Permission.SIGN) and visit.by not in {one.name for one in signers},
    }
    return page("draft.html", said)


def deliveries_page(visit: Visit) -> Response:
    """Every recent event, office by office."""
    facts = facts_of(visit.house, visit.account, now=visit.now)
    return page(
        "deliveries.html", {"visit": visit, "told": told_of(visit.house, visit.account, facts.owed, now=visit.now)}
    )


def suppressed_page(visit: Visit) -> Response:
    """What the false-alarm filter holds back, each with its reason; and the known heat that was accepted here."""
    house, today = visit.house, visit.now.astimezone(BEIJING).date()
    said = {
        "visit": visit,
        "held": suppressed_of(facts_of(house, visit.account, now=visit.now)),
        "doubts": DOUBT_ZH,
        "absent": ABSENT_ZH if house.cropland is None else "",
        "sources": [one for one in house.heat_sources.all(world=house.world) if one.counts_on(today)],
        "kinds": HEAT_KIND_ZH,
        "can_lift": may(visit.account, Permission.LIFT),
        "can_release": may(visit.account, Permission.REVIEW),
    }
    return page("suppressed.html", said)


def past_page(visit: Visit) -> Response:
    """Every incident there ever was, the last seen first, page by page."""
    house = visit.house
    zones = [zone.id for zone in house.catalogue.zones if sees(visit.account, zone)]
    nth = int(visit.query.get("page", "1") or 1)
    if not 1 <= nth <= 10_000:
        raise ValueError(f"page {nth}: there is none")
    after, count = PAST_ON_A_PAGE * (nth - 1), house.incidents.count(zones, world=house.world)
    rows = house.incidents.newest(zones, limit=PAST_ON_A_PAGE, after=after, world=house.world)
    stages = house.verification.newest_stages(of=[each.incident_id for each in rows], world=house.world)
    said = {"visit": visit, "rows": rows, "stages": stages, "count": count, "nth": nth}
    return page("past.html", said | {"more": after + len(rows) < count})


def danger_page(visit: Visit) -> Response:
    """Danger with every township."""
    return page("danger.html", {"visit": visit, **_part(visit, "danger")})


def map_now(visit: Visit) -> Response:
    """What stands on the map now."""
    text = visit.shared("map", lambda: live_map(visit.house, visit.account, now=visit.now))
    return Response(text, media_type="application/geo+json")


def relief_place(visit: Visit) -> Response:
    """Where the relief lies; null where no height is known. It is drawn for the first that asks."""
    found = relief_map(visit.house, visit.account)
    return JSONResponse(None if found is None else {"src": "/map/relief.png", "bounds": found.bounds})


def relief(visit: Visit) -> Response:
    """The relief under the map, where heights are known."""
    found = relief_map(visit.house, visit.account)
    if found is None:
        raise NotInStore("no heights are known")
    return Response(found.png, media_type="image/png", headers={"Cache-Control": "private, max-age=86400"})


def _lasting(desk: Desk) -> Endpoint:
    """The ground of the map: asked again, it is not sent again."""

    def ground(visit: Visit) -> Response:
        text = base_map(visit.house, visit.account)
        tag = f'"{hashlib.sha256(text.encode()).hexdigest()[:16]}"'
        headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
        if visit.query.get("tag") == tag:
            return Response(status_code=304, headers=headers)
        return Response(text, media_type="application/geo+json", headers=headers)

    return shows(desk, Permission.SEE, ground)
