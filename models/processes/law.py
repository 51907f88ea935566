"""Which step may follow which in a process between offices, and what each step must say. Data; one guard."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Process(StrEnum):
    """A process of the cooperation agreement, or one that hangs on it. A closed list."""

    NOTICE = "notice"
    CONSULTATION = "consultation"
    RESPONSE = "response"
    SUPPLIES = "supplies"
    TASK = "task"

    @property
    def name_zh(self) -> str:
        """火情通报, 会商研判, 联动响应, 物资协同, 督办任务."""
        return _PROCESSES_ZH[self]

    @property
    def number_zh(self) -> str:
        """First character of the numbers of its cases: 通, 会, 联, 物, 督."""
        return {"notice": "通", "consultation": "会", "response": "联", "supplies": "物", "task": "督"}[self.value]


_PROCESSES_ZH = {
    Process.NOTICE: "火情通报",
    Process.CONSULTATION: "会商研判",
    Process.RESPONSE: "联动响应",
    Process.SUPPLIES: "物资协同",
    Process.TASK: "督办任务",
}


class State(StrEnum):
    """Where a case stands. Which of them a process knows is in :data:`NEXT_STATES`."""

    DRAFT = "draft"
    SIGNED = "signed"
    SENT = "sent"
    RECEIVED = "received"
    FEEDBACK = "feedback"
    FOLLOW_UP = "follow_up"
    FINAL = "final"
    CALLED = "called"
    INVITED = "invited"
    PACK = "pack"
    OPINIONS = "opinions"
    MINUTES = "minutes"
    TASKS = "tasks"
    REQUESTED = "requested"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    IN_PLACE = "in_place"
    WITHDRAWN = "withdrawn"
    EVALUATED = "evaluated"
    HANDED_OVER = "handed_over"
    RETURNED = "returned"
    ASSIGNED = "assigned"
    REMINDED = "reminded"
    DONE = "done"
    CALLED_OFF = "called_off"

    @property
    def name_zh(self) -> str:
        """As a list and a log say it."""
        return _STATES_ZH[self]


_S = State
_STATES_ZH = {
    _S.DRAFT: "草稿",
    _S.SIGNED: "已签发",
    _S.SENT: "已发送",
    _S.RECEIVED: "已签收",
    _S.FEEDBACK: "已反馈",
    _S.FOLLOW_UP: "已续报",
    _S.FINAL: "已终报",
    _S.CALLED: "已发起",
    _S.INVITED: "已邀请",
    _S.PACK: "材料包已备",
    _S.OPINIONS: "意见收集中",
    _S.MINUTES: "纪要已成",
    _S.TASKS: "任务已分派",
    _S.REQUESTED: "已请求",
    _S.ACCEPTED: "对方已接受",
    _S.DECLINED: "对方已谢绝",
    _S.IN_PLACE: "力量已到位",
    _S.WITHDRAWN: "已撤离",
    _S.EVALUATED: "已评估",
    _S.HANDED_OVER: "物资已交接",
    _S.RETURNED: "已归还",
    _S.ASSIGNED: "已交办",
    _S.REMINDED: "已催办",
    _S.DONE: "已办结",
    _S.CALLED_OFF: "已取消",
}
_OFF = _S.CALLED_OFF

NEXT_STATES: Mapping[Process, Mapping[State, frozenset[State]]] = {
    Process.NOTICE: {
        # A first word about a suspected fire goes out by rule, without a signature; whatever is signed goes through it.
        _S.DRAFT: frozenset({_S.SIGNED, _S.SENT, _OFF}),
        _S.SIGNED: frozenset({_S.SENT, _OFF}),
        _S.SENT: frozenset({_S.RECEIVED, _S.FEEDBACK, _S.FOLLOW_UP, _S.FINAL}),
        # Each office of the other side receives and answers for itself.
        _S.RECEIVED: frozenset({_S.RECEIVED, _S.FEEDBACK, _S.FOLLOW_UP, _S.FINAL}),
        _S.FEEDBACK: frozenset({_S.RECEIVED, _S.FEEDBACK, _S.FOLLOW_UP, _S.FINAL}),
        _S.FOLLOW_UP: frozenset({_S.RECEIVED, _S.FEEDBACK, _S.FOLLOW_UP, _S.FINAL}),
        # Somebody may still answer the last word; a fire that breaks out again is told anew.
        _S.FINAL: frozenset({_S.RECEIVED, _S.FOLLOW_UP}),
        _OFF: frozenset(),
    },
    Process.CONSULTATION: {
        _S.CALLED: frozenset({_S.INVITED, _OFF}),
        _S.INVITED: frozenset({_S.PACK, _S.OPINIONS, _OFF}),
        _S.PACK: frozenset({_S.PACK, _S.OPINIONS, _OFF}),
        _S.OPINIONS: frozenset({_S.OPINIONS, _S.MINUTES, _OFF}),
        _S.MINUTES: frozenset({_S.MINUTES, _S.TASKS}),
        _S.TASKS: frozenset(),
        _OFF: frozenset(),
    },
    Process.RESPONSE: {
        _S.REQUESTED: frozenset({_S.ACCEPTED, _S.DECLINED, _OFF}),
        _S.ACCEPTED: frozenset({_S.IN_PLACE, _S.DECLINED, _OFF}),
        # Whoever declined may still find forces.
        _S.DECLINED: frozenset({_S.ACCEPTED, _S.EVALUATED, _OFF}),
        _S.IN_PLACE: frozenset({_S.WITHDRAWN}),
        _S.WITHDRAWN: frozenset({_S.EVALUATED}),
        _S.EVALUATED: frozenset(),
        _OFF: frozenset(),
    },
    Process.SUPPLIES: {
        _S.REQUESTED: frozenset({_S.ACCEPTED, _S.DECLINED, _OFF}),
        _S.ACCEPTED: frozenset({_S.HANDED_OVER, _S.DECLINED, _OFF}),
        _S.DECLINED: frozenset({_S.ACCEPTED, _OFF}),
        # What was lent in parts comes back in parts.
        _S.HANDED_OVER: frozenset({_S.HANDED_OVER, _S.RETURNED}),
        _S.RETURNED: frozenset(),
        _OFF: frozenset(),
    },
    Process.TASK: {
        _S.ASSIGNED: frozenset({_S.REMINDED, _S.DONE, _OFF}),
        _S.REMINDED: frozenset({_S.REMINDED, _S.DONE, _OFF}),
        _S.DONE: frozenset(),
        _OFF: frozenset(),
    },
}
"""The whole law: by process, from a state to those that may follow. The first state of each is where a case begins."""

FIELDS: Mapping[str, str] = {
    "office": "单位",
    "contact": "对口联系人",
    "finding": "我方情况",
    "text": "内容",
    "document": "文件",
    "subject": "议题",
    "begins": "时间",
    "opinion": "意见",
    "conclusion": "会商认为",
    "disagreement": "分歧与不确定性",
    "tasks": "议定事项",
    "what": "事项",
    "where": "地点",
    "forces": "力量",
    "commander": "指挥员",
    "reason": "理由",
    "accepted_by": "验收人",
    "evaluation": "评估",
    "item": "物资",
    "amount": "数量",
    "terms": "借用条件",
    "who": "责任单位",
    "due": "时限",
    "evidence": "办结依据",
}
"""Fields of the forms, with their labels. A closed list."""
TIMES = frozenset({"begins", "due"})
"""Fields that hold an instant (ISO 8601)."""

ASKS: Mapping[Process, Mapping[State, tuple[str, ...]]] = {
    Process.NOTICE: {
        _S.RECEIVED: ("office",),
        _S.FEEDBACK: ("office", "finding"),
        _S.FOLLOW_UP: ("text",),
        _S.FINAL: ("text",),
        _OFF: ("reason",),
    },
    Process.CONSULTATION: {
        _S.CALLED: ("subject", "begins"),
        _S.INVITED: ("document",),
        _S.PACK: ("document",),
        _S.OPINIONS: ("office", "opinion"),
        _S.MINUTES: ("conclusion",),
        _S.TASKS: ("tasks",),
        _OFF: ("reason",),
    },
    Process.RESPONSE: {
        _S.REQUESTED: ("office", "what", "where"),
        _S.ACCEPTED: ("forces", "commander"),
        _S.DECLINED: ("reason",),
        _S.IN_PLACE: ("where", "forces"),
        _S.WITHDRAWN: ("accepted_by",),
        _S.EVALUATED: ("evaluation",),
        _OFF: ("reason",),
    },
    Process.SUPPLIES: {
        _S.REQUESTED: ("office", "item", "amount"),
        _S.ACCEPTED: ("amount", "terms"),
        _S.DECLINED: ("reason",),
        _S.HANDED_OVER: ("amount",),
        _S.RETURNED: ("amount",),
        _OFF: ("reason",),
    },
    Process.TASK: {
        _S.ASSIGNED: ("what", "who", "due"),
        _S.DONE: ("evidence",),
        _OFF: ("reason",),
    },
}
"""What a step must say. A state that is not here asks for no more than who and when."""


def first_state(process: Process) -> State:
    """Where a case of a process begins."""
    return next(iter(NEXT_STATES[process]))


def states_of(process: Process) -> tuple[State, ...]:
    """All states that a process knows, in its order."""
    return tuple(NEXT_STATES[process])


def next_state(process: Process, state: State, wanted: State) -> State:
    """``wanted`` if it may follow ``state``.

    Raises:
        ValueError: it may not; the message says what may.
    """
    if wanted not in NEXT_STATES[process].get(state, frozenset()):
        may = "、".join(each.value for each in states_of(process) if each in NEXT_STATES[process][state]) or "nothing"
        raise ValueError(f"{process.name_zh} that is {state.name_zh} cannot become {wanted.value}; {may} may follow")
    return wanted


def check_fields(process: Process, state: State, given: Mapping[str, str]) -> None:
    """Whether a step says what it must.

    Raises:
        ValueError: a field that no form has, or one that is missing.
    """
    unknown = sorted(given.keys() - FIELDS.keys())
    if unknown:
        raise ValueError(f"no form has a field {unknown[0]!r}; there are {', '.join(FIELDS)}")
    missing = [name for name in ASKS[process].get(state, ()) if not given.get(name, "").strip()]
    if missing:
        named = "、".join(f"{name}({FIELDS[name]})" for name in missing)
        raise ValueError(f"{process.name_zh}{state.name_zh}: {named} is missing")
