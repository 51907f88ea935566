"""The watchdog (看门狗): looks from without whether audits are held, tells operations, and ends what died.

The auditor watches everything else; this watches the auditor. It needs neither Prefect nor a worker. Where nobody sends
either, it sends what it has to say by itself.
"""

from __future__ import annotations

import http.client
import logging
import os
from datetime import datetime, timedelta
from functools import partial
from urllib.parse import urlsplit

from flows.auditing import sender_silent
from flows.best_effort import attempt
from flows.carry_out import carry_out
from flows.janitor import end_dead_rows
from flows.order import FlowName, Order
from flows.parameters import who_runs
from flows.telling import Event, settle
from flows.wiring import House
from notify.alert import SYSTEM_PREFIX, Draft
from notify.audit_words import AuditFacts, audit_texts
from notify.auditor import Audit, Problem, ProblemKind, audit_memory_of, decide_audit
from notify.bundling import BundleMemory
from notify.decision import Scope
from notify.phrases import clock_zh
from notify.texts import Envelope, Texts
from store.run_rows import GOOD, Trigger

LOG = logging.getLogger("firewatch.watchdog")
PREFIX = "watchdog:"
REASON_ZH = "看门狗"
ANSWER_WITHIN_S = 10.0


def look(house: House) -> list[Problem]:
    """Look once: end dead rows, find what is silent, tell operations once, and once that it is over.

    Returns:
        What is wrong now.
    """
    now = house.clock()
    ended = end_dead_rows(house, now=now)
    if ended:
        LOG.warning("ended %s: no process", ", ".join(row.run_id for row in ended))
    problems = silent(house, now=now)
    order = _order(house, FlowName.AUDIT_ROUND, now)
    told = settle(house, order, _event(house, problems, now=now))
    if told.alert is not None and _nobody_sends(house, now):
        attempt("send by itself", partial(carry_out, house, _order(house, FlowName.DISPATCH_ROUND, now)), log=LOG)
    return problems


def silent(house: House, *, now: datetime) -> list[Problem]:
    """Audits that are not held, and the server that should hold them."""
    held = house.runs.last_round(FlowName.AUDIT_ROUND, GOOD, world=house.world)
    since = held or house.runs.first_started(world=house.world)
    most = timedelta(minutes=house.rules.watch.audit_silent_most_min)
    if since is None or now - since <= most:
        return []
    last = f"上次{clock_zh(held)}" if held is not None else "从未审计"
    found = [Problem("audit", "审计中断", f"{last}，送达和轮次无人核对", ProblemKind.WATCH)]
    if (trouble := prefect_trouble(os.environ.get("PREFECT_API_URL", ""))) is not None:
        found.append(Problem("prefect", "调度服务无应答", f"{trouble}，各轮次不运行", ProblemKind.WATCH))
    return found


def prefect_trouble(api_url: str) -> str | None:
    """Why the Prefect server does not answer; None where it does, or where no address is known."""
    parts = urlsplit(api_url)
    if not parts.hostname:
        return None
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname, parts.port, timeout=ANSWER_WITHIN_S)
    try:
        connection.request("GET", f"{parts.path.rstrip('/')}/health")
        status = connection.getresponse().status
    except (OSError, http.client.HTTPException) as error:
        return type(error).__name__
    finally:
        connection.close()
    return None if status == http.client.OK else f"HTTP {status}"


def _nobody_sends(house: House, now: datetime) -> bool:
    quiet = sender_silent(house, now, expected=True)
    return quiet is not None and quiet > timedelta(minutes=house.rules.audit.sender_silent_most_min)


def _order(house: House, flow: FlowName, now: datetime) -> Order:
    who = who_runs(house.settings)
    return Order(flow, now, REASON_ZH, who, Trigger.MANUAL, send=True, world=house.world)


def _event(house: House, problems: list[Problem], *, now: datetime) -> Event[BundleMemory]:
    scope = Scope(zone=None, regions=(), world=house.world)
    found = Audit(now, 0, 0, 0, tuple(problems))

    def words(draft: Draft, envelope: Envelope) -> Texts:
        return audit_texts(AuditFacts(draft.reason, problems), envelope)

    return Event(
        key="watchdog",
        fresh=BundleMemory(),
        latest=lambda: house.alerts.latest(event_prefix=PREFIX, world=house.world),
        recall=audit_memory_of,
        decide=lambda memory: decide_audit(found, memory, scope=scope, prefix=PREFIX),
        words=words,
        signature=house.rules.wording.system_signature,
        prefix=SYSTEM_PREFIX,
        recipients=house.contacts.operations(),
    )
