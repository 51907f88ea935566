"""What a person does at the desk. Each action is what the command line does; here stands only whose it is."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import quote

from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from boundary_zones.places import locate
from desk.web.board.queue import sees_document
from desk.web.fields import datum_of, local_time, needed, number, own_zone
from desk.web.permissions import Permission, concerns, may, owners, sees, theirs
from desk.web.visit import Desk, Visit, does
from flows.consulting import Meeting, draft_consultation
from flows.fire_reporting import draft_report
from flows.heat_proposing import review_heat
from flows.heat_register import release_heat
from flows.lifting import lift_suppression
from flows.merging import merge_incidents
from flows.perimeters import Drawn, keep_perimeter
from flows.phone_report import tell_now
from flows.place_correcting import RightPlace, put_place_right
from flows.releasing import send_back, sign
from flows.taking_back import cancel, correct
from flows.telling_found import tell_found
from flows.verifying import move_stage, take_step, verify
from models.field_check.feedback import feedback_type
from models.field_check.fire_report import FIELDS, ReportKind
from models.field_check.stage import Stage
from models.incidents.incident import Incident
from store.audit import AuditAction, Deed
from store.errors import AnswerUnclear, NotInStore
from store.verification import Feedback

_STEPS = ("receive", "arrive", "refuse", "cancel")


def action_routes(desk: Desk) -> list[Route]:
    """All actions; each is a POST of a form of ours."""
    table = (
        ("/alert/{code}/answer", Permission.ANSWER, answer),
        ("/alert/{code}/phoned", Permission.ANSWER, phoned),
        ("/alert/{code}/cancel", Permission.TAKE_BACK, withdraw),
        ("/alert/{code}/correct", Permission.TAKE_BACK, put_right),
        ("/incident/{number}/task", Permission.VERIFY, step),
        ("/incident/{number}/verify", Permission.VERIFY, found),
        ("/incident/{number}/stage", Permission.VERIFY, stage),
        ("/incident/{number}/report", Permission.VERIFY, report),
        ("/incident/{number}/perimeter", Permission.VERIFY, perimeter),
        ("/incident/{number}/place", Permission.TAKE_BACK, put_place),
        ("/incident/{number}/lift", Permission.LIFT, lift),
        ("/incident/{number}/merge", Permission.MERGE, merge),
        ("/incident/{number}/review", Permission.REVIEW, review),
        ("/heat/{source_id}/release", Permission.REVIEW, release),
        ("/draft/{number}/sign", Permission.SIGN, put_name),
        ("/draft/{number}/return", Permission.SIGN, put_aside),
        ("/consult", Permission.DRAFT, consult),
    )
    return [Route(path, does(desk, permission, act), methods=["POST"]) for path, permission, act in table]


def answer(visit: Visit) -> Response:
    """签收: the answer of the own office, once."""
    code, account = visit.path["code"], visit.account
    visit.require(bool(account.region))
    office = f"{account.region}/{account.office}"
    visit.house.ledger.acknowledge(code, office=office, by=visit.by, via="desk", now=visit.now, world=visit.house.world)
    return _back(visit, f"/alert/{code}")


def phoned(visit: Visit) -> Response:
    """已电话告知: what another office said by telephone, with who noted it."""
    house, code = visit.house, visit.path["code"]
    alert = house.alerts.with_code(code, world=house.world)
    visit.require(alert.zone is not None and theirs(visit.account, house.catalogue.zone(alert.zone).region_ids))
    name = needed(visit, "by")
    who = f"{name}（{visit.by}电话记录）"
    house.ledger.acknowledge(
        code, office=needed(visit, "office"), by=who, via="phone", now=visit.now, world=house.world
    )
    return _back(visit, f"/alert/{code}")


def withdraw(visit: Visit) -> Response:
    """撤销: reaches exactly those who had it."""
    code = _takes_back(visit)
    done = cancel(visit.house, code, reason_zh=needed(visit, "reason"), by=visit.by, now=visit.now)
    return _back(visit, f"/alert/{done.alert.code}")


def put_right(visit: Visit) -> Response:
    """更正: reaches exactly those who had it."""
    code = _takes_back(visit)
    wrong, right = needed(visit, "wrong"), needed(visit, "right")
    done = correct(visit.house, code, wrong_zh=wrong, right_zh=right, by=visit.by, now=visit.now)
    return _back(visit, f"/alert/{done.alert.code}")


def step(visit: Visit) -> Response:
    """接收, 到场, 拒绝, 取消 of a task."""
    incident = _own(visit)
    name = visit.form.get("step", "")
    if name not in _STEPS:
        raise AnswerUnclear(f"step {name!r}: there are {', '.join(_STEPS)}")
    by = f"{visit.form['person']}（{visit.by}记录）" if visit.form.get("person") else visit.by
    take_step(visit.house, incident.incident_id, name, by=by, now=visit.now, reason=visit.form.get("reason", ""))
    return _back(visit)


def found(visit: Visit) -> Response:
    """核查结论: one of the types; a fire opens 火情快报, and everybody is told."""
    incident = _own(visit)
    kind = feedback_type(needed(visit, "found"))
    note = visit.form.get("note", "")
    said = Feedback("", kind[0], visit.by, visit.now, via="desk", note=note)
    done = verify(visit.house, incident.incident_id, kind, said=said)
    tell_found(visit.house, done, by=visit.by, now=visit.now)
    return _back(visit)


def stage(visit: Visit) -> Response:
    """The next stage of a fire, or 销号."""
    incident = _own(visit)
    to = Stage(visit.form.get("to", ""))
    reason = needed(visit, "reason")
    done = move_stage(visit.house, incident.incident_id, to, by=visit.by, now=visit.now, note=reason)
    tell_found(visit.house, done, by=visit.by, now=visit.now)
    return _back(visit)


def report(visit: Visit) -> Response:
    """The next report of a fire; an empty field keeps what stood there."""
    incident = _own(visit)
    kind = ReportKind(visit.form.get("kind", ReportKind.FOLLOW_UP))
    given = {name: visit.form[name] for name in FIELDS if visit.form.get(name)}
    draft_report(visit.house, incident.incident_id, kind, fields=given, by=visit.by, now=visit.now)
    return _back(visit, f"/incident/{quote(incident.incident_id)}#report")


def perimeter(visit: Visit) -> Response:
    """录入火场范围; where its edge is nearer to the line than the hotspots, a round at once tells of it."""
    incident = _own(visit)
    drawn = Drawn(
        text=needed(visit, "outline"),
        seen_utc=local_time(visit, "seen"),
        source=needed(visit, "source"),
        by=visit.by,
        datum=datum_of(visit),
        note=visit.form.get("note", ""),
    )
    kept = keep_perimeter(visit.house, incident.incident_id, drawn)
    if kept.nearer is not None:
        tell_now(visit.house, kept.nearer)
    return _back(visit, f"/incident/{quote(incident.incident_id)}#perimeter")


def put_place(visit: Visit) -> Response:
    """改正坐标 of a hotspot: the old place is kept, and who had been told another hears 更正."""
    incident = _own(visit)
    place = RightPlace(
        lat_deg=number(visit, "lat"),
        lon_deg=number(visit, "lon"),
        reason=needed(visit, "reason"),
        by=visit.by,
        datum=datum_of(visit),
        error_km=number(visit, "error_km", otherwise=0.5),
    )
    done = put_place_right(visit.house, incident.incident_id, needed(visit, "hotspot"), place)
    return _back(visit, f"/incident/{quote(done.incident.incident_id)}")


def lift(visit: Visit) -> Response:
    """解除抑制, by either side of the line."""
    house = visit.house
    incident = house.incidents.resolve(visit.path["number"], world=house.world)
    visit.require(theirs(visit.account, house.catalogue.zone(incident.zone).region_ids))
    reason = needed(visit, "reason")
    lift_suppression(house, incident.incident_id, by=visit.by, reason=reason)
    return _back(visit)


def merge(visit: Visit) -> Response:
    """合并 with another incident, whose number stays."""
    incident = _own(visit)
    into = needed(visit, "into")
    reason = needed(visit, "reason")
    stays = merge_incidents(visit.house, incident.incident_id, into, by=visit.by, reason=reason, now=visit.now)
    return _back(visit, f"/incident/{quote(stays.incident_id)}")


def review(visit: Visit) -> Response:
    """审核 of known heat, by another person than who proposed it."""
    incident = _own(visit)
    source = {"name_zh": visit.form.get("name", ""), "kind": visit.form.get("kind") or "other"}
    source["note"] = visit.form.get("note", "")
    accept = visit.form.get("verdict") == "accept"
    review_heat(visit.house, incident.incident_id, source, accept=accept, by=visit.by, now=visit.now)
    return _back(visit)


def release(visit: Visit) -> Response:
    """撤销 of known heat that was accepted here, by a leader of a region that looks after the place."""
    house = visit.house
    source_id = visit.path["source_id"]
    source = next((one for one in house.heat_sources.all(world=house.world) if one.source_id == source_id), None)
    if source is None:
        raise NotInStore(f"no heat source {source_id!r}")
    [place] = locate(house.catalogue, [source.lat_deg], [source.lon_deg]).to_dicts()
    visit.require(theirs(visit.account, house.catalogue.zone(place["zone"]).region_ids))
    reason = needed(visit, "reason")
    release_heat(house, source_id, by=visit.by, reason=reason, now=visit.now)
    return _back(visit, "/suppressed")


def put_name(visit: Visit) -> Response:
    """签发; with the last signature it goes out."""
    draft = _own_draft(visit)
    sign(visit.house, draft, by=visit.signs, now=visit.now, note=visit.form.get("note", ""))
    return _back(visit, f"/draft/{quote(draft)}")


def put_aside(visit: Visit) -> Response:
    """退回 with a reason."""
    draft = _own_draft(visit)
    send_back(visit.house, draft, by=visit.by, reason=needed(visit, "reason"), now=visit.now)
    return _back(visit, "/drafts")


def consult(visit: Visit) -> Response:
    """会商邀请 as a draft."""
    house = visit.house
    zone = own_zone(visit)
    begins = local_time(visit, "at")
    wanted = local_time(visit, "answer_by") if visit.form.get("answer_by") else begins - timedelta(hours=2)
    agenda = tuple(line.strip() for line in visit.form.get("agenda", "").splitlines() if line.strip())
    subject, room = needed(visit, "subject"), needed(visit, "meeting_no")
    meeting = Meeting(subject, begins, wanted, room, agenda, _event_of(visit))
    row = draft_consultation(house, zone.id, meeting, by=visit.by, now=visit.now)
    house.audit.append(Deed(visit.by, AuditAction.NOTE, row.number, visit.now, {"does": "draft"}, house.world))
    return _back(visit, f"/draft/{quote(row.number)}")


def _event_of(visit: Visit) -> str:
    """The fire that a form names; empty where it names none.

    Raises:
        NotInStore: there is no such fire.
        NotTheirs: it is none of the account's business.
    """
    if not visit.form.get("event"):
        return ""
    incident = visit.house.incidents.resolve(visit.form["event"], world=visit.house.world)
    visit.require(concerns(visit.account, incident, visit.house.catalogue))
    return incident.incident_id


def _own(visit: Visit) -> Incident:
    """The incident of the address, if it is the account's region that verifies it."""
    house = visit.house
    incident = house.incidents.resolve(visit.path["number"], world=house.world)
    visit.require(theirs(visit.account, owners(incident, house.catalogue.zone(incident.zone))))
    return incident


def _own_draft(visit: Visit) -> str:
    house, draft = visit.house, visit.path["number"]
    row = house.warning_documents.load(draft, world=house.world)
    visit.require(bool(visit.account.region) and sees_document(house, visit.account, row))
    return draft


def _takes_back(visit: Visit) -> str:
    """The code of the address, if what it is about lies in the account's region, or on both sides."""
    house, code = visit.house, visit.path["code"]
    alert = house.alerts.with_code(code, world=house.world)
    visit.require(alert.zone is not None and may(visit.account, Permission.TAKE_BACK))
    assert alert.zone is not None
    zone = house.catalogue.zone(alert.zone)
    visit.require(sees(visit.account, zone))
    named = house.incidents.standing(seen_since=visit.now, and_of=[alert.event_id], world=house.world)
    incident = next((each for each in named if each.incident_id == alert.event_id), None)
    regions = owners(incident, zone) if incident is not None else frozenset(zone.region_ids)
    visit.require(theirs(visit.account, regions))
    return alert.code


def _back(visit: Visit, path: str = "") -> Response:
    """To the page where what was done can be seen: never to an address that a form brought."""
    return RedirectResponse(path or f"/incident/{quote(visit.path['number'])}", status_code=303)
