"""What happened in a world, told in Chinese from the ledger and the inbox: who was told, who answered, what each saw.

Nothing is remembered from the run itself: the same text can be made a year later.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from boundary_zones.contacts import RecipientRole
from flows.documents.course import course_of
from flows.office_tally import tallies
from flows.wiring import House
from notify.alert import Alert, AlertKind, Reason
from notify.course import WHAT_ZH
from notify.course_moments import moments
from notify.drill_gate import INBOX_SCHEME
from notify.ledger import Delivery
from notify.phrases import BEIJING, VIA_ZH, duration_zh
from store.audit import AuditAction

_BY_PERSONS = frozenset({Reason.TAKEN_BACK, Reason.PUT_RIGHT})
_PUT_RIGHT: Mapping[str, str] = {AuditAction.CANCEL: "撤销", AuditAction.CORRECT: "更正"}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_INBOX = INBOX_SCHEME.removesuffix("://")
_PLACES = "二三四五六七八九"
_CALLS_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Moment:
    """One line of the course of events."""

    at_utc: datetime
    order: int
    text: str


def transcript(house: House, *, title_zh: str) -> str:
    """The course of a world as Markdown: its time line, what one officer of each region saw, and who answered what.

    Args:
        house: seen from the world.
        title_zh: heading.
    """
    alerts = house.alerts.since(_EPOCH, world=house.world)
    left = all_that_left(house)
    parts = [f"# {title_zh}", "", _preface(alerts), *_windows(house, left), "", "## 一、经过", ""]
    parts += [f"- {_clock(each.at_utc)}　{each.text}" for each in sorted(_moments(house, alerts, left), key=_when)]
    for number, region in enumerate(house.catalogue.regions.values()):
        parts += ["", f"## {_PLACES[number]}、{region.name_zh}的值班员看到的", "", *_seen(house, region.id, left)]
    after = len(house.catalogue.regions)
    parts += ["", f"## {_PLACES[after]}、逐单位", "", *_offices(house, left)]
    first = next((alert for alert in alerts if alert.reason is Reason.INCIDENT_NEAR_BORDER), None)
    if first is not None:
        parts += [
            "",
            f"## {_PLACES[after + 1]}、首报{first.code}全文（邮件、企业微信等收到的）",
            "",
            f"> {first.text_long}",
        ]
    return "\n".join(parts) + "\n"


def all_that_left(house: House) -> list[Delivery]:
    """Every row of a world that went out, in the order of the events."""
    events = dict.fromkeys(alert.event_id for alert in house.alerts.since(_EPOCH, world=house.world))
    return [row for event in events for row in house.alerts.reached(event, world=house.world)]


def _when(moment: Moment) -> tuple[datetime, int]:
    return moment.at_utc, moment.order


def _preface(alerts: Sequence[Alert]) -> str:
    if not alerts:
        return "没有发出任何预警或通报。"
    first, last = alerts[0].decided_utc.astimezone(BEIJING), alerts[-1].decided_utc.astimezone(BEIJING)
    drill = "以下全部为演练，不出动；" if alerts[0].exercise else ""
    return (
        f"{drill}{first:%Y年%-m月%-d日%H时%M分}至{last:%-m月%-d日%H时%M分}，"
        f"预警和通报{len(alerts)}件。时间为北京时间，内容取自发送台账和各单位收件箱。"
    )


def _windows(house: House, left: Sequence[Delivery]) -> Iterator[str]:
    """Who let the exercise out of the inbox, and to whom it went by real channels."""
    outside = [row for row in left if row.sent_utc is not None and row.channel != _INBOX]
    for window in house.releases.windows():
        reached = [row for row in outside if window.covers(row)]
        if reached and window.confirmed_by:
            counted = Counter((row.office_zh, row.channel) for row in reached)
            whom = "、".join(_counted(office, by, number) for (office, by), number in counted.items())
            yield ""
            yield (
                f"演练窗口{window.window_id}（{window.reason}）：{window.asked_by}申请、{window.confirmed_by}确认。"
                f"经此窗口由真实通道发出{len(reached)}条，收件单位只有：{whom}；其余只进收件箱。"
            )


def _counted(office_zh: str, channel: str, number: int) -> str:
    """平谷区森防办邮件9封."""
    return f"{office_zh}邮件{number}封" if channel == "mail" else f"{office_zh}{number}条（{channel}）"


def _moments(house: House, alerts: Sequence[Alert], left: Sequence[Delivery]) -> Iterator[Moment]:
    codes = {alert.alert_id: alert.code for alert in alerts}
    for alert in alerts:
        yield Moment(alert.decided_utc, 0, f"**{_what(alert)}** {alert.code}：{alert.text_short}")
    told: dict[tuple[str, datetime], list[Delivery]] = defaultdict(list)
    rung: dict[tuple[str, datetime, str], list[Delivery]] = defaultdict(list)
    for row in left:
        if row.sent_utc is None:
            yield Moment(_decided(alerts, row), 1, f"{codes[row.alert_id]}发给{row.office_zh}：是否到达不明。")
        elif row.step == 0:
            told[row.alert_id, row.sent_utc].append(row)
        else:
            rung[row.alert_id, row.sent_utc, row.office_zh if row.for_office_zh else ""].append(row)
    for (alert_id, at, called), rows in rung.items():
        yield Moment(at, 2, _ringing(codes[alert_id], called, rows))
    for (alert_id, at), rows in told.items():
        yield Moment(at, 1, f"{codes[alert_id]}已发{_by_region(house, rows)}。")
    yield from _answers_and_corrections(house, {alert.code for alert in alerts if alert.reason in _BY_PERSONS})
    yield from _ground(house, list(dict.fromkeys(alert.event_id for alert in alerts)))


def _what(alert: Alert) -> str:
    if alert.kind is AlertKind.SYSTEM:
        return "运行通知"
    return WHAT_ZH.get(alert.reason, "通报")


def _decided(alerts: Sequence[Alert], row: Delivery) -> datetime:
    return next(alert.decided_utc for alert in alerts if alert.alert_id == row.alert_id)


def _ringing(code: str, called: str, rows: Sequence[Delivery]) -> str:
    """Who had not answered, and who was called: the office itself where nobody else is named."""
    silent = dict.fromkeys(name.removesuffix("森防办") for row in rows for name in row.silent_zh)
    whom = f"升级叫应**{called}**" if called else "再次催办"
    return f"{code}：{'、'.join(silent)}未答复，{whom}。"


def _by_region(house: House, rows: Sequence[Delivery]) -> str:
    """How many offices of each region, whatever number of channels each has; operations by name."""
    offices = {(row.region, row.office): row for row in rows}.values()
    counted = Counter(row.region for row in offices if row.recipient_role != RecipientRole.OPERATIONS)
    said = [f"{one.name_zh}{counted[one.id]}个单位" for one in house.catalogue.regions.values() if counted[one.id]]
    said += [row.office_zh for row in offices if row.recipient_role == RecipientRole.OPERATIONS]
    return "、".join(said)


def _answers_and_corrections(house: House, by_persons: Collection[str]) -> Iterator[Moment]:
    names = {f"{one.region}/{one.office}": one.office_zh for one in house.contacts.recipients}
    for link in house.audit.links(world=house.world):
        said: Mapping[str, Any] = json.loads(link.payload)
        if link.action == AuditAction.ACKNOWLEDGE:
            office = names.get(said.get("office", ""), said.get("office", ""))
            again = "" if said.get("first", True) else "（重复答复）"
            via = VIA_ZH.get(said.get("via", ""), said.get("via", ""))
            yield Moment(link.at_utc, 3, f"{link.subject}：**{office}**已签收（{link.actor}，{via}）{again}。")
        elif link.action in _PUT_RIGHT and said.get("by_code") in by_persons:
            yield Moment(link.at_utc, -1, f"{link.actor}{_PUT_RIGHT[link.action]}{link.subject}。")


def _ground(house: House, events: Sequence[str]) -> Iterator[Moment]:
    """What people did at the fires, and what their offices asked of each other."""
    known = {one.incident_id for one in house.incidents.all_incidents(world=house.world)}
    for event in events:
        if event in known:
            for one in moments(course_of(house, event)):
                if one.stage_zh in {"核查", "处置", "联动"}:
                    yield Moment(one.at_utc, -2, f"{one.stage_zh}：{one.text}")


def _seen(house: House, region: str, left: Sequence[Delivery]) -> Iterator[str]:
    """What officers of a region received: the county's office that answered most, and the desk called for others."""
    here = [row for row in left if row.region == region]
    mine = Counter((row.recipient_role != "county_duty", row.office, row.office_zh) for row in here)
    if not mine:
        yield "没有收到任何消息。"
        return
    answered = Counter(row.office for row in here if row.acknowledged_utc is not None)
    _, office, office_zh = min(mine, key=lambda key: (key[0], -answered[key[1]], -mine[key], key[1]))
    yield from _post(f"{office_zh}值班室收件：", _inbox(house, region, office))
    desks = (row for row in here if row.for_office_zh and row.recipient_role != RecipientRole.OPERATIONS)
    called = Counter((row.office, row.office_zh) for row in desks)
    if called:
        desk, desk_zh = min(called, key=lambda key: (-called[key], key))
        called_for = (line for line in _inbox(house, region, desk) if line["for_office"])
        rung = sorted(called_for, key=lambda line: (line["sending_utc"], line["text_short"]))
        some = f"，前{_CALLS_SHOWN}条" if len(rung) > _CALLS_SHOWN else ""
        yield from _post(f"{desk_zh}值班室收到的叫应（共{len(rung)}条{some}）：", rung[:_CALLS_SHOWN])


def _post(heading: str, lines: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    yield heading
    yield ""
    for line in lines:
        at = datetime.fromisoformat(line["sending_utc"])
        behalf = "（重发）" if line.get("resend") else ""
        yield f"{_clock(at)}{behalf}"
        yield f"> {line['text_short']}"
        yield ""


def _inbox(house: House, region: str, office: str) -> list[Mapping[str, Any]]:
    path = house.home.inbox / region / f"{office}.jsonl"
    if not path.is_file():
        return []
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [line for line in lines if line["world"] == house.world]


def _offices(house: House, left: Sequence[Delivery]) -> Iterator[str]:
    yield "| 单位 | 已发 | 已签收 | 最快签收 | 替人叫应 |"
    yield "|---|---|---|---|---|"
    for one in tallies(left, house.catalogue.regions):
        fastest = "–" if one.fastest is None else duration_zh(one.fastest)
        yield f"| {one.office_zh} | {one.told} | {one.answered} | {fastest} | {one.calls or '–'} |"


def _clock(at: datetime) -> str:
    return f"{at.astimezone(BEIJING):%m-%d %H:%M}"
