"""A rerun as an operator reads it, before anything is sent: what it was asked, what differs, what would be told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from flows.rerun.again import Again
from flows.rerun.differing import ConclusionDiff
from flows.wiring import House
from notify.alert import AlertKind
from notify.decision_words import LEVEL_ZH, REASON_ZH
from notify.phrases import BEIJING

PART_ZH = {
    "rules": "规则",
    "estimator": "起火模型",
    "local_bounds": "本地分级",
    "zones": "联防单元",
    "contacts": "联系人",
    "heat_register": "常年热源",
    "townships": "乡镇",
    "cell_facts": "网格资料",
    "cropland": "土地利用",
    "elevation": "高程",
}


def lines_of(again: Again, house: House) -> list[str]:
    """The lines, Chinese first; joint units by the names that the house knows."""
    names = {zone.id: zone.name_zh for zone in house.catalogue.zones}
    return [*_head(again), "", *_differences(again, names), "", *_proposals(again, names)]


def _head(again: Again) -> Iterator[str]:
    before, after = again.before, again.after
    yield f"重跑 {after.run_id}（原运行 {before.run_id}，时刻 {before.as_of_utc.astimezone(BEIJING):%Y-%m-%d %H:%M}）"
    yield f"操作 {after.who}，原因：{after.reason}"
    ends = [run.end for run in (before, after)]
    outputs = [end.outputs_sha256[:12] if end else "–" for end in ends]
    yield f"输出摘要 原 {outputs[0]}，重跑 {outputs[1]}"


def _differences(again: Again, names: Mapping[str, str]) -> Iterator[str]:
    diff = again.diff
    yield "结论：与原运行逐字节相同，无差异。" if diff.empty else "结论：与原运行有差异。"
    if diff.left:
        yield f"未重跑{'、'.join(names.get(one, one) for one in diff.left)}：原结论不变，不作比较。"
    read = len(again.after.end.inputs) if again.after.end else 0
    yield f"输入：{'相同' if diff.inputs_same else '不同'}（{read}份存档）"
    same_code = diff.code[0] == diff.code[1]
    yield "程序：" + (f"相同（{diff.code[1]}）" if same_code else f"{diff.code[0] or '未记录'} → {diff.code[1]}")
    for part, changes in diff.configuration.items():
        yield f"{PART_ZH.get(part, part)}已变：" + "；".join(changes)
    for one in diff.products:
        yield f"产品 {one.name}：{'相同' if one.same else '不同'}"
        yield from (f"    {line}" for line in one.said)
    for conclusion in diff.conclusions:
        yield f"判断 {_judgement(conclusion, names)}"


def _judgement(one: ConclusionDiff, names: Mapping[str, str]) -> str:
    return f"{_about(one.event_id, names)}：{_said(one.before)} → {_said(one.after)}"


def _about(event_id: str, names: Mapping[str, str]) -> str:
    """An event for a person: 平谷–蓟州火险, or the number of an incident."""
    kind, _, rest = event_id.partition(":")
    zone = rest.partition(":")[0]
    return f"{names.get(zone, zone)}火险" if kind == AlertKind.DANGER else event_id


def _said(one: Mapping[str, Any] | None) -> str:
    if one is None:
        return "无"
    why = REASON_ZH.get(one["reason"], one["reason"])
    return f"{LEVEL_ZH.get(one['level'], one['level'])}（{why}，{'通报' if one['told'] else '不通报'}）"


def _proposals(again: Again, names: Mapping[str, str]) -> Iterator[str]:
    if again.overtaken_by:
        yield f"之后已有运行 {again.overtaken_by}，以其为准；要发送，请重跑那一次。"
    if not again.proposals:
        yield "与各单位已知情况相同，不发送任何消息。"
        return
    yield f"如果签发，将发送 {len(again.proposals)} 条（尚未发送）："
    for one in again.proposals:
        before, after = (LEVEL_ZH.get(level, level) for level in (one.previous_level, one.level))
        why = REASON_ZH.get(one.reason, one.reason)
        yield f"  {_about(one.event_id, names)} 第{one.revision}版 {before} → {after}（{why}）"
        yield f"    {one.text_short}"


def markdown_of(again: Again, house: House) -> str:
    """The same for the Prefect UI."""
    title = "重跑无差异" if again.diff.empty else "重跑有差异"
    return "\n".join([f"# {title}", "", "```", *lines_of(again, house), "```"])
