"""The auditor (送达审计): whether all that is owed is finished or still in time, and every round was held. Pure.

Where no round is held nothing is ever owed, and a ledger without debts looks calm: a round that is overdue is a problem
like an office that was not reached. Only a round without a problem sends the heartbeat; an outside watcher calls when
it stays away. So a ledger that stands still, a dispatcher that died and an auditor that died are all heard of.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from boundary_zones.required import RequiredOffice
from notify.alert import Alert, Reason
from notify.bundling import BundleLaw, BundleMemory, bundle_memory_of, decide_bundle
from notify.decision import Decision, Scope
from notify.ledger import ObligationState
from notify.three_regions import FINISHED, OfficeFacts

EVENT_PREFIX, CLOCK_PREFIX = "audit:", "clock:"
_BY_ALERT = {"office", "expired"}
_NOT_HAD = {
    ObligationState.OPEN: "未收到",
    ObligationState.UNREACHED: "未收到",
    ObligationState.EXPIRED: "过期仍未收到",
}


@dataclass(frozen=True, slots=True)
class AuditRules:
    """What the auditor lets pass (section ``audit`` of ``rules/escalation.toml``).

    Raises:
        ValueError: a number that is not positive.
    """

    look_back_h: float
    """Alerts decided before this are no longer looked at."""
    waits_most_min: float
    """A row that has been due for longer means that nobody sends."""
    sender_silent_most_min: float
    """A dispatcher that was not seen at work for longer is dead or stands still."""
    sick_after_failures: int
    """Refusals and messages given up on an endpoint, without one that left in between, of which operations hear."""
    bundle_min: float
    """More of one cause is told to operations once in so many minutes, in one message."""
    flows_bundle_min: float
    """The same for one more flow whose runs fail by an error that was told: it does other work."""

    def __post_init__(self) -> None:
        numbers = (self.look_back_h, self.waits_most_min, self.sender_silent_most_min, self.sick_after_failures)
        if min(*numbers, self.bundle_min, self.flows_bundle_min) <= 0:
            raise ValueError("every number of the audit must be positive")


class ProblemKind(StrEnum):
    """What an operator does about it. A closed list."""

    DELIVERY = "delivery"
    """Phone the office."""
    WATCH = "watch"
    """Look at the service: it does not do what it should, or soon will not."""
    CLOCK = "clock"
    """Press whoever is waited for."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that an operator must look at."""

    key: str
    """The same while it lasts."""
    said_zh: str
    means_zh: str = ""
    """What it means for the products."""
    kind: ProblemKind = ProblemKind.DELIVERY
    urgent: bool = True
    """Whether the heartbeat waits for it. What only will go wrong is told, and nobody is woken."""

    @property
    def cause(self) -> str:
        """What it is one more of: see :func:`cause_of`."""
        return cause_of(self.key)


def cause_of(key: str) -> str:
    """The cause in a problem's key: an alert for offices that it did not reach, elsewhere the kind of trouble."""
    head, _, rest = key.partition(":")
    return f"{head}:{rest.partition(':')[0]}" if head in _BY_ALERT else head


def office_key(one: OfficeFacts) -> str:
    """Key of the problem that an office has not had an alert; another one when it can have it no more."""
    head = "expired" if one.state is ObligationState.EXPIRED else "office"
    return f"{head}:{one.alert_id}:{one.region}/{one.office}"


def clock_problem(key: str, about_zh: str, waits_for_zh: str, late: timedelta) -> Problem:
    """A clock that ran out: somebody is waited for."""
    said = f"{about_zh}{waits_for_zh}超时{late // timedelta(minutes=1)}分"
    return Problem(f"clock:{key}", said, "该环节无人反馈", ProblemKind.CLOCK, urgent=False)


def unsigned_problem(number: str, whom_zh: str, waited: timedelta) -> Problem:
    """A formal text that waits for a signature, and who is to be asked for it by now."""
    said = f"{number}已等{waited // timedelta(minutes=1)}分，请{whom_zh}签发"
    return Problem(f"clock:draft:{number}:{whom_zh}", said, "未签发不会发出", ProblemKind.CLOCK, urgent=False)


@dataclass(frozen=True, slots=True)
class Audit:
    """What one round found."""

    at_utc: datetime
    owed: int
    finished: int
    in_time: int
    problems: tuple[Problem, ...]

    @property
    def balances(self) -> bool:
        """Whether obligations = finished + open within their deadline."""
        return self.owed == self.finished + self.in_time

    @property
    def ok(self) -> bool:
        """Whether the heartbeat may be sent."""
        return self.balances and not any(problem.urgent for problem in self.problems)


