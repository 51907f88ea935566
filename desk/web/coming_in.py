"""Coming in and going out: the login page, sessions, and how often anybody may try."""

from __future__ import annotations

import logging
import secrets

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from desk.web.pages import page
from desk.web.passwords import fits
from desk.web.permissions import Permission
from desk.web.visit import COOKIE, Desk, Visit, does, from_elsewhere, inside, office_in_words
from store.accounts import Account
from store.audit import AuditAction, Deed

LOG = logging.getLogger("firewatch.desk")
_FORM_COOKIE = "firewatch_form"
_PER_ADDRESS = 5
_WRONG_ZH = "账号或密码不对。"
_OFTEN_ZH = "尝试次数过多，请稍后再试，或请运维核对账号。"


def login_routes(desk: Desk) -> list[Route]:
    """The pages of coming in and going out."""

    async def show(request: Request) -> Response:
        if await run_in_threadpool(inside, desk, request) is not None:
            return RedirectResponse("/", status_code=303)
        return await run_in_threadpool(_form, desk, "")

    async def enter(request: Request) -> Response:
        if from_elsewhere(request):
            return page("refused.html", {"message_zh": "请在登录页面上登录。"}, status=403)
        form = await request.form(max_files=0, max_fields=8)
        return await run_in_threadpool(_entered, desk, request, form)

    return [
        Route("/login", show, methods=["GET"]),
        Route("/login", enter, methods=["POST"]),
        Route("/logout", does(desk, Permission.SEE, _left), methods=["POST"]),
    ]


def _form(desk: Desk, message_zh: str, *, status: int = 200) -> Response:
    """The form. What it carries must come back with its cookie: another site cannot log anybody in."""
    token = secrets.token_hex(16)
    nobody = not desk.house.accounts.all_accounts()
    answer = page("login.html", {"message_zh": message_zh, "form_token": token, "nobody": nobody}, status=status)
    answer.set_cookie(_FORM_COOKIE, token, httponly=True, samesite="strict", secure=desk.secure, path="/login")
    return answer


def _entered(desk: Desk, request: Request, form: FormData) -> Response:
    token = request.cookies.get(_FORM_COOKIE, "")
    if not token or not secrets.compare_digest(str(form.get("form_token", "")).encode(), token.encode()):
        return _form(desk, "页面已过期，请再登录一次。", status=403)
    login, password = str(form.get("login", ""))[:64].strip().lower(), str(form.get("password", ""))[:1024]
    address = request.client.host if request.client else "unknown"
    if _too_often(desk, login, address):
        return _form(desk, _OFTEN_ZH, status=429)
    account = desk.house.accounts.find(login)
    if not fits(password, desk.house.accounts.password_hash(login)) or account is None:
        return _refused(desk, login, address)
    return _opened(desk, request, account)


def _too_often(desk: Desk, login: str, address: str) -> bool:
    most, now, tries = desk.house.rules.desk.login_tries, desk.clock(), desk.tries
    of_login = tries.count(f"login:{login}", at=now)
    of_address = tries.count(f"address:{address}", at=now)
    return of_login >= most or of_address >= most * _PER_ADDRESS


def _refused(desk: Desk, login: str, address: str) -> Response:
    now = desk.clock()
    tries = desk.tries.add(f"login:{login}", at=now)
    desk.tries.add(f"address:{address}", at=now)
    known = desk.house.accounts.find(login) is not None
    actor = login if known else "unknown"
    desk.house.audit.append(Deed(actor, AuditAction.LOGIN_REFUSED, actor, now, {"tries": tries}))
    LOG.warning("login refused, try %d", tries)
    return _form(desk, _WRONG_ZH, status=403)


def _opened(desk: Desk, request: Request, account: Account) -> Response:
    """A new session with a new token: one that was there before, or that somebody planted, opens nothing."""
    now = desk.clock()
    desk.tries.forget(f"login:{account.login}")
    former = request.cookies.get(COOKIE, "")
    if former:
        desk.house.desk_sessions.close(former, at=now)
    token = desk.house.desk_sessions.open(account.login, at=now, last=desk.house.rules.desk.session)
    said = {"role": account.role.value, "region": account.region, "world": desk.house.world}
    who = f"{office_in_words(desk.house, account)}{account.name_zh}"
    desk.house.audit.append(Deed(who, AuditAction.LOGIN, account.login, now, said, desk.house.world))
    answer = RedirectResponse("/", status_code=303)
    answer.set_cookie(COOKIE, token, httponly=True, samesite="strict", secure=desk.secure, path="/")
    answer.delete_cookie(_FORM_COOKIE, path="/login")
    return answer


def _left(visit: Visit) -> Response:
    desk, account = visit.desk, visit.account
    desk.house.desk_sessions.close(visit.token, at=desk.clock())
    desk.house.audit.append(Deed(visit.by, AuditAction.LOGOUT, account.login, desk.clock(), world=desk.house.world))
    answer = RedirectResponse("/login", status_code=303)
    answer.delete_cookie(COOKIE, path="/")
    return answer
