"""A second person at the same screen (换人复核): named by their own account and password, never by a typed name."""

from __future__ import annotations

from desk.web.passwords import fits
from desk.web.permissions import Permission, may
from desk.web.visit import Visit, office_in_words
from store.audit import AuditAction, Deed
from store.errors import AnswerUnclear

_PART = "reviewer:"


def reviewed_by(visit: Visit) -> str | None:
    """Office and name of the reviewer of a form; None where none is named.

    Raises:
        AnswerUnclear: it is no leader of the own region, the same person, or the password is not theirs; or it was
            tried too often.
    """
    login = visit.form.get("reviewer", "").lower()
    if not login:
        return None
    desk, tries = visit.desk, visit.desk.tries
    key = f"{_PART}{visit.account.login}"
    if tries.count(key, at=desk.clock()) >= desk.house.rules.desk.login_tries:
        raise AnswerUnclear("复核人口令试错次数过多，请稍后再试")
    account = desk.house.accounts.find(login)
    right = fits(visit.form.get("reviewer_password", ""), desk.house.accounts.password_hash(login))
    if not right or account is None or account.login == visit.account.login:
        tries.add(key, at=desk.clock())
        said = {"reviewer": True, "login": visit.account.login}
        deed = Deed(visit.by, AuditAction.LOGIN_REFUSED, visit.account.login, desk.clock(), said, visit.house.world)
        desk.house.audit.append(deed)
        raise AnswerUnclear("复核人须是另一人，账号和口令要对")
    if not may(account, Permission.SIGN) or account.region != visit.account.region:
        raise AnswerUnclear("复核人须是本地区的带班领导")
    return f"{office_in_words(desk.house, account)}{account.name_zh}"
