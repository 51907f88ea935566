"""``firewatch audit``, ``retention`` and ``contacts``: what stays, what goes, and who is reached."""

from __future__ import annotations

import os
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from boundary_zones.contacts import load_contacts
from desk.errors import InputError
from desk.exits import Exit
from desk.opened import opened
from desk.options import Json
from desk.shown import show_done, show_json, show_rows, show_table
from flows.channel_settings import channel_settings
from flows.contacts_held import contacts_keys
from flows.rehearsal import publish_head
from flows.secrets_held import secrets_of
from flows.settings import load_settings
from notify.alert import LIVE
from notify.channels import send
from notify.masking import shown_address
from store.audit_chain import Head
from store.retention import Purged, purge
from store.sealing import SUFFIX, sealed

audit = typer.Typer(help="The log of what people did (审计日志).", no_args_is_help=True)
retention = typer.Typer(help="How long personal data are kept (个人信息保存).", no_args_is_help=True)
contacts = typer.Typer(help="The contacts file (联系人文件).", no_args_is_help=True)
By = Annotated[str, typer.Option("--by", help="Name of the person.")]


@audit.command("verify")
def verify(
    head: Annotated[
        list[str] | None, typer.Option(help="A head that was published, number:hash. Only it shows a cut end.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Look along the whole chain. Example: firewatch audit verify --head 812:9f…."""
    try:
        published = [Head.parse(text) for text in head or ()]
    except ValueError as error:
        raise InputError("--head", str(error)) from error
    with opened(LIVE) as house:
        found, now = house.audit.verify(published=published), house.audit.head()
        last, keyed = house.audit.last_published(), bool(house.database.audit_keys)
    document = {
        "holds": not found,
        "head": str(now),
        "sealed_with_key": keyed,
        "compared_with": [str(one) for one in published],
        "last_published": str(last[0]) if last else None,
        "breaks": [{"seq": one.seq, "what": one.what} for one in found],
    }
    if as_json:
        show_json(document)
    else:
        show_table("审计日志断点", {"seq": "序号", "what": "问题"}, document["breaks"], empty="完整")  # type: ignore[arg-type]
        typer.echo(f"末条 {now}" + ("" if keyed else "；未设审计密钥audit_key，只能靠已发布的末条防改写"))
    raise typer.Exit(Exit.FAILED if found else Exit.DONE)


@audit.command("publish")
def publish(as_json: Json = False) -> None:
    """Send the head to operations now. Example: firewatch audit publish."""
    with opened(LIVE) as house:
        one_by_one = partial(send, settings=channel_settings(house))
        head = publish_head(house, one_by_one, now=house.clock(), at_least=timedelta())
    said = f"末条 {head}" if head else "未发出：日志为空，或运维渠道均未成功"
    show_done(said, {"published": str(head) if head else None}, as_json=as_json)
    raise typer.Exit(Exit.DONE if head else Exit.FAILED)


@retention.command("purge")
def retention_purge(
    by: By,
    rehearse: Annotated[bool, typer.Option("--rehearse", help="Count only, delete nothing.")] = False,
    as_json: Json = False,
) -> None:
    """Delete what is past its time, and print the certificate. Example: firewatch retention purge --by 张三."""
    with opened(LIVE) as house:
        known = {(one.region, one.office, one.channel) for one in house.contacts.recipients}
        rules, now = house.rules.retention, house.clock()
        found = purge(house.database, rules, by=by, now=now, known=known, rehearse=rehearse)
    rows = _certificate(found)
    if as_json:
        show_json(
            {
                "rehearsal": rehearse,
                "by": by,
                "at_utc": now,
                "purged": rows,
                "audit": f"{found.audit_seq}:{found.audit_hash}",
            }
        )
        return
    show_table(
        "清除演算（未删除）" if rehearse else "清除证明",
        {"what": "内容", "before": "早于", "count": "条数"},
        rows,
        empty="无",
    )
    if not rehearse:
        typer.echo(f"清除人：{by}；时间：{now:%Y-%m-%d %H:%M}Z；审计第{found.audit_seq}条 {found.audit_hash}")


def _certificate(found: Purged) -> list[dict[str, object]]:
    return [
        {"what": "发送尝试记录", "before": f"{found.attempts_before_utc:%Y-%m-%d}", "count": found.attempts},
        {"what": "签收人姓名", "before": f"{found.names_before_utc:%Y-%m-%d}", "count": found.names},
        {"what": "已离任联系方式的状态", "before": "不在联系人文件", "count": found.endpoints},
        {"what": "电话报告人", "before": f"{found.names_before_utc:%Y-%m-%d}", "count": found.callers},
        {"what": "湿度码、火情的历史版本", "before": f"{found.versions_before_utc:%Y-%m-%d}", "count": found.versions},
        {
            "what": "运行的起始状态（不再可重跑）",
            "before": f"{found.versions_before_utc:%Y-%m-%d}",
            "count": found.states,
        },
    ]


@contacts.command("list")
def contacts_list(as_json: Json = False) -> None:
    """Every endpoint in its order, numbers masked. Example: firewatch contacts list."""
    with opened(LIVE) as house:
        rows = [
            {
                "region": one.region,
                "office": one.office,
                "office_zh": one.office_zh,
                "role": str(one.role),
                "rank": one.rank,
                "channel": one.channel,
                "address": shown_address(one.address),
                "verified_at": one.verified_at.isoformat() if one.verified_at else None,
                "fulfils": house.rules.channels.reaches_office(one.channel),
            }
            for one in house.contacts.recipients
        ]
    columns = {"office_zh": "单位", "rank": "次序", "channel": "渠道", "address": "地址", "verified_at": "核实日期"}
    show_rows("联系人", columns, rows, as_json=as_json)


@contacts.command("seal")
def contacts_seal(
    plain: Annotated[Path, typer.Argument(help="The contacts file as it was written.")],
    target: Annotated[Path, typer.Argument(help="The sealed file; its name ends in .sealed.")],
    as_json: Json = False,
) -> None:
    """Seal a contacts file with the secret contacts_key. Example: firewatch contacts seal c.toml c.sealed."""
    if target.suffix != SUFFIX:
        raise InputError("target", f"{target.name} does not end in {SUFFIX}")
    load_contacts(plain)
    keys = contacts_keys(secrets_of(load_settings().secrets))
    content = sealed(plain.read_bytes(), keys, name="contacts")
    handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    said = f"{target}: FIREWATCH_CONTACTS={target}; then shred {plain.name}"
    show_done(said, {"out": target, "FIREWATCH_CONTACTS": target}, as_json=as_json)
