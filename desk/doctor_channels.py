"""The part of ``firewatch doctor`` that looks after channels, addresses and keys."""

from __future__ import annotations

from typing import Any

from boundary_zones.contacts import Recipient
from boundary_zones.required import all_required
from flows.rehearsal import rehearse
from flows.wiring import House
from notify.alert import LIVE
from notify.channels import is_proven
from notify.channels.variables import TEMPLATED, room_of
from notify.delivery_states import OutcomeClass
from notify.phrases import listed
from notify.rules import by_channel
from notify.texts import SHORT_LIMIT
from store.audit import AuditAction, Deed
from store.sealing import SUFFIX

CHANNEL_COLUMNS = {
    "channel": "渠道",
    "proven": "类别",
    "outcome": "结果",
    "latency_s": "用时s",
    "detail": "说明",
    "advice": "处置",
}
_OUTCOME_ZH = {
    OutcomeClass.OK: "已接收",
    OutcomeClass.REJECT_PERMANENT: "拒收",
    OutcomeClass.REJECT_TEMPORARY: "暂时拒收",
    OutcomeClass.NOT_SENT: "未发出",
    OutcomeClass.UNKNOWN: "不明",
}
_VERIFIED_WITHIN_D = 365
_WAYS_LEAST = 2
_NAMES_MOST = 6


def rehearse_channels(house: House) -> list[dict[str, Any]]:
    """Rehearse every channel with the test group, and keep on record who did."""
    now = house.clock()
    found = [
        {
            "channel": one.channel,
            "proven": "自带" if one.proven else "未验证",
            "outcome": "未试：无测试组" if one.outcome is None else _OUTCOME_ZH[one.outcome.outcome_class],
            "outcome_class": None if one.outcome is None else str(one.outcome.outcome_class),
            "latency_s": round(one.latency_s, 2),
            "detail": "" if one.outcome is None else one.outcome.detail,
            "advice": one.advice_zh,
        }
        for one in rehearse(house, now=now)
    ]
    results = {str(row["channel"]): str(row["outcome"]) for row in found}
    house.audit.append(Deed(house.settings.operator or "doctor", AuditAction.REHEARSE, "channels", now, results, LIVE))
    return found


def channel_checks(rehearsed: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """One line: how many channels took the rehearsal over."""
    good = sum(row["outcome_class"] == OutcomeClass.OK for row in rehearsed)
    state = "正常" if good == len(rehearsed) else "注意"
    return [{"check": "渠道演练", "state": state, "note": f"{good}/{len(rehearsed)}条已接收"}]


def secrecy(house: House) -> list[dict[str, Any]]:
    """Keys that are not set, addresses that nobody verified, contacts that lie open on the disk."""
    outside = [one for one in house.contacts.recipients if one.channel_kind != "inbox"]
    rows = [
        _line("审计密钥", ok=bool(house.database.audit_keys), good="已设置", bad="未设audit_key，审计日志可被整体改写")
    ]
    if not outside:
        return [*rows, _two_ways(house)]
    path = house.settings.contacts
    closed = path is not None and (path.suffix == SUFFIX or not path.stat().st_mode & 0o077)
    rows.append(_line("联系人文件权限", ok=closed, good="仅本人可读或已加密", bad="他人可读：chmod 600或加密"))
    today = house.clock().date()
    old = [one for one in outside if one.verified_at is None or (today - one.verified_at).days > _VERIFIED_WITHIN_D]
    rows.append(_line("联系方式核实", ok=not old, good="一年内均已核实", bad=f"{len(old)}/{len(outside)}个未核实"))
    unproven = sorted({one.channel for one in outside if not is_proven(one.address)})
    rows.append(_line("未验证渠道", ok=not unproven, good="无", bad="未验证，不作叫应依据：" + "、".join(unproven)))
    narrow = sorted({one.office_zh for one in outside if _cuts_short_texts(house, one)})
    rows.append(
        _line(
            "短信模板变量",
            ok=not narrow,
            good=f"容得下{SHORT_LIMIT}字",
            bad="短信会被截断，增加vars=：" + "、".join(narrow),
        )
    )
    groups = sorted({(one.region, one.office_zh) for one in outside} - _reached(house))
    names = "、".join(name for _, name in groups)
    rows.append(_line("仅有群渠道的单位", ok=not groups, good="无", bad=f"须加短信、电话、邮件或应用：{names}"))
    return [*rows, _two_ways(house)]


def _two_ways(house: House) -> dict[str, Any]:
    """Whether every office that must hear of an alert has two ways, verified and of different providers."""
    short = [
        one.office_zh
        for one in all_required(house.catalogue, house.contacts)
        if len({provider_of(way.channel_kind) for way in one.endpoints if _counts(house, way)}) < _WAYS_LEAST
    ]
    names = listed(short, _NAMES_MOST, unit="家")
    return _line(
        "每单位两条渠道",
        ok=not short,
        good="各应通知单位均有两条已核实、不同服务商的渠道",
        bad=f"{names}不足两条已核实、不同服务商的渠道，一家服务商中断即无法通知，开季前须补齐并核实",
    )


def _counts(house: House, way: Recipient) -> bool:
    """Whether a way reaches the office itself and was verified within a year."""
    if not house.rules.channels.reaches_office(way.channel) or way.verified_at is None:
        return False
    return (house.clock().date() - way.verified_at).days <= _VERIFIED_WITHIN_D


def provider_of(channel_kind: str) -> str:
    """Who carries a channel: text messages and calls of one provider fail together."""
    head, _, provider = channel_kind.partition("_")
    return provider if head in {"sms", "voice"} else channel_kind


def _cuts_short_texts(house: House, one: Recipient) -> bool:
    """Whether the template of an address has variables for less than a whole short text."""
    if one.channel_kind not in TEMPLATED:
        return False
    chars = by_channel(house.rules.channels.variable_chars, one.channel_kind)
    return room_of(one.address, chars) < SHORT_LIMIT


def _reached(house: House) -> set[tuple[str, str]]:
    """Offices that a message to them, and not to a group, can reach."""
    return {
        (one.region, one.office_zh)
        for one in house.contacts.recipients
        if house.rules.channels.reaches_office(one.channel)
    }


def _line(name: str, *, ok: bool, good: str, bad: str) -> dict[str, Any]:
    return {"check": name, "state": "正常" if ok else "注意", "note": good if ok else bad}
