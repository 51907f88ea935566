"""The application of the duty desk: every address, and what stands around all of them."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from desk.training_world import title_of
from desk.web.actions import action_routes
from desk.web.attempts import Attempts
from desk.web.cases import case_routes
from desk.web.coming_in import login_routes
from desk.web.duty import duty_routes
from desk.web.exchange.api import ADDRESS, exchange_app
from desk.web.guard import HEADERS, Guard
from desk.web.pages import page
from desk.web.papers import paper_routes
from desk.web.shifts import shift_routes
from desk.web.stream import stream_routes
from desk.web.study.by_hand import by_hand_routes
from desk.web.study.levels import level_routes
from desk.web.study.reruns import rerun_routes
from desk.web.visit import Desk
from flows.wiring import House
from notify.alert import LIVE

LOG = logging.getLogger("firewatch.desk")
STATIC = Path(__file__).parent / "static"


def desk_app(house: House, *, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> Starlette:
    """The duty desk over one house and its world.

    Args:
        house: whose clock is the time of what is shown.
        clock: of sessions and tokens.
    """
    rules = house.rules.desk
    address = urlsplit(house.settings.desk_url)
    secure = address.scheme == "https"
    tries = Attempts(timedelta(minutes=rules.login_window_min))
    desk = Desk(house, clock, tries, secure, drill_zh="" if house.world == LIVE else title_of(house))
    hosts = [address.hostname] if address.hostname else []
    return Starlette(
        routes=[
            *login_routes(desk),
            *duty_routes(desk),
            *action_routes(desk),
            *stream_routes(desk),
            *shift_routes(desk),
            *case_routes(desk),
            *paper_routes(desk),
            *rerun_routes(desk),
            *level_routes(desk),
            *by_hand_routes(desk),
            Mount(ADDRESS, exchange_app(desk)),
            Route("/alive", _alive, methods=["GET"]),
            Mount("/static", StaticFiles(directory=STATIC)),
            Mount("/leaflet", StaticFiles(directory=leaflet_folder())),
        ],
        middleware=[Middleware(Guard, hosts=hosts, secure=secure)],
        exception_handlers={404: _nothing, 405: _nothing, 500: _broken},
    )


@lru_cache(maxsize=1)
def leaflet_folder() -> Path:
    """Where the installed package keeps Leaflet's files."""
    from xstatic.pkg import leaflet

    return Path(leaflet.BASE_DIR)


@lru_cache(maxsize=1)
def assets_version() -> str:
    """Changes when a file of ours does, so that a browser asks anew."""
    digest = hashlib.sha256()
    for path in sorted(STATIC.iterdir()):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:8]


async def _alive(_request: Request) -> Response:
    return PlainTextResponse("ok")


async def _nothing(_request: Request, _error: Exception) -> Response:
    return page("refused.html", {"message_zh": "没有这个页面。"}, status=404)


async def _broken(_request: Request, error: Exception) -> Response:
    """Says nothing of the inside; the log has it."""
    LOG.error("a page failed: %s", type(error).__name__, exc_info=error)
    answer = page("refused.html", {"message_zh": "系统出错，已记入日志。请打电话办理，并告知运维。"}, status=500)
    answer.headers.update(HEADERS)
    return answer
