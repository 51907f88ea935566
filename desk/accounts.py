"""``firewatch accounts`` and ``tokens``: people of the duty desk, and other platforms that read and answer."""

from __future__ import annotations

import sys
from dataclasses import asdict
from datetime import timedelta
from typing import Annotated

import typer

from desk.errors import InputError
from desk.opened import WorldOption, opened
from desk.options import Json
from desk.shown import show_done, show_rows
from desk.web.passwords import hashed
from flows.wiring import House
from notify.alert import LIVE
from store.accounts import Account, DutyRole
from store.api_tokens import ApiScope, ApiToken

accounts = typer.Typer(help="People of the duty desk (账号).", no_args_is_help=True)
tokens = typer.Typer(help="Tokens of other platforms (接口令牌).", no_args_is_help=True)
Login = Annotated[str, typer.Argument(help="2 to 32 of a-z 0-9 . _ -")]
By = Annotated[str, typer.Option("--by", help="Who does it.")]


@accounts.command("add")
def add(
    login: Login,
    name: Annotated[str, typer.Option("--name", help="Name of the person, in Chinese.")],
    role: Annotated[DutyRole, typer.Option("--role", help="What the person is at the desk.")],
    by: By,
    region: Annotated[str, typer.Option("--region", help="beijing, tianjin, hebei; operations may have none.")] = "",
    office: Annotated[str, typer.Option("--office", help="GB code of the office; the region's desk if absent.")] = "",
    as_json: Json = False,
) -> None:
    """Make an account; the password is asked for, or read as one line of stdin.

    Example: firewatch accounts add zhang --name 张三 --role officer --region beijing --office 110117 --by 运维李
    """
    with opened(LIVE) as house:
        office = office or _desk_of(house, region)
        account = Account(login, name, role, region, office, house.clock())
        _known_place(house, region, office)
        _single_name(house, account)
        house.accounts.add(account, hashed(_password(), least=house.rules.desk.password_least), by=by)
    said = f"{login}：{name}（{role.name_zh}，{region or '各地区'} {office}）已建账号。"
    show_done(said, asdict(account) | {"active": account.active}, as_json=as_json)


@accounts.command("list")
def list_accounts(as_json: Json = False) -> None:
    """All accounts. Example: firewatch accounts list."""
    with opened(LIVE) as house:
        rows = [
            asdict(one) | {"role_zh": one.role.name_zh, "active": one.active} for one in house.accounts.all_accounts()
        ]
    columns = {
        "login": "账号",
        "name_zh": "姓名",
        "role_zh": "角色",
        "region": "地区",
        "office": "单位",
        "active": "可登录",
    }
    show_rows("账号", columns, rows, as_json=as_json)


@accounts.command("password")
def password(login: Login, by: By, as_json: Json = False) -> None:
    """Give another password; open sessions end. Example: firewatch accounts password zhang --by 运维李."""
    with opened(LIVE) as house:
        new = hashed(_password(), least=house.rules.desk.password_least)
        house.accounts.set_password(login, new, by=by, at=house.clock())
    show_done(f"{login}：口令已换，原有会话已失效。", {"login": login, "password": "changed"}, as_json=as_json)


@accounts.command("disable")
def disable(login: Login, by: By, as_json: Json = False) -> None:
    """Let a person in no more. Example: firewatch accounts disable zhang --by 运维李."""
    with opened(LIVE) as house:
        house.accounts.disable(login, by=by, at=house.clock())
    show_done(f"{login}：已停用，会话已失效。", {"login": login, "active": False}, as_json=as_json)


@tokens.command("mint")
def mint(
    name: Annotated[str, typer.Argument(help="Name of the platform: hebei-platform.")],
    region: Annotated[str, typer.Option("--region", help="Whose platform it is.")],
    by: By,
    office: Annotated[str, typer.Option("--office", help="For which office it answers; the region's desk.")] = "",
    scope: Annotated[list[ApiScope] | None, typer.Option("--scope", help="read, answer; read if absent.")] = None,
    days: Annotated[int, typer.Option("--days", help="How long it lasts.")] = 180,
    world: WorldOption = LIVE,
    as_json: Json = False,
) -> None:
    """Make a token; its secret is shown once. Example: firewatch tokens mint hebei --region hebei --by 运维李."""
    with opened(world) as house:
        office = office or _desk_of(house, region)
        _known_place(house, region, office)
        now = house.clock()
        scopes = frozenset(scope or [ApiScope.READ])
        token = ApiToken(name, region, office, scopes, by, now, now + timedelta(days=days))
        secret = house.api_tokens.mint(token, most=timedelta(days=house.rules.desk.token_most_d))
    typer.echo(f"{name}（{region} {office}，{'、'.join(sorted(scopes))}，{days}天）。只显示一次：", err=True)
    document = asdict(token) | {"scopes": sorted(scopes), "secret": secret}
    show_done(secret, document, as_json=as_json)


@tokens.command("list")
def list_tokens(as_json: Json = False) -> None:
    """All tokens, without what opens anything. Example: firewatch tokens list."""
    with opened(LIVE) as house:
        rows = [asdict(one) | {"scopes": sorted(one.scopes)} for one in house.api_tokens.all_tokens()]
    columns = {
        "name": "名称",
        "region": "地区",
        "office": "单位",
        "scopes": "权限",
        "expires_utc": "有效至",
        "used_utc": "最近使用",
        "revoked_utc": "撤销",
    }
    show_rows("接口令牌", columns, rows, as_json=as_json)


@tokens.command("revoke")
def revoke(name: Annotated[str, typer.Argument(help="Name of the token.")], by: By, as_json: Json = False) -> None:
    """End a token now. Example: firewatch tokens revoke hebei --by 运维李."""
    with opened(LIVE) as house:
        house.api_tokens.revoke(name, by=by, at=house.clock())
    show_done(f"{name}：已撤销。", {"name": name, "revoked": True}, as_json=as_json)


def _password() -> str:
    """From the terminal, twice and unseen; else one line of stdin. Never from an argument: those stand in lists."""
    if sys.stdin.isatty():
        typed: str = typer.prompt("口令", hide_input=True, confirmation_prompt=True)
        return typed
    return sys.stdin.readline().rstrip("\r\n")


def _desk_of(house: House, region: str) -> str:
    """GB code of a region's duty desk; empty for none."""
    found = house.catalogue.regions.get(region)
    return str(found.gb) if found is not None else ""


def _known_place(house: House, region: str, office: str) -> None:
    regions = house.catalogue.regions
    if region and region not in regions:
        raise InputError("--region", f"no region {region!r}", remedy=f"there are {', '.join(regions)}")
    offices = {one.office for one in house.contacts.recipients if one.region == region}
    if region and office not in offices:
        listed = ", ".join(sorted(offices))
        raise InputError(
            "--office", f"{office!r} is no office of {region} in the contacts", remedy=f"there are {listed}"
        )


def _single_name(house: House, new: Account) -> None:
    """Office and name together stand under every text and in the log: they mean one person."""
    place = (new.name_zh, new.region, new.office)
    if any((one.name_zh, one.region, one.office) == place for one in house.accounts.all_accounts()):
        problem = f"{new.name_zh} has an account in this office"
        raise InputError("--name", problem, remedy="tell the two apart: 张三（西）")
