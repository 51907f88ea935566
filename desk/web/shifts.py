"""Shift hand-over signed by both, the log of 24 hours by person, the day's report, runs, and the audit log."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from desk.web.board.queue import Duty, facts_of, queue_of
from desk.web.board.told import told_of
from desk.web.board.top import top_of
from desk.web.pages import page
from desk.web.permissions import Permission, may
from desk.web.visit import Desk, Visit, does, office_in_words, shows
from flows.daily_report import count_day
from models.field_check.statistics import newest_day
from notify.alert import WarningColour
from notify.masking import masked
from notify.phrases import BEIJING
from notify.verification_words import day_text
from store.audit import AuditAction
from store.audit_chain import Link
from store.errors import AnswerUnclear, NotInStore
from store.handovers import Handover
from store.run_rows import Run

LOG_FOR = timedelta(hours=24)
ACTIONS_ZH: Mapping[str, str] = {
    AuditAction.ACKNOWLEDGE: "签收",
    AuditAction.VERIFY: "核查",
    AuditAction.CLOSE: "火情进展",
    AuditAction.CANCEL: "撤销",
    AuditAction.CORRECT: "更正",
    AuditAction.SIGN: "签字",
    AuditAction.RETURN: "退回",
    AuditAction.SILENCE: "静默",
    AuditAction.LIFT: "解除抑制或静默",
    AuditAction.NOTE: "登记、起草",
    AuditAction.REPORT: "火情快报",
    AuditAction.RERUN: "重新运行",
    AuditAction.RUN: "运行",
    AuditAction.IMPORT: "导入",
    AuditAction.PURGE: "清除到期数据",
    AuditAction.HANDOVER: "交接班",
    AuditAction.CONTACTS: "联系人",
    AuditAction.PUBLISH: "签发发出",
    AuditAction.PROCESS: "协同流程",
    AuditAction.ACCOUNT: "账号",
    AuditAction.TOKEN: "接口令牌",
    AuditAction.LOGIN: "登录",
    AuditAction.LOGIN_REFUSED: "登录被拒",
    AuditAction.LOGOUT: "退出",
    AuditAction.REFUSED: "越权被拒",
    AuditAction.MERGE: "合并",
    AuditAction.EXPORT: "导出",
    AuditAction.OVERRIDE: "人工调整",
    AuditAction.HAND: "人工录入",
    AuditAction.RESEND: "补发",
    AuditAction.REHEARSE: "通道测试",
    AuditAction.DRILL_OPEN: "演练放行",
    AuditAction.DRILL_CLOSE: "演练收回",
}


def shift_routes(desk: Desk) -> list[Route]:
    """All pages of a watch."""
    watch = Permission.HAND_OVER
    return [
        Route("/handover", shows(desk, Permission.SEE_LOG, handover_page), methods=["GET"]),
        Route("/handover", does(desk, watch, hand_over), methods=["POST"]),
        Route("/handover/{seq:int}", shows(desk, Permission.SEE_LOG, handed_page), methods=["GET"]),
        Route("/handover/{seq:int}/take", does(desk, watch, take_over), methods=["POST"]),
        Route("/log", shows(desk, Permission.SEE_LOG, log_page), methods=["GET"]),
        Route("/daily", shows(desk, Permission.SEE_LOG, daily_page), methods=["GET"]),
        Route("/runs", shows(desk, Permission.SEE_RUNS, runs_page), methods=["GET"]),
        Route("/audit", shows(desk, Permission.SEE_AUDIT, audit_page), methods=["GET"]),
    ]


def handover_page(visit: Visit) -> Response:
    """What is open now, the hand-over that waits, and those before."""
    house, account = visit.house, visit.account
    waiting = house.handovers.waiting(account.region, account.office, world=house.world)
    said = {
        "visit": visit,
        "waiting": waiting,
        "content": _content(visit) if waiting is None else waiting.content,
        "before": house.handovers.of_office(account.region, account.office, world=house.world),
        "mine": waiting is not None and waiting.handed_by == account.login,
        "can": may(account, Permission.HAND_OVER),
    }
    return page("handover.html", said)


def handed_page(visit: Visit) -> Response:
    """One hand-over, to be printed."""
    return page("handed.html", {"visit": visit, "one": _own(visit)})


def hand_over(visit: Visit) -> Response:
    """交班: sign what is open."""
    house, account = visit.house, visit.account
    before = house.handovers.newest(account.region, account.office, world=house.world)
    begins = before.taken_utc if before is not None and before.taken_utc else visit.now - LOG_FOR
    given = Handover(
        region=account.region,
        office=account.office,
        begins_utc=begins,
        ends_utc=visit.now,
        handed_by=account.login,
        handed_name=visit.by,
        handed_utc=visit.now,
        content=_content(visit),
        note=masked(visit.form.get("note", "")),
    )
    house.handovers.hand_over(given, world=house.world)
    return RedirectResponse("/handover", status_code=303)


def take_over(visit: Visit) -> Response:
    """接班: sign as who comes."""
    given = _own(visit)
    if visit.form.get("read") != "yes":
        raise AnswerUnclear("请先勾选“已逐项核对以上事项”")
    house = visit.house
    house.handovers.take_over(given.seq, login=visit.account.login, name=visit.by, at=visit.now, world=house.world)
    return RedirectResponse(f"/handover/{given.seq}", status_code=303)


def log_page(visit: Visit) -> Response:
    """What people did in 24 hours, by person."""
    links = visit.house.audit.links(world=visit.house.world, since=visit.now - LOG_FOR)
    names = None if may(visit.account, Permission.SEE_AUDIT) else _colleagues(visit)
    people: dict[str, list[Link]] = {}
    for link in links:
        if names is None or link.actor in names:
            people.setdefault(link.actor, []).append(link)
    return page("log.html", {"visit": visit, "people": people, "actions": ACTIONS_ZH, "payload": _payload})


def daily_page(visit: Visit) -> Response:
    """The day's count, to be copied or printed."""
    now = visit.now
    count, facts = count_day(visit.house, newest_day(now, visit.house.rules.statistics), now=now)
    return page("daily.html", {"visit": visit, "text": day_text(count, facts, now=now)})


