"""One request of a person who is inside: who, with what form, and what becomes of it when something is wrong."""

from __future__ import annotations

import hashlib
import hmac
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from desk.web.attempts import Attempts
from desk.web.kept import Kept
from desk.web.pages import page
from desk.web.permissions import Permission, may
from feeds.errors import FeedMalformed
from flows.errors import OrderRefused
from flows.wiring import House
from store.accounts import Account
from store.audit import AuditAction, Deed
from store.errors import AnswerUnclear, NotInStore, StoreConflict
from store.holds import RerunCancelled, UnitHeld
from store.pulse import Pulse

LOG = logging.getLogger("firewatch.desk")
COOKIE = "firewatch_desk"
MOST_FIELDS = 64
MOST_TEXT = 2000
LONG_FIELDS = {"table": 40_000, "outline": 40_000}
"""Fields that hold more than a text: a weather table or an outline that was pasted in."""
_T = TypeVar("_T")


class NotTheirs(Exception):
    """Somebody asked for what another region or another role decides."""


@dataclass(frozen=True)
class Desk:
    """One desk over one house and world."""

    house: House
    clock: Callable[[], datetime]
    """Of sessions: the wall clock, also where the house stands at another time."""
    tries: Attempts
    secure: bool = False
    """Whether cookies go over TLS only."""
    drill_zh: str = ""
    """What an exercise is called; empty in the live world."""
    kept: Kept = field(default_factory=Kept)


@dataclass(frozen=True)
class Visit:
    """What a page or an action works with."""

    desk: Desk
    account: Account
    csrf: str
    path: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    form: Mapping[str, str] = field(default_factory=dict, repr=False)
    forms: Mapping[str, list[str]] = field(default_factory=dict, repr=False)
    token: str = field(default="", repr=False)
    """Of the session; stands in no page and no log."""

    @property
    def house(self) -> House:
        """Whose world is looked at."""
        return self.desk.house

    @property
    def now(self) -> datetime:
        """Time of what is shown and done."""
        return self.desk.house.clock()

    @property
    def by(self) -> str:
        """Office and name, as messages and the log say it: 平谷张三."""
        return f"{office_in_words(self.house, self.account)}{self.account.name_zh}"

    @property
    def signs(self) -> str:
        """As it stands under what this person signs: 平谷张三（带班领导）."""
        return f"{self.by}（{self.account.role.name_zh}）"

    def named(self, subject: str) -> str:
        """A joint unit by its name (平谷–蓟州); any other subject as it is."""
        return self.house.catalogue.zone(subject).name_zh if subject in self.house.zone_ids else subject

    def shared(self, question: str, make: Callable[[], _T]) -> _T:
        """What everybody of this office and role is shown alike, gathered once until the store changes."""
        house, account = self.house, self.account
        beat = Pulse(house.database).beat(world=house.world)
        key = (question, account.region, account.office, account.role)
        return self.desk.kept.get(key, make, beat=beat, now=self.now)

    def require(self, allowed: bool) -> None:  # reads as a sentence
        """Go on only where it is theirs.

        Raises:
            NotTheirs: it is not.
        """
        if not allowed:
            raise NotTheirs


Act = Callable[[Visit], Response]
Endpoint = Callable[[Request], Awaitable[Response]]


def office_in_words(house: House, account: Account) -> str:
    """Short name of the office of an account: 平谷, or of its region: 北京."""
    if account.office.isdigit() and int(account.office) in house.catalogue.counties:
        return house.catalogue.counties[int(account.office)].short_zh
    region = house.catalogue.regions.get(account.region)
    if region is None:
        return account.role.name_zh
    prefecture = house.catalogue.prefectures.get(int(account.office)) if account.office.isdigit() else None
    return (prefecture.name_zh if prefecture else region.name_zh).removesuffix("市").removesuffix("省")


def csrf_of(token: str) -> str:
    """What a form of a session carries. It is made from the session's token, which no page holds."""
    return hmac.new(token.encode(), b"form", hashlib.sha256).hexdigest()


