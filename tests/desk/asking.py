"""One request to an application that no server serves."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
from starlette.applications import Starlette

HERE = "http://127.0.0.1"


def asked(
    app: Starlette, method: str, path: str, *, base_url: str = "http://127.0.0.1", **parts: Any
) -> httpx.Response:
    """The answer; what the application raises is its answer 500, as a browser sees it."""

    async def answered() -> httpx.Response:
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url=base_url) as client:
            return await client.request(method, path, **parts)

    return asyncio.run(answered())