def runs_page(visit: Visit) -> Response:
    """The last runs, and how old each source is."""
    house = visit.house
    runs = house.runs.last_runs(world=house.world, limit=40)
    top = top_of(house, visit.account, now=visit.now, wall=visit.desk.clock())
    return page("runs.html", {"visit": visit, "runs": runs, "note": _note, "top": top})


def audit_page(visit: Visit) -> Response:
    """The end of the chain, whether it holds, and what was refused."""
    house = visit.house
    links = house.audit.links(since=visit.now - timedelta(days=7))
    said = {
        "visit": visit,
        "links": list(reversed(links))[:500],
        "breaks": house.audit.verify(),
        "head": house.audit.head(),
        "actions": ACTIONS_ZH,
        "payload": _payload,
    }
    return page("audit.html", said)


def _own(visit: Visit) -> Handover:
    house, account = visit.house, visit.account
    for one in house.handovers.of_office(account.region, account.office, world=house.world, limit=1000):
        if one.seq == int(visit.path["seq"]):
            return one
    raise NotInStore(f"no hand-over {visit.path['seq']} of this office")


def _content(visit: Visit) -> dict[str, Any]:
    """What both sign: open items, unanswered messages, warnings in force, the state of the sources."""
    house, account, now = visit.house, visit.account, visit.now
    facts = facts_of(house, account, now=now)
    items = [one for one in queue_of(house, account, facts, now=now) if one.duty is not Duty.DONE]
    top = top_of(house, account, now=now, wall=visit.desk.clock())
    told = told_of(house, account, facts.owed, now=now)
    return {
        "open": [f"{one.duty.name_zh} {one.title_zh}{_due(one.due_utc)}" for one in items],
        "unanswered": [
            f"{one.alert.code} 未应：{'、'.join(office.office_zh for office in one.silent)}"
            for one in told
            if one.silent
        ],
        "warnings": [
            f"{one.whose_zh} {one.name_zh}{one.colour_zh}（{one.basis_zh}）"
            for one in top.colours
            if one.colour is not WarningColour.NONE
        ],
        "sources": [f"{one.name_zh} {one.words_zh}" for one in (*top.runs, *top.sources) if one.state != "ok"],
        "key_dates": top.key_dates_zh,
    }


def _due(due_utc: datetime | None) -> str:
    return "" if due_utc is None else f"（时限{due_utc.astimezone(BEIJING):%m-%d %H:%M}）"


def _colleagues(visit: Visit) -> set[str]:
    people = [one for one in visit.house.accounts.all_accounts() if one.region == visit.account.region]
    return {f"{office_in_words(visit.house, one)}{one.name_zh}" for one in people}


def _payload(link: Link) -> str:
    said = json.loads(link.payload)
    return "，".join(f"{name}={value}" for name, value in said.items() if value not in ("", None, []))


def _note(run: Run) -> str:
    return run.end.note.partition("\n")[0] if run.end else ""