def inside(desk: Desk, request: Request) -> tuple[Account, str] | None:
    """Who asks, by the cookie: account and token; None for nobody."""
    token = request.cookies.get(COOKIE, "")
    if not token:
        return None
    rules = desk.house.rules.desk
    session = desk.house.desk_sessions.find(token, at=desk.clock(), idle=rules.idle)
    account = desk.house.accounts.find(session.login) if session else None
    return (account, token) if account is not None and account.active else None


def shows(desk: Desk, permission: Permission, act: Act) -> Endpoint:
    """A page for those who may; everybody else is asked to come in, or told that it is not theirs."""

    async def endpoint(request: Request) -> Response:
        return await run_in_threadpool(_shown, desk, permission, act, request)

    return endpoint


def does(desk: Desk, permission: Permission, act: Act) -> Endpoint:
    """An action for those who may, from a form of ours only."""

    async def endpoint(request: Request) -> Response:
        if from_elsewhere(request):
            return page("refused.html", {"message_zh": "请在本系统页面上操作。"}, status=403)
        form = await request.form(max_files=0, max_fields=MOST_FIELDS)
        return await run_in_threadpool(_done, desk, permission, act, request, form)

    return endpoint


def from_elsewhere(request: Request) -> bool:
    """Whether a browser says that another site made it send this."""
    if request.headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
        return True
    origin = request.headers.get("origin")
    return origin is not None and urlsplit(origin).netloc != request.headers.get("host", "")


def _shown(desk: Desk, permission: Permission, act: Act, request: Request) -> Response:
    who = inside(desk, request)
    if who is None:
        return RedirectResponse("/login", status_code=303)
    account, token = who
    visit = Visit(desk, account, csrf_of(token), request.path_params, dict(request.query_params), token=token)
    return _guarded(visit, permission, act, str(request.url.path))


def _done(desk: Desk, permission: Permission, act: Act, request: Request, form: FormData) -> Response:
    who = inside(desk, request)
    if who is None:
        return RedirectResponse("/login", status_code=303)
    account, token = who
    texts = {
        name: [_plain(str(one), most=LONG_FIELDS.get(name, MOST_TEXT)) for one in form.getlist(name)] for name in form
    }
    given = texts.get("csrf", [""])[0]
    if not hmac.compare_digest(given.encode(), csrf_of(token).encode()):
        return page("refused.html", {"message_zh": "页面已过期，请返回刷新后再办。"}, status=403)
    form_of = {name: values[0] for name, values in texts.items()}
    visit = Visit(desk, account, given, request.path_params, dict(request.query_params), form_of, texts, token)
    return _guarded(visit, permission, act, str(request.url.path))


def _guarded(visit: Visit, permission: Permission, act: Act, path: str) -> Response:
    """What a visit does, or a page that says why it does nothing; what was refused is in the audit log."""
    try:
        visit.require(may(visit.account, permission))
        return act(visit)
    except NotTheirs:
        said = {"path": path, "permission": permission.value, "login": visit.account.login}
        visit.house.audit.append(Deed(visit.by, AuditAction.REFUSED, path, visit.now, said, visit.house.world))
        return _refused(visit, "这不属于您的权限或您的地区。", status=403)
    except NotInStore as error:
        return _refused(visit, "没有这个编号。", str(error), status=404)
    except (UnitHeld, RerunCancelled) as error:
        return _refused(visit, str(error), status=409)
    except FeedMalformed as error:
        return _refused(visit, "表格有误，请改正后再提交。", str(error), status=422)
    except (StoreConflict, OrderRefused) as error:
        return _refused(visit, "现在不能这样办：状态已变，或顺序不对。请返回刷新后再办。", str(error), status=409)
    except (AnswerUnclear, ValueError) as error:
        return _refused(visit, "填写有误，请改正后再提交。", str(error), status=422)


def _refused(visit: Visit, message_zh: str, detail: str = "", *, status: int) -> Response:
    """What was refused and why; a reason that is in Chinese is for the person, another one for operations."""
    chinese = any("\u4e00" <= letter <= "\u9fff" for letter in detail)
    said = {"message_zh": message_zh, "detail": detail, "detail_zh": chinese, "visit": visit}
    return page("refused.html", said, status=status)


def _plain(text: str, *, most: int) -> str:
    """A field without control characters but line ends, and not longer than any of ours."""
    kept = "".join(letter for letter in text if letter.isprintable() or letter == "\n")
    return kept.strip()[:most]
