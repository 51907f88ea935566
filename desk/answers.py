"""``firewatch answers``: the page and the SMS replies of offices, beside the flows."""

from __future__ import annotations

from typing import Annotated

import typer

from flows.answering import link_keys
from flows.errors import ConfigurationError
from flows.wiring import open_house


def answers(
    port: Annotated[int, typer.Option(help="Port on this machine.")] = 4280,
    host: Annotated[
        str, typer.Option(help="Address to listen on; a web server with TLS stands before it.")
    ] = "127.0.0.1",
) -> None:
    """Serve the answer page until Ctrl-C; ``firewatch serve`` does it too. Example: firewatch answers --port 4280."""
    import uvicorn

    from desk.answer_page import answer_app

    house = open_house()
    try:
        if not link_keys(house.settings):
            raise ConfigurationError("FIREWATCH_ANSWER_KEY is not set: openssl rand -base64 32")
        uvicorn.run(answer_app(house), host=host, port=port, log_level="warning", access_log=False)
    finally:
        house.close()
