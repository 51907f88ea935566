"""Accounts of the duty desk: who may look, act and sign, and for which region and office."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from notify.alert import LIVE
from store.audit import AuditAction, Deed, append
from store.database import Database
from store.desk_sessions import revoke_sessions
from store.errors import AnswerUnclear, NotInStore, StoreConflict
from store.schema import closed, instant, metadata, text

_LOGIN = re.compile(r"[a-z][a-z0-9._-]{1,31}")
_MOST_NAME = 20


class DutyRole(StrEnum):
    """What a person is at the desk. A closed list; what each may do stands in ``desk.web.permissions``."""

    OFFICER = "officer"
    LEADER = "leader"
    OPERATIONS = "operations"
    AUDITOR = "auditor"
    READER = "reader"

    @property
    def name_zh(self) -> str:
        """值班员, 带班领导, 运维, 审计, 查阅."""
        return {
            "officer": "值班员",
            "leader": "带班领导",
            "operations": "运维",
            "auditor": "审计",
            "reader": "查阅",
        }[self.value]


OF_NO_REGION = frozenset({DutyRole.OPERATIONS, DutyRole.AUDITOR})
"""Roles that may belong to no region: they look at all of them and act for none."""

account_table = sa.Table(
    "account",
    metadata,
    sa.Column("login", sa.Text(), primary_key=True),
    text("world"),
    text("name_zh"),
    text("role"),
    text("region"),
    text("office"),
    text("password_hash"),
    instant("created_utc"),
    instant("password_utc"),
    instant("disabled_utc", nullable=True),
    closed("role", DutyRole),
)
"""People are of the live world; an exercise is held by the same ones."""


@dataclass(frozen=True, slots=True)
class Account:
    """One person. The password's hash is no part of it."""

    login: str
    name_zh: str
    role: DutyRole
    region: str
    """Empty only for a role that acts for no region."""
    office: str
    """GB code of the office; empty: the duty desk of the region."""
    created_utc: datetime
    disabled_utc: datetime | None = None

    @property
    def active(self) -> bool:
        """Whether the person may come in."""
        return self.disabled_utc is None


_COLUMNS = tuple(account_table.c[item.name] for item in fields(Account))


@dataclass(frozen=True)
class Accounts:
    """Keeps accounts; every change of one is in the audit log, and ends its sessions where it must."""

    database: Database

    def add(self, account: Account, password_hash: str, *, by: str) -> None:
        """Keep a new account.

        Raises:
            AnswerUnclear: a login or a name that cannot be one, or no region where the role needs one.
            StoreConflict: the login is taken.
        """
        _refuse_unclear(account)
        row: dict[str, Any] = {item.name: getattr(account, item.name) for item in fields(Account)}
        with self.database.begin() as connection:
            if self._row(account.login) is not None:
                raise StoreConflict(f"account {account.login} is there already: firewatch accounts password changes it")
            values = row | {"password_hash": password_hash, "password_utc": account.created_utc, "world": LIVE}
            connection.execute(account_table.insert().values(values))
            said = {"does": "add", "role": account.role, "region": account.region, "office": account.office}
            append(connection, Deed(by, AuditAction.ACCOUNT, account.login, account.created_utc, said))

    def find(self, login: str) -> Account | None:
        """The account of a login; None where there is none."""
        row = self._row(login)
        return None if row is None else _account(row)

    def password_hash(self, login: str) -> str | None:
        """What a password is held against; None for a login that is not there or was disabled."""
        by = account_table.c
        chosen = sa.select(by.password_hash).where(by.login == login, by.disabled_utc.is_(None))
        with self.database.read() as connection:
            found: str | None = connection.execute(chosen).scalar()
        return found

    def all_accounts(self) -> list[Account]:
        """All, by login, the disabled ones too."""
        with self.database.read() as connection:
            return [_account(row) for row in connection.execute(sa.select(*_COLUMNS).order_by(account_table.c.login))]

    def set_password(self, login: str, password_hash: str, *, by: str, at: datetime) -> None:
        """Give another password; whoever is inside with the old one is out.

        Raises:
            NotInStore: no such login.
        """
        self._change(login, {"password_hash": password_hash, "password_utc": at}, {"does": "password"}, by=by, at=at)

    def disable(self, login: str, *, by: str, at: datetime) -> None:
        """Let a person in no more. The account stays: the log speaks of it.

        Raises:
            NotInStore: no such login.
        """
        self._change(login, {"disabled_utc": at}, {"does": "disable"}, by=by, at=at)

    def _change(self, login: str, values: dict[str, Any], said: dict[str, object], *, by: str, at: datetime) -> None:
        with self.database.begin() as connection:
            if self._row(login) is None:
                raise NotInStore(f"no account {login!r}; see firewatch accounts list")
            connection.execute(account_table.update().where(account_table.c.login == login).values(values))
            revoke_sessions(connection, login, at=at)
            append(connection, Deed(by, AuditAction.ACCOUNT, login, at, said))

    def _row(self, login: str) -> Any:
        with self.database.read() as connection:
            return connection.execute(sa.select(*_COLUMNS).where(account_table.c.login == login)).one_or_none()


def _refuse_unclear(account: Account) -> None:
    if not _LOGIN.fullmatch(account.login):
        raise AnswerUnclear(f"login {account.login!r}: 2 to 32 of a-z 0-9 . _ -, beginning with a letter")
    name = account.name_zh
    if not name.strip() or len(name) > _MOST_NAME or not name.isprintable():
        raise AnswerUnclear(f"account {account.login}: a name has 1 to {_MOST_NAME} printable characters")
    if not account.region and account.role not in OF_NO_REGION:
        raise AnswerUnclear(f"account {account.login}: {account.role.name_zh} belongs to a region")


def _account(row: Any) -> Account:
    return Account(**row._asdict() | {"role": DutyRole(row.role)})
