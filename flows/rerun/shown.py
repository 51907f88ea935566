"""A rerun as an operator reads it, before anything is sent: what it was asked, what differs, what would be told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from flows.rerun.again import Again
from flows.rerun.differing import ConclusionDiff
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


def lines_of(again: Again) -> list[str]:
    """The lines, Chinese first."""
    return [*_head(again), "", *_differences(again), "", *_proposals(again)]


def _head(again: Again) -> Iterator[str]:
    before, after = again.before, again.after
    yield f"重跑 {after.run_id}（原运行 {before.run_id}，时刻 {before.as_of_utc.astimezone(BEIJING):%Y-%m-%d %H:%M}）"
    yield f"操作 {after.who}，原因：{after.reason}"
    ends = [run.end for run in (before, after)]
    outputs = [end.outputs_sha256[:12] if end else "–" for end in ends]
    yield f"输出摘要 原 {outputs[0]}，重跑 {outputs[1]}"


def _differences(again: Again) -> Iterator[str]:
    diff = again.diff
    yield "结论：与原运行逐字节相同，无差异。" if diff.empty else "结论：与原运行有差异。"
    if diff.left:
        yield f"未重跑{'、'.join(diff.left)}：原结论不变，不作比较。"
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
        yield f"判断 {_judgement(conclusion)}"


def _judgement(one: ConclusionDiff) -> str:
    return f"{one.event_id}：{_said(one.before)} → {_said(one.after)}"


def _said(one: Mapping[str, Any] | None) -> str:
    if one is None:
        return "无"
    return f"{one['level']}（{one['reason']}，{'通报' if one['told'] else '不通报'}）"


def _proposals(again: Again) -> Iterator[str]:
    if again.overtaken_by:
        yield f"之后已有运行 {again.overtaken_by}，以其为准；要发送，请重跑那一次。"
    if not again.proposals:
        yield "与各单位已知情况相同，不发送任何消息。"
        return
    yield f"如果签发，将发送 {len(again.proposals)} 条（尚未发送）："
    for one in again.proposals:
        yield f"  {one.event_id} 第{one.revision}版 {one.previous_level} → {one.level}（{one.reason}）"
        yield f"    {one.text_short}"


def markdown_of(again: Again) -> str:
    """The same for the Prefect UI."""
    title = "重跑无差异" if again.diff.empty else "重跑有差异"
    return "\n".join([f"# {title}", "", "```", *lines_of(again), "```"])
