"""Server-sent events: a page that is open is told when something changed, and sees at once when we fall silent."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from desk.web.visit import Desk, inside
from store.pulse import Pulse

MOST_STREAMS = 200


def stream_routes(desk: Desk) -> list[Route]:
    """The stream of what changed."""
    open_streams = asyncio.Semaphore(MOST_STREAMS)

    async def events(request: Request) -> Response:
        if await run_in_threadpool(inside, desk, request) is None:
            return PlainTextResponse("log in first", status_code=401)
        if open_streams.locked():
            return PlainTextResponse("too many open pages", status_code=503)
        return StreamingResponse(_beats(desk, request, open_streams), media_type="text/event-stream")

    return [Route("/events", events, methods=["GET"])]


async def _beats(desk: Desk, request: Request, open_streams: asyncio.Semaphore) -> AsyncIterator[str]:
    """One line every few seconds; it ends with the session. The time is that of the house, not of the browser."""
    house = desk.house
    async with open_streams:
        while not await request.is_disconnected():
            if await run_in_threadpool(inside, desk, request) is None:
                yield "event: out\ndata: {}\n\n"
                return
            beat = await run_in_threadpool(Pulse(house.database).beat, world=house.world)
            said = {"beat": beat, "now_ms": int(house.clock().timestamp() * 1000)}
            yield f"event: beat\ndata: {json.dumps(said)}\n\n"
            await asyncio.sleep(house.rules.desk.refresh_s)
