"""``firewatch doctor``: what is wrong, or not yet signed, before the season finds out."""

from __future__ import annotations

import os
import shutil
from typing import Annotated, Any

import typer

from desk.doctor_channels import CHANNEL_COLUMNS, channel_checks, rehearse_channels, secrecy
from desk.exits import Exit
from desk.options import Json
from desk.shown import show_json, show_table
from flows.cropland import ABSENT_ZH
from flows.embedded import prefect_address
from flows.feed_watch import feeds_of
from flows.standing import standing_danger
from flows.watching import prefect_trouble
from flows.wiring import House, open_house
from store.coverage import FeedCoverage

LEAST_DISK_GB = 5.0


def doctor(
    channels: Annotated[bool, typer.Option("--channels", help="Rehearse every channel with the test group.")] = False,
    as_json: Json = False,
) -> None:
    """Check files, rules, contacts, feeds, disk and database. Example: firewatch doctor --channels."""
    house = open_house()
    try:
        rehearsed = rehearse_channels(house) if channels else None
        checks = [*_rules(house), *_contacts(house), *_where(house), *_feeds(house), *_weather(house), *_machine(house)]
        checks += [*secrecy(house), *(channel_checks(rehearsed) if rehearsed is not None else [])]
    finally:
        house.close()
    if as_json:
        document = {"checks": checks, "unconfirmed_rules": [rule.name for rule in house.rules.unconfirmed]}
        show_json(document if rehearsed is None else document | {"channels": rehearsed})
    else:
        show_table("自检", {"check": "项目", "state": "状态", "note": "说明"}, checks, empty="无")
        if rehearsed is not None:
            show_table("渠道演练", CHANNEL_COLUMNS, rehearsed, empty="无渠道")
    worst = Exit.FAILED if any(check["state"] == "错误" for check in checks) else Exit.DONE
    degraded = any(check["state"] == "注意" for check in checks)
    raise typer.Exit(worst or (Exit.DEGRADED if degraded else Exit.DONE))


def _check(name: str, *, ok: bool, note: str, fatal: bool = False) -> dict[str, Any]:
    return {"check": name, "state": "正常" if ok else ("错误" if fatal else "注意"), "note": note}


def _rules(house: House) -> list[dict[str, Any]]:
    open_rules = house.rules.unconfirmed
    note = f"{len(open_rules)}/{len(house.rules.rules)}条未确认" if open_rules else "全部已确认"
    return [_check("规则", ok=not open_rules, note=note)]


def _contacts(house: House) -> list[dict[str, Any]]:
    found = []
    for zone in house.catalogue.zones:
        told = house.contacts.for_zone(zone, house.catalogue)
        regions = {one.region for one in told}
        whole = regions == set(house.catalogue.regions)
        found.append(_check(f"联系人 {zone.id}", ok=whole, note=f"{len(told)}个，{len(regions)}地", fatal=True))
    example = house.settings.contacts is None
    found.append(_check("联系人文件", ok=not example, note="示例联系人，只进收件箱" if example else "已设置"))
    operations = house.contacts.operations()
    return [*found, _check("运维联系人", ok=bool(operations), note=f"{len(operations)}个", fatal=True)]


def _where(house: House) -> list[dict[str, Any]]:
    offset = house.catalogue.datum_offset_m
    note = "控制点不在范围内，基准未检验" if offset is None else f"与控制点中位差{offset:.0f}米"
    fields = ABSENT_ZH if house.cropland is None else f"{house.cropland.path.name}已载入"
    return [_check("坐标基准", ok=offset is not None, note=note), _check("土地利用图", ok=True, note=fields)]


def _feeds(house: House) -> list[dict[str, Any]]:
    known = feeds_of(house)
    if not known:
        return [_check("数据源", ok=False, note="尚未请求过，无数据")]
    return [
        _check(f"数据源 {feed.feed}", ok=not feed.is_out and feed.left_out is None, note=_heard(feed)) for feed in known
    ]


def _heard(feed: FeedCoverage) -> str:
    unused = f"；有文件未用：{feed.left_out}" if feed.left_out else ""
    return feed.last_error or f"最近成功 {feed.last_success_utc:%m-%d %H:%MZ}{unused}"


def _weather(house: House) -> list[dict[str, Any]]:
    """What looked wrong in the weather of the standing danger."""
    standing = standing_danger(house)
    found = () if standing is None else standing.get("implausible", ())
    note = "; ".join(found) or ("尚无火险结果" if standing is None else "时次、单位、量级合理")
    return [_check("气象合理性", ok=standing is not None and not found, note=note)]


def _machine(house: House) -> list[dict[str, Any]]:
    free_gb = shutil.disk_usage(house.home.root).free / 1e9
    faults = house.database.faults()
    return [
        _check("磁盘", ok=free_gb >= LEAST_DISK_GB, note=f"剩余{free_gb:.0f} GB"),
        _check("数据库", ok=not faults, note="; ".join(faults) or house.database.name, fatal=True),
        _scheduler(house),
    ]


def _scheduler(house: House) -> dict[str, Any]:
    """The Prefect server of this home: without it no round is held and nobody sees which reruns wait."""
    address = prefect_address(house.home.root, os.environ)
    if address is None:
        note = "未设置PREFECT_API_URL，此处也未运行过firewatch serve：看不到排队的重跑"
        return _check("调度服务", ok=False, note=note)
    trouble = prefect_trouble(address)
    return _check("调度服务", ok=trouble is None, note=f"无应答（{trouble}）：各轮次不运行" if trouble else "应答")
