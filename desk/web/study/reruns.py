"""重跑: a run held again, its difference shown before anything is sent; and the record of one run, to be printed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from desk.web.board.told import told_of
from desk.web.fields import needed, own_zone, own_zones
from desk.web.pages import page
from desk.web.permissions import Permission, may
from desk.web.study.run_record import record_of, told_by
from desk.web.visit import Desk, Visit, does, shows
from flows.carry_out import REPEATED
from flows.rerun.again import Again, Asked, rerun
from flows.rerun.release import needed as signatures_needed
from flows.rerun.release import release, subject_of
from flows.rerun.shown import lines_of
from flows.rerun.waiting import QueueUnseen, Waiting, call_off, waiting_reruns
from flows.wiring import House
from store.errors import NotInStore, StoreConflict
from store.holds import Hold
from store.run_rows import Run

SHOWN_RUNS = 30


def rerun_routes(desk: Desk) -> list[Route]:
    """The list of runs, a rerun, its signature, and the record of a run."""
    study = Permission.STUDY
    return [
        Route("/rerun", shows(desk, study, rerun_page), methods=["GET"]),
        Route("/rerun", does(desk, study, preview), methods=["POST"]),
        Route("/rerun/cancel", does(desk, study, stop), methods=["POST"]),
        Route("/rerun/sign", does(desk, Permission.SIGN, sign), methods=["POST"]),
        Route("/run/{run_id}", shows(desk, Permission.SEE_LOG, run_page), methods=["GET"]),
    ]


def rerun_page(visit: Visit) -> Response:
    """Runs that can be repeated, who repeats one now, and who waits for it."""
    house = visit.house
    runs = [run for run in house.runs.last_runs(world=house.world, limit=SHOWN_RUNS) if _repeatable(run)]
    held = house.holds.standing(now=visit.now, world=house.world)
    waiting, unseen_zh = _in_the_queue(house)
    said = {
        "visit": visit,
        "waiting": waiting,
        "unseen_zh": unseen_zh,
        "runs": runs,
        "held": _by_rerun(house, held),
        "zones": own_zones(visit),
        "chosen": visit.query.get("run", ""),
    }
    return page("rerun.html", said)


def preview(visit: Visit) -> Response:
    """Hold it again and show what differs. Nothing is sent."""
    again = _held_again(visit)
    house = visit.house
    names = house.releases.signed_by(subject_of(again), world=house.world)
    missing = max(0, signatures_needed(house, again.proposals) - len(names))
    said = {
        "visit": visit,
        "again": again,
        "lines": lines_of(again, house),
        "shown": subject_of(again),
        "form": visit.form,
        "names": names,
        "missing": missing,
        "can_sign": may(visit.account, Permission.SIGN) and bool(again.proposals) and not again.overtaken_by,
    }
    return page("rerun_shown.html", said)


def stop(visit: Visit) -> Response:
    """取消: a rerun that runs ends at its next step in all its units, one that waits never begins; nothing of it stays.

    Raises:
        StoreConflict: the one that waited began in the meantime, or is not in the queue any more.
    """
    zone = own_zone(visit)
    house, order = visit.house, visit.form.get("order", "")
    if order:
        waits = next((one for one in waiting_reruns(house) if one.order_id == order), None)
        if waits is None:
            raise StoreConflict("这次重跑已不在排队：已经开始、结束或取消")
        visit.require(zone.id in waits.zones)
        call_off(house, waits, by=visit.by, reason=needed(visit, "reason"))
        return RedirectResponse("/rerun", status_code=303)
    flow = needed(visit, "flow")
    house.holds.cancel(flow, zone.id, by=visit.by, reason=needed(visit, "reason"), now=visit.now, world=house.world)
    return RedirectResponse("/rerun", status_code=303)


def sign(visit: Visit) -> Response:
    """签发 of exactly what was shown; where it comes to something else by now, it is shown again first.

    Raises:
        StoreConflict: what would be sent is no longer what the person read.
    """
    again = _held_again(visit)
    if subject_of(again) != visit.form.get("shown"):
        raise StoreConflict("与签字前显示的内容已不同，请重新预览后再签")
    release(visit.house, again, by=visit.signs, now=visit.now)
    return RedirectResponse(f"/run/{quote(again.after.run_id)}", status_code=303)


def run_page(visit: Visit) -> Response:
    """One run on one page: when, who, from what, by which rules, who was told and who answered (复盘)."""
    house, run = visit.house, visit.house.runs.load(visit.path["run_id"])
    if run.world != house.world:
        raise NotInStore(f"{run.run_id} is of another world")
    told = told_of(house, visit.account, told_by(house, run), now=visit.now)
    can_rerun = may(visit.account, Permission.STUDY) and _repeatable(run)
    return page("run.html", {"visit": visit, "run": run, "record": record_of(run), "told": told, "can": can_rerun})


@dataclass(frozen=True, slots=True)
class Running:
    """A rerun that runs now, in all its units."""

    first: Hold
    zones: tuple[str, ...]
    names_zh: tuple[str, ...]


def _by_rerun(house: House, holds: Iterable[Hold]) -> list[Running]:
    found: dict[tuple[str, str, datetime], list[Hold]] = {}
    for one in holds:
        found.setdefault((one.flow, one.holder, one.since_utc), []).append(one)
    return [
        Running(
            some[0],
            tuple(one.zone for one in some),
            tuple(house.catalogue.zone(one.zone).name_zh for one in some),
        )
        for some in found.values()
    ]


@dataclass(frozen=True, slots=True)
class InTheQueue:
    """A rerun that waits, with the names of its units."""

    order: Waiting
    names_zh: tuple[str, ...]


def _in_the_queue(house: House) -> tuple[list[InTheQueue], str]:
    """What waits in Prefect; where nobody can say, why."""
    try:
        found = waiting_reruns(house)
    except QueueUnseen as unseen:
        return [], str(unseen)
    known = set(house.zone_ids)
    names = [tuple(house.catalogue.zone(zone).name_zh for zone in one.zones if zone in known) for one in found]
    return [InTheQueue(one, named) for one, named in zip(found, names, strict=True)], ""


def _held_again(visit: Visit) -> Again:
    zones = visit.forms.get("zones", [])
    mine = {zone.id for zone in own_zones(visit)}
    visit.require(set(zones) <= mine and bool(mine))
    reason = needed(visit, "reason")
    asked = Asked(reason, visit.by, tuple(zones), as_then=visit.form.get("as_then") == "yes")
    return rerun(visit.house, needed(visit, "run"), asked)


def _repeatable(run: Run) -> bool:
    return run.flow in REPEATED and run.end is not None and bool(run.state)