def audited(
    offices: Sequence[OfficeFacts],
    *,
    oldest_due_utc: datetime | None,
    sender_silent: timedelta | None = None,
    required: Sequence[RequiredOffice],
    now: datetime,
    rules: AuditRules,
    watched: Sequence[Problem] = (),
) -> Audit:
    """Judge the ledger and the rounds.

    Args:
        offices: every office that is owed an alert of the time looked at.
        oldest_due_utc: since when the row that waits longest has been due.
        sender_silent: for how long no dispatcher has been seen at work; ``timedelta.max`` when none ever was, None
            where none is expected.
        required: every office that an alert must be able to reach, with its endpoints.
        now: time of the round.
        rules: what passes.
        watched: what the watch on ourselves found: overdue rounds, and all that may soon stop them.
    """
    finished = sum(office.state in FINISHED for office in offices)
    waiting = [office for office in offices if office.state is ObligationState.OPEN]
    in_time = sum(not office.is_late(now) for office in waiting)
    problems = [
        Problem(office_key(one), f"{one.office_zh}{_NOT_HAD[one.state]}{one.code}")
        for one in offices
        if one.is_missing(now)
    ]
    problems += [
        Problem(f"endpoint:{one.region}/{one.office}", f"{one.office_zh}没有可用渠道")
        for one in required
        if not one.endpoints
    ]
    most = timedelta(minutes=rules.waits_most_min)
    if oldest_due_utc is not None and now - oldest_due_utc > most:
        minutes = (now - oldest_due_utc) // timedelta(minutes=1)
        problems.append(Problem("waiting", f"待发消息已滞留{minutes}分钟"))
    if sender_silent is not None and sender_silent > timedelta(minutes=rules.sender_silent_most_min):
        problems.append(Problem("sender", _silence_zh(sender_silent), "通报可能未发出", ProblemKind.WATCH))
    return Audit(now, len(offices), finished, in_time, (*problems, *watched))


def sick_problem(key: str, *, office_zh: str, channel: str, failures: int) -> Problem:
    """An endpoint that keeps refusing, though its office may be reached on another. It is still tried."""
    said = f"{office_zh}的{channel}渠道连续{failures}次未送出，核对地址和密钥"
    return Problem(f"sick:{key}", said, "该单位只能靠其他渠道", urgent=False)


def cut_off_problem(key: str, *, channel: str, since_zh: str, detours: int, doubtful: int) -> Problem:
    """A provider account that takes no messages: its rows went to their offices' next endpoints, and wait here too."""
    twice = f"，其中{doubtful}条可能重复" if doubtful else ""
    said = f"{channel}渠道账号{since_zh}起发不出"
    means = f"{detours}条已改走备用渠道{twice}" if detours else "没有备用渠道的单位收不到"
    return Problem(f"cut_off:{key}", said, means, ProblemKind.WATCH, urgent=False)


def _silence_zh(silent: timedelta) -> str:
    if silent == timedelta.max:
        return "发送进程从未启动"
    return f"发送进程已{silent // timedelta(minutes=1)}分{silent // timedelta(seconds=1) % 60}秒无响应"


def decide_audit(
    found: Audit,
    memory: BundleMemory,
    *,
    scope: Scope,
    prefix: str = EVENT_PREFIX,
    bundle: timedelta = timedelta(0),
) -> Decision[BundleMemory]:
    """Whether operations hear of a problem: once when it comes, and once when all are gone.

    Args:
        found: what the round found.
        memory: as the last round left it.
        scope: whom operations' alerts go to.
        prefix: how the ids of these events begin.
        bundle: least time between two messages of the same causes.
    """
    keys = [problem.key for problem in found.problems]
    return decide_bundle(keys, memory, law=_law(prefix, bundle), scope=scope, now=found.at_utc)


def audit_memory_of(alert: Alert) -> BundleMemory:
    """The memory as it was when ``alert``, the auditor's last, was decided."""
    return bundle_memory_of(alert, _law())


def _law(prefix: str = EVENT_PREFIX, wait: timedelta = timedelta(0)) -> BundleLaw:
    return BundleLaw(prefix, Reason.OFFICES_UNREACHED, Reason.OFFICES_REACHED, wait, cause_of=cause_of)
